"""How the entries of slices, joins and flips are written: those of an array at other places.

Each is an `Entry`, as `derive.formulas.entries` lists them.
"""

from __future__ import annotations

from typing import Any

from derive.algebra.nodes import Apply, Contract, Node
from derive.dims import dim
from derive.formulas.places import between, moved, size, stepped
from derive.formulas.scalars import PRODUCT, SUM


def slice_entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    found = []
    for place, (start, stop, step) in zip(places, node.params, strict=True):
        if stop - start == 1:
            found.append(size(index, start + index.notation.first))
        elif step == 1:
            found.append(moved(index, place, start))
        else:
            found.append(stepped(index, place, start, step))
    return index.at(x, found, used)


def place_entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    *ranges, shape = node.params
    marks, found, letters = [], [], []
    for place, (start, stop, step), whole_ in zip(places, ranges, shape, strict=True):
        if step == 1:
            marks.append(between(index, place, start, stop, whole_))
            one = stop - start == 1
            found.append(str(index.notation.first) if one else moved(index, place, start, "-"))
            continue
        letters.append(index.letter(used))
        used += 1
        target = stepped(index, letters[-1], start, step)
        index.notation.note("bracket")
        marks.append(index.notation.bracket(f"{place} = {target}"))
        found.append(letters[-1])
    body = index.notation.juxtapose([*marks, index.inside(x, found, used, PRODUCT)])
    return (index.over("sum", "".join(letters), body) if letters else body), PRODUCT


def concatenate_entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (axis,) = node.params
    start, terms = dim(0), []
    for x in node.args:
        stop = start + x.shape[axis]
        mark = between(index, places[axis], start, stop, node.shape[axis])
        one = x.shape[axis] == 1
        own = str(index.notation.first) if one else moved(index, places[axis], start, "-")
        at = [*places[:axis], own, *places[axis + 1 :]]
        if not _is_zero(x):
            terms.append(index.notation.juxtapose([mark, index.inside(x, at, used, PRODUCT)]))
        start = stop
    return index.sum(terms) or "0", SUM


def _is_zero(node: Node) -> bool:
    return isinstance(node, Contract) and not node.coefficient.number


def stack_entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (axis,) = node.params
    first, rest = index.notation.first, [*places[:axis], *places[axis + 1 :]]
    if places[axis].isdigit():
        return index.at(node.args[int(places[axis]) - first], rest, used)
    index.notation.note("bracket")
    terms = [
        index.notation.juxtapose(
            [
                index.notation.bracket(f"{places[axis]} = {k + first}"),
                index.inside(x, rest, used, PRODUCT),
            ]
        )
        for k, x in enumerate(node.args)
    ]
    return index.sum(terms), SUM


def flip_entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    first = index.notation.first
    found = [
        f"{size(index, d + (2 * first - 1))} {index.notation.minus} {place}"
        if axis in node.params
        else place
        for axis, (place, d) in enumerate(zip(places, node.shape, strict=True))
    ]
    return index.at(node.args[0], found, used)
