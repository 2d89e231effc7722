"""Entries in order: sorted, the largest, the one in the middle, and where they stand.

What is picked passes its cotangent to the entry that it came from; among equal entries the first
comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, multiply, subtract
from derive.arrays.fault import Refused
from derive.arrays.indexing import slice_along
from derive.arrays.layout import reshape, squeeze
from derive.arrays.linear import axis_of
from derive.arrays.select import least_position, position
from derive.arrays.values import Operand, as_number_array, node
from derive.dims import Dim, dim

Picked = tuple[Node, Node]
"""Entries, and the integers that name their places along the axis."""


def picked(x: Operand, index: Node, axis: int) -> Node:
    """Return the entries along the axis that integers of the same rank name."""
    return build.apply("gather", [node(x), index], (axis,), index.shape)


def order(x: Operand, axis: int | None = -1, descending: bool = False) -> Node:
    """Return the integers that put the entries along the axis in order."""
    x, at = _line(x, axis)
    return build.apply("argsort", [x], (x.shape[at], at, bool(descending)), x.shape)


def _line(x: Operand, axis: int | None) -> tuple[Node, int]:
    """Return the array and its axis; without an axis, all entries in row order."""
    x = as_number_array(x)
    return (reshape(x, [-1]), 0) if axis is None else (x, axis_of(x, axis))


def in_order(x: Operand, axis: int | None = -1, descending: bool = False) -> Picked:
    """Return the entries along the axis in order, and their places."""
    x, at = _line(x, axis)
    places = order(x, at, descending)
    return picked(x, places, at), places


def sort(x: Operand, axis: int | None = -1) -> Node:
    """Return the entries along the axis from the smallest to the largest."""
    return in_order(x, axis)[0]


def outermost(x: Operand, k: Dim | int, axis: int = -1, largest: bool = True) -> Picked:
    """Return the k largest (or smallest) entries along the axis in order, and their places."""
    x, at = _line(x, axis)
    count, size = dim(k), x.shape[at]
    if count.value is None or (size.value is not None and not 0 <= count.value <= size.value):
        raise Refused(f"the {k} first of {size} entries", "k is a constant of at most the length")
    places = slice_along(order(x, at, largest), at, dim(0), count)
    return picked(x, places, at), places


def nth(x: Operand, rank: Dim, axis: int | None, keepdims: bool) -> Picked:
    """Return the entry at a place of the order along the axis, and where it stands."""
    x, at = _line(x, axis)
    places = slice_along(order(x, at), at, rank, rank + 1)
    found = picked(x, places, at), places
    return found if keepdims else (squeeze(found[0], at), squeeze(found[1], at))


def nth_smallest(x: Operand, k: int, axis: int = -1, keepdims: bool = False) -> Picked:
    """Return the k-th smallest entry along the axis, counted from 1 (torch.kthvalue)."""
    if not isinstance(k, int) or k < 1:
        raise Refused(f"the entry of order {k}", "k is a constant from 1 on")
    return nth(x, dim(k - 1), axis, keepdims)


def lower_median(x: Operand, axis: int | None = None, keepdims: bool = False) -> Picked:
    """Return the entry in the middle, the lower of two (torch.median)."""
    x, at = _line(x, axis)
    return nth(x, (x.shape[at] - 1) // 2, at, keepdims)


def median(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the entry in the middle, or the mean of the two there (np.median)."""
    if keepdims and axis is None:
        raise Refused("a median of all entries that keeps the axes")
    x, at = _line(x, axis)
    size = x.shape[at]
    lower, upper = (nth(x, place, at, keepdims)[0] for place in ((size - 1) // 2, size // 2))
    return multiply(Fraction(1, 2), add(lower, upper))


def quantile(x: Operand, q: object, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the entry that a share q of all lie below, between two by their distance."""
    if not isinstance(q, int | Fraction) or not 0 <= q <= 1:
        raise Refused("quantiles other than at one constant between 0 and 1")
    if keepdims and axis is None:
        raise Refused("a quantile of all entries that keeps the axes")
    x, at = _line(x, axis)
    share = Fraction(q)
    steps = (x.shape[at] - 1) * share.numerator
    below = steps // share.denominator
    above = (steps + share.denominator - 1) // share.denominator
    weight = multiply(Fraction(1, share.denominator), steps - below * share.denominator)
    lower, upper = (nth(x, place, at, keepdims)[0] for place in (below, above))
    return add(lower, multiply(weight, subtract(upper, lower)))


def percentile(x: Operand, q: object, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the quantile at q hundredths (np.percentile)."""
    if not isinstance(q, int | Fraction):
        raise Refused("percentiles other than at one constant")
    return quantile(x, Fraction(q) / 100, axis, keepdims)


def first_extreme(where: Callable[..., Node]) -> Callable[[Operand, int, bool], Picked]:
    """Make the largest or smallest entry along one axis: ties give the gradient to the first."""

    def apply(x: Operand, axis: int, keepdims: bool = False) -> Picked:
        x = as_number_array(x)
        at = axis_of(x, axis)
        value = picked(x, where(x, at, True), at)
        return (value if keepdims else squeeze(value, at)), where(x, at, keepdims)

    return apply


first_largest = first_extreme(position)
first_smallest = first_extreme(least_position)
