"""What backward makes again, and what less memory costs in work, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.nodes import Node
from derive.code.layout import listed
from derive.dims import show_count
from derive.formulas.notation import Notation
from derive.plan.effort import price_of
from derive.plan.nouns import Plan
from derive.plan.planner.trades import Offer, offers


def trade_lines(plan: Plan, notation: Notation) -> Iterator[str]:
    """Yield the values made again with their operations, and the offers of --recompute."""
    if plan.made:
        yield "Made again in backward"
        rows = [
            (f"  {notation.equation(symbol, equation.expr, 'text')}", _count(equation.expr))
            for symbol, equation in plan.made.items()
        ]
        width = max(len(row[0]) for row in rows)
        yield from (f"{text:<{width}}   {count}".rstrip() for text, count in rows)
        yield ""
    yield from _offered(plan)


def _count(expr: Node) -> str:
    count = price_of(expr)
    return f"{show_count(count)} operations" if count != 0 else "a view"


def _offered(plan: Plan) -> Iterator[str]:
    policy = plan.policy
    sizes = [f"{name} = {policy.sizes[name]}" for name in plan.derivation.program.dimensions]
    yield f"Less memory for more work, at {listed(sizes)}" if sizes else "Less memory for more work"
    forward = sum(policy.evaluate(price_of(e.expr)) for e in plan.derivation.program.equations)
    rows = [("  --recompute", "keeps", "does again", "of forward")]
    rows += [_row(offer, forward) for offer in offers(plan.derivation, policy)]
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    for name, *figures in rows:
        cells = (figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True))
        yield f"{name:<{widths[0]}}   {'   '.join(cells)}"


def _row(offer: Offer, forward: int) -> tuple[str, str, str, str]:
    share = f"{100 * offer.again / forward:.1f} %" if forward else ""
    return f"  {offer.name}", f"{offer.kept:,} bytes", f"{offer.again:,}", share
