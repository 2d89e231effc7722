"""Sums that are zero: what is left of x when its mean is taken off has no mean, 1ᵀ(x - x̄ 1) = 0.

A term that vanishes when it is summed over an axis is dropped from a sum under that axis.
"""

from __future__ import annotations

from derive.algebra.build import add, contract, is_zero, zero
from derive.algebra.nodes import Add, Contract, Node


def without_vanishing(node: Contract) -> Node:
    """Return the product without the terms that are zero once they are summed."""
    for k, (factor, axes) in enumerate(node.factors):
        if not isinstance(factor, Add):
            continue
        for axis, label in enumerate(axes):
            if label in node.out or not _alone(node, k, label):
                continue
            kept = [term for term in factor.terms if not _vanishes(term, axis)]
            if not kept or is_zero(add(*(_summed(term, axis) for term in kept))):
                return zero(node.shape)
            if len(kept) < len(factor.terms):
                factors = list(node.factors)
                factors[k] = (add(*kept), axes)
                return contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)
    return node


def _alone(node: Contract, k: int, label: int) -> bool:
    """Whether the label occurs once, in factor k."""
    return sum(axes.count(label) for _, axes in node.factors) == 1


def _summed(term: Node, axis: int) -> Node:
    labels = tuple(range(term.rank))
    kept = [label for label in labels if label != axis]
    return contract(kept, [(term, labels)], dict(enumerate(term.shape)))


def _vanishes(term: Node, axis: int) -> bool:
    """Whether the term is zero once it is summed over the axis."""
    total = _summed(term, axis)
    return isinstance(total, Contract) and is_zero(without_vanishing(total))
