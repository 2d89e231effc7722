"""Text in the columns of a terminal, where wide characters take two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

WIDTH = 79
RIGHT = 35  # the column of shapes and remarks


def columns(text: str) -> int:
    """Return how many columns a terminal gives the text: wide characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def beside(left: str, right: str, at: int = RIGHT) -> str:
    """Return `right` beside `left`, at a column or two spaces further."""
    if not right:
        return left
    return left + " " * max(2, at - columns(left)) + right


def wrapped(text: str, indent: str = "  ") -> Iterator[str]:
    """Yield the words in lines of the terminal's width."""
    line = indent
    for word in text.split():
        if line.strip() and columns(line) + columns(word) + 1 > WIDTH:
            yield line
            line = indent
        line += word if not line.strip() else f" {word}"
    yield line
