"""Operations that move entries: slices, stacks, placements, new shapes, gathers; and their sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.algebra.moves.matrices_that_move import Range
from derive.algebra.nodes import Apply
from derive.code.dialect import Dialect
from derive.code.precedence import Code
from derive.dims import Dim

VIEWS = frozenset({"slice", "reshape", "stop", "flip"})
Size = Callable[[Dim], Code]


def layout_code(node: Apply, arrays: list[Code], dialect: Dialect, size: Size) -> Code | None:
    """Return the operation as code, None where it is not one of these."""
    if node.rule == "iota":
        return dialect.counted(size(node.params[0]).text)
    if node.rule == "tri":
        return dialect.triangle([size(d).text for d in node.shape], *node.params)
    (first, *_) = arrays
    if node.rule == "slice":
        return dialect.indexed(first, places_of(node.params, node.args[0].shape, size))
    if node.rule == "place":
        *ranges, shape = node.params
        return placement(first, ranges, shape, dialect, size)
    if node.rule == "stack":
        return dialect.stacked(arrays, node.params[0])
    if node.rule == "concatenate":
        return dialect.concatenated(arrays, node.params[0])
    if node.rule == "onehot":
        return dialect.one_hot(first, size(node.params[0]).text)
    if node.rule == "flip":
        return dialect.flipped(first, node.params)
    if node.rule == "cumsum":
        axis, from_end = node.params
        turned = dialect.flipped(first, (axis,)) if from_end else first
        total = dialect.cumulated(turned, "cumsum", axis)
        return dialect.flipped(total, (axis,)) if from_end else total
    if node.rule in ("gather", "scatter"):
        index, axis = arrays[1], node.params[0]
        if node.rule == "gather":
            return dialect.gathered(first, index, axis)
        return dialect.scattered(first, index, axis, _tuple(node.shape, size))
    if node.rule == "reshape":
        return dialect.reshaped(first, _tuple(node.shape, size))
    return None


def placement(
    x: Code, ranges: Sequence[Range], shape: Sequence[Dim], dialect: Dialect, size: Size
) -> Code:
    """Return an array among zeros in an array of the shape, in the given ranges."""
    around = [
        text for part, d in zip(ranges, shape, strict=True) for text in _around(part, d, size)
    ]
    return dialect.placed(x, places_of(ranges, shape, size), _tuple(shape, size), around)


def places_of(ranges: Sequence[Range], shape: Sequence[Dim], size: Size) -> list[str]:
    """Return the ranges as subscripts, `:` for a whole axis."""
    places = []
    for (start, stop, step), d in zip(ranges, shape, strict=True):
        low = "" if start == 0 else size(start).text
        high = "" if stop == d else size(stop).text
        places.append(_spaced(low, high) + (f":{step}" if step != 1 else ""))
    return places


def slice_of(part: Range, d: Dim, size: Size) -> str:
    """Return a range as a slice object."""
    start, stop, step = part
    low = "None" if start == 0 else size(start).text
    high = "None" if stop == d else size(stop).text
    return f"slice({low}, {high}{f', {step}' if step != 1 else ''})"


def _spaced(low: str, high: str) -> str:
    """Return `low:high`, with blanks around the colon where a side is more than a name."""
    if " " not in low + high:
        return f"{low}:{high}"
    return f"{low} : {high}".strip()


def _around(part: Range, d: Dim, size: Size) -> tuple[str, str]:
    start, stop, _ = part
    return size(start).text, size(d - stop).text


def _tuple(shape: Sequence[Dim], size: Size) -> str:
    inner = ", ".join(size(d).text for d in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
