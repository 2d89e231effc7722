"""Looking at a drawing by arithmetic: what overlaps, what is cut, what an arrow runs through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.documents.figures.drawing import Box, Drawing, Path, Rect, Text

BEHIND = {"most", "active"}  # a band behind the rest, and a frame around a box


def faults(drawing: Drawing) -> list[str]:
    """Return what is wrong with a still drawing."""
    texts = [item for item in drawing.items if isinstance(item, Text)]
    boxes = [item for item in drawing.items if isinstance(item, Box) and item.tone not in BEHIND]
    arrows = [item for item in drawing.items if isinstance(item, Path) and item.arrow]
    found = [f"{_name(i)} leaves the view" for i in drawing.items if not _inside(i.room, drawing)]
    for a, b in combinations(texts, 2):
        if a.room.overlaps(b.room):
            found.append(f"{_name(a)} overlaps {_name(b)}")
    for a, b in combinations(boxes, 2):
        if a.room.overlaps(b.room):
            found.append(f"{_name(a)} overlaps {_name(b)}")
    for text in texts:
        for box in boxes:
            if text.room.overlaps(box.room) and not box.room.holds(text.room):
                found.append(f"{_name(text)} crosses the edge of {_name(box)}")
    for arrow in arrows:
        found += [f"{_name(arrow)} runs through {name}" for name in _crossed(arrow, texts, boxes)]
    return found


def _inside(room: Rect, drawing: Drawing) -> bool:
    return Rect(0, 0, drawing.width, drawing.height).holds(room)


def _crossed(arrow: Path, texts: list[Text], boxes: list[Box]) -> Iterator[str]:
    room = arrow.room
    for item in (*texts, *boxes):
        other = item.room
        if (
            room.left < other.right
            and other.left < room.right
            and room.top <= other.bottom - 0.5
            and other.top + 0.5 <= room.bottom
        ):
            yield _name(item)


def _name(item: Text | Box | Path) -> str:
    if isinstance(item, Text):
        return f"{item.label.text!r} at {item.x:.0f},{item.y:.0f}"
    return f"{type(item).__name__} {item.tone} {item.room}"
