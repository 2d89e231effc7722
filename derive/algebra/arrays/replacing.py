"""Entries replaced: `x[key] = value`, as a new array."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.arrays.elementwise import spread, where
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.indexing import (
    Key,
    bounds,
    complete,
    hot,
    runs_along,
    shaped,
    slice_along,
)
from derive.algebra.arrays.values import Operand, as_truth, kind_of, node
from derive.algebra.nodes import Node
from derive.dims import ONE, Dim, broadcast, dim, show_shape


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
    axis_of_entries = [k for k, part in enumerate(full) if not isinstance(part, slice)]
    inner = x.rank - len(axis_of_entries)
    if value.rank > inner:
        raise ShapeFault(f"{{0}} has {value.rank} axes, the entries assigned to {inner}", value)
    aligned = build.expand(
        value, (ONE,) * (inner - value.rank) + value.shape, range(inner - value.rank, inner)
    )
    lifted = shaped(aligned, (), axis_of_entries)
    return _placed(x, full, lifted, 0)


def _scattered(x: Node, full: Sequence[object], value: Node) -> Node:
    """Replace one entry of each row, x[rows, y] = v, where rows runs along the axes."""
    key = list(full)
    last = [k for k, part in enumerate(key) if isinstance(part, Node)]
    running = [k for k in last if runs_along(key[k], x.shape[k], _shape(key[k])) is not None]
    picks = [k for k in last if k not in running]
    wholes = all(part == slice(None) for k, part in enumerate(key) if k not in last)
    if value.rank or len(picks) != 1 or len(running) != x.rank - 1 or not wholes:
        raise Refused(
            "this assignment to entries named by integer arrays",
            "x[rows, y] = number with rows = arange(n) is read",
        )
    (pick,) = picks
    index = key[pick]
    assert isinstance(index, Node)
    labels, sizes = build.labels_of(x)
    rows = [labels[k] for k in range(x.rank) if k != pick]
    if tuple(sizes[row] for row in rows) != index.shape:
        raise ShapeFault("{0} does not have one entry for each row of {1}", index, x)
    chosen = build.contract(labels, [(hot(index, x, pick), [*rows, labels[pick]])], sizes)
    return where(as_truth(chosen), value, x)


def _shape(part: object) -> Sequence[Dim]:
    return part.shape if isinstance(part, Node) else ()


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
    if step != 1:
        raise Refused("an assignment to a slice with a step")
    inside = _placed(slice_along(x, axis, start, stop), full, value, axis + 1)
    before = slice_along(x, axis, dim(0), start)
    behind = slice_along(x, axis, stop, x.shape[axis])
    kept = [part for part in (before, inside, behind) if part.shape[axis] != 0]
    return kept[0] if len(kept) == 1 else build.apply("concatenate", kept, (axis,), x.shape)
