"""Products and sums of entries along an axis: of all of them, and of those up to each."""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.layout import reshape
from derive.arrays.linear import axis_of
from derive.arrays.reduce import Axes, axes_of, restored
from derive.arrays.values import Operand, as_float, as_number_array


def product(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the product of the entries along the axes, one axis after the other."""
    x = as_number_array(x)
    gone = axes_of(x, axis)
    flat = len(gone) == x.rank > 1
    found = reshape(x, [-1]) if flat else x
    for k in (0,) if flat else gone[::-1]:
        kept = tuple(d for at, d in enumerate(found.shape) if at != k)
        found = build.apply("prod", [found], (k,), kept)
    return restored(found, x, gone, keepdims)


def cumulative_sum(x: Operand, axis: int | None = None) -> Node:
    """Return the sums of the entries up to each one; without an axis, of all in row order."""
    x, at = _line(x, axis)
    return build.apply("cumsum", [x], (at, False), x.shape)


def cumulative_product(x: Operand, axis: int | None = None) -> Node:
    """Return the products of the entries up to each one; without an axis, in row order."""
    x, at = _line(x, axis)
    return build.apply("cumprod", [x], (at,), x.shape)


def _line(x: Operand, axis: int | None) -> tuple[Node, int]:
    x = as_float(x)
    if axis is None:
        return (x, 0) if x.rank == 1 else (reshape(x, [-1]), 0)
    return x, axis_of(x, axis)
