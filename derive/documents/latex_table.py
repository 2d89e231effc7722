"""Tables in LaTeX that stay on the page: wide cells wrap, wide formulas break, long tables part.

A plain installation has no table that does both, break over pages and share out its width; so a
long table is set as several, each with the head.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from derive.documents.blocks import Table
from derive.formulas.fit import broken, width

TEXT = 80.0  # characters of running text in a line
_TIGHT = 0.8  # of a column: what is estimated at less fits for sure
_SMALL = 1.1  # how many more there are in small type
NARROW = 14.0  # a column up to so wide is not wrapped
LINES = 28  # lines of a table on one page, where fractions may make them high
_MATH = re.compile(r"((?<!\\)\$[^$]+\$)")

Inline = Callable[[str], str]


def latex_table(block: Table, inline: Inline) -> str:
    """Return the table; `inline` translates the marks of a cell."""
    columns = [
        max(_cell_width(row[k]) for row in (block.head, *block.rows))
        for k in range(len(block.head))
    ]
    total = sum(columns) + 2 * len(columns)
    rooms: list[float | None] = [None] * len(columns)
    if total > TEXT + 2:
        wide = [k for k, w in enumerate(columns) if w > NARROW]
        taken = sum(w for w in columns if w <= NARROW) + 2 * len(columns)
        for k in wide:
            rooms[k] = max(8.0, (_SMALL * TEXT - taken) / len(wide))
    size = "" if total <= TEXT - 8 else r"\small"
    parts = _parts(block.rows, rooms)
    return "\n".join(_part(block.head, rows, rooms, size, inline) for rows in parts)


def _parts(
    rows: Sequence[tuple[str, ...]], rooms: Sequence[float | None]
) -> list[Sequence[tuple[str, ...]]]:
    """Part the rows so that each part fits on a page."""
    cuts, lines = [0], 0
    for k, row in enumerate(rows):
        high = max(_lines(cell, room) for cell, room in zip(row, rooms, strict=True))
        if lines and lines + high > LINES:
            cuts.append(k)
            lines = 0
        lines += high
    return [rows[start:stop] for start, stop in pairwise([*cuts, len(rows)])]


def _part(
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    rooms: Sequence[float | None],
    size: str,
    inline: Inline,
) -> str:
    def line(row: tuple[str, ...]) -> str:
        cells = (_fitted(inline(c), room) for c, room in zip(row, rooms, strict=True))
        return " & ".join(cells) + r" \\"

    body = "\n    ".join([line(head), r"\midrule", *map(line, rows)])
    spec = "".join(r">{\raggedright\arraybackslash}X" if room else "l" for room in rooms)
    begin, end = rf"\begin{{tabular}}{{@{{}}{spec}@{{}}}}", r"\end{tabular}"
    if any(rooms):
        begin = rf"\begin{{tabularx}}{{\linewidth}}{{@{{}}{spec}@{{}}}}"
        end = r"\end{tabularx}"
    return (
        f"\\begin{{center}}{size}\n  {begin}\n    \\toprule\n    {body}\n"
        f"    \\bottomrule\n  {end}\n\\end{{center}}"
    )


def _fitted(cell: str, room: float | None) -> str:
    """Break the formulas of a cell that are wider than its column."""
    if room is None:
        return cell
    return "".join(
        _lined(part, room) if part.startswith("$") else part for part in _MATH.split(cell)
    )


def _lined(formula: str, room: float) -> str:
    """Set a wide formula line by line; the document's \\fitted shrinks what is still too wide."""
    lines = broken(formula[1:-1], room)
    if len(lines) == 1 and width(lines[0]) < _TIGHT * room:
        return formula
    return r" \newline ".join(rf"\fitted{{{line}}}" for line in lines)


def _lines(cell: str, room: float | None) -> int:
    """Return how many lines a cell takes."""
    if room is None:
        return 1
    formulas = [part[1:-1] for part in _MATH.split(cell) if part.startswith("$")]
    wide = [f for f in formulas if width(f) > room]
    rest = _cell_width(cell) - sum(map(width, wide))
    return math.ceil(rest / room) + sum(len(broken(f, room)) for f in wide)


def _cell_width(cell: str) -> float:
    parts = re.split(r"(\$[^$]+\$)", cell)
    return sum(
        width(p[1:-1]) if p.startswith("$") else sum(2.0 if ord(c) > 0x2E80 else 1.0 for c in p)
        for p in parts
    )
