"""Strands as the rows of a chart: one each while there is room, else what passes shares rows.

Gradients on the way follow one another, as each is dropped when the next is made, and so do values
that forward drops: one after the other they fill a row or two.  If that does not suffice the
timeline is folded further, and in the end the smallest arrays are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.documents.figures.folding import BLOCKS, Folded, Strand, fold
from derive.plan.lifetimes import Timeline

_MOST = 42
FOLDS = ((BLOCKS, False), (BLOCKS, True), (16, True), (12, True), (8, True))  # blocks, gather

Row = tuple[Strand, ...]
Packed = tuple[Folded, tuple[Row, ...], int]


def pack(timeline: Timeline, sizes: Mapping[str, int]) -> Packed:
    """Return the timeline folded, its rows in order of birth, and how many arrays have none."""
    for blocks, gather in FOLDS:
        folded = fold(timeline, sizes, blocks, gather=gather)
        rows, left_out = _rows(folded)
        if not left_out:
            break
    return folded, rows, left_out


def _rows(folded: Folded) -> tuple[tuple[Row, ...], int]:
    strands = folded.strands
    if len(strands) <= _MOST:
        return tuple((strand,) for strand in strands), 0
    shared: list[Row] = []
    for kind in ("value", "error"):
        shared += _shared(s for s in strands if s.kind == kind and _passes(s, folded))
    rows = [(s,) for s in strands if not _passes(s, folded)]
    room = _MOST - len(shared)
    ranked = sorted(range(len(rows)), key=lambda k: (-rows[k][0].size, k))
    shown = [rows[k] for k in sorted(ranked[:room])]
    left_out = sum(len(rows[k][0].symbols) for k in ranked[room:])
    return tuple(sorted([*shown, *shared], key=lambda row: row[0].start)), left_out


def _passes(strand: Strand, folded: Folded) -> bool:
    """Whether it is a gradient on the way, or a value that backward never sees."""
    if strand.kind == "error":
        return True
    return strand.kind == "value" and strand.end is not None and strand.end < len(folded.blocks)


def _shared(strands: Iterable[Strand]) -> list[Row]:
    """Put each strand into the first row that is free when it is born."""
    rows: list[list[Strand]] = []
    for strand in strands:
        free = (row for row in rows if row[-1].end is not None and row[-1].end < strand.start)
        row = next(free, None)
        if row is None:
            rows.append([strand])
        else:
            row.append(strand)
    return [tuple(row) for row in rows]
