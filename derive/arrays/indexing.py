"""Indices: entries, slices, new axes, integer arrays; and arrays with entries replaced.

An integer array picks entries through a product with its one-hot form, whose gradient scatters
them back; an index that runs along an axis in order (`arange(n)`) is that axis itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.algebra import build
from derive.algebra.nodes import Apply, Contract, Node
from derive.arrays.elementwise import common_shape, spread
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.linear import axis_of
from derive.arrays.values import Operand, kind_of, node
from derive.dims import ONE, Dim, dim

Key = Sequence[object]


def take_key(x: Operand, key: Key) -> Node:
    """Return x[key]."""
    x = node(x)
    full = complete(x, key)
    arrays = [part for part in full if isinstance(part, Node)]
    if not arrays:
        return basic(x, full)
    if any(kind_of(part) == "bool" for part in arrays):
        raise Refused(
            "an index of truth values: the size of its result is unknown",
            "multiply by the mask, or choose with where",
        )
    return _picked(x, full)


def complete(x: Node, key: Key) -> list[object]:
    """Return the key with a part for each axis; `...` and axes left out are whole."""
    wanted = sum(1 for part in key if part is not None and part is not Ellipsis)
    if wanted > x.rank:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, the index names {wanted}", x)
    full: list[object] = []
    for part in key:
        rest = x.rank - wanted
        full += [slice(None)] * rest if part is Ellipsis else [part]
        wanted += rest if part is Ellipsis else 0
    return full + [slice(None)] * (x.rank - wanted)


def basic(x: Operand, key: Key) -> Node:
    """Return x[key] for ints, slices, None and Ellipsis."""
    x = node(x)
    full = complete(x, key)
    ranges: list[tuple[Dim, Dim, int]] = []
    dropped: list[int] = []
    added: list[int] = []
    axis = 0
    for place, part in enumerate(full):
        if part is None:
            added.append(place - len(dropped))
            continue
        start, stop, step = bounds(x, axis, part)
        ranges.append((start, stop, step))
        if not isinstance(part, slice):
            dropped.append(axis)
        axis += 1
    backward = tuple(k for k, part in enumerate(_given(full)) if is_backward(part))
    taken = _sliced(x, ranges)
    if backward:
        taken = build.apply("flip", [taken], backward, taken.shape)
    return shaped(taken, dropped, added)


def _given(full: Key) -> list[object]:
    """Return the parts that name an axis of the array, without the new axes."""
    return [part for part in full if part is not None]


def is_backward(part: object) -> bool:
    return isinstance(part, slice) and isinstance(part.step, int) and part.step < 0


def bounds(x: Node, axis: int, part: object) -> tuple[Dim, Dim, int]:
    """Return start, stop and step of one part of an index."""
    size = x.shape[axis]
    if not isinstance(part, slice):
        start = _entry(x, axis, size, part)
        return start, start + 1, 1
    step = 1 if part.step is None else part.step
    if not isinstance(step, int) or step == 0:
        raise Refused("a slice with this step", "the step is a constant integer other than 0")
    if step < 0:
        return _backward(size, part, -step)
    start = _edge(size, part.start, dim(0))
    stop = _edge(size, part.stop, size)
    length = stop - start
    if length.value is not None and length.value <= 0 and start != stop:
        stop = start
    return start, stop, step


def _backward(size: Dim, part: slice, step: int) -> tuple[Dim, Dim, int]:
    """Return the range of a slice with a negative step, its entries from the first to the last."""
    last = size - 1 if part.start is None else _edge(size, part.start, size)
    if last == size:
        last = size - 1
    first = dim(0) if part.stop is None else _edge(size, part.stop, dim(0)) + 1
    gap = last - first
    if gap.value is not None and gap.value < 0:
        return dim(0), dim(0), 1
    return last - (gap // step) * step, last + 1, step


def _edge(size: Dim, value: object, default: Dim) -> Dim:
    if value is None:
        return default
    if not isinstance(value, int | Dim):
        raise Refused("a slice whose bounds are no constants")
    at = dim(value)
    if at.value is not None and at.value < 0:
        at = size + at
    if at.value is not None and size.value is not None:
        at = dim(min(max(at.value, 0), size.value))
    elif at.value is None and all(c < 0 for _, c in at.terms):
        at = size + at
    return at


def _entry(x: Node, axis: int, size: Dim, part: object) -> Dim:
    if not isinstance(part, int | Dim) or isinstance(part, bool):
        raise Refused("an index that is no constant")
    at = dim(part)
    if at.value is not None and at.value < 0:
        at = size + at
    outside = at.value is not None and size.value is not None and not 0 <= at.value < size.value
    if outside or at == size:
        raise ShapeFault(f"axis {axis} of {{0}} has {size} entries, and none is number {part}", x)
    return at


def _sliced(x: Node, ranges: Sequence[tuple[Dim, Dim, int]]) -> Node:
    whole = zip(ranges, x.shape, strict=True)
    if all(start == 0 and stop == d and step == 1 for (start, stop, step), d in whole):
        return x
    shape = tuple((stop - start + step - 1) // step for start, stop, step in ranges)
    return build.apply("slice", [x], tuple(ranges), shape)


def slice_along(x: Node, axis: int, start: Dim, stop: Dim) -> Node:
    """Return the slice along one axis alone."""
    ranges = [(dim(0), d, 1) for d in x.shape]
    ranges[axis] = (start, stop, 1)
    return _sliced(x, ranges)


def shaped(x: Node, dropped: Sequence[int], added: Sequence[int]) -> Node:
    """Take out the axes of size 1 that an entry leaves, put in those of None."""
    if not dropped and not added:
        return x
    labels, sizes = build.labels_of(x)
    out = [label for label in labels if label not in dropped]
    for place in added:
        fresh = max(sizes, default=-1) + 1
        sizes[fresh] = ONE
        out.insert(place, fresh)
    return build.contract(out, [(x, labels)], sizes)


def _picked(x: Node, full: Sequence[object]) -> Node:
    """Return x indexed by integer arrays, beside slices, entries and new axes."""
    arrays = [part for part in full if isinstance(part, Node)]
    plain = [slice(None) if isinstance(part, Node) else part for part in full]
    at = _place_of_result(full)
    x = basic(x, plain)
    full = [part for part in full if not isinstance(part, int | Dim)]
    shape = common_shape(arrays)
    places = [k for k, part in enumerate(full) if isinstance(part, Node)]
    axes, sizes = build.labels_of(x)
    rows = [max(sizes) + 1 + k for k in range(len(shape))]
    sizes.update(zip(rows, shape, strict=True))
    labels = list(axes)
    factors = []
    for place in places:
        part = full[place]
        assert isinstance(part, Node)
        index = spread(part, shape)
        along = runs_along(full[place], x.shape[place], shape)
        if along is not None and rows[along] not in labels:
            del sizes[labels[place]]
            labels[place] = rows[along]
            continue
        factors.append((hot(index, x, place), [*rows, labels[place]]))
    kept = [labels[k] for k in range(x.rank) if k not in places]
    return build.contract([*kept[:at], *rows, *kept[at:]], [(x, labels), *factors], sizes)


def _place_of_result(full: Key) -> int:
    """Return the axis at which the axes of the integer arrays come out.

    Arrays side by side leave them where they stand, others in front.  A single entry counts as
    an array in NumPy and is taken first in PyTorch; where the two differ, neither is guessed.
    """
    numpy = _front(full, Node | int | Dim)
    torch = _front([part for part in full if not isinstance(part, int | Dim)], Node)
    if numpy != torch:
        raise Refused(
            "an index that NumPy and PyTorch read differently: an entry apart from an array",
            "take the entry first: x[0][:, i]",
        )
    return numpy


def _front(parts: Sequence[object], kinds: Any) -> int:
    picks = [k for k, part in enumerate(parts) if isinstance(part, kinds)]
    return picks[0] if picks == list(range(picks[0], picks[-1] + 1)) else 0


def runs_along(index: object, depth: Dim, shape: Sequence[Dim]) -> int | None:
    """Return the axis of the result along which the index is 0, 1, 2, …"""
    bare, axes = _unwrapped(index)
    if not isinstance(bare, Apply) or bare.rule != "iota" or bare.shape[0] != depth:
        return None
    assert isinstance(index, Node)
    place = len(shape) - index.rank + axes
    return place if shape[place] == depth else None


def _unwrapped(index: object) -> tuple[object, int]:
    """Return the array under axes of size 1, and the axis where its only axis lies."""
    if isinstance(index, Contract) and len(index.factors) == 1:
        inner, labels = index.factors[0]
        if inner.rank == 1 and labels[0] in index.out:
            return inner, index.out.index(labels[0])
    return index, 0


def hot(index: Node, x: Node, axis: int) -> Node:
    depth = x.shape[axis]
    kind = kind_of(index)
    if not kind.startswith("int"):
        raise ShapeFault(
            "{0} is an array of floats and indexes {1}",
            index,
            x,
            hint=f'annotate it as integers: "{" ".join(map(str, index.shape))}: int < {depth}"',
        )
    bound = kind.partition("<")[2].strip()
    if bound and bound != str(depth):
        clash = f"{{0}} holds integers below {bound}, axis {axis} of {{1}} is {depth}"
        raise ShapeFault(clash, index, x, rule="An index stays below the length of its axis.")
    return build.apply("onehot", [index], (depth,), (*index.shape, depth))


def one_hot(index: Operand, depth: Dim | int | None = None) -> Node:
    """Return the array with a last axis that is 1 at the integer and 0 elsewhere."""
    index = node(index)
    if depth is None or depth == -1:
        raise Refused("one_hot without the number of classes", "give num_classes")
    return _hot_of(index, dim(depth))


def _hot_of(index: Node, depth: Dim) -> Node:
    if not kind_of(index).startswith("int"):
        raise ShapeFault("{0} is an array of floats, one_hot takes integers", index)
    return build.apply("onehot", [index], (depth,), (*index.shape, depth))


def embedding(index: Operand, weight: Operand) -> Node:
    """Return the rows of weight that the integers name."""
    return take_key(weight, [node(index)])


def take(x: Operand, index: Operand, axis: int | None = None) -> Node:
    """Return the entries along an axis that a list of integers names."""
    x = node(x)
    if axis is None and x.rank != 1:
        raise Refused("take without an axis")
    key = [slice(None)] * axis_of(x, axis or 0)
    return take_key(x, [*key, node(index)])


def gather(x: Operand, index: Operand, axis: int) -> Node:
    """Return y[i, j] = x[i, index[i, j]] (torch.gather, np.take_along_axis)."""
    x, index = node(x), node(index)
    at = axis_of(x, axis)
    if index.rank != x.rank:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, {{1}} has {index.rank}", x, index)
    for k, (a, b) in enumerate(zip(x.shape, index.shape, strict=True)):
        if k != at and a != b:
            raise ShapeFault(f"axis {k} of {{0}} is {a}, that of {{1}} is {b}", x, index)
    labels, sizes = build.labels_of(index)
    depth = max(sizes) + 1
    sizes[depth] = x.shape[at]
    axes = [depth if k == at else label for k, label in enumerate(labels)]
    factors = [(x, axes), (hot(index, x, at), [*labels, depth])]
    return build.contract(labels, factors, sizes)
