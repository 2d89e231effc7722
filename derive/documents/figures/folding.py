"""A timeline folded until a picture can show it: steps in columns, arrays in strands.

A program of few equations has a column for each moment.  A longer one is cut into blocks of
consecutive equations, with a forward and a backward column each; then what lives within one column
only is not shown, and arrays of one fate share a strand.  Bytes are counted moment by moment all
the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from derive.algebra.nodes import Symbol
from derive.plan.lifetimes import Life, Timeline
from derive.plan.storage import bytes_of

BLOCKS = 24  # as many as a picture shows well
_ITEM = 4  # bytes of a float32


@dataclass(frozen=True)
class Column:
    """Moments that are shown as one step: side, block and numbers of their equations."""

    side: str
    block: int
    first: int
    last: int
    moments: range


class Fate(NamedTuple):
    """What happens to an array: the columns of its birth and its end, None if it is returned.

    kind: "value" (of forward), "error" (a gradient on the way, or a step to it) or "result" (a
    gradient that is returned).  is_view: it shares the memory of another.  block: to which it
    belongs.
    """

    kind: str
    is_view: bool
    block: int
    start: int
    end: int | None


@dataclass(frozen=True)
class Strand:
    """Arrays of one fate, and their bytes at the reference sizes."""

    symbols: tuple[Symbol, ...]
    fate: Fate
    size: int

    @property
    def kind(self) -> str:
        return self.fate.kind

    @property
    def tone(self) -> str:
        """How it is drawn."""
        return "view" if self.fate.is_view else self.fate.kind

    @property
    def start(self) -> int:
        return self.fate.start

    @property
    def end(self) -> int | None:
        return self.fate.end


@dataclass(frozen=True)
class Folded:
    """A timeline as columns and strands.

    bytes: what is alive in each moment, at the reference sizes.  unseen: how many arrays live
    within one column of a folded timeline and have no strand.
    """

    columns: tuple[Column, ...]
    strands: tuple[Strand, ...]
    bytes: tuple[int, ...]
    unseen: int

    @cached_property
    def blocks(self) -> tuple[Column, ...]:
        """The forward columns."""
        return tuple(column for column in self.columns if column.side == "forward")

    @cached_property
    def is_folded(self) -> bool:
        """Whether a column is more than one moment."""
        return any(len(column.moments) > 1 for column in self.columns)

    @cached_property
    def peak(self) -> int:
        """The column in which most bytes are alive, the last of equals."""
        most = self.most
        return max(range(len(self.columns)), key=lambda k: (most[k], k))

    @cached_property
    def most(self) -> tuple[int, ...]:
        """The most bytes alive in each column."""
        return tuple(max(self.bytes[m] for m in column.moments) for column in self.columns)


def fold(
    timeline: Timeline, sizes: Mapping[str, int], blocks: int = BLOCKS, *, gather: bool = False
) -> Folded:
    """Fold a timeline into at most so many blocks.

    sizes: those at which bytes are compared.  gather: let arrays of one fate share a strand, even
    where each moment has a column.
    """
    columns = _columns(timeline, blocks)
    at = {moment: k for k, column in enumerate(columns) for moment in column.moments}
    long = any(len(column.moments) > 1 for column in columns)
    home = _homes(timeline, columns, at)
    made = {a.symbol for m in timeline.moments[: timeline.forward] for a in m.assigns}
    groups: dict[tuple[Fate, Symbol | None], list[Life]] = {}
    unseen = 0
    for life in timeline.lives:
        start, end = at[life.start], None if life.end is None else at[life.end]
        if long and start == end:
            unseen += 1
            continue
        fate = Fate(_kind(life, made), life.base is not None, home[life], start, end)
        alone = None if long or gather else life.symbol
        groups.setdefault((fate, alone), []).append(life)
    strands = [_strand(fate, lives, sizes) for (fate, _), lives in groups.items()]
    strands.sort(key=lambda strand: strand.start)
    return Folded(columns, tuple(strands), _bytes(timeline, sizes), unseen)


def _columns(timeline: Timeline, blocks: int) -> tuple[Column, ...]:
    numbers = sorted({moment.number for moment in timeline.moments})
    each = -(-len(numbers) // blocks)
    block = {number: k // each for k, number in enumerate(numbers)}
    columns: list[Column] = []
    for k, moment in enumerate(timeline.moments):
        where = (moment.side, block[moment.number])
        if columns and (columns[-1].side, columns[-1].block) == where:
            last = columns.pop()
            grown = range(last.moments.start, k + 1)
            columns.append(Column(*where, last.first, moment.number, grown))
        else:
            columns.append(Column(*where, moment.number, moment.number, range(k, k + 1)))
    return tuple(columns)


def _homes(timeline: Timeline, columns: Sequence[Column], at: Mapping[int, int]) -> dict[Life, int]:
    """Return the block to which each array belongs: a gradient to that of its value."""
    made_in: dict[str, int] = {}
    found: dict[Life, int] = {}
    for life in timeline.lives:
        block = columns[at[life.start]].block
        if life.symbol.role != "cotangent":
            made_in.setdefault(life.symbol.name, block)
        found[life] = made_in.get(life.symbol.name, block)
    return found


def _kind(life: Life, made: set[Symbol]) -> str:
    """Return what the array is; a value that backward computes again is in `made` too."""
    if life.symbol.role == "cotangent":
        return "result" if life.end is None else "error"
    return "value" if life.symbol in made else "error"


def _strand(fate: Fate, lives: Sequence[Life], sizes: Mapping[str, int]) -> Strand:
    symbols = tuple(life.symbol for life in lives)
    size = sum(_size(life.symbol, sizes) for life in lives if life.base is None)
    return Strand(symbols, fate, size)


def _size(symbol: Symbol, sizes: Mapping[str, int]) -> int:
    return bytes_of(symbol, _ITEM).evaluate(sizes)


def _bytes(timeline: Timeline, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the bytes alive in each moment: what is born adds, what was freed before is gone."""
    change = [0] * (len(timeline.moments) + 1)
    for life in timeline.lives:
        if life.base is None:
            size = _size(life.symbol, sizes)
            change[life.start] += size
            if life.end is not None:
                change[life.end + 1] -= size
    alive, total = [], 0
    for step in change[:-1]:
        total += step
        alive.append(total)
    return tuple(alive)
