"""A drawing as TikZ, with what plain TikZ has; it stands still.

The picture is scaled to the page, up to a little into the margins, and the font with it.  Labels
bring LaTeX of their own and are set as they are.
"""

from __future__ import annotations

from derive.documents.figures.drawing import Box, Drawing, Item, Path, Text
from derive.documents.figures.extent import NORMAL
from derive.documents.figures.palette import TONES

_WIDEST, TALLEST, _LARGEST = 495.0, 620.0, 0.62  # points of a picture; points of a unit
_SIZES = (9, 8, 7, 6)  # points in which every font of a plain installation exists
FITS = 1.04  # how much larger than a unit's own size a font may be: it is narrower than others
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def emit_tikz(drawing: Drawing) -> str:
    """Return the picture, centred on the line."""
    scale = min(_LARGEST, _WIDEST / drawing.width, TALLEST / drawing.height)
    writer = _Tikz(scale)
    corner = f"({_number(drawing.width)},{_number(drawing.height)})"
    lines = [
        rf"\begin{{tikzpicture}}[x={scale:.4f}pt,y=-{scale:.4f}pt,"
        "every node/.style={inner sep=0pt,outer sep=0pt}]",
        *_colours(drawing),
        rf"\useasboundingbox (0,0) rectangle {corner};",
        *(writer.item(item) for item in drawing.items),
        r"\end{tikzpicture}",
    ]
    picture = "\n".join(lines)
    return f"\\noindent\\makebox[\\linewidth]{{%\n{picture}%\n}}"


def _colours(drawing: Drawing) -> list[str]:
    lines = []
    for name in sorted({item.tone for item in drawing.items}):
        for part, colour in (("fill", TONES[name].fill), ("line", TONES[name].stroke)):
            if colour:
                lines.append(rf"\definecolor{{{name}-{part}}}{{HTML}}{{{colour.upper()}}}")
    return lines


class _Tikz:
    def __init__(self, scale: float) -> None:
        self.scale = scale

    def item(self, item: Item) -> str:
        """Write one item."""
        if isinstance(item, Text):
            return self._text(item)
        if isinstance(item, Box):
            return self._box(item)
        return self._path(item)

    def _text(self, item: Text) -> str:
        points = self._font(item.size)
        bold = r"\bfseries" if item.bold else ""
        return (
            rf"\node[anchor={_ANCHORS[item.anchor]},text={item.tone}-fill,"
            rf"font=\fontsize{{{points}}}{{{points}}}\selectfont{bold}]"
            f" at ({_number(item.x)},{_number(item.y)}) {{{item.label.latex}}};"
        )

    def _font(self, size: float) -> int:
        room = FITS * max(size, NORMAL * 0.85) * self.scale
        return next((points for points in _SIZES if points <= room), _SIZES[-1])

    def _box(self, item: Box) -> str:
        options = [*self._ink(item.tone), f"rounded corners={self._points(item.radius)}"]
        corner = f"({_number(item.x + item.width)},{_number(item.y + item.height)})"
        start = f"({_number(item.x)},{_number(item.y)})"
        return rf"\path[{','.join(options)}] {start} rectangle {corner};"

    def _path(self, item: Path) -> str:
        options = self._ink(item.tone, filled=item.closed)
        if item.dashed:
            options.append(f"dash pattern=on {self._points(5)} off {self._points(4)}")
        if item.arrow:
            options.append("-latex")
        points = " -- ".join(f"({_number(x)},{_number(y)})" for x, y in item.points)
        return rf"\path[{','.join(options)}] {points}{' -- cycle' if item.closed else ''};"

    def _ink(self, tone: str, *, filled: bool = True) -> list[str]:
        options = []
        if TONES[tone].fill and filled:
            options.append(f"fill={tone}-fill")
        if TONES[tone].stroke:
            options += [f"draw={tone}-line", f"line width={self._points(TONES[tone].width)}"]
        return options

    def _points(self, units: float) -> str:
        return f"{_number(units * self.scale)}pt"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
