"""Reductions and running sums along axes: products, means, variances, softmax and its kin."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra import build
from derive.algebra.coefficient import UNIT, Coefficient, dimension_power
from derive.algebra.nodes import Node
from derive.arrays.elementwise import negative, square, subtract
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.layout import reshape
from derive.arrays.linear import axis_of
from derive.arrays.values import Operand, as_float, as_number_array
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
    centred = _centred(x, axis)
    return _weighted_sum(square(centred), axis, keepdims, _freedom(centred, axis, correction) ** -1)


def deviation(x: Operand, axis: Axes = None, correction: int = 0, keepdims: bool = False) -> Node:
    """Return the square root of the variance, ‖x - mean‖ / √count: its slope is 0 where it is 0."""
    centred = _centred(x, axis)
    gone = axes_of(centred, axis)
    kept = tuple(d for k, d in enumerate(centred.shape) if k not in gone)
    norm = build.apply("norm", [centred], gone, kept)
    scaled = build.scale(_root(_freedom(centred, axis, correction)), norm)
    return restored(scaled, centred, gone, keepdims)


def _centred(x: Operand, axis: Axes) -> Node:
    x = as_float(x)
    return subtract(x, mean(x, axis, keepdims=True))


def _freedom(x: Node, axis: Axes, correction: int) -> Coefficient:
    """Return the count along the axes less the correction."""
    if correction == 0:
        return _count(x, axis)
    count = size_of(x.shape[a] for a in axes_of(x, axis)) - correction
    if count == 0:
        raise Refused("a variance of as many values as are subtracted from their count")
    return dimension_power(count, 1)


def _root(c: Coefficient) -> Coefficient:
    """Return c^(-1/2) of a count."""
    root = dimension_power(int(c.number), Fraction(-1, 2)) if c.number != 1 else UNIT
    return root * Coefficient(powers=tuple((d, -e / 2) for d, e in c.powers))


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
