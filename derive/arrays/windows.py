"""Windows that slide along an axis, and channels folded into pixels and back."""

from __future__ import annotations

from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import basic
from derive.arrays.layout import reshape
from derive.arrays.linear import axis_of, permute
from derive.arrays.pieces import stack
from derive.arrays.values import Operand, node

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
