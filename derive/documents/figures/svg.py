"""A drawing as SVG: plain text in the reader's own fonts, nothing from elsewhere, no script.

Frames are switched by CSS, which also works in an image on a page; where the reader wants no
motion, and where CSS is not understood, the frame at rest is shown.
"""

from __future__ import annotations

from html import escape

from derive.code.page import header, render
from derive.documents.figures.drawing import Box, Drawing, Frames, Item, Path, Text, is_seen
from derive.documents.figures.palette import PAPER, TONES
from derive.program.program import Program

_TEMPLATE = "figure.svg.jinja"
_LONGEST, _SHORTEST, _WHOLE, REST = (
    1.4,
    0.5,
    30.0,
    2,
)  # seconds a frame and in all; frames at the end


def emit_svg(drawing: Drawing, program: Program, lang: str) -> str:
    """Return the drawing's text, its checksum not yet filled in."""
    return render(
        _TEMPLATE,
        header=[line.replace("--", "- -") for line in header(program, _TEMPLATE)],
        lang=lang,
        width=_number(drawing.width),
        height=_number(drawing.height),
        title=escape(drawing.title),
        description=escape(drawing.description),
        ground=PAPER,
        tones=_used(drawing),
        animations=_animations(drawing),
        items=[_item(item, drawing) for item in drawing.items],
    )


def _used(drawing: Drawing) -> list[tuple[str, str]]:
    """Return each tone that occurs with its rule."""
    names = sorted({"ink", *(item.tone for item in drawing.items)})
    rules = []
    for name in names:
        tone = TONES[name]
        stroke = f"stroke:#{tone.stroke};stroke-width:{_number(tone.width)}" if tone.stroke else ""
        fill = f"fill:#{tone.fill}" if tone.fill else "fill:none"
        rules.append((name, ";".join(filter(None, (fill, stroke)))))
    return rules


def _item(item: Item, drawing: Drawing) -> str:
    shown = _shown(item.frames, is_seen(item, drawing.rest))
    if isinstance(item, Text):
        return _text(item, shown)
    if isinstance(item, Box):
        place = " ".join(
            f'{name}="{_number(value)}"'
            for name, value in (
                ("x", item.x),
                ("y", item.y),
                ("width", item.width),
                ("height", item.height),
                ("rx", item.radius),
            )
        )
        return f'<rect class="{item.tone}" {place}{shown}/>'
    return _path(item, shown)


def _text(item: Text, shown: str) -> str:
    anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
    weight = ' font-weight="bold"' if item.bold else ""
    return (
        f'<text class="{item.tone}" x="{_number(item.x)}" y="{_number(item.y)}"'
        f' font-size="{_number(item.size)}"{anchor}{weight}{shown}>{escape(item.label.text)}</text>'
    )


def _path(item: Path, shown: str) -> str:
    steps = " ".join(f"{_number(x)},{_number(y)}" for x, y in item.points)
    if item.closed:
        return f'<polygon class="{item.tone}" points="{steps}"{shown}/>'
    head = ' marker-end="url(#head)"' if item.arrow else ""
    dash = ' stroke-dasharray="5 4"' if item.dashed else ""
    return f'<polyline class="{item.tone}" points="{steps}"{dash}{head}{shown}/>'


def _shown(frames: Frames | None, at_rest: bool) -> str:
    if frames is None:
        return ""
    name = f' style="animation-name:{_name(frames)}"'
    return name + ("" if at_rest else ' opacity="0"')


def _name(frames: Frames) -> str:
    return f"f{frames[0]}-{frames[1]}"


def _animations(drawing: Drawing) -> dict[str, object] | None:
    """Return how long a round takes, and for each interval its key frames."""
    if not drawing.frames:
        return None
    count = drawing.frames + REST
    each = max(_SHORTEST, min(_LONGEST, _WHOLE / count))
    intervals = sorted({item.frames for item in drawing.items if item.frames is not None})
    return {
        "seconds": _number(round(each * count, 1)),
        "keys": [(_name(f), _keys(f, drawing.frames, count)) for f in intervals],
    }


def _keys(frames: Frames, last: int, count: int) -> str:
    """Return the steps of one interval's opacity; the last frame stays for a while."""
    first, end = frames
    stop = count if end == last - 1 else end + 1
    steps = [(0, int(first == 0))]
    steps += [(first, 1)] if first else []
    steps += [(stop, 0)] if stop < count else []
    return "".join(f"{_number(100 * at / count)}%{{opacity:{value}}}" for at, value in steps)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
