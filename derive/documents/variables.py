"""The variables of a document: what each name stands for, its shape, and its role."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.derivation.candidates import shape2
from derive.documents.blocks import Block, Paragraph, Table
from derive.formulas.glyphs import name_latex
from derive.formulas.notation import Notation
from derive.formulas.shapes import latex_shape, latex_shape2
from derive.formulas.words.words import Words
from derive.program.derivation import Derivation


class VariableSection:
    """Writes the tables of dimensions and variables, and what holds of some of them."""

    def __init__(self, derivation: Derivation, notation: Notation, words: Words) -> None:
        self.derivation = derivation
        self.program = derivation.program
        self.notation = notation
        self.words = words

    def blocks(self) -> Iterator[Block]:
        words, program = self.words, self.program
        if any(name in program.words for name in program.dimensions):
            yield Table(
                (words("dimension"), words("meaning")),
                tuple((f"${name_latex(n)}$", program.words.get(n, "")) for n in program.dimensions),
            )
        described = any(s in program.words for s in program.symbols)
        head = [words("symbol"), words("in_code"), words("shape"), words("role")]
        yield Table(
            tuple(head + [words("meaning")] * described),
            tuple(
                row if described else row[:4]
                for row in map(self._row, program.symbols.values())
                if row is not None
            )
            + tuple(self._given_rows(described)),
        )
        example = next((s for s in program.symbols.values() if s.rank and s.is_float), None)
        if example is not None:
            yield Paragraph(
                words(
                    "shape_rule",
                    gradient=self._math(cotangent(example)),
                    symbol=self._math(example),
                    shape=f"${latex_shape(example.shape)}$",
                )
            )
        yield from self._properties()

    def _math(self, symbol: Symbol) -> str:
        return f"${self.notation.latex(symbol)}$"

    def _row(self, symbol: Symbol) -> tuple[str, ...] | None:
        words = self.words
        if symbol in self.notation.values:
            return None
        shape = f"${latex_shape(symbol.shape)}$"
        if symbol.rank == 1:
            column = f"${latex_shape2(shape2(symbol))}$"
            shape = words("column", shape=shape, column=column)
        role = words("output") if symbol in self.program.outputs else ""
        if not role:
            constants = {a.symbol: a.default for a in self.program.arguments}
            role = words(symbol.role, value=_decimal(constants.get(symbol)))
        meaning = self.program.words.get(symbol.name, "")
        return self._math(symbol), f"`{symbol.name}`", shape, role, meaning

    def _given_rows(self, described: bool) -> Iterator[tuple[str, ...]]:
        if self.program.is_scalar:
            return
        for given, output in zip(self.derivation.given, self.program.outputs, strict=True):
            gradient, symbol = self.notation.latex(given), self.notation.latex(output)
            row = (
                f"${gradient}$",
                "`grad_output`",
                f"${latex_shape(given.shape)}$",
                self.words("given", gradient=gradient, symbol=symbol),
            )
            yield (*row, "") if described else row

    def _properties(self) -> Iterator[Block]:
        for argument in self.program.arguments:
            symbol = argument.symbol
            if symbol.kind == "simplex":
                yield Paragraph(self.words("simplex_fact", symbol=self._math(symbol)))
            elif not symbol.is_float:
                kind = self.words("truths" if symbol.kind == "bool" else "integers")
                yield Paragraph(self.words("no_gradient", names=self._math(symbol), kind=kind))


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else f"${float(value):g}$"
