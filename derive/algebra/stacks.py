"""Matrices, and stacks of them: products, transposes and identities along the last two axes.

Leading axes number the matrices of a stack and stand in every operand.  A vector beside a matrix
(one axis less) is a column.
"""

from __future__ import annotations

from derive.algebra.build import contract, labels_of
from derive.algebra.nodes import Contract, Node
from derive.dims import Shape


def turned(matrix: Node) -> Node:
    """Return the transpose of each matrix."""
    axes, sizes = labels_of(matrix)
    return contract((*axes[:-2], axes[-1], axes[-2]), [(matrix, axes)], sizes)


def is_turned(node: Node) -> bool:
    """Whether the node is the transpose of another, and nothing more."""
    if not isinstance(node, Contract) or len(node.factors) != 1 or node.rank < 2:
        return False
    (inner,) = node.children
    return inner.rank == node.rank and node == turned(inner)


def product(*factors: Node) -> Node:
    """Return the product of matrices, the last of which may be a vector."""
    lead = factors[0].rank - 2
    stack = tuple(range(lead))
    sizes = dict(enumerate(factors[0].shape[:lead]))
    labelled = []
    for k, factor in enumerate(factors):
        own = tuple(range(lead + k, lead + k + factor.rank - lead))
        sizes |= dict(zip(own, factor.shape[lead:], strict=True))
        labelled.append((factor, (*stack, *own)))
    last = (lead + len(factors),) if factors[-1].rank > lead + 1 else ()
    return contract((*stack, lead, *last), labelled, sizes)


def outer(left: Node, right: Node, *, vectors: bool) -> Node:
    """Return left rightᵀ, of matrices or of vectors."""
    lead = left.rank - (1 if vectors else 2)
    stack = tuple(range(lead))
    inner = () if vectors else (lead + 2,)
    sizes = dict(enumerate((*left.shape[: lead + 1], right.shape[lead], *left.shape[lead + 1 :])))
    factors = [(left, (*stack, lead, *inner)), (right, (*stack, lead + 1, *inner))]
    return contract((*stack, lead, lead + 1), factors, sizes)


def scaled(number: Node, matrix: Node) -> Node:
    """Return each matrix times its own number."""
    axes, sizes = labels_of(matrix)
    return contract(axes, [(number, axes[:-2]), (matrix, axes)], sizes)


def inner(left: Node, right: Node) -> Node:
    """Return ⟨A, B⟩ = tr(AᵀB) of each pair of matrices."""
    axes, sizes = labels_of(left)
    return contract(axes[:-2], [(left, axes), (right, axes)], sizes)


def identity(shape: Shape) -> Node:
    """Return the identity matrices of a stack of the shape."""
    lead = tuple(range(len(shape) - 2))
    sizes = dict(enumerate(shape[:-1]))
    return contract((*lead, len(lead), len(lead)), [], sizes)
