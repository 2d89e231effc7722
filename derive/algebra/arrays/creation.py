"""Arrays made of nothing: zeros, ones, the identity, counting, triangles."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.arrays.elementwise import add, multiply
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.layout import broadcast_to, lengths
from derive.algebra.arrays.values import NUMBERS, Operand, as_float, node
from derive.algebra.nodes import Node
from derive.dims import Dim, dim


def zeros(shape: Sequence[Dim | int]) -> Node:
    """Return the array of zeros."""
    return build.zero(lengths(shape))


def ones(shape: Sequence[Dim | int]) -> Node:
    """Return the array of ones."""
    return build.ones(lengths(shape))


def zeros_like(x: Operand) -> Node:
    """Return zeros in the shape of another array."""
    return build.zero(node(x).shape)


def ones_like(x: Operand) -> Node:
    """Return ones in the shape of another array."""
    return build.ones(node(x).shape)


def full(shape: Sequence[Dim | int], fill_value: Operand) -> Node:
    """Return an array with one value everywhere."""
    return broadcast_to(fill_value, lengths(shape))


def full_like(x: Operand, value: Operand) -> Node:
    """Return one value everywhere in the shape of another array."""
    return broadcast_to(value, node(x).shape)


def eye(n: Dim | int, m: Dim | int | None = None) -> Node:
    """Return the identity matrix."""
    if m is not None and dim(m) != dim(n):
        raise Refused("an identity matrix that is not square")
    return build.contract((0, 0), [], {0: dim(n)})


def arange(bounds: Sequence[Dim | int]) -> Node:
    """Return 0, 1, … or start, start + 1, … as integers."""
    values = [dim(b) if isinstance(b, int | Dim) else None for b in bounds]
    if None in values or not 1 <= len(values) <= 2:
        raise Refused("arange of integers and dimensions, with step 1, is read")
    start, stop = (dim(0), values[0]) if len(values) == 1 else values
    length = stop - start
    counted = build.apply("iota", [], (length,), (length,))
    return counted if start == 0 else add(counted, start)


def triangle(shape: Sequence[Dim], lower: bool, k: int) -> Node:
    """Return the 0/1 matrix with ones on and below (or above) diagonal k."""
    return build.apply("tri", [], (lower, k), tuple(shape))


def _masked(x: Operand, lower: bool, k: int) -> Node:
    if isinstance(x, NUMBERS) or node(x).rank < 2:
        raise ShapeFault("{0} is no matrix", node(x), rule="A triangle is cut from a matrix.")
    if not isinstance(k, int):
        raise Refused("a diagonal that is no constant")
    x = as_float(x)
    return multiply(x, triangle(x.shape[-2:], lower, k))


def lower(x: Operand, k: int = 0) -> Node:
    """Return the entries on and below diagonal k, zeros above (tril)."""
    return _masked(x, True, k)


def upper(x: Operand, k: int = 0) -> Node:
    """Return the entries on and above diagonal k, zeros below (triu)."""
    return _masked(x, False, k)
