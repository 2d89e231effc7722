"""Views and copies: what moves no entry shares memory, what has to move them takes its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.code.footprint.memory import Memory
from derive.code.footprint.values import Array, Unknown, Value, in_order
from derive.dims import ONE, Dim, Shape, dim, show_shape, size_of


@dataclass(frozen=True)
class Cut:
    """A slice; None where an end is left open."""

    start: Dim | None
    stop: Dim | None
    step: int = 1


@dataclass(frozen=True)
class Rest:
    """The `...` of a subscript."""


def copied(memory: Memory, x: Array) -> Array:
    """Return a copy, its axes in the order in which they are counted."""
    return memory.new(x.shape, x.dtype)


def transposed(memory: Memory, x: Array, axes: Sequence[int]) -> Array:
    """Return the view whose axis k is axis `axes[k]` of x."""
    shape = tuple(x.shape[axis] for axis in axes)
    order = tuple(axes.index(axis) for axis in x.order)
    return memory.hold(replace(x, shape=shape, order=order, owns=False))


def swapped(memory: Memory, x: Array, first: int, second: int) -> Array:
    axes = list(range(x.rank))
    axes[first], axes[second] = axes[second], axes[first]
    return transposed(memory, x, axes)


def stretched(memory: Memory, x: Array, shape: Shape) -> Array:
    """Return the view that repeats x along the axes that it lacks."""
    return memory.hold(
        replace(x, shape=shape, order=in_order(shape), packed=x.shape == shape, owns=False)
    )


def diagonal(memory: Memory, x: Array, first: int, second: int) -> Array:
    """Return the view of a diagonal, which becomes the last axis."""
    shape = [d for axis, d in enumerate(x.shape) if axis not in (first, second)]
    shape.append(x.shape[first])
    return memory.hold(
        replace(x, shape=tuple(shape), order=in_order(shape), packed=False, owns=False)
    )


def flipped(memory: Memory, x: Array) -> Array:
    """Return the view that runs backwards along some axes."""
    return memory.hold(replace(x, packed=False, owns=False))


def squeezed(memory: Memory, x: Array, axes: Sequence[int]) -> Array:
    """Return the view without these axes, each of size 1."""
    gone = {axis % x.rank for axis in axes}
    return subscripted(memory, x, [dim(0) if k in gone else Cut(None, None) for k in range(x.rank)])


def reshaped(memory: Memory, x: Array, shape: Shape) -> Array:
    """Return x in another shape: a view where no entry has to move, else a view of a copy."""
    order = _reordered(memory, x, shape)
    if order is None:
        return replace(memory.new(shape, x.dtype), owns=False)
    return memory.hold(replace(x, shape=shape, order=order, owns=False))


def _reordered(memory: Memory, x: Array, shape: Shape) -> tuple[int, ...] | None:
    """Return the order of the new axes, None where entries have to move.

    Where axes with gaps are joined, they count as moving: NumPy spares some of these copies.
    """
    if x.is_in_order:
        return in_order(shape)
    groups = _groups(memory, x.shape, shape)
    if not x.packed and any(len(old) > 1 for old, _ in groups):
        return None
    place = {axis: k for k, axis in enumerate(x.order)}
    starts = []
    for old, new in groups:
        places = [place[axis] for axis in old]
        if places != list(range(places[0], places[0] + len(places))):
            return None
        starts.append((places[0], new))
    wide = [axis for _, new in sorted(starts) for axis in new]
    return (*wide, *(axis for axis in range(len(shape)) if axis not in wide))


def _groups(memory: Memory, old: Shape, new: Shape) -> list[tuple[list[int], list[int]]]:
    """Return which old axes become which new ones, axes of size 1 left out."""
    left = [axis for axis, d in enumerate(old) if d != ONE]
    right = [axis for axis, d in enumerate(new) if d != ONE]
    groups: list[tuple[list[int], list[int]]] = []
    while left and right:
        olds, news = [left.pop(0)], [right.pop(0)]
        while (a := size_of(old[k] for k in olds)) != (b := size_of(new[k] for k in news)):
            grows = left if memory.value(a) < memory.value(b) else right
            if not grows:
                raise Unknown(f"a reshape of {show_shape(old)} to {show_shape(new)}")
            (olds if grows is left else news).append(grows.pop(0))
        groups.append((olds, news))
    return groups


def subscripted(memory: Memory, x: Array, items: Sequence[Value]) -> Array:
    """Return x[items]: a view, or a copy where an item is an array of integers."""
    items = list(_whole(x, items))
    if any(isinstance(item, Array) for item in items):
        return _gathered(memory, x, items)
    shape: list[Dim] = []
    kept: dict[int, int] = {}  # axis of x -> axis of the view
    cut: set[int] = set()
    axis = 0
    for item in items:
        if item is None:
            shape.append(ONE)
            continue
        if isinstance(item, Cut):
            kept[axis] = len(shape)
            shape.append(_length(memory, item, x.shape[axis]))
        if not isinstance(item, Cut) or shape[-1] != x.shape[axis] or item.step != 1:
            cut.add(axis)
        axis += 1
    wide = [kept[a] for a in x.order if a in kept]
    order = (*wide, *(k for k in range(len(shape)) if k not in wide))
    whole_steps = all(not isinstance(item, Cut) or item.step == 1 for item in items)
    packed = x.packed and whole_steps and _is_first(x, cut, kept)
    return memory.hold(replace(x, shape=tuple(shape), order=order, packed=packed, owns=False))


def _is_first(x: Array, cut: set[int], kept: dict[int, int]) -> bool:
    """Whether the axes that are cut are the outermost ones, so that one piece is left."""
    for axis in x.order:
        if axis in cut:
            cut = cut - {axis}
            if axis in kept:
                break
        elif x.shape[axis] != ONE:
            break
    return not cut


def _whole(x: Array, items: Sequence[Value]) -> Iterator[Value]:
    """Yield one item for each axis, `...` written out."""
    taken = sum(item is not None and not isinstance(item, Rest) for item in items)
    rest = [Cut(None, None)] * (x.rank - taken)
    for item in items:
        if isinstance(item, Rest):
            yield from rest
            rest = []
        else:
            yield item
    yield from rest


def _length(memory: Memory, item: Cut, size: Dim) -> Dim:
    if item.start is None and item.stop is None:
        return size if abs(item.step) == 1 else (size + abs(item.step) - 1) // abs(item.step)
    start, stop = (
        end + size if end is not None and memory.value(end) < 0 else end
        for end in (item.start, item.stop)
    )
    if item.step == -1:
        return (size if start is None else start + 1) - (dim(0) if stop is None else stop + 1)
    if item.step < 0:
        raise Unknown("a slice that runs backwards in steps")
    length = (size if stop is None else stop) - (start or dim(0))
    return length if item.step == 1 else (length + item.step - 1) // item.step


def _gathered(memory: Memory, x: Array, items: list[Value]) -> Array:
    """Return the copy that integer arrays pick, which stand beside each other."""
    places = [k for k, item in enumerate(items) if isinstance(item, Array)]
    if places != list(range(places[0], places[-1] + 1)) or None in items:
        raise Unknown("integer arrays apart from each other in a subscript")
    picked = max((items[k].shape for k in places), key=len)
    shape: list[Dim] = []
    for k, item in enumerate(items):
        if k == places[0]:
            shape += picked
        elif isinstance(item, Cut):
            shape.append(_length(memory, item, x.shape[k]))
    return memory.new(shape, x.dtype)
