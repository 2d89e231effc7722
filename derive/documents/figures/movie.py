"""The pebble graph in motion: blocks in a chain, a pebble for each array, a frame for each step.

Forward goes down the chain and leaves its values beside the blocks; backward comes up again,
drops them, passes one gradient on to the next block and leaves the gradients that were asked for.
Below stands what is alive in bytes, the step of the frame marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from derive.algebra.nodes import Symbol
from derive.documents.figures.drawing import Box, Drawing, Item, Label, Path, Text
from derive.documents.figures.extent import NORMAL, SMALL
from derive.documents.figures.folding import Column, Folded, fold
from derive.documents.figures.labels import Labels, beside, plain
from derive.documents.figures.legend import legend, notes
from derive.documents.figures.scale import show_count
from derive.plan.lifetimes import timeline
from derive.plan.nouns import Plan

_MARGIN, _HEAD, _ROW, BLOCK, PEBBLE = 14.0, 62.0, 34.0, 24.0, 20.0
WIDEST_BLOCK, WIDEST_LANE, _CURVE = 230.0, 250.0, 56.0
_GAP, BETWEEN, MORE = 8.0, 24.0, 70.0  # between pebbles, between lanes, room for a last one
_NARROWEST = 560.0
LANES = ("value", "error", "result")


@dataclass
class _Pebble:
    """A place beside a block, taken by the arrays of a label, in one or more spans of frames."""

    label: Label
    tone: str
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def width(self) -> float:
        return self.label.width(SMALL) + 14


def movie(plan: Plan, labels: Labels) -> Drawing:
    """Return the animated pebble graph of a plan's value_and_grad."""
    folded = fold(timeline(plan), plan.sizes)
    return _Movie(folded, labels, plan).drawing()


