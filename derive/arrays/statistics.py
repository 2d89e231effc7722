"""Statistics and other sums of entries that are compositions of plainer reductions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node
from derive.arrays.elementwise import (
    add,
    compare,
    divide,
    each,
    logical,
    multiply,
    square,
    subtract,
    where,
)
from derive.arrays.fault import ShapeFault, axes_told
from derive.arrays.indexing import basic, slice_along
from derive.arrays.linear import axis_of, diagonal, matmul, outer, transpose
from derive.arrays.pieces import differences
from derive.arrays.reduce import (
    Axes,
    cumulative_sum,
    mean,
    total,
    variance,
)
from derive.arrays.select import count, largest, smallest
from derive.arrays.values import Operand, as_float, node
from derive.dims import dim


def of_numbers(
    function: Callable[..., Node], instead: Operand, x: Operand, *args: Any, **told: Any
) -> Node:
    """Return a function of the entries that are numbers, the others being replaced."""
    x = as_float(x)
    return function(where(compare("isnan", x), instead, x), *args, **told)


def nan_mean(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the mean of the entries that are numbers."""
    present = logical("logical_not", compare("isnan", as_float(x)))
    return divide(of_numbers(total, 0, x, axis, keepdims), count(present, axis, keepdims))


def nan_variance(
    x: Operand, axis: Axes = None, correction: Operand = 0, keepdims: bool = False
) -> Node:
    """Return the mean squared deviation of the entries that are numbers."""
    present = logical("logical_not", compare("isnan", as_float(x)))
    centred = where(present, subtract(of_numbers(as_float, 0, x), nan_mean(x, axis, True)), 0)
    freedom = subtract(as_float(count(present, axis, keepdims)), correction)
    return divide(total(square(centred), axis, keepdims), freedom)


def nan_deviation(
    x: Operand, axis: Axes = None, correction: Operand = 0, keepdims: bool = False
) -> Node:
    """Return the standard deviation of the entries that are numbers."""
    return each("sqrt", nan_variance(x, axis, correction, keepdims))


def span(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the largest less the smallest entry (np.ptp)."""
    return subtract(largest(x, axis, keepdims), smallest(x, axis, keepdims))


def both_extremes(x: Operand, axis: Axes = None, keepdims: bool = False) -> tuple[Node, Node]:
    """Return the smallest and the largest entry (torch.aminmax)."""
    return smallest(x, axis, keepdims), largest(x, axis, keepdims)


def average(x: Operand, axis: int | None = None, weights: Operand | None = None) -> Node:
    """Return Σ w x / Σ w, or the mean (np.average)."""
    if weights is None:
        return mean(x, axis)
    x, w = as_float(x), as_float(weights)
    if w.shape != x.shape and axis is not None:
        unit = [None] * (x.rank - 1 - axis_of(x, axis))
        w = basic(w, [slice(None), *unit])
    return divide(total(multiply(w, x), axis), total(w, axis if w.rank == x.rank else None))


def covariance(x: Operand, correction: int = 1) -> Node:
    """Return the covariance of the rows, each an observed variable (np.cov, torch.cov)."""
    x = as_float(x)
    if x.rank not in (1, 2):
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, a covariance takes a matrix", x)
    if x.rank == 1:
        return variance(x, None, correction)
    centred = subtract(x, mean(x, 1, keepdims=True))
    product = matmul(centred, transpose(centred))
    return multiply(dimension_power(x.shape[1] - correction, -1), product)


def correlation(x: Operand) -> Node:
    """Return the correlation of the rows (corrcoef)."""
    products = covariance(x, 0)
    if not products.rank:
        return divide(products, products)
    deviations = each("sqrt", diagonal(products))
    return divide(products, outer(deviations, deviations))


def trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1, axis: int = -1) -> Node:
    """Return the integral of the entries along an axis by the trapezoidal rule."""
    return total(_trapezoids(y, x, dx, axis), axis)


def _trapezoids(y: Operand, x: Operand | None, dx: Operand, axis: int) -> Node:
    """Return the area between each two neighbours along an axis."""
    y = as_float(y)
    at = axis_of(y, axis)
    pairs = add(
        slice_along(y, at, dim(1), y.shape[at]), slice_along(y, at, dim(0), y.shape[at] - 1)
    )
    if x is None:
        return multiply(dx, multiply(Fraction(1, 2), pairs))
    steps = differences(x, -1)
    if node(x).rank == 1 and at != y.rank - 1:
        steps = basic(steps, [slice(None), *[None] * (y.rank - 1 - at)])
    return multiply(Fraction(1, 2), multiply(steps, pairs))


def running_trapezoid(
    y: Operand, x: Operand | None = None, dx: Operand = 1, axis: int = -1
) -> Node:
    """Return the integrals up to each entry by the trapezoidal rule (cumulative_trapezoid)."""
    return cumulative_sum(_trapezoids(y, x, dx, axis), axis)


def vector_products(left: Operand, right: Operand, axis: int = -1) -> Node:
    """Return linalg.vecdot: the inner products of vectors along an axis of arrays."""
    return total(multiply(left, right), axis)
