"""Adjoints of disjoint slices: a sum of pieces among zeros is one array put together.

A loop over x[0], x[1], … gives each layer's gradient as an array of zeros but for one piece;
adding them costs the whole array each time.  Where the pieces lie end to end along one axis and
fill it, the sum is their concatenation, or their stack where each is one entry thick.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import apply, contract, labels_of
from derive.algebra.nodes import Apply, Node
from derive.dims import ONE, Dim, dim

_Range = tuple[Dim, Dim, int]


def assembled(terms: Sequence[Node]) -> Node | None:
    """Return the sum of placed pieces as one array, None where they do not fill an axis."""
    pieces = [t for t in terms if isinstance(t, Apply) and t.rule == "place"]
    if len(pieces) < max(2, len(terms)):
        return None
    axis = _moving_axis(pieces)
    if axis is None:
        return None
    ordered = _end_to_end({p.params[axis][0]: p for p in pieces}, axis, pieces)
    if ordered is None:
        return None
    parts = [piece.args[0] for piece in ordered]
    shape = pieces[0].shape
    if all(part.shape[axis] == ONE for part in parts):
        return apply("stack", [_without_axis(part, axis) for part in parts], (axis,), shape)
    return apply("concatenate", parts, (axis,), shape)


def _moving_axis(pieces: Sequence[Apply]) -> int | None:
    """Return the one axis along which the pieces differ; they fill all others."""
    shape = pieces[0].shape
    moving = {
        axis
        for piece in pieces
        for axis, (start, stop, step) in enumerate(piece.params[:-1])
        if (start, stop, step) != (dim(0), shape[axis], 1)
    }
    return moving.pop() if len(moving) == 1 else None


def _end_to_end(by_start: dict[Dim, Apply], axis: int, pieces: Sequence[Apply]) -> list | None:
    """Return the pieces in order if each begins where the one before ends."""
    if len(by_start) < len(pieces) or any(p.params[axis][2] != 1 for p in pieces):
        return None
    at, ordered = dim(0), []
    while at in by_start:
        piece = by_start.pop(at)
        ordered.append(piece)
        at = piece.params[axis][1]
    return ordered if not by_start and at == pieces[0].shape[axis] else None


def _without_axis(part: Node, axis: int) -> Node:
    labels, sizes = labels_of(part)
    return contract([k for k in labels if k != axis], [(part, labels)], sizes)
