"""Statistics and other sums of entries that are compositions of plainer reductions."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.arrays.elementwise import (
    add,
    compare,
    divide,
    logical,
    multiply,
    subtract,
    unary,
    where,
)
from derive.algebra.arrays.fault import ShapeFault, axes_told
from derive.algebra.arrays.indexing import basic, slice_along
from derive.algebra.arrays.linear import axis_of, diagonal, matmul, outer, transpose
from derive.algebra.arrays.pieces import differences, stack
from derive.algebra.arrays.reduce import Axes, mean, total, variance
from derive.algebra.arrays.select import largest, smallest
from derive.algebra.arrays.truths import count
from derive.algebra.arrays.values import Operand, as_float, node
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node
from derive.dims import dim


def nan_sum(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the sum of the entries that are numbers."""
    x = as_float(x)
    return total(where(compare("isnan", x), 0, x), axis, keepdims)


def nan_mean(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the mean of the entries that are numbers."""
    present = logical("logical_not", compare("isnan", as_float(x)))
    return divide(nan_sum(x, axis, keepdims), count(present, axis, keepdims))


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
    deviations = unary("sqrt", diagonal(products))
    return divide(products, outer(deviations, deviations))


def trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1, axis: int = -1) -> Node:
    """Return the integral of the entries along an axis by the trapezoidal rule."""
    y = as_float(y)
    at = axis_of(y, axis)
    pairs = add(
        slice_along(y, at, dim(1), y.shape[at]), slice_along(y, at, dim(0), y.shape[at] - 1)
    )
    if x is None:
        return total(multiply(dx, multiply(Fraction(1, 2), pairs)), at)
    steps = differences(x, -1)
    if node(x).rank == 1 and at != y.rank - 1:
        steps = basic(steps, [slice(None), *[None] * (y.rank - 1 - at)])
    return total(multiply(Fraction(1, 2), multiply(steps, pairs)), at)


def torch_cross(x: Operand, y: Operand, axis: int | None = None) -> Node:
    """Return torch.cross: along the first axis of length 3, where none is given."""
    x = as_float(x)
    if axis is None:
        axis = x.shape.index(dim(3)) if dim(3) in x.shape else -1
    return cross(x, y, axis)


def vector_products(left: Operand, right: Operand, axis: int = -1) -> Node:
    """Return linalg.vecdot: the inner products of vectors along an axis of arrays."""
    return total(multiply(left, right), axis)


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
