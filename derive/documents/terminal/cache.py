"""What a terminal shows of the cache: one paragraph."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.nodes import symbols_of
from derive.documents.spared import told_by_output
from derive.formulas.columns import wrapped
from derive.formulas.notation import Notation, covered
from derive.formulas.words.words import Words
from derive.plan.effort import price_of
from derive.plan.nouns import Plan


def cache_lines(plan: Plan, notation: Notation, words: Words) -> Iterator[str]:
    """Yield what the plan keeps, for what, and what it needs to keep no more."""
    items = [
        words(
            "t_keep_item",
            name=notation.text(k.symbol),
            uses=words.listed([notation.text(s) for s in plan.reasons(k)]),
        )
        for k in plan.kept
    ]
    kept = words("t_keep", kept=words.listed(items)) if items else words("t_keep_nothing")
    sums, told_by = covered(plan), told_by_output(plan)
    hidden = notation.values.keys() | sums.keys() | told_by.keys()
    unkept = [s for s in plan.unkept if s not in hidden]
    rest = ""
    for total in dict.fromkeys(sums.values()):
        names = [notation.text(s) for s, other in sums.items() if other == total]
        told = words("t_covered", sum=notation.text(total), names=words.listed(names))
        rest += f"; {told}"
    for symbol, equation in told_by.items():
        told = words(
            "t_output_enough",
            name=notation.text(symbol),
            output=notation.text(equation.symbol),
            number=equation.number,
        )
        rest += f"; {told}"
    for symbol, equation in plan.made.items():
        if not symbols_of(equation.expr):
            continue
        shown = notation.equation(symbol, equation.expr, "text")
        formula = shown if symbol not in notation.values else notation.text(symbol)
        rest += "; " + words("t_made", formula=formula, count=price_of(equation.expr))
    if unkept:
        key = "t_unkept_one" if len(unkept) == 1 else "t_unkept"
        rest += "; " + words(key, names=words.listed([notation.text(s) for s in unkept]))
    yield from wrapped(f"{kept}{rest}")
