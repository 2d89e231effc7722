"""What stands below a pebble graph: its colours, its sizes, what was folded; and all in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derive.documents.figures.drawing import Box, Item, Text
from derive.documents.figures.extent import SMALL, text_width
from derive.documents.figures.folding import Folded
from derive.documents.figures.labels import Labels, plain
from derive.documents.figures.scale import show_count, show_sizes
from derive.plan.nouns import Plan

LEADING, SWATCH = 17.0, 20.0
MOST_TOLD = 8
_TONES = ("value", "error", "result", "view")
_TOKEN = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")


def legend(
    left: float, y: float, width: float, folded: Folded, labels: Labels, notes: Iterable[str]
) -> Iterator[Item]:
    """Yield the swatches, the first line's baseline at y, and the notes below them."""
    x, right = left, width - left
    seen = {strand.tone for strand in folded.strands}
    for tone in (tone for tone in _TONES if tone in seen):
        word = labels.word(f"fig_kind_{tone}")
        if x > left and x + SWATCH + 6 + word.width(SMALL) > right:
            x, y = left, y + LEADING
        yield Box(x, y - 9, SWATCH, 10, tone, radius=3)
        yield Text(x + SWATCH + 6, y, word, size=SMALL, tone="muted")
        x += SWATCH + 6 + word.width(SMALL) + 16
    for text in notes:
        for line in _lines(text, right - left):
            y += LEADING
            yield Text(left, y, plain(line), size=SMALL, tone="muted")


def notes(folded: Folded, labels: Labels, plan: Plan, left_out: int = 0) -> Iterator[str]:
    """Yield at which sizes bytes are counted, and what was folded."""
    words = labels.words
    sizes = show_sizes(plan.sizes, words)
    yield words("fig_sizes", sizes=sizes) if sizes else words("fig_no_sizes")
    if folded.is_folded:
        each = max(len(column.moments) for column in folded.columns)
        yield words("fig_folded", each=each, count=folded.unseen)
    if left_out:
        yield words("fig_left_out", count=left_out)


def told(folded: Folded, labels: Labels) -> str:
    """Tell a pebble graph in words: what is alive until when, and the peak."""
    words = labels.words
    columns = folded.columns

    def step(k: int) -> str:
        column = columns[k]
        return words(f"fig_step_{column.side}", number=column.first)

    def few(parts: list[str]) -> str:
        rest = len(parts) - MOST_TOLD
        return words.listed(parts[:MOST_TOLD] + [words("fig_more", count=rest)] * (rest > 0))

    kept = [
        words(
            "fig_tells_life", name=labels.span(s.symbols).text, start=step(s.start), end=step(s.end)
        )
        for s in folded.strands
        if s.kind == "value" and s.end is not None and columns[s.end].side == "backward"
    ]
    results = [
        words("fig_tells_birth", name=labels.span(s.symbols).text, step=step(s.start))
        for s in folded.strands
        if s.kind == "result"
    ]
    text = words("fig_tells_kept_until", lives=few(kept)) if kept else ""
    text += words("fig_tells_results", births=few(results)) if results else ""
    most = show_count(max(folded.bytes))
    return (
        words("fig_pebbles_tells")
        + text
        + words("fig_tells_peak", bytes=most, step=step(folded.peak))
    )


def _lines(text: str, room: float) -> list[str]:
    """Break a note into lines."""
    lines = [""]
    for token in _TOKEN.findall(text):
        if lines[-1] and text_width((lines[-1] + token).rstrip(), SMALL) > room:
            lines.append("")
        lines[-1] += token
    return [line.rstrip() for line in lines]
