"""How much room a text takes, judged by the widest of the common sans-serif fonts.

The widths are those of DejaVu Sans and Verdana, rounded up, in parts of the font size; Helvetica
and Arial are narrower.  LaTeX is judged by the estimate that breaks formulas.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from derive.formulas.fit import width

NORMAL, SMALL = 13.0, 11.0
BOLD = 1.12  # how much wider bold type is
_CLASSES = (
    ("ijlI.,:;'|!()[]¹²³ᵀ₀₁₂₃₄₅₆₇₈₉ ft", 0.44),
    ("×−+=<>≥≤≠⊙⊘→·–∂∇ω#^~&▸●○", 0.86),
    ("mwMWQO@%…—½", 1.0),
)
_WIDTHS = {character: width for characters, width in _CLASSES for character in characters}
_CJK, _UPPER, _OTHER = 1.08, 0.79, 0.67
_MATH = 0.64  # of the font size, for a character of the estimate for formulas
_WORDS = 0.54  # and for a character of running text


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width of plain text."""
    return size * sum(_WIDTHS.get(c) or _class_width(c) for c in text)


def _class_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return _CJK
    return _UPPER if character.isupper() else _OTHER


@lru_cache(maxsize=4096)
def latex_width(latex: str, size: float) -> float:
    """Return the width of a text of LaTeX with formulas between dollars."""
    total = 0.0
    for k, part in enumerate(latex.split("$")):
        if k % 2:
            total += _MATH * width(re.sub(r"\{(\\times)\}", r"\1", part))
        else:
            plain = re.sub(r"\\[A-Za-z]+(\{\})?", "x", part)
            total += sum(_CJK if ord(c) > 0x2E80 else _WORDS for c in plain)
    return total * size


def shortest(text: str, room: float, size: float = NORMAL) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip("_ ") + "…"
