"""Reductions along axes: sums, means, variances, norms, softmax and its relatives, extrema."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.arrays.elementwise import (
    binary,
    divide,
    negative,
    square,
    subtract,
    unary,
)
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.linear import axis_of
from derive.algebra.arrays.values import Operand, as_float, as_number_array
from derive.algebra.coefficient import UNIT, Coefficient, dimension_power
from derive.algebra.nodes import Node
from derive.dims import ONE, size_of

Axes = int | Sequence[int] | None


def axes_of(x: Node, axes: Axes) -> tuple[int, ...]:
    """Return the axes counted from the front, sorted; None means all."""
    if axes is None:
        return tuple(range(x.rank))
    given = [axes] if isinstance(axes, int) else list(axes)
    found = sorted(axis_of(x, axis) for axis in given)
    if len(set(found)) < len(found):
        raise ShapeFault(f"an axis of {{0}} is named twice in {tuple(given)}", x)
    return tuple(found)


def total(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the sum along the axes."""
    return _weighted_sum(as_number_array(x), axis, keepdims, UNIT)


def mean(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the mean along the axes."""
    x = as_float(x)
    return _weighted_sum(x, axis, keepdims, _count(x, axis) ** -1)


def _count(x: Node, axis: Axes) -> Coefficient:
    c = UNIT
    for k in axes_of(x, axis):
        c = c * dimension_power(x.shape[k], 1)
    return c


def _weighted_sum(x: Node, axis: Axes, keepdims: bool, c: Coefficient) -> Node:
    gone = axes_of(x, axis)
    labels, sizes = build.labels_of(x)
    kept = [label for label in labels if label not in gone]
    return restored(build.contract(kept, [(x, labels)], sizes, c), x, gone, keepdims)


def restored(reduced: Node, x: Node, gone: Sequence[int], keepdims: bool) -> Node:
    """Put axes of size 1 where axes were reduced."""
    if not keepdims or not gone:
        return reduced
    shape = [ONE if axis in gone else d for axis, d in enumerate(x.shape)]
    kept = [axis for axis in range(x.rank) if axis not in gone]
    return build.contract(range(x.rank), [(reduced, kept)], dict(enumerate(shape)))


def variance(x: Operand, axis: Axes = None, correction: int = 0, keepdims: bool = False) -> Node:
    """Return the mean squared deviation, divided by the count less `correction`."""
    x = as_float(x)
    centred = subtract(x, mean(x, axis, keepdims=True))
    if correction == 0:
        c = _count(x, axis) ** -1
    else:
        count = size_of(x.shape[a] for a in axes_of(x, axis)) - correction
        if count == 0:
            raise Refused("a variance of as many values as are subtracted from their count")
        c = dimension_power(count, -1)
    return _weighted_sum(square(centred), axis, keepdims, c)


def deviation(x: Operand, axis: Axes = None, correction: int = 0, keepdims: bool = False) -> Node:
    """Return the square root of the variance."""
    return unary("sqrt", variance(x, axis, correction, keepdims))


def norm(x: Operand, p: object = None, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the norm of linalg: of vectors, or the Frobenius norm of matrices."""
    x = as_float(x)
    if len(axes_of(x, axis)) > 1 and p not in (None, "fro"):
        raise Refused(
            f"the matrix norm of order {p} is not read", "the Frobenius norm needs no order"
        )
    return entry_norm(x, p, axis, keepdims)


def matrix_norm(x: Operand, p: object = "fro", axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the Frobenius norm of the last two axes."""
    return norm(x, p, (-2, -1) if axis is None else axis, keepdims)


def entry_norm(x: Operand, p: object = None, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the norm of all entries along the axes, as of one vector: order 2 or 1."""
    x = as_float(x)
    gone = axes_of(x, axis)
    if p in (None, "fro", 2):
        kept = tuple(d for k, d in enumerate(x.shape) if k not in gone)
        return restored(build.apply("norm", [x], gone, kept), x, gone, keepdims)
    if p == 1:
        return total(unary("abs", x), axis, keepdims)
    raise Refused(f"the norm of order {p} is not read", "orders 1 and 2 are read")


def softmax(x: Operand, axis: Axes) -> Node:
    """Return exp(x) divided by its sum along the axis."""
    x = as_float(x)
    return build.apply("softmax", [x], axes_of(x, axis), x.shape)


def log_softmax(x: Operand, axis: Axes) -> Node:
    """Return the logarithm of softmax, which does not overflow."""
    x = as_float(x)
    return build.apply("log_softmax", [x], axes_of(x, axis), x.shape)


def logsumexp(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return log Σ exp(x) along the axis, which does not overflow."""
    x = as_float(x)
    gone = axes_of(x, axis)
    kept = tuple(d for axis, d in enumerate(x.shape) if axis not in gone)
    return restored(build.apply("logsumexp", [x], gone, kept), x, gone, keepdims)


def softmin(x: Operand, axis: Axes) -> Node:
    """Return softmax(-x)."""
    return softmax(negative(x), axis)


def normalize(x: Operand, p: object = 2, axis: int = 1, eps: Operand = 0) -> Node:
    """Return x / max(‖x‖, eps) along the axis."""
    return divide(x, binary("maximum", entry_norm(x, p, axis, keepdims=True), eps))


def cumulative_sum(x: Operand, axis: int | None = None) -> Node:
    """Return the sums of all entries up to each one, along an axis."""
    x = as_number_array(x)
    if axis is None and x.rank != 1:
        raise Refused("cumsum without an axis")
    at = axis_of(x, axis or 0)
    length = x.shape[at]
    below = build.apply("tri", [], (True, 0), (length, length))
    labels, sizes = build.labels_of(x)
    fresh = x.rank
    sizes[fresh] = length
    out = [fresh if label == at else label for label in labels]
    return build.contract(out, [(below, [fresh, at]), (x, labels)], sizes)
