"""Faults: where it is, what was met, what was needed, and one hint.

Every message that a user of `derive` reads about a faulty model, option or file is made here,
so that all of them look alike.  Raise `DeriveError` with the facts; `str(error)` is the text:

    layer.py:2:9: error: x @ w does not fit: x has d columns, w has m rows

      2 |     y = x @ w + b
        |         ^^^^^
      x is n×d   argument, line 1
      A product needs the columns of the left to be the rows of the right.

      hint: write x @ w.T
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A span of source text: file, 1-based line and column, and the line itself.

    `end_column` is exclusive; a span that goes on in later lines ends at the end of its first.
    """

    file: str
    line: int
    column: int
    end_column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def excerpt(self) -> list[str]:
        """Return the line with its number, and carets below the span."""
        margin = " " * len(str(self.line))
        shown = self.text.expandtabs(4)
        start = len(self.text[: self.column - 1].expandtabs(4))
        stop = len(self.text[: self.end_column - 1].expandtabs(4))
        carets = " " * start + "^" * max(1, stop - start)
        return [f"  {self.line} | {shown}", f"  {margin} | {carets}"]


class DeriveError(Exception):
    """A fault of the model, the options or the files; never one of derive itself.

    found:  what was met, one line.
    where:  its place; None for faults that have no place in a text (an output path).
    needed: further lines: what stands where, what the operation needs, what is known.
    hint:   one thing to do.
    """

    def __init__(
        self,
        found: str,
        *,
        where: Place | None = None,
        needed: tuple[str, ...] = (),
        hint: str = "",
    ) -> None:
        super().__init__(found)
        self.found = found
        self.where = where
        self.needed = needed
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.where}: error: {self.found}" if self.where else f"error: {self.found}"
        lines = [head]
        if self.where or self.needed:
            lines.append("")
        if self.where:
            lines += self.where.excerpt()
        lines += [f"  {line}" for line in self.needed]
        if self.hint:
            lines += ["", f"  hint: {self.hint}"]
        return "\n".join(lines)
