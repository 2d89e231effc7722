"""Sums of arrays of more than two axes multiplied out, where matrices say all that they say.

    Σ_k (X[i,k] - Y[j,k])² = ‖x_i‖² - 2 x_iᵀ y_j + ‖y_j‖²

Index notation is shorter there, but it is no matrix expression.
"""

from __future__ import annotations

from derive.algebra.build import add, rebuild
from derive.algebra.distributing import distributed
from derive.algebra.nodes import Add, Contract, Node, walk


def is_flat(node: Node) -> bool:
    """Whether nothing in the expression has more than two axes."""
    return all(part.rank <= 2 for part in walk(node))


def flattened(node: Node) -> Node:
    """Return the expression with sums of more than two axes multiplied out."""
    if is_flat(node):
        return node
    children = [flattened(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    for k, factor in enumerate(node.children if isinstance(node, Contract) else ()):
        if isinstance(factor, Add) and factor.rank > 2:
            assert isinstance(node, Contract)
            return add(*map(flattened, distributed(node, k)))
    return node
