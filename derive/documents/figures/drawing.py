"""What a figure is made of: boxes, paths and texts in abstract units, y growing downwards.

A drawing is made once and printed by two small printers.  Every text knows the room it takes in
the widest of the fonts that a reader may have, so that a drawing can be checked for overlaps
before anybody looks at it.  An item with `frames` is seen in those frames of an animation only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.documents.figures.extent import BOLD, NORMAL, latex_width, text_width

_Point = tuple[float, float]
Frames = tuple[int, int]  # the first and the last frame in which an item is seen


@dataclass(frozen=True)
class Rect:
    """The room that an item takes."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Rect) -> bool:
        """Whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class Label:
    """What a text says: in plain characters, and in LaTeX."""

    text: str
    latex: str

    def width(self, size: float = NORMAL) -> float:
        """Return the room it needs, whichever printer sets it."""
        return max(text_width(self.text, size), latex_width(self.latex, size))


@dataclass(frozen=True)
class Text:
    """A label with its baseline at y; anchor is "start", "middle" or "end"."""

    x: float
    y: float
    label: Label
    anchor: str = "start"
    size: float = NORMAL
    tone: str = "ink"
    bold: bool = False
    frames: Frames | None = None

    @property
    def room(self) -> Rect:
        width = self.label.width(self.size) * (BOLD if self.bold else 1)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Rect(left, self.y - 0.8 * self.size, left + width, self.y + 0.22 * self.size)


@dataclass(frozen=True)
class Box:
    """A rectangle with round corners, filled and framed as its tone says."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    radius: float = 4
    frames: Frames | None = None

    @property
    def room(self) -> Rect:
        return Rect(self.x, self.y, self.x + self.width, self.y + self.height)


@dataclass(frozen=True)
class Path:
    """A line through points; an arrow has a head at its end, a closed path is filled."""

    points: tuple[_Point, ...]
    tone: str = "line"
    arrow: bool = False
    dashed: bool = False
    closed: bool = False
    frames: Frames | None = None

    @property
    def room(self) -> Rect:
        xs, ys = zip(*self.points, strict=True)
        return Rect(min(xs), min(ys), max(xs), max(ys))


Item = Text | Box | Path


@dataclass(frozen=True)
class Drawing:
    """A figure: its items from back to front, and what it shows in words.

    frames: how many frames it has, 0 for a still one.  rest: the frame that is shown where
    nothing moves.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    title: str
    description: str
    frames: int = 0
    rest: int = 0

    def at(self, frame: int) -> Drawing:
        """Return one frame as a still drawing."""
        seen = (item for item in self.items if is_seen(item, frame))
        still = tuple(replace(item, frames=None) for item in seen)
        return replace(self, items=still, frames=0, rest=0)


def is_seen(item: Item, frame: int) -> bool:
    """Whether the item is seen in a frame."""
    return item.frames is None or item.frames[0] <= frame <= item.frames[1]