class _Movie:
    def __init__(self, folded: Folded, labels: Labels, plan: Plan) -> None:
        self.folded = folded
        self.labels = labels
        self.plan = plan
        self.blocks = [self._block(column) for column in _chain(folded)]
        self.lanes = [
            [self._cell(block, kind) for block in range(len(self.blocks))] for kind in LANES
        ]
        self.block_width = max(label.width() for label in self.blocks) + 20
        self.heads = [labels.word(f"fig_lane_{kind}") for kind in LANES]
        x = _MARGIN + self.block_width + BETWEEN
        self.lane_x = []
        for head, cells in zip(self.heads, self.lanes, strict=True):
            self.lane_x.append(x)
            x += max(head.width(SMALL), *(_width(cell) for cell in cells)) + BETWEEN
        self.width = max(_NARROWEST, x - BETWEEN + _MARGIN)
        self.bottom = _HEAD + _ROW * len(self.blocks)
        self.floor = self.bottom + 34 + _CURVE

    def drawing(self) -> Drawing:
        """Draw what stands still, then what each frame shows."""
        words, name = self.labels.words, self.plan.derivation.program.name
        remarks = notes(self.folded, self.labels, self.plan)
        y = self.floor + 44
        below = list(legend(_MARGIN, y, self.width, self.folded, self.labels, remarks))
        return Drawing(
            self.width,
            max(item.room.bottom for item in below) + 10,
            (*self._chain(), *self._pebbles(), *self._curve(), *self._frames(), *below),
            words("fig_movie_title", name=name),
            words("fig_movie_tells"),
            frames=len(self.folded.columns),
            rest=self.folded.peak,
        )

    def _block(self, column: Column) -> Label:
        first, last = sorted((column.first, column.last))
        if first != last:
            return plain(f"({first})–({last})")
        equations = self.plan.derivation.program.equations
        shown = next(e for e in equations if e.number == first and not e.inline)
        formula = self.labels.equation(shown.symbol, shown.expr, WIDEST_BLOCK)
        return beside(plain(f"({first})  "), formula)

    def _cell(self, block: int, kind: str) -> list[_Pebble]:
        """Return the pebbles of a block in one lane; those without room share a last one."""
        last = len(self.folded.columns) - 1
        found: dict[tuple[Symbol, ...], _Pebble] = {}
        for strand in self.folded.strands:
            if strand.fate.block == block and strand.kind == kind:
                label = self.labels.span(strand.symbols, size=SMALL)
                pebble = found.setdefault(strand.symbols, _Pebble(label, strand.tone))
                pebble.spans.append((strand.start, last if strand.end is None else strand.end))
        pebbles = list(found.values())
        shown = len(pebbles)
        while _width(pebbles[:shown]) > WIDEST_LANE - (shown < len(pebbles)) * MORE:
            shown -= 1
        rest = pebbles[shown:]
        if not rest:
            return pebbles
        spans = _joined(span for pebble in rest for span in pebble.spans)
        more = _Pebble(self.labels.word("fig_more", count=len(rest)), rest[0].tone, spans)
        return [*pebbles[:shown], more]

    def _row(self, block: int) -> float:
        return _HEAD + _ROW * block

    def _chain(self) -> Iterator[Item]:
        for x, head in zip(self.lane_x, self.heads, strict=True):
            yield Text(x, _HEAD - 12, head, size=SMALL, tone="muted")
        middle = _MARGIN + self.block_width / 2
        for k, label in enumerate(self.blocks):
            y = self._row(k)
            if k:
                yield Path(((middle, y - _ROW + BLOCK), (middle, y)))
            yield Box(_MARGIN, y, self.block_width, BLOCK, "module")
            yield Text(_MARGIN + 10, y + 16.5, label)

    def _pebbles(self) -> Iterator[Item]:
        for x, cells in zip(self.lane_x, self.lanes, strict=True):
            for block, cell in enumerate(cells):
                left, y = x, self._row(block) + (BLOCK - PEBBLE) / 2
                for pebble in cell:
                    for span in pebble.spans:
                        yield from _drawn(pebble, left, y, span)
                    left += pebble.width + _GAP

    def _curve(self) -> Iterator[Item]:
        f, forward = self.folded, sum(c.side == "forward" for c in self.folded.columns)
        most = max(f.bytes) or 1
        points = [(_MARGIN, self.floor)]
        for k, column in enumerate(f.columns):
            step = self._step / len(column.moments)
            for j, moment in enumerate(column.moments):
                x, y = self._x(k) + j * step, self.floor - _CURVE * f.bytes[moment] / most
                points += [(x, y), (x + step, y)]
        yield Path((*points, (self._x(len(f.columns)), self.floor)), "bytes", closed=True)
        border = self._x(forward)
        yield Path(((border, self.floor - _CURVE), (border, self.floor + 18)), dashed=True)
        yield Text(border - 8, self.floor + 16, self.labels.word("fig_forward"), "end", SMALL)
        yield Text(border + 8, self.floor + 16, self.labels.word("fig_backward"), size=SMALL)

    @property
    def _step(self) -> float:
        return (self.width - 2 * _MARGIN) / len(self.folded.columns)

    def _x(self, column: int) -> float:
        return _MARGIN + self._step * column

    def _frames(self) -> Iterator[Item]:
        for k, column in enumerate(self.folded.columns):
            here = (k, k)
            title = self._title(column)
            yield Text(_MARGIN, 26, title, size=NORMAL + 2, bold=True, frames=here)
            y = self._row(column.block)
            yield Box(_MARGIN, y, self.block_width, BLOCK, "active", frames=here)
            height = _CURVE * self.folded.most[k] / (max(self.folded.bytes) or 1)
            bar = (self._x(k), self.floor - height, self._step, height)
            yield Box(*bar, "active", radius=0, frames=here)
            count = show_count(self.folded.most[k])
            alive = self.labels.word("fig_alive", bytes=count)
            yield Text(_MARGIN, self.floor - _CURVE - 10, alive, size=SMALL, frames=here)

    def _title(self, column: Column) -> Label:
        side = self.labels.word(f"fig_{column.side}")
        first, last = column.first, column.last
        numbers = f"  ({first})" if first == last else f"  ({first})–({last})"
        return beside(side, plain(numbers))


def _chain(folded: Folded) -> list[Column]:
    """Return a column for each block, in the order of forward."""
    found: dict[int, Column] = {}
    for column in folded.columns:
        found.setdefault(column.block, column)
    return [found[block] for block in sorted(found)]


def _width(pebbles: Sequence[_Pebble]) -> float:
    return sum(pebble.width + _GAP for pebble in pebbles) - _GAP if pebbles else 0


def _drawn(pebble: _Pebble, left: float, y: float, span: tuple[int, int]) -> Iterator[Item]:
    radius = PEBBLE / 2
    yield Box(left, y, pebble.width, PEBBLE, pebble.tone, radius=radius, frames=span)
    tone = "light" if pebble.tone == "result" else "ink"
    middle = left + pebble.width / 2
    yield Text(middle, y + 14, pebble.label, "middle", SMALL, tone, frames=span)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of frames that meet or touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
