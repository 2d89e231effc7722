"""Functions of NumPy that take more than their result, or give something of another shape."""

from __future__ import annotations

from collections.abc import Callable

from derive.code.footprint import products
from derive.code.footprint.arguments import axes_of, integer, shape_of
from derive.code.footprint.elementwise import apply, outcome, promoted
from derive.code.footprint.memory import ITERATED, Memory
from derive.code.footprint.methods import reduced
from derive.code.footprint.values import DOUBLE, TRUTH, WHOLE, Array, Block, Dtype, Entry, Value
from derive.dims import Dim, Shape, dim, size_of, smaller

_FIRST = dim(0)


def ufunc(name: str) -> Entry:
    """Return the entry of a function at each entry."""

    def entry(
        memory: Memory, *operands: Value, out: Array | None = None, where: Value = None
    ) -> Array:
        return apply(memory, name, operands, out)

    return entry


def cast(memory: Memory, x: Value, dtype: Dtype | None = None) -> Value:
    """Return the array itself where it has the dtype, else a copy in it."""
    if isinstance(x, Array) and dtype in (None, x.dtype):
        return memory.hold(x)
    return copied_as(memory, x, dtype)


def copied_as(memory: Memory, x: Value, dtype: Dtype | None = None) -> Value:
    """Return a copy, in another dtype where one is given."""
    if not isinstance(x, Array):
        return memory.new((), dtype or DOUBLE)
    return memory.new(x.shape, dtype or x.dtype, x.order)


def filled(memory: Memory, shape: Value, *rest: Value, dtype: Dtype | None = None) -> Array:
    """Return a new array of a shape, in the dtype that stands among the arguments."""
    given = next((value for value in rest if isinstance(value, Dtype)), dtype)
    return memory.new(shape_of(shape), given or DOUBLE)


def like(memory: Memory, x: Array) -> Array:
    """Return a new array of the shape and dtype of another."""
    return memory.new(x.shape, x.dtype, x.order)


def where(memory: Memory, test: Value, yes: Value, no: Value) -> Array:
    """Return a choice between two; plain numbers give an array of their own dtype."""
    shape, _ = outcome("where", [test, yes, no])
    return memory.new(shape, promoted([yes, no]))


def triangle(memory: Memory, rows: Dim, columns: Dim, k: Value = 0, dtype: Dtype = DOUBLE) -> Array:
    """Return a triangle of ones, made by way of truth values."""
    mask = memory.new((rows, columns), TRUTH)
    made = memory.new((rows, columns), dtype)
    memory.drop(mask)
    return made


def counted(memory: Memory, *ends: Value, dtype: Dtype = WHOLE) -> Array:
    """Return the integers up to an end, or between two."""
    start, stop = ends if len(ends) == 2 else (dim(0), ends[0])
    return memory.new((stop - start,), dtype)


def stacked(memory: Memory, arrays: tuple[Array, ...], axis: Value = _FIRST) -> Array:
    """Return arrays along a new axis."""
    shape = list(arrays[0].shape)
    shape.insert(integer(axis) % (len(shape) + 1), dim(len(arrays)))
    return memory.new(shape, promoted(arrays))


def joined(memory: Memory, arrays: tuple[Array, ...], axis: Value = _FIRST) -> Array:
    """Return arrays one after the other."""
    at = integer(axis) % arrays[0].rank
    shape = list(arrays[0].shape)
    for other in arrays[1:]:
        shape[at] = shape[at] + other.shape[at]
    return memory.new(shape, promoted(arrays))


def tensordot(memory: Memory, a: Array, b: Array, axes: tuple[Value, Value]) -> Array:
    """Return the sums over pairs of axes, which are given for each operand."""
    at_a, at_b = (axes_of(part, x.rank) for part, x in zip(axes, (a, b), strict=True))
    return products.tensordot(memory, a, b, at_a, at_b)


def einsum(memory: Memory, pattern: str, *operands: Array, optimize: Value = None) -> Array:
    """Return an einsum of two operands."""
    return products.einsum(memory, pattern, operands)


