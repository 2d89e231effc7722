"""Norms of vectors and matrices along axes, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call
from derive.arrays.elementwise import divide, each, multiply, subtract
from derive.arrays.factorizations import least_singular_value, nuclear_norm, spectral_norm
from derive.arrays.fault import Refused
from derive.arrays.layout import unsqueeze
from derive.arrays.linear import axis_of, moveaxis
from derive.arrays.matrices import inverse
from derive.arrays.reduce import Axes, axes_of, restored, total
from derive.arrays.select import along, count, largest, smallest
from derive.arrays.values import Operand, as_float

_INFINITY = call("inf")
_ORDERS = "orders 0, 1, 2, any p above 1, inf and -inf are read"
_OF_SINGULAR_VALUES: dict[object, Callable[[Node], Node]] = {
    2: spectral_norm,
    -2: least_singular_value,
    "nuc": nuclear_norm,
}


def entry_norm(x: Operand, p: object = None, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the norm of order p of all entries along the axes, as of one vector."""
    x = as_float(x)
    if p == "nuc":
        return matrix_norm(x, p, (-2, -1) if axis is None else axis, keepdims)
    if p in (None, "fro", 2):
        return along("norm", x, axis, keepdims)
    size = each("abs", x)
    if p == 1:
        return total(size, axis, keepdims)
    if p == _INFINITY:
        return largest(size, axis, keepdims)
    if p == -_INFINITY:
        return smallest(size, axis, keepdims)
    if p == 0:
        return as_float(count(x, axis, keepdims))
    if not isinstance(p, int | Fraction) or p < 1:
        raise Refused(f"the norm of order {_shown(p)} is not read", _ORDERS)
    gone = axes_of(x, axis)
    kept = tuple(d for k, d in enumerate(x.shape) if k not in gone)
    reduced = build.apply("power_norm", [x], (Fraction(p), *gone), kept)
    return restored(reduced, x, gone, keepdims)


def norm(x: Operand, p: object = None, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return the norm of linalg: of matrices where two axes are meant, else of vectors."""
    x = as_float(x)
    axes = axes_of(x, axis)
    if p is None or len(axes) < 2:
        return entry_norm(x, p, axis, keepdims)
    if len(axes) > 2:
        raise Refused(f"a norm of order {_shown(p)} over {len(axes)} axes", "give one or two axes")
    given = axes if axis is None or isinstance(axis, int) else tuple(axis)
    return matrix_norm(x, p, given, keepdims)


def matrix_norm(
    x: Operand, p: object = "fro", axis: Axes = (-2, -1), keepdims: bool = False
) -> Node:
    """Return the norm of matrices: Frobenius, nuclear, of order 1, 2 or inf.

    These are, behind the nuclear norm, the largest column sum, singular value and row sum, of
    order -1, -2 and -inf the smallest.
    """
    x = as_float(x)
    rows, columns = (axis_of(x, k) for k in (axis if isinstance(axis, list | tuple) else (axis,)))
    if p == "fro":
        return along("norm", x, (rows, columns), keepdims)
    if p in _OF_SINGULAR_VALUES:
        found = _OF_SINGULAR_VALUES[p](moveaxis(x, (rows, columns), (-2, -1)))
        return restored(found, x, (rows, columns), keepdims)
    extremes = {1: largest, -1: smallest, _INFINITY: largest, -_INFINITY: smallest}
    if p not in extremes:
        raise Refused(
            f"the matrix norm of order {_shown(p)} is not read", "fro, nuc, ±1, ±2 and ±inf are"
        )
    summed, left = (rows, columns) if p in (1, -1) else (columns, rows)
    sums = total(each("abs", x), summed, keepdims=True)
    kept = extremes[p](sums, left, keepdims=True)
    if keepdims:
        return kept
    labels, sizes = build.labels_of(kept)
    return build.contract([k for k in labels if k not in (rows, columns)], [(kept, labels)], sizes)


def condition(x: Operand, p: object = None) -> Node:
    """Return the condition number ‖A‖ ‖A⁻¹‖ of each matrix, of order 2 unless another is given."""
    x = as_float(x)
    if p in (None, 2, -2):
        ends = spectral_norm(x), least_singular_value(x)
        return divide(*(ends[::-1] if p == -2 else ends))
    return multiply(matrix_norm(x, p), matrix_norm(inverse(x), p))


def _shown(p: object) -> str:
    return {_INFINITY: "inf", -_INFINITY: "-inf"}.get(p, str(p))  # type: ignore[call-overload]


def normalize(x: Operand, p: object = 2, axis: int = 1, eps: Operand = 0) -> Node:
    """Return x / max(‖x‖, eps) along the axis."""
    return divide(x, each("maximum", entry_norm(x, p, axis, keepdims=True), eps))


def distance(x: Operand, y: Operand, p: object = 2) -> Node:
    """Return ‖x - y‖ over all entries (torch.dist)."""
    return entry_norm(subtract(x, y), p)


def distances(x: Operand, y: Operand, p: object = 2) -> Node:
    """Return ‖xᵢ - yⱼ‖ for all pairs of rows (torch.cdist)."""
    return entry_norm(subtract(unsqueeze(x, -2), unsqueeze(y, -3)), p, -1)
