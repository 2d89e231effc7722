"""What a document is made of: headings, texts, displays, proofs, tables, listings, figures.

Texts carry marks that each printer translates: `$…$` for mathematics, backquotes for code, `**`
and `*` for emphasis, `[words](target)` for a link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.documents.figures.drawing import Drawing

Cell = str


@dataclass(frozen=True)
class Heading:
    """A section (level 2) or a step within one (level 3, 4)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Display:
    """Formulas set apart, side by side where they are short."""

    formulas: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """Lines `left = right` with the reason beside each."""

    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Table:
    """A head and rows of cells."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Listing:
    """Lines of code."""

    text: str
    language: str = "python"


@dataclass(frozen=True)
class Items:
    """A list of texts."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A drawing, and the file beside a Markdown document that shows it."""

    file: str
    drawing: Drawing


Block = Heading | Paragraph | Display | Proof | Table | Listing | Items | Figure


@dataclass(frozen=True)
class Document:
    """A document: its title, the program that it is about, and its blocks, sections at level 2."""

    title: str
    subtitle: str
    contents: str
    lang: str
    blocks: tuple[Block, ...]

    def without_figures(self) -> Document:
        """Return the document as it is read where no files stand beside it."""
        return replace(self, blocks=tuple(b for b in self.blocks if not isinstance(b, Figure)))
