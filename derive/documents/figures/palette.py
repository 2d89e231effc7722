"""The colours of figures, by what a thing is.

The hues are apart for every kind of colour blindness, and the fills differ in lightness, so that
they are apart in grey print too.  A figure brings its own light ground: it reads the same on a
light and on a dark page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """Six hexadecimal digits each; "" where nothing is drawn."""

    fill: str
    stroke: str
    width: float = 1.0


PAPER = Tone("ffffff", "d0d7de")
TONES = {
    "ink": Tone("1f2328", ""),
    "muted": Tone("59636e", ""),
    "light": Tone("ffffff", ""),
    "line": Tone("", "59636e", 1.2),
    "grid": Tone("", "dfe3e8"),
    "module": Tone("eef1f5", "59636e", 1.2),
    "value": Tone("9ecae9", "2a6496"),
    "view": Tone("ffffff", "59636e"),
    "error": Tone("fff0d4", "b35900"),
    "result": Tone("6b3078", "6b3078"),
    "active": Tone("", "c8102e", 2.0),
    "most": Tone("f7dede", ""),
    "bytes": Tone("c3ccd6", "59636e"),
}
