"""A labelled product between matrices as a Kronecker product: Y = A X B moves by A ⊗ Bᵀ.

The derivative of a matrix Y[i,j] in a matrix X[k,l] is a Kronecker product where its factors fall
apart into those on i and k and those on j and l.  Rows are stacked, as arrays lie in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import contract
from derive.algebra.nodes import Contract, Node


def kronecker(node: Node) -> tuple[Node, Node, Node] | None:
    """Return the number, the left and the right matrix of a node with four axes.

    None where the node is no such product.
    """
    if not isinstance(node, Contract) or node.rank != 4:
        return None
    i, j, k, l_ = node.out
    left, right = {i, k}, {j, l_}
    if left & right:
        return None
    mine = _reached(node, left)
    if mine & right:
        return None
    numbers = [f for f in node.factors if not f[1]]
    mine_factors = [f for f in node.factors if mine.intersection(f[1])]
    rest = [f for f in node.factors if f not in mine_factors and f[1]]
    first = contract((i, k), mine_factors, _sizes(node, mine_factors, left))
    second = contract((j, l_), rest, _sizes(node, rest, right))
    return contract((), numbers, {}, node.coefficient), first, second


def _reached(node: Contract, start: set[int]) -> set[int]:
    """Return the labels that the factors tie to those given."""
    found = set(start)
    while True:
        tied = {a for _, axes in node.factors if found.intersection(axes) for a in axes}
        if tied <= found:
            return found
        found |= tied


def _sizes(node: Contract, factors: Sequence, out: set[int]) -> dict:
    labels = out.union(label for _, axes in factors for label in axes)
    return {label: node.sizes[label] for label in labels}