def norm(memory: Memory, x: Array, axis: Value = None) -> Array:
    """Return norms; along an axis they take the squares first."""
    if axis is None:
        return memory.new((), x.dtype)
    square = memory.new(x.shape, x.dtype)
    made = reduced(memory, x, axis)
    memory.drop(square)
    return made


def of_matrix(outcomes: Callable[[Array], list[Shape]]) -> Entry:
    """Return an entry of linalg: float32 is computed in float64, and turned back."""

    def entry(memory: Memory, *operands: Array) -> Value:
        wide = [memory.new(x.shape, DOUBLE) for x in operands if x.dtype != DOUBLE]
        made = tuple(memory.new(shape, DOUBLE) for shape in outcomes(operands[-1]))
        for x in wide:
            memory.drop(x)
        if wide:
            narrow = tuple(memory.new(x.shape, operands[0].dtype) for x in made)
            memory.drop(made)
            made = narrow
        return made if len(made) > 1 else made[0]

    return entry


def by_blocks(memory: Memory, a: Array, b: Array) -> Array:
    """Return the solution of a triangular system, which 64 rows at a time are added to."""
    made = memory.new(b.shape, b.dtype)
    *lead, rows, columns = b.shape
    memory.drop(memory.new((*lead, smaller(rows, dim(64)), columns), DOUBLE))
    return made


def singular_values(
    memory: Memory, x: Array, compute_uv: bool = True, full_matrices: bool = True
) -> Value:
    """Return U, the singular values and Vᵀ of a thin decomposition, or the values alone."""
    *lead, rows, columns = x.shape
    least = smaller(rows, columns)
    shapes: list[Shape] = [(*lead, least)]
    if compute_uv:
        shapes = [(*lead, rows, least), *shapes, (*lead, least, columns)]
    return of_matrix(lambda _: shapes)(memory, x)


def from_iterator(memory: Memory, source: Block, dtype: Dtype, count: Dim) -> Array:
    """Return an array of so many numbers."""
    return memory.new((count,), dtype)


def half(memory: Memory, x: Array, k: Value = 0) -> Array:
    """Return one triangle of a matrix, picked by truth values."""
    mask = memory.new(x.shape[-2:], TRUTH)
    made = memory.new(x.shape, x.dtype)
    memory.drop(mask)
    return made


def taken_along(memory: Memory, x: Array, index: Array, axis: Value) -> Array:
    """Return the entries that an array of integers picks along an axis, by way of a buffer."""
    made = memory.new(index.shape, x.dtype)
    if memory.exact:
        memory.drop(memory.new((dim(ITERATED),), WHOLE))
    return made


def added_up(memory: Memory, x: Array, index: Array, size: Dim) -> Array:
    """Return each x[i] added at index[i]."""
    return memory.new((size, *x.shape[index.rank :]), x.dtype)


def added_at(memory: Memory, x: Array, indices: tuple[Array, ...], sizes: tuple[Dim, ...]) -> Array:
    """Return each x[k] added at the place that several integers name."""
    return memory.new((*sizes, *x.shape[indices[0].rank :]), x.dtype)


def added_along(memory: Memory, x: Array, index: Array, axis: Value, size: Dim) -> Array:
    """Return the entries added along an axis, by way of the numbers of the others and a buffer."""
    at = integer(axis)
    made = memory.new((*x.shape[:at], size, *x.shape[at + 1 :]), x.dtype)
    counts = [memory.new((d,), WHOLE) for k, d in enumerate(x.shape) if k != at]
    if memory.exact:
        entries = min(ITERATED, memory.value(size_of(x.shape)))
        memory.drop(memory.new((dim(entries),), WHOLE))
    for each in counts:
        memory.drop(each)
    return made


def scattered(memory: Memory, x: Array, index: Array, axis: Value, shape: Value) -> Array:
    """Return the entries added along an axis of an array of the shape."""
    return added_along(memory, x, index, axis, shape_of(shape)[integer(axis)])
