"""Entries replaced: `x[key] = value`, as a new array."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import common_shape, spread, where
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import (
    Key,
    bounds,
    complete,
    hot,
    is_backward,
    runs_along,
    shaped,
    slice_along,
)
from derive.arrays.values import Operand, as_truth, kind_of, node
from derive.dims import ONE, broadcast, dim, show_shape


def replaced(x: Operand, key: Key, value: Operand) -> Node:
    """Return x with the entries at key replaced by the value, as `x[key] = value` does."""
    x, value = node(x), node(value)
    full = complete(x, key)
    if None in full:
        raise Refused("a new axis in an index that is assigned to")
    masks = [part for part in full if isinstance(part, Node) and kind_of(part) == "bool"]
    if masks:
        if len(full) - len(masks) and any(
            part != slice(None) for part in full if part not in masks
        ):
            raise Refused("a mask beside other indices in an assignment")
        mask = masks[0]
        unit = (ONE,) * (x.rank - mask.rank)
        axes = range(mask.rank)
        return where(build.expand(mask, (*mask.shape, *unit), axes), value, x)
    if any(isinstance(part, Node) for part in full):
        return _scattered(x, full, value)
    if not value.rank and any(_is_stepped(part) for part in full):
        return where(_standing(x, full), value, x)
    axis_of_entries = [k for k, part in enumerate(full) if not isinstance(part, slice)]
    inner = x.rank - len(axis_of_entries)
    if value.rank > inner:
        raise ShapeFault(
            f"{{0}} has {axes_told(value.rank)}, the entries assigned to {inner}", value
        )
    aligned = build.expand(
        value, (ONE,) * (inner - value.rank) + value.shape, range(inner - value.rank, inner)
    )
    lifted = shaped(aligned, (), axis_of_entries)
    return _placed(x, full, lifted, 0)


def _scattered(x: Node, full: Sequence[object], value: Node) -> Node:
    """Replace the entries that integer arrays name: by a number, or one for each row.

    Where two integers name one entry, a number is all the same; an array is read only where an
    index runs along each of the other axes (x[rows, y] = v), so that each entry is named once.
    """
    key = list(full)
    last = [k for k, part in enumerate(key) if isinstance(part, Node)]
    shape = common_shape([part for part in key if isinstance(part, Node)])
    running = {k: runs_along(key[k], x.shape[k], shape) for k in last}
    picks = [k for k in last if running[k] is None]
    whole = all(part == slice(None) for k, part in enumerate(key) if k not in last)
    if not whole or (value.rank and (len(picks) != 1 or len(last) != x.rank)):
        raise Refused(
            "this assignment to entries named by integer arrays",
            "x[rows, y] = v with rows = arange(n), and x[y] = number, are read",
        )
    labels, sizes = build.labels_of(x)
    rows = [x.rank + k for k in range(len(shape))]
    sizes.update(zip(rows, shape, strict=True))
    for k, along in running.items():
        if along is not None:
            del sizes[rows[along]]
            rows[along] = labels[k]
    factors = []
    for k in picks:
        index = key[k]
        assert isinstance(index, Node)
        factors.append((hot(spread(index, shape), x, k), [*rows, labels[k]]))
    chosen = as_truth(build.contract(labels, factors, sizes))
    if not value.rank:
        return where(chosen, value, x)
    if broadcast(value.shape, shape) != shape:
        raise ShapeFault("{0} does not have one entry for each row of {1}", value, x)
    return where(chosen, build.contract(labels, [(spread(value, shape), rows)], sizes), x)


def _placed(x: Node, full: Sequence[object], value: Node, axis: int) -> Node:
    """Replace a block by a value of its rank: the parts before, within and behind it."""
    while axis < x.rank and full[axis] == slice(None):
        axis += 1
    if axis == x.rank:
        if broadcast(value.shape, x.shape) != x.shape:
            raise ShapeFault(
                f"{{0}} is {show_shape(value.shape)}, the entries assigned to are "
                f"{show_shape(x.shape)}",
                value,
            )
        return spread(value, x.shape)
    start, stop, step = bounds(x, axis, full[axis])
    if step != 1 or is_backward(full[axis]):
        return _stepped(x, full, value, axis)
    inside = _placed(slice_along(x, axis, start, stop), full, value, axis + 1)
    before = slice_along(x, axis, dim(0), start)
    behind = slice_along(x, axis, stop, x.shape[axis])
    kept = [part for part in (before, inside, behind) if part.shape[axis] != 0]
    return kept[0] if len(kept) == 1 else build.apply("concatenate", kept, (axis,), x.shape)


def _is_stepped(part: object) -> bool:
    return isinstance(part, slice) and part.step not in (None, 1)


def _standing(x: Node, full: Sequence[object]) -> Node:
    """Return where the entries that a key names stand, as truth values."""
    ranges = tuple(bounds(x, k, part) for k, part in enumerate(full))
    inner = tuple((stop - start + step - 1) // step for start, stop, step in ranges)
    return as_truth(build.apply("place", [build.ones(inner)], (*ranges, x.shape), x.shape))


def _stepped(x: Node, full: Sequence[object], value: Node, axis: int) -> Node:
    """Replace every so many entries: where they stand, the value; elsewhere, x."""
    ranges = tuple((dim(0), d, 1) for d in x.shape[:axis])
    ranges += tuple(bounds(x, k, full[k]) for k in range(axis, x.rank))
    inner = tuple((stop - start + step - 1) // step for start, stop, step in ranges)
    if broadcast(value.shape, inner) != inner:
        clash = f"{{0}} is {show_shape(value.shape)}, the entries assigned to {show_shape(inner)}"
        raise ShapeFault(clash, value)
    turned = tuple(k for k in range(axis, x.rank) if is_backward(full[k]))
    block = spread(value, inner)
    block = build.apply("flip", [block], turned, inner) if turned else block
    params = (*ranges, x.shape)
    inside = build.apply("place", [build.ones(inner)], params, x.shape)
    return where(as_truth(inside), build.apply("place", [block], params, x.shape), x)
