"""The pebble graph as one still picture: a column for each step, a bar for each array.

A bar begins where its array is made and ends where it is freed; below stands what is alive in
bytes, step by step.  Read column by column it is the row of frames that the animation shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.documents.figures.drawing import Box, Drawing, Item, Label, Path, Text
from derive.documents.figures.extent import SMALL
from derive.documents.figures.folding import Strand
from derive.documents.figures.labels import SIDE, Labels, beside, plain
from derive.documents.figures.legend import legend, notes, told
from derive.documents.figures.packing import Packed, Row, pack
from derive.documents.figures.scale import show_count
from derive.plan.lifetimes import timeline
from derive.plan.nouns import Plan

_WIDTH, _MARGIN = 800.0, 14.0
_HEAD, _ROW, BAR, _CURVE = 50.0, 19.0, 12.0, 72.0
_WIDEST = 92.0  # a column
_NARROWEST = 560.0  # the figure: its notes need that
POINT = 8.0  # the length of the tip of a bar that is returned


def pebbles(plan: Plan, labels: Labels) -> Drawing:
    """Return the still pebble graph of a plan's value_and_grad."""
    return _Chart(pack(timeline(plan), plan.sizes), labels, plan).drawing()


class _Chart:
    def __init__(self, packed: Packed, labels: Labels, plan: Plan) -> None:
        self.folded, self.rows, self.left_out = packed
        self.labels = labels
        self.plan = plan
        self.names = [_name(row, labels) for row in self.rows]
        self.shapes = [_shape(row, labels) for row in self.rows]
        self.alive = labels.word("fig_bytes_alive")
        names = max((label.width() for label in self.names), default=0)
        shapes = max((label.width(SMALL) for label in self.shapes), default=0)
        self.shape_x = _MARGIN + max(names, self.alive.width(SMALL) - shapes - 8) + 8
        self.left = self.shape_x + shapes + 12
        room = _WIDTH - self.left - _MARGIN - POINT
        self.column = min(_WIDEST, room / len(self.folded.columns))
        self.right = self.left + self.column * len(self.folded.columns)
        self.floor = _HEAD + _ROW * len(self.rows) + 26 + _CURVE
        self.width = max(_NARROWEST, self.right + POINT + _MARGIN)

    def drawing(self) -> Drawing:
        """Draw the peak behind, then grid, bars, curve, and the notes below."""
        items = [self._peak(), *self._grid(), *self._head(), *self._bars(), *self._curve()]
        words, name = self.labels.words, self.plan.derivation.program.name
        remarks = notes(self.folded, self.labels, self.plan, self.left_out)
        y = self.floor + 26
        below = list(legend(_MARGIN, y, self.width, self.folded, self.labels, remarks))
        title = words("fig_pebbles_title", name=name)
        height = max(item.room.bottom for item in below) + 10
        text = told(self.folded, self.labels)
        return Drawing(self.width, height, (*items, *below), title, text)

    def _x(self, column: int) -> float:
        return self.left + column * self.column

    def _peak(self) -> Item:
        x = self._x(self.folded.peak)
        return Box(x, _HEAD - 16, self.column, self.floor - _HEAD + 16, "most", radius=0)

    def _grid(self) -> Iterator[Item]:
        for k in range(len(self.folded.columns) + 1):
            between = k == len(self.folded.blocks)
            tone = "line" if between else "grid"
            ends = ((self._x(k), _HEAD - 16), (self._x(k), self.floor - _CURVE - 20))
            yield Path(ends, tone, dashed=between)

    def _head(self) -> Iterator[Item]:
        f = self.folded
        forward = len(f.blocks)
        for key, first, end in (("fig_forward", 0, forward), ("fig_backward", forward, None)):
            end = len(f.columns) if end is None else end
            if end > first:
                middle = (self._x(first) + self._x(end)) / 2
                yield Text(middle, 18, self.labels.word(key), "middle", bold=True)
        numbers = [plain(str(column.first)) for column in f.columns]
        every = 1 + int(max(n.width(SMALL) for n in numbers) + 8) // int(self.column + 1)
        for k, number in enumerate(numbers):
            own = k if k < forward else k - forward
            if own % every == 0:
                x = self._x(k) + self.column / 2
                yield Text(x, _HEAD - 20, number, "middle", SMALL, "muted")

    def _bars(self) -> Iterator[Item]:
        for k, row in enumerate(self.rows):
            y = _HEAD + _ROW * k + (_ROW - BAR) / 2
            baseline = y + BAR - 1.5
            yield Text(_MARGIN, baseline, self.names[k])
            yield Text(self.shape_x, baseline, self.shapes[k], size=SMALL, tone="muted")
            for strand in row:
                yield from self._bar(strand, y)

    def _bar(self, strand: Strand, y: float) -> Iterator[Item]:
        last = len(self.folded.columns) - 1 if strand.end is None else strand.end
        x, end = self._x(strand.start) + 2, self._x(last + 1) - 2
        yield Box(x, y, end - x, BAR, strand.tone, radius=3)
        if strand.end is None:
            tip = ((end + 3, y), (end + 3 + POINT, y + BAR / 2), (end + 3, y + BAR))
            yield Path(tip, strand.tone, closed=True)

    def _curve(self) -> Iterator[Item]:
        f = self.folded
        most = max(f.bytes, default=0) or 1
        points = [(self.left, self.floor)]
        for k, column in enumerate(f.columns):
            step = self.column / len(column.moments)
            for j, moment in enumerate(column.moments):
                y = self.floor - _CURVE * f.bytes[moment] / most
                x = self._x(k) + j * step
                points += [(x, y), (x + step, y)]
        yield Path((*points, (self.right, self.floor)), "bytes", closed=True)
        yield Text(_MARGIN, self.floor - _CURVE / 2 + 4, self.alive, size=SMALL, tone="muted")
        text = self.labels.word("fig_peak", bytes=show_count(max(f.bytes)))
        half = text.width(SMALL) / 2
        x = self._x(f.peak) + self.column / 2
        x = max(self.left + half, min(x, self.width - _MARGIN - half))
        yield Text(x, self.floor - _CURVE - 6, text, "middle", SMALL)


def _name(row: Row, labels: Labels) -> Label:
    if len(row) > 1:
        return labels.word(f"fig_many_{row[0].kind}", count=sum(len(s.symbols) for s in row))
    return labels.span(row[0].symbols)


def _shape(row: Row, labels: Labels) -> Label:
    """Return the shape that all of a row have, "" where they differ."""
    symbols = [symbol for strand in row for symbol in strand.symbols]
    if len({symbol.shape for symbol in symbols}) > 1:
        return plain("")
    count = len(row[0].symbols) if len(row) == 1 else 1
    shape = labels.shape(symbols[0].shape, SIDE - 28 * (count > 1))
    return beside(plain(f"{count} · "), shape) if count > 1 else shape
