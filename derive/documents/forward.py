"""The forward pass of a document: each equation as the user wrote it and as a formula."""

from __future__ import annotations

from collections.abc import Iterator

from derive.documents.blocks import Block, Display, Paragraph
from derive.formulas.notation import Notation, copied
from derive.formulas.words.words import Words
from derive.program.program import Equation, Program


class ForwardSection:
    """Writes the equations; which broadcast makes one well formed is told once."""

    def __init__(self, program: Program, notation: Notation, words: Words) -> None:
        self.program = program
        self.notation = notation
        self.words = words
        self.told_broadcast = False

    def blocks(self) -> Iterator[Block]:
        words = self.words
        told: set[str] = set()
        for equation in self.program.equations:
            if equation.inline:
                continue
            if equation.split and equation.text not in told:
                told.add(equation.text)
                if not self._is_only_inline(equation):
                    yield Paragraph(words("split", text=equation.text))
            code = "" if equation.split and not self._is_only_inline(equation) else equation.text
            yield Paragraph(f"**({equation.number})**" + (f" `{code}`" if code else ""))
            yield Display((self.notation.equation(equation.symbol, equation.expr, "shaped"),))
            yield from self._broadcast(equation)

    def _is_only_inline(self, equation: Equation) -> bool:
        same = [e for e in self.program.equations if e.text == equation.text and e.split]
        return sum(not e.inline for e in same) == 1

    def _broadcast(self, equation: Equation) -> Iterator[Block]:
        """Tell, once in a document, what copies a vector into the rows of a matrix."""
        symbol = next(copied(equation.expr), None)
        if symbol is not None and not self.told_broadcast:
            self.told_broadcast = True
            yield Paragraph(self.words("broadcast", vector=f"${self.notation.latex(symbol)}$"))
