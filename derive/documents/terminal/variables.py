"""The variables of a model in a terminal: arguments beside outputs, with shapes and roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.nodes import Symbol
from derive.dims import show_shape
from derive.formulas.columns import RIGHT, beside, columns
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.program.derivation import Derivation


class Variables:
    """Writes the variables of one derivation."""

    def __init__(self, derivation: Derivation, notation: Notation, words: Words) -> None:
        self.derivation = derivation
        self.program = derivation.program
        self.notation = notation
        self.words = words

    def lines(self) -> Iterator[str]:
        """Yield arguments on the left, outputs and what is given on the right."""
        left = [
            (self.notation.text(s), s.name, show_shape(s.shape), self._role(s))
            for s in (a.symbol for a in self.program.arguments)
        ]
        right = [
            (self.notation.text(s), s.name, show_shape(s.shape), self.words("output"))
            for s in self.program.outputs
        ]
        if not self.program.is_scalar:
            names = ", ".join(self.notation.text(s) for s in self.program.outputs)
            right.append(("L", "", "", self.words("t_any_scalar", names=names)))
            for given, output in zip(self.derivation.given, self.program.outputs, strict=True):
                remark = self.words("t_given", name=self.notation.text(output))
                right.append((self.notation.text(given), "", show_shape(given.shape), remark))
        rows_left, rows_right = _columns_of(left), _columns_of(right)
        at = max(RIGHT, 4 + max(map(columns, rows_left), default=0))
        for k in range(max(len(rows_left), len(rows_right))):
            first = "  " + rows_left[k] if k < len(rows_left) else ""
            yield beside(first, rows_right[k] if k < len(rows_right) else "", at).rstrip()

    def _role(self, symbol: Symbol) -> str:
        defaults = {a.symbol: a.default for a in self.program.arguments}
        default = defaults[symbol]
        value = "" if default is None else f"{float(default):g}"
        role = self.words(symbol.role, value=value)
        return f"{role}, {symbol.kind}" if symbol.kind else role


def _columns_of(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(columns(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "   ".join(
            cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
