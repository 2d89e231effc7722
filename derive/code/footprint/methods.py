"""Methods of arrays, each with the memory that it takes: reductions, views, copies."""

from __future__ import annotations

from dataclasses import replace

from derive.code.footprint import layout
from derive.code.footprint.arguments import axes_of, integer, shape_of
from derive.code.footprint.memory import Memory
from derive.code.footprint.values import TRUTH, WHOLE, Array, Block, Dtype, Entry, Value
from derive.dims import ONE, size_of

LIST_ITEM = 32  # bytes of a number in a list: the object and the reference to it


def reduced(
    memory: Memory, x: Array, axis: Value = None, keepdims: bool = False, initial: Value = None
) -> Array:
    """Return one number for all entries along the axes."""
    gone = axes_of(axis, x.rank)
    shape = [ONE if k in gone else d for k, d in enumerate(x.shape) if keepdims or k not in gone]
    return memory.new(shape, x.dtype if x.dtype.kind == "f" else WHOLE)


def chosen(dtype: Dtype) -> Entry:
    """Return the entry of a reduction whose result has a dtype of its own."""

    def entry(memory: Memory, x: Array, axis: Value = None, keepdims: bool = False) -> Array:
        gone = axes_of(axis, x.rank)
        return memory.new([d for k, d in enumerate(x.shape) if k not in gone], dtype)

    return entry


def turned(memory: Memory, x: Array, *order: Value) -> Array:
    """Return the view with its axes in another order."""
    if len(order) == 1 and isinstance(order[0], tuple):
        order = order[0]
    return layout.transposed(memory, x, [integer(axis) for axis in order])


def swapped(memory: Memory, x: Array, first: Value, second: Value) -> Array:
    """Return the view with two axes exchanged."""
    return layout.swapped(memory, x, integer(first) % x.rank, integer(second) % x.rank)


def moved(memory: Memory, x: Array, source: Value, target: Value) -> Array:
    """Return the view with one axis elsewhere."""
    axes = list(range(x.rank))
    moved = axes.pop(integer(source) % x.rank)
    axes.insert(integer(target) % x.rank, moved)
    return layout.transposed(memory, x, axes)


def reshaped(memory: Memory, x: Array, *shape: Value) -> Array:
    """Return the array in another shape, given as a tuple or as sizes."""
    sizes = shape_of(shape[0]) if len(shape) == 1 else shape
    return layout.reshaped(memory, x, sizes)


def raveled(memory: Memory, x: Array) -> Array:
    """Return the array with one axis."""
    return layout.reshaped(memory, x, (size_of(x.shape),))


def listed(memory: Memory, x: Array) -> Block:
    """Return the list of the entries, each an object of its own."""
    return Block(memory.allocate(size_of(x.shape) * LIST_ITEM), size_of(x.shape))


def accumulated(memory: Memory, x: Array, axis: Value = None, out: Array | None = None) -> Array:
    """Return sums or products up to each entry."""
    return memory.new(x.shape, x.dtype) if out is None else memory.hold(out)


def diagonal(memory: Memory, x: Array, offset: Value = 0, *axes: Value) -> Array:
    """Return the view of a diagonal."""
    first, second = (integer(axis) for axis in axes) if axes else (0, 1)
    return layout.diagonal(memory, x, first, second)


def squeezed(memory: Memory, x: Array, axis: Value) -> Array:
    """Return the view without axes of size 1."""
    return layout.squeezed(memory, x, axes_of(axis, x.rank))


def as_truths(memory: Memory, x: Array, kind: Value) -> Array:
    """Return the view of bytes as truth values, which is the only `view` that code has."""
    return memory.hold(replace(x, dtype=TRUTH, owns=False))
