"""What a terminal shows of a Jacobian, a Hessian or a product with one."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation import Derivation
from derive.dims import show_shape
from derive.emit.columns import beside, wrapped
from derive.emit.extra_formulas import ExtraFormulas
from derive.emit.extra_sections import Structure
from derive.emit.words import Words
from derive.extra import Extra


def full_lines(
    derivation: Derivation, extra: Extra, words: Words, *, ascii_only: bool
) -> Iterator[str]:
    """Yield title, formulas with their shapes, structure and the differential behind them."""
    formulas = ExtraFormulas(derivation, extra, ascii_only=ascii_only)
    outputs = words.listed([formulas.notation.text(s) for s in extra.outputs])
    symbol = formulas.notation.text(extra.variable)
    yield words(f"x_title_{extra.kind}", outputs=outputs, symbol=symbol)
    yield from _formula_lines(formulas, extra)
    for line in formulas.definitions("text"):
        yield f"       {line}"
    if structure := Structure(words, extra).sentence():
        yield from wrapped(structure.replace("`", ""))
    for left, right in formulas.reasons("text"):
        yield f"       {left} = {right}"


def brief_lines(derivation: Derivation, extra: Extra, *, ascii_only: bool) -> Iterator[str]:
    """Yield the formulas with their shapes."""
    yield from _formula_lines(ExtraFormulas(derivation, extra, ascii_only=ascii_only), extra)


def latex_lines(derivation: Derivation, extra: Extra) -> Iterator[str]:
    """Yield the formulas as LaTeX."""
    yield from ExtraFormulas(derivation, extra).lines("latex")


def _formula_lines(formulas: ExtraFormulas, extra: Extra) -> Iterator[str]:
    for line, value in zip(formulas.lines("text"), extra.values, strict=True):
        yield "  " + beside(line, show_shape(value.shape))
