"""A document as LaTeX, in what a plain TeX installation has; Chinese through ctex and xelatex.

Every text is escaped here, code is set character by character, and no line runs over the margin:
wide formulas are broken, wide tables get columns that wrap.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

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
from derive.documents.figures.tikz import emit_tikz
from derive.documents.latex_table import latex_table
from derive.formulas.fit import LINE, aligned, reason, rows, width
from derive.formulas.glyphs import SPELLED, letters_latex
from derive.program.program import Program

_TEMPLATE = "document.tex.jinja"
_COLUMNS = 88
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''",
    "×": r"$\times$", "−": "$-$", "≠": r"$\neq$", "√": r"$\surd$", "±": r"$\pm$", "·": r"$\cdot$",
    "→": r"$\to$", "≤": r"$\le$", "≥": r"$\ge$", "∂": r"$\partial$", "∇": r"$\nabla$",
}  # fmt: skip
_CODE = {
    "\\": r"\char92{}", "{": r"\char123{}", "}": r"\char125{}", "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}", '"': r"\char34{}", "^": r"\char94{}", "~": r"\char126{}",
    "<": "\\char60{}", ">": "\\char62{}", "|": "\\char124{}", " ": "~", "-": "{-}", "?": "{?}",
    "!": "{!}",
}  # fmt: skip


def emit_latex(document: Document, program: Program) -> str:
    """Return the document's text, its checksum not yet filled in."""
    writer = _Latex(document.lang)
    return render(
        _TEMPLATE,
        header=header(program, _TEMPLATE),
        chinese=document.lang == "zh",
        title=writer.inline(document.title),
        subtitle=writer.text(document.subtitle),
        blocks=[writer.block(block) for block in document.blocks if not _moves(block)],
    )


def _moves(block: Block) -> bool:
    return isinstance(block, Figure) and block.drawing.frames > 0


class _Latex:
    def __init__(self, lang: str) -> None:
        self.wide = lang == "zh"

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Paragraph):
            return self.inline(block.text)
        if isinstance(block, Display):
            return self._display(block)
        if isinstance(block, Proof):
            return self._proof(block)
        if isinstance(block, Table):
            return latex_table(block, self.inline)
        if isinstance(block, Listing):
            return self._listing(block)
        if isinstance(block, Items):
            items = "\n".join(rf"  \item {self.inline(text)}" for text in block.texts)
            return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"
        if isinstance(block, Figure):
            return emit_tikz(block.drawing)
        raise TypeError(block)

    def _heading(self, block: Heading) -> str:
        text = re.sub(r"^\d+\. ", "", block.text) if block.level == 2 else block.text
        command = {2: "section", 3: "subsection", 4: "subsubsection"}[block.level]
        star = "" if block.level == 2 else "*"
        return rf"\{command}{star}{{{self._heading_text(text)}}}"

    def _heading_text(self, text: str) -> str:
        """Give bookmarks a plain form of the mathematics in a heading."""
        plain = re.sub(r"\\[A-Za-z]+|[{}$\\^_]", "", text)
        shown = self.inline(text)
        return rf"\texorpdfstring{{{shown}}}{{{self.text(plain)}}}" if "$" in text else shown

    def inline(self, text: str) -> str:
        """Translate the marks of a text, and escape the rest."""
        made = []
        for part in re.split(r"(\$[^$]+\$|`[^`]+`)", text):
            if part.startswith("$") and part.endswith("$") and len(part) > 1:
                made.append(part)
            elif part.startswith("`") and part.endswith("`") and len(part) > 1:
                made.append(rf"\texttt{{{self.code(part[1:-1], breakable=True)}}}")
            else:
                made.append(self._marked(part))
        return "".join(made).replace("\x00", "")

    def _marked(self, text: str) -> str:
        text = re.sub(r"\[|\]\([^)]*\)", "", text)
        text = self.text(text)
        return text

    def text(self, text: str) -> str:
        """Escape running text."""
        text = "".join(self._character(c) for c in text)
        text = re.sub(r"\*\*(.+?)\*\*", r"\\textbf{\1}", text)
        return re.sub(r"(?<![*\w])\*([^*]+)\*", r"\\emph{\1}", text, flags=re.ASCII)

    def _character(self, character: str) -> str:
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character.isascii():
            return character if character.isprintable() else " "
        if character.upper().lower() in SPELLED:
            return f"${letters_latex(character)}$"
        if self.wide and unicodedata.category(character)[0] in "LPNS" and ord(character) > 0x2E00:
            return character
        folded = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        return folded or f"[U+{ord(character):04X}]"

    def code(self, text: str, *, breakable: bool = False) -> str:
        """Escape code character by character; `breakable` lets lines break at spaces."""
        table = {**_ESCAPES, **_CODE}
        if breakable:
            table |= {" ": " ", "_": r"\_\allowbreak{}", "(": r"(\allowbreak{}"}
            table |= {".": r".\allowbreak{}", "/": r"/\allowbreak{}"}
        return "".join(table.get(c) or self._character(c) for c in text)

    def _display(self, block: Display) -> str:
        made = []
        for lines in rows(block.formulas):
            body = lines[0] if len(lines) == 1 else aligned(lines)
            if max(map(width, lines)) > LINE + 4:
                body = rf"\resizebox{{\linewidth}}{{!}}{{$\displaystyle {body}$}}"
            made.append(f"\\[\n{body}\n\\]")
        return "\n".join(made)

    def _proof(self, block: Proof) -> str:
        lefts = max(width(left) for left, _, _ in block.lines)
        rights = max(width(right) for _, right, _ in block.lines)
        reasons = [reason(self._reason(why)) for _, _, why in block.lines]
        if lefts + rights + 3 > LINE:
            return self._long_proof(block)
        lines = []
        for (left, right, _), why in zip(block.lines, reasons, strict=True):
            if lefts + rights + max(map(width, reasons)) + 3 <= LINE + 6:
                lines.append(f"{left} &= {right} && {why}")
            else:
                lines += [f"{left} &= {right}", rf"&\qquad {why}"]
        body = " \\\\\n  ".join(lines)
        return f"\\begin{{align*}}\n  {body}\n\\end{{align*}}"

    def _long_proof(self, block: Proof) -> str:
        """Set each line by itself, its reason before it."""
        made = []
        for left, right, why in block.lines:
            formula = f"{left} = {right}" if left else f"= {right}"
            made += [self.inline(f"{why}:"), self._display(Display((formula,)))]
        return "\n\n".join(made)

    def _reason(self, text: str) -> str:
        parts = text.split("$")
        return "$".join(p if k % 2 else self.text(p) for k, p in enumerate(parts))

    def _listing(self, block: Listing) -> str:
        lines = []
        for line in block.text.strip("\n").split("\n"):
            indent = len(line) - len(line.lstrip())
            wrapped = textwrap.wrap(
                line,
                _COLUMNS,
                subsequent_indent=" " * (indent + 4),
                drop_whitespace=False,
                break_long_words=True,
            ) or [""]
            lines += [self.code(part.rstrip()) or r"\strut" for part in wrapped]
        body = " \\\\\n".join(lines)
        return "\\begin{flushleft}\\footnotesize\\ttfamily\n" + body + "\n\\end{flushleft}"
