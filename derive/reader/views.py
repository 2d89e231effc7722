"""How much an expression computes: nothing where it looks into another array, or too much."""

from __future__ import annotations

from collections.abc import Mapping

from derive.algebra.coefficient import UNIT
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol

_VIEWS = ("slice", "reshape")


def is_plain(node: Node) -> bool:
    """Whether the node is a symbol, laid out anew, or a constant: it computes nothing."""
    if isinstance(node, Contract):
        return not node.factors or is_layout(node)
    return isinstance(node, Symbol)


def is_layout(node: Contract) -> bool:
    """Whether the product is one array whose axes are reordered, added or left out."""
    return (
        len(node.factors) == 1
        and node.coefficient == UNIT
        and isinstance(node.factors[0][0], Symbol)
        and all(node.sizes[label] == 1 for label in node.bound)
    )


def view_root(node: Node, definitions: Mapping[Symbol, Node]) -> Node | None:
    """Return the array that the expression looks into, None where it is an array of its own."""
    found = None
    while True:
        if isinstance(node, Apply) and node.rule in _VIEWS:
            node = node.args[0]
        elif isinstance(node, Contract) and _looks(node):
            node = node.factors[0][0]
        else:
            return found
        found = node
        if isinstance(node, Symbol):
            node = definitions.get(node, node)


def _looks(node: Contract) -> bool:
    return (
        len(node.factors) == 1
        and node.coefficient == UNIT
        and all(node.sizes[label] == 1 for label in node.bound)
    )


def is_large(node: Node, most: int) -> bool:
    """Whether an expression has more than so many operations."""
    waiting, count = [node], 0
    while waiting and count <= most:
        inner = waiting.pop()
        count += 1 + (inner.fn.operations if isinstance(inner, Map) else 0)
        waiting += inner.children
    return count > most
