"""Which matrices are triangular: told of a product by which of its labels is never below another.

A lower triangular factor on the labels i, j is 0 unless i ≥ j, an upper one unless i ≤ j.  A
product whose rows lie at or below its columns by such steps, i ≥ k ≥ j, is lower triangular; where
both ends are one label, so are all those between, and the diagonal of a product of triangles is the
product of the diagonals.
"""

from __future__ import annotations

from derive.algebra.build import contract
from derive.algebra.nodes import Add, Apply, Contract, Node, Symbol

_Steps = set[tuple[int, int]]
"""Pairs of labels, the first of which is never below the second where the product is not 0."""


def is_lower(node: Node) -> bool:
    """Whether each matrix of the stack is lower triangular."""
    if isinstance(node, Symbol):
        return node.kind == "lower"
    if isinstance(node, Apply):
        if node.rule == "inverse":
            return is_lower(node.args[0])
        lower = node.rule == "tri" and node.params[0] and node.params[1] <= 0
        return lower or node.rule in ("cholesky", "lower_half")
    if isinstance(node, Add):
        return all(map(is_lower, node.terms))
    if not isinstance(node, Contract) or node.rank < 2:
        return False
    return bool(_between(_steps(node), *node.out[-2:]))


def is_upper(node: Node) -> bool:
    """Whether each matrix of the stack is upper triangular."""
    if isinstance(node, Symbol):
        return node.kind == "upper"
    if isinstance(node, Apply):
        if node.rule == "inverse":
            return is_upper(node.args[0])
        upper = node.rule == "tri" and not node.params[0] and node.params[1] >= 0
        return upper or node.rule == "triangular_factor"
    if isinstance(node, Add):
        return all(map(is_upper, node.terms))
    if not isinstance(node, Contract) or node.rank < 2:
        return False
    return bool(_between(_steps(node), *node.out[:-3:-1]))


def diagonal(node: Contract) -> Node | None:
    """Return the diagonal of a triangular product as a diagonal matrix; None for another."""
    *stack, row, col = node.out
    steps = _steps(node)
    same = _between(steps, row, col) | _between(steps, col, row)
    if not same:
        return None

    def at(axes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(row if label in same else label for label in axes)

    sizes = {label: d for label, d in enumerate(node.sizes) if label not in same - {row}}
    factors = [(factor, at(axes)) for factor, axes in node.factors]
    return contract((*stack, row, row), factors, sizes, node.coefficient)


def _steps(node: Contract) -> _Steps:
    matrices = [(factor, axes[-2:]) for factor, axes in node.factors if factor.rank >= 2]
    found = {axes for factor, axes in matrices if is_lower(factor)}
    found |= {axes[::-1] for factor, axes in matrices if is_upper(factor)}
    return {(first, second) for first, second in found if first != second}


def _between(steps: _Steps, start: int, end: int) -> set[int]:
    """Return the labels on the ways down from one to the other, both included."""
    if start == end:
        return {start}
    return _reached(steps, start) & _reached({(b, a) for a, b in steps}, end)


def _reached(steps: _Steps, start: int) -> set[int]:
    found = {start}
    while more := {b for a, b in steps if a in found} - found:
        found |= more
    return found
