"""Nodes read as maps: what computes each entry from the entries of other nodes at its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from derive.algebra.coefficient import UNIT
from derive.algebra.labelled import contract, is_plain
from derive.algebra.nodes import Add, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar


def _is_number(node: Node) -> TypeGuard[Contract]:
    """Whether each entry is one and the same number; the identity matrix has two."""
    return isinstance(node, Contract) and not node.factors and is_plain(node.out)


def as_map(node: Node) -> tuple[Scalar, tuple[Node, ...]]:
    """Read the node as a map: itself, a composition, a number, or a plain slot."""
    if isinstance(node, Map):
        return node.fn, node.args
    if _is_number(node) and not node.coefficient.powers:
        return scalar.number(node.coefficient.number), ()
    pieces: list[Node] = []
    fn = _entrywise(node, pieces)
    return (scalar.slot(0), (node,)) if fn is None else (fn, tuple(pieces))


def _entrywise(node: Node, pieces: list[Node]) -> Scalar | None:
    """Return the node as a function of `pieces`, symbols and their copies; None if it sums."""
    if isinstance(node, Symbol) or _is_layout(node):
        pieces.append(node)
        return scalar.slot(len(pieces) - 1)
    if isinstance(node, Add):
        terms = _all_entrywise(node.terms, pieces)
        return None if terms is None else scalar.add(*terms)
    if isinstance(node, Map):
        inner = _all_entrywise(node.args, pieces)
        return None if inner is None else scalar.substitute(node.fn, dict(enumerate(inner)))
    if isinstance(node, Contract) and not node.bound and is_plain(node.out):
        placed = [_placed(node, k) for k in range(len(node.factors))]
        if node.coefficient.powers or node in placed:  # a map or operation laid out otherwise
            return None
        factors = _all_entrywise(placed, pieces)
        return None if factors is None else scalar.mul(node.coefficient.number, *factors)
    return None


def _all_entrywise(nodes: Sequence[Node], pieces: list[Node]) -> list[Scalar] | None:
    found = [_entrywise(node, pieces) for node in nodes]
    kept = [fn for fn in found if fn is not None]
    return kept if len(kept) == len(found) else None


def _placed(node: Contract, k: int) -> Node:
    """Return factor k of a product without sums, copied to the product's shape."""
    return contract(node.out, [node.factors[k]], dict(enumerate(node.sizes)))


def _is_layout(node: Node) -> bool:
    """Whether the node is one symbol, transposed or copied along axes, and nothing more."""
    return (
        isinstance(node, Contract)
        and node.coefficient == UNIT
        and len(node.factors) == 1
        and isinstance(node.factors[0][0], Symbol)
        and all(node.sizes[label] == 1 for label in node.bound)
        and is_plain(node.out)
        and is_plain(node.factors[0][1])
    )
