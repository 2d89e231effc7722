"""Vector products of 3-vectors."""

from __future__ import annotations

from derive.algebra.nodes import Node
from derive.arrays.elementwise import multiply, subtract
from derive.arrays.fault import ShapeFault
from derive.arrays.indexing import basic
from derive.arrays.linear import axis_of
from derive.arrays.pieces import stack
from derive.arrays.values import Operand, as_float
from derive.dims import dim


def torch_cross(x: Operand, y: Operand, axis: int | None = None) -> Node:
    """Return torch.cross: along the first axis of length 3, where none is given."""
    x = as_float(x)
    if axis is None:
        axis = x.shape.index(dim(3)) if dim(3) in x.shape else -1
    return cross(x, y, axis)


def cross(x: Operand, y: Operand, axis: int = -1) -> Node:
    """Return the vector product along an axis of length 3."""
    x, y = as_float(x), as_float(y)
    for vector in (x, y):
        if not vector.rank or vector.shape[axis_of(vector, axis)] != 3:
            raise ShapeFault(
                "{0} has no axis of length 3 there", vector, rule="cross takes 3-vectors."
            )

    def entry(v: Node, k: int) -> Node:
        return basic(v, [*[slice(None)] * axis_of(v, axis), k])

    parts = []
    for i, j in ((1, 2), (2, 0), (0, 1)):
        left, right = multiply(entry(x, i), entry(y, j)), multiply(entry(x, j), entry(y, i))
        parts.append(subtract(left, right))
    return stack(parts, axis)
