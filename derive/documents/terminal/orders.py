"""The order in which the plan multiplies the factors of a product, and where it is the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derive.algebra.build import substitute
from derive.algebra.forms.association import is_best_from_two, order
from derive.algebra.nodes import Contract, Node, Symbol, walk
from derive.code.layout import listed
from derive.formulas.notation import Notation
from derive.plan.nouns import Plan


def order_rows(plan: Plan, notation: Notation) -> Iterator[tuple[str, str, str]]:
    """Yield, for each product of three arrays or more, its name, its order and where it is best.

    The order is told by brackets, with the factors as they stand, not transposed.
    """
    sizes = [f"{name} = {plan.sizes[name]}" for name in plan.derivation.program.dimensions]
    for symbol, expr in _statements(plan):
        for node in dict.fromkeys(walk(expr)):
            if isinstance(node, Contract) and len(order(node, plan.sizes)) > 1:
                best = is_best_from_two(node, plan.sizes)
                where = "at all sizes from 2 on" if best else f"at {listed(sizes)}"
                yield f"  {notation.text(symbol)}", _bracketed(node, plan, notation), where


def _statements(plan: Plan) -> Iterator[tuple[Symbol, Node]]:
    """Yield the statements, those of forward with their products whole, as on paper."""
    values: Mapping[Node, Node] = {symbol: expr for symbol, expr in plan.stages.items()}
    for block in plan.forward:
        for assign in block.assigns:
            if assign.symbol not in plan.stages:
                yield assign.symbol, substitute(assign.expr, values)
    for block in plan.backward:
        for assign in block.assigns:
            yield assign.symbol, assign.expr


def _bracketed(node: Contract, plan: Plan, notation: Notation) -> str:
    """Return the product as `A · (B · v)`."""
    words = {k: _word(factor, notation) for k, factor in enumerate(node.children)}
    pairs = order(node, plan.sizes)
    for k, (i, j) in enumerate(pairs, len(node.factors)):
        text = f"{words[i]} · {words[j]}"
        words[k] = text if k - len(node.factors) == len(pairs) - 1 else f"({text})"
    return words[len(node.factors) + len(pairs) - 1]


def _word(factor: Node, notation: Notation) -> str:
    text = notation.text(factor)
    return f"({text})" if " " in text else text
