"""Arrays made larger at their ends: by a number, their mirror image, themselves, their edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.algebra.nodes import Node
from derive.arrays.arranging import flip
from derive.arrays.elementwise import spread
from derive.arrays.fault import Refused
from derive.arrays.indexing import slice_along
from derive.arrays.layout import lengths
from derive.arrays.pieces import concatenate
from derive.arrays.values import Operand, as_number_array, node
from derive.dims import ONE, Dim, dim

Ends = tuple[Node, Node]


def torch_pad(
    x: Operand, pad: Sequence[Dim | int], mode: str = "constant", value: Operand = 0
) -> Node:
    """Return F.pad: pairs (before, after), from the last axis on."""
    x = as_number_array(x)
    widths = lengths(pad)
    if len(widths) % 2 or len(widths) > 2 * x.rank:
        raise Refused("padding takes a pair for each axis, from the last on")
    pairs = [(widths[k], widths[k + 1]) for k in range(0, len(widths), 2)]
    known = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    return _padded(
        x, {x.rank - 1 - k: pair for k, pair in enumerate(pairs)}, known.get(mode, mode), value
    )


def numpy_pad(
    x: Operand, pad_width: object, mode: str = "constant", constant_values: Operand = 0
) -> Node:
    """Return np.pad: one width, one pair for all axes, or a pair for each axis."""
    x = as_number_array(x)
    width = pad_width
    pairs = [width] * x.rank if not isinstance(width, list | tuple) else list(width)
    if not any(isinstance(pair, list | tuple) for pair in pairs) and isinstance(
        width, list | tuple
    ):
        pairs = [width] * x.rank
    pairs = pairs * x.rank if len(pairs) == 1 else pairs
    if len(pairs) != x.rank:
        raise Refused("padding takes a pair for each axis")
    both = [lengths(pair) * (1 if len(lengths(pair)) == 2 else 2) for pair in pairs]
    return _padded(x, {k: (pair[0], pair[1]) for k, pair in enumerate(both)}, mode, constant_values)


def _padded(x: Node, widths: dict[int, tuple[Dim, Dim]], mode: str, value: Operand) -> Node:
    for at, (before, after) in widths.items():
        if mode == "constant":
            ends = (_filled(x, at, before, value), _filled(x, at, after, value))
        elif mode in _ENDS:
            ends = _ENDS[mode](x, at, before, after)
        else:
            raise Refused(
                f"padding with the mode {mode!r}",
                "constant, reflect, symmetric, edge and wrap are read",
            )
        parts = (ends[0], x, ends[1])
        x = concatenate([part for part in parts if part.shape[at] != 0], at)
    return x


def _filled(x: Node, at: int, length: Dim, value: Operand) -> Node:
    return spread(node(value), (*x.shape[:at], length, *x.shape[at + 1 :]))


def _reflected(x: Node, at: int, before: Dim, after: Dim) -> Ends:
    """Mirror at the first and last entry, which are not repeated."""
    size = x.shape[at]
    start = slice_along(x, at, ONE, before + 1)
    end = slice_along(x, at, size - after - 1, size - 1)
    return flip(start, at), flip(end, at)


def _symmetric(x: Node, at: int, before: Dim, after: Dim) -> Ends:
    size = x.shape[at]
    return (
        flip(slice_along(x, at, dim(0), before), at),
        flip(slice_along(x, at, size - after, size), at),
    )


def _wrapped(x: Node, at: int, before: Dim, after: Dim) -> Ends:
    size = x.shape[at]
    return slice_along(x, at, size - before, size), slice_along(x, at, dim(0), after)


def _edges(x: Node, at: int, before: Dim, after: Dim) -> Ends:
    size = x.shape[at]
    first, last = slice_along(x, at, dim(0), ONE), slice_along(x, at, size - 1, size)

    def copied(edge: Node, length: Dim) -> Node:
        return spread(edge, (*x.shape[:at], length, *x.shape[at + 1 :]))

    return copied(first, before), copied(last, after)


_ENDS: dict[str, Callable[[Node, int, Dim, Dim], Ends]] = {
    "reflect": _reflected,
    "symmetric": _symmetric,
    "wrap": _wrapped,
    "edge": _edges,
}
