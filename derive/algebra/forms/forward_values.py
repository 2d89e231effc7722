"""Forward values that a gradient may use: X for A⁻¹B where the model has solved for X already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.algebra.build import rebuild
from derive.algebra.forms.inverses import opened
from derive.algebra.forms.part_of_product import either_way, with_part
from derive.algebra.nodes import Apply, Contract, Node, Symbol

KEPT = frozenset(
    {"inverse", "solve", "eigenvalues", "eigenvectors", "singular_values", "left_vectors"}
    | {"right_vectors", "orthonormal_factor", "triangular_factor"}
)
Known = Sequence[tuple[Node, Symbol]]


def solutions(definitions: Iterable[tuple[Symbol, Node]]) -> Known:
    """Return what the inverses and solutions of a program stand for, as products."""
    return [
        (opened(expr), symbol)
        for symbol, expr in definitions
        if isinstance(expr, Apply) and expr.rule in KEPT
    ]


def with_known(node: Node, known: Known) -> Node:
    """Return the expression with the values by name wherever their product occurs."""
    for product, symbol in known:
        node = _named(node, product, symbol)
    return node


def _named(node: Node, product: Node, symbol: Symbol) -> Node:
    if node == product:
        return symbol
    children = [_named(child, product, symbol) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    while isinstance(node, Contract) and isinstance(product, Contract):
        shorter = with_part(node, product, symbol, either_way)
        if shorter is None:
            break
        node = shorter
    return node
