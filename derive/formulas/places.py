"""How the places of entries are written: further on, in a range, in axes joined or split.

A place is the text of an index: a letter, a number, or a sum of them.  Rows are counted from 0 in
a terminal, as in code, and from 1 in documents (`first`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.dims import Dim, dim, size_of
from derive.formulas.matrices.kinds import dimension


def size(index: Any, d: Dim) -> str:
    """Write a dimension."""
    return str(index.notation.dimension(dimension(d)))


def moved(index: Any, place: str, by: Dim, sign: str = "+") -> str:
    """Write a place that lies further on, or further back; that of a number is a number."""
    if by == 0:
        return place
    if place.isdigit():
        return size(index, dim(int(place)) + (by if sign == "+" else -by))
    text = size(index, by)
    if sign == "-" and " " in text:
        text = index.notation.parentheses(text)
    signs = {"+": "+", "-": index.notation.minus}
    back = f" {signs['-' if sign == '+' else '+']} {text}"
    return place.removesuffix(back) if place.endswith(back) else f"{place} {signs[sign]} {text}"


def between(index: Any, place: str, start: Dim, stop: Dim, whole: Dim) -> str:
    """Write the bracket that is 1 where the place is in the range, "" where it always is."""
    write, from_one = index.notation, index.notation.first
    if start == 0 and stop == whole:
        return ""
    if stop - start == 1:
        only = size(index, start + from_one)
        return "" if place == only else _bracket(index, f"{place} = {only}")
    low, high = ("less", "less_equal") if from_one else ("less_equal", "less")
    left = f"{size(index, start)} {write.relation(low)} " if start != 0 else ""
    right = f" {write.relation(high)} {size(index, stop)}" if stop != whole else ""
    if not right:
        sign = write.relation("greater" if from_one else "greater_equal")
        return _bracket(index, f"{place} {sign} {size(index, start)}")
    return _bracket(index, f"{left}{place}{right}")


def _bracket(index: Any, condition: str) -> str:
    index.notation.note("bracket")
    return str(index.notation.bracket(condition))


def stepped(index: Any, place: str, start: Dim, step: int) -> str:
    """Write start + step · place, places counted from the first."""
    first = index.notation.first
    many = index.notation.juxtapose([str(step), f"({place} - {first})" if first else place])
    return moved(index, many, start + first)


def refolded(
    index: Any, places: Sequence[str], shape: Sequence[Dim], old: Sequence[Dim]
) -> list[str] | None:
    """Return the places in the old shape, None where axes are not simply joined, or one halved."""
    found: list[str] = []
    new, rest = list(zip(places, shape, strict=True)), list(old)
    while new or rest:
        group, axes = [new.pop(0)] if new else [], [rest.pop(0)] if rest else []
        while (total := size_of([d for _, d in group])) != size_of(axes):
            if len(axes) < 2 and new and _divides(total, size_of(axes)):
                group.append(new.pop(0))
            elif len(group) < 2 and rest:
                axes.append(rest.pop(0))
            else:
                return None
        if len([d for d in axes if d != 1]) > 2:
            return None
        found += (
            _split(index, group, axes) if len(axes) > 1 else [_joined(index, group)][: len(axes)]
        )
    return found


def _divides(part: Dim, whole: Dim) -> bool:
    return (whole // part) * part == whole


def _split(index: Any, group: Sequence[tuple[str, Dim]], axes: Sequence[Dim]) -> list[str]:
    """Return the places in at most two axes of the place in the axis that joins them."""
    first, place = index.notation.first, _joined(index, group)
    long = [d for d in axes if d != 1]
    texts = [place] if len(long) == 1 else _halves(index, place, long)
    return [str(first) if d == 1 else texts.pop(0) for d in axes]


def _halves(index: Any, place: str, axes: Sequence[Dim]) -> list[str]:
    """Return the two places of which the place in both axes is joined."""
    write, first = index.notation, index.notation.first
    parts = index.joints.get(place, ())
    if [d for _, d in parts] == list(axes):
        return [text for text, _ in parts]
    width = size(index, axes[1])
    from_zero = f"{place} - {first}" if first else place
    above = write.floor(write.fraction(from_zero, width))
    below = f"{_factor(from_zero)} {write.relation('mod')} {_factor(width)}"
    texts = [f"{text} + {first}" if first else text for text in (above, below)]
    index.joints[place] = tuple(zip(texts, axes, strict=True))
    return texts


def _joined(index: Any, group: Sequence[tuple[str, Dim]]) -> str:
    """Write the place in an axis that holds several: m i + j, or m (i - 1) + j from one on."""
    first = index.notation.first
    long = tuple(pair for pair in group if pair[1] != 1)
    whole = next((text for text, parts in index.joints.items() if parts == long), "")
    if whole:
        return whole
    (text, _), *rest = long or [(str(first), dim(1))]
    for place, d in rest:
        head = f"({text} - {first})" if first else _factor(text)
        text = f"{index.notation.juxtapose([_factor(size(index, d)), head])} + {place}"
    if rest:
        index.joints[text] = long
    return text


def _factor(text: str) -> str:
    return f"({text})" if " " in text else text
