"""Arrays made of nothing: zeros, ones, the identity, counting, triangles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from derive.algebra import build
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, compare, each, multiply, power_of, subtract
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.layout import broadcast_to, lengths, unsqueeze
from derive.arrays.values import NUMBERS, Operand, as_float, node
from derive.dims import Dim, dim

_Bound = int | Fraction | Dim


def zeros(shape: Sequence[Dim | int]) -> Node:
    """Return the array of zeros."""
    return build.zero(lengths(shape))


def ones(shape: Sequence[Dim | int]) -> Node:
    """Return the array of ones."""
    return build.ones(lengths(shape))


def new_zeros(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return zeros of the dtype of x, which a program leaves open."""
    return zeros(shape)


def new_ones(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return ones of the dtype of x, which a program leaves open."""
    return ones(shape)


def new_full(x: Operand, shape: Sequence[Dim | int], fill_value: Operand) -> Node:
    """Return an array with one value everywhere, of the dtype of x."""
    return full(shape, fill_value)


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


def eye(n: Dim | int, m: Dim | int | None = None, k: int = 0) -> Node:
    """Return the matrix with ones on diagonal k: without it, the identity."""
    rows, columns = dim(n), dim(n if m is None else m)
    if rows == columns and k == 0:
        return build.contract((0, 0), [], {0: rows})
    down, across = unsqueeze(add(_count(rows), k), 1), _count(columns)
    return as_float(compare("equal", down, across))


def _count(length: Dim) -> Node:
    """Return the integers 0, 1, … below the length."""
    return build.apply("iota", [], (length,), (length,))


def arange(bounds: Sequence[Operand]) -> Node:
    """Return start, start + step, … below stop; integers where all are integers."""
    start, stop, step = _bounds(bounds)
    if step == 1 and isinstance(start, int | Dim) and isinstance(stop, int | Dim):
        length = dim(stop) - dim(start)
        return _count(length) if dim(start) == 0 else add(_count(length), start)
    if isinstance(start, Dim) or isinstance(stop, Dim) or not step:
        raise Refused("arange with a step", "with a step, give numbers alone")
    length = dim(max(ceil((stop - start) / step), 0))
    return add(multiply(step, _count(length)), start)


def _bounds(bounds: Sequence[Operand]) -> tuple[_Bound, _Bound, Fraction]:
    known = [b for b in bounds if isinstance(b, int | Fraction | Dim)]
    if len(known) < len(bounds) or not 1 <= len(known) <= 3:
        raise Refused("arange of numbers and dimensions is read")
    step = known[2] if len(known) == 3 else 1
    if isinstance(step, Dim):
        raise Refused("arange with a step", "with a step, give numbers alone")
    start, stop = (0, known[0]) if len(known) == 1 else known[:2]
    return start, stop, Fraction(step)


def linspace(start: Operand, stop: Operand, n: Dim | int, endpoint: bool = True) -> Node:
    """Return n numbers in equal steps from start to stop, which is the last one (np.linspace)."""
    length = dim(n)
    if length.value == 1:
        return add(as_float(_count(length)), start)
    steps = dimension_power(length - 1 if endpoint else length, -1)
    share = multiply(steps, as_float(_count(length)))
    return add(start, multiply(subtract(stop, start), share))


def logspace(start: Operand, stop: Operand, n: Dim | int, base: Operand = 10) -> Node:
    """Return base to the power of n numbers in equal steps from start to stop."""
    return numpy_logspace(start, stop, n, True, base)


def numpy_logspace(
    start: Operand, stop: Operand, n: Dim | int, endpoint: bool = True, base: Operand = 10
) -> Node:
    """Return np.logspace, whose last step may be left out."""
    return each("exp", multiply(each("log", node(base)), linspace(start, stop, n, endpoint)))


def tri(n: Dim | int, m: Dim | int | None = None, k: int = 0) -> Node:
    """Return ones on and below diagonal k, zeros above."""
    return triangle((dim(n), dim(n if m is None else m)), True, k)


def triangle(shape: Sequence[Dim], lower: bool, k: int) -> Node:
    """Return the 0/1 matrix with ones on and below (or above) diagonal k."""
    return build.apply("tri", [], (lower, k), tuple(shape))


def vander(x: Operand, n: Dim | int | None = None, increasing: bool = False) -> Node:
    """Return the powers of each entry of a vector as a row, the largest first unless increasing."""
    if node(x).rank != 1:
        raise ShapeFault("{0} is no vector", node(x), rule="vander takes the powers of a vector.")
    return powers(x, n, increasing)


def powers(x: Operand, n: Dim | int | None = None, increasing: bool = True) -> Node:
    """Return the powers of each entry along a new last axis."""
    x = as_float(x)
    if not x.rank:
        raise ShapeFault("{0} is a number", x, rule="vander takes the powers of a vector.")
    length = dim(x.shape[-1] if n is None else n)
    exponents = _count(length) if increasing else subtract(length - 1, _count(length))
    return power_of(unsqueeze(x, -1), exponents)


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
