"""The largest and smallest entry along axes and where it stands; what holds along axes."""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import compare
from derive.arrays.fault import Refused
from derive.arrays.layout import reshape
from derive.arrays.reduce import Axes, axes_of, restored, total
from derive.arrays.values import Operand, as_number_array, as_truth, node


def along(rule: str, x: Node, axes: Axes, keepdims: bool) -> Node:
    """Return an operation that takes its axes away, or leaves them with size 1."""
    gone = axes_of(x, axes)
    kept = tuple(d for axis, d in enumerate(x.shape) if axis not in gone)
    return restored(build.apply(rule, [x], gone, kept), x, gone, keepdims)


def largest(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the largest entry along the axes; ties share the gradient equally."""
    return along("max", as_number_array(x), axis, keepdims)


def smallest(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the smallest entry along the axes; ties share the gradient equally."""
    return along("min", as_number_array(x), axis, keepdims)


def position(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the index of the first largest entry, of all in row order without an axis."""
    return _place("argmax", x, axis, keepdims)


def least_position(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the index of the first smallest entry, of all in row order without an axis."""
    return _place("argmin", x, axis, keepdims)


def _place(rule: str, x: Operand, axis: int | None, keepdims: bool) -> Node:
    x = node(x)
    if axis is None and x.rank != 1:
        if keepdims:
            raise Refused(f"{rule} over all entries that keeps the axes", "give the axis")
        x = reshape(x, [-1])
    gone = axes_of(x, axis)
    kept = tuple(d for k, d in enumerate(x.shape) if k not in gone)
    found = build.apply(rule, [x], (x.shape[gone[0]], gone[0]), kept)
    return restored(found, x, gone, keepdims)


def exclusive(x: Operand, y: Operand) -> Node:
    """Return whether exactly one of two truth values holds."""
    return compare("not_equal", as_truth(x), as_truth(y))


def any_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether some entry along the axes holds."""
    return along("any", as_truth(x), axis, keepdims)


def all_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether every entry along the axes holds."""
    return along("all", as_truth(x), axis, keepdims)


def count(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return how many entries along the axes are not 0."""
    return total(as_truth(x), axis, keepdims)
