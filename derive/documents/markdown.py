"""A document as Markdown, for GitHub or (flavor "dollars") for Jupyter and pandoc.

GitHub's own marks for mathematics are used, ```` ```math ```` and a dollar with a backquote: plain
dollars lose backslashes there.
"""

from __future__ import annotations

import re

from derive.code.page import header, render
from derive.documents.blocks import (
    Block,
    Display,
    Document,
    Figure,
    Heading,
    Items,
    Listing,
    Paragraph,
    Proof,
    Table,
)
from derive.formulas.fit import aligned, reason, rows
from derive.program.program import Program

_TEMPLATE = "document.md.jinja"
_LINE = 64.0


def emit_markdown(document: Document, program: Program, flavor: str = "github") -> str:
    """Return the document's text, its checksum not yet filled in."""
    writer = _Markdown(dollars=flavor == "dollars")
    sections = [b for b in document.blocks if isinstance(b, Heading) and b.level == 2]
    links = [f"[{_words(s.text)}](#{_anchor(s.text)})" for s in sections]
    return render(
        _TEMPLATE,
        header=header(program, _TEMPLATE),
        title=_escape(document.title),
        subtitle=_escape(document.subtitle),
        contents=f"{document.contents}: " + " · ".join(links),
        before=_before_sections(document, writer),
        blocks=[writer.block(b) for b in _from_sections(document)],
    )


def _before_sections(document: Document, writer: _Markdown) -> list[str]:
    found = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 2:
            break
        found.append(writer.block(block))
    return found


def _from_sections(document: Document) -> list[Block]:
    for k, block in enumerate(document.blocks):
        if isinstance(block, Heading) and block.level == 2:
            return list(document.blocks[k:])
    return []


def _words(heading: str) -> str:
    return heading.partition(". ")[2]


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


def _escape(text: str) -> str:
    """Escape what Markdown would read in a user's text, code between backquotes kept."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts = ["'".join(parts)]
    for k in range(0, len(parts), 2):
        parts[k] = re.sub(r"([\\<>|\[\]*_$#])", r"\\\1", parts[k])
    return "`".join(parts)


class _Markdown:
    def __init__(self, *, dollars: bool) -> None:
        self.dollars = dollars

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return f"{'#' * block.level} {self.inline(block.text)}"
        if isinstance(block, Paragraph):
            return self.inline(block.text)
        if isinstance(block, Display):
            return self._display(block)
        if isinstance(block, Proof):
            return self._fence(self._proof(block))
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Listing):
            ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", block.text)), default=0))
            return f"{ticks}{block.language}\n{block.text.strip(chr(10))}\n{ticks}"
        if isinstance(block, Items):
            return "\n".join(f"- {self.inline(text)}" for text in block.texts)
        if isinstance(block, Figure):
            return f"![{_escape(block.drawing.description)}]({block.file})"
        raise TypeError(block)

    def inline(self, text: str) -> str:
        if self.dollars:
            return text
        return re.sub(r"\$([^$]+)\$", r"$`\1`$", text)

    def _fence(self, formula: str) -> str:
        if self.dollars:
            return f"$$\n{formula}\n$$"
        return f"```math\n{formula}\n```"

    def _display(self, block: Display) -> str:
        made = []
        for lines in rows(block.formulas, _LINE):
            made.append(self._fence(lines[0] if len(lines) == 1 else aligned(lines)))
        return "\n\n".join(made)

    def _proof(self, block: Proof) -> str:
        lines = [
            f"{left} &= {right} && {reason(why)}" if left else f"&= {right} && {reason(why)}"
            for left, right, why in block.lines
        ]
        body = " \\\\\n".join(lines)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def _table(self, block: Table) -> str:
        lines = [self._row(block.head), "|" + "---|" * len(block.head)]
        lines += [self._row(row) for row in block.rows]
        return "\n".join(lines)

    def _row(self, cells: tuple[str, ...]) -> str:
        shown = [
            self.inline(cell.replace("|", r"\|") if "$" not in cell else cell) for cell in cells
        ]
        return "| " + " | ".join(shown) + " |"
