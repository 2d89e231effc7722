"""Entries put elsewhere: reversed, turned, moved around, repeated."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import basic, slice_along
from derive.arrays.layout import broadcast_to, lengths, reshape, unsqueeze
from derive.arrays.linear import axis_of, permute, swapaxes
from derive.arrays.pieces import concatenate, stack
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


MOST_ENTRIES = 64  # of a window: each is a slice of its own


def unfold(x: Operand, axis: int, size: int, step: int = 1) -> Node:
    """Return all windows of a size along an axis, their entries along a new last axis."""
    x = node(x)
    at = axis_of(x, axis)
    if not 1 <= size <= MOST_ENTRIES or step < 1:
        raise Refused(f"windows of {size} entries", f"1 to {MOST_ENTRIES} entries are read")
    count = (x.shape[at] - size) // step + 1
    whole = [slice(None)] * at
    entries = [basic(x, [*whole, slice(k, k + (count - 1) * step + 1, step)]) for k in range(size)]
    return stack(entries, -1)


def sliding(x: Operand, window_shape: int, axis: int | None = None) -> Node:
    """Return np.lib.stride_tricks.sliding_window_view along one axis."""
    x = node(x)
    if isinstance(window_shape, tuple) and len(window_shape) == 1:
        (window_shape,) = window_shape
    if not isinstance(window_shape, int) or (axis is None and x.rank != 1):
        raise Refused("windows along several axes", "slide along one axis after the other")
    return unfold(x, axis or 0, window_shape)


def pixel_shuffle(x: Operand, upscale_factor: int) -> Node:
    """Return (…, c r², h, w) as (…, c, h r, w r)."""
    x, r = node(x), upscale_factor
    *lead, c, h, w = _image(x)
    parts = reshape(x, [*lead, c // (r * r), r, r, h, w])
    k = len(lead)
    turned = permute(parts, [*range(k + 1), k + 3, k + 1, k + 4, k + 2])
    return reshape(turned, [*lead, c // (r * r), h * r, w * r])


def pixel_unshuffle(x: Operand, downscale_factor: int) -> Node:
    """Return (…, c, h r, w r) as (…, c r², h, w)."""
    x, r = node(x), downscale_factor
    *lead, c, h, w = _image(x)
    parts = reshape(x, [*lead, c, h // r, r, w // r, r])
    k = len(lead)
    turned = permute(parts, [*range(k + 1), k + 2, k + 4, k + 1, k + 3])
    return reshape(turned, [*lead, c * r * r, h // r, w // r])


def channel_shuffle(x: Operand, groups: int) -> Node:
    """Return the channels, axis 1, dealt out of their groups one after the other."""
    x = node(x)
    if x.rank < 3:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, channels lie on axis 1 of three", x)
    n, c, *rest = x.shape
    parts = reshape(x, [n, groups, c // groups, *rest])
    return reshape(permute(parts, [0, 2, 1, *range(3, parts.rank)]), x.shape)


def _image(x: Node) -> tuple:
    if x.rank < 3:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, an image has three", x)
    return x.shape
