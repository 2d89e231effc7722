"""Operations whose value is known: those of zeros, and L_exp(A, I) = exp A."""

from __future__ import annotations

from derive.algebra.build import apply, contract, is_zero, zero
from derive.algebra.nodes import Apply, Contract, Node
from derive.algebra.stacks import scaled

_LINEAR = frozenset({"sym", "lower_half", "slice", "place", "flip", "cumsum", "reshape"})


def known_value(node: Apply) -> Node:
    """Return what the operation gives where that needs no operation, else the node."""
    if node.rule in _LINEAR and is_zero(node.args[0]):
        return zero(node.shape)
    if node.rule == "expm_along":
        a, direction = node.args
        number = _times_identity(direction)
        return node if number is None else scaled(number, apply("expm", [a], (), a.shape))
    return node


def _times_identity(matrix: Node) -> Node | None:
    """Return the number by which each matrix is the identity, None where it is another."""
    if not isinstance(matrix, Contract) or matrix.out[-1] != matrix.out[-2]:
        return None
    if any(matrix.out[-1] in axes for _, axes in matrix.factors):
        return None
    sizes = {k: d for k, d in enumerate(matrix.sizes) if k != matrix.out[-1]}
    return contract(matrix.out[:-2], matrix.factors, sizes, matrix.coefficient)
