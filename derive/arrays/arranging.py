"""Entries put elsewhere: reversed, turned, moved around, repeated."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import slice_along
from derive.arrays.layout import broadcast_to, lengths, reshape, unsqueeze
from derive.arrays.linear import axis_of, swapaxes
from derive.arrays.pieces import concatenate
from derive.arrays.reduce import Axes, axes_of
from derive.arrays.values import Operand, node
from derive.dims import Dim, dim


def flip(x: Operand, axis: Axes = None) -> Node:
    """Return the entries in reverse order along the axes."""
    x = node(x)
    axes = axes_of(x, axis)
    return build.apply("flip", [x], axes, x.shape) if axes else x


def left_right(x: Operand) -> Node:
    """Return the columns in reverse order."""
    return flip(_matrix(x), 1)


def up_down(x: Operand) -> Node:
    """Return the rows in reverse order."""
    return flip(x, 0)


def _matrix(x: Operand) -> Node:
    x = node(x)
    if x.rank < 2:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, two are needed", x)
    return x


def turn(x: Operand, k: int = 1, axes: Sequence[int] = (0, 1)) -> Node:
    """Return the array turned by k quarters, from the first axis towards the second (rot90)."""
    x = _matrix(x)
    if not isinstance(k, int) or not isinstance(axes, list | tuple) or len(axes) != 2:
        raise Refused("a turn by what is no constant", "give k and two axes")
    first, second = axes
    turns = k % 4
    if turns == 2:
        return flip(x, axes)
    if turns == 1:
        return swapaxes(flip(x, second), first, second)
    return flip(swapaxes(x, first, second), second) if turns else x


def roll(x: Operand, shifts: int | Sequence[int], axis: Axes = None) -> Node:
    """Return the entries moved along axes, those that leave coming in at the other end."""
    x = node(x)
    if axis is None:
        return (
            reshape(roll(reshape(x, [-1]), shifts, 0), x.shape)
            if x.rank != 1
            else roll(x, shifts, 0)
        )
    by = [shifts] if isinstance(shifts, int) else list(shifts)
    at = [axis] if isinstance(axis, int) else list(axis)
    if len(by) != len(at):
        raise Refused(f"{len(by)} shifts for {len(at)} axes")
    for shift, k in zip(by, at, strict=True):
        x = _rolled(x, shift, axis_of(x, k))
    return x


def _rolled(x: Node, shift: int, at: int) -> Node:
    size = x.shape[at]
    shift = shift % size.value if size.value else shift
    if shift == 0:
        return x
    edge = size - shift if shift > 0 else dim(-shift)
    later = slice_along(x, at, edge, size)
    return concatenate([later, slice_along(x, at, dim(0), edge)], at)


def repeat_each(x: Operand, repeats: Dim | int, axis: int | None = None) -> Node:
    """Return each entry along the axis several times in a row (np.repeat)."""
    x = node(x)
    if axis is None:
        return repeat_each(reshape(x, [-1]), repeats, 0)
    parts = lengths(repeats)
    if len(parts) != 1:
        raise Refused("a number of repeats for each entry", "one number for all is read")
    at = axis_of(x, axis)
    wide = unsqueeze(x, at + 1)
    copies = broadcast_to(wide, (*wide.shape[: at + 1], parts[0], *wide.shape[at + 2 :]))
    return reshape(copies, (*x.shape[:at], x.shape[at] * parts[0], *x.shape[at + 1 :]))
