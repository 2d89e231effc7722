"""What a terminal shows of a Jacobian, a Hessian or a product with one."""

from __future__ import annotations

from collections.abc import Iterator

from derive.dims import show_shape
from derive.documents.extras import Structure
from derive.formulas.columns import beside, wrapped
from derive.formulas.extras import ExtraFormulas
from derive.formulas.words.words import Words


def full_lines(formulas: ExtraFormulas, words: Words) -> Iterator[str]:
    """Yield title, formulas with their shapes, structure and the differential behind them."""
    extra = formulas.extra
    outputs = words.listed([formulas.notation.text(s) for s in extra.outputs])
    symbol = formulas.notation.text(extra.variable)
    yield words(f"x_title_{extra.kind}", outputs=outputs, symbol=symbol)
    yield from brief_lines(formulas, words)
    for line in formulas.definitions("text"):
        yield f"       {line}"
    if structure := Structure(words, extra).sentence():
        yield from wrapped(structure.replace("`", ""))
    for left, right in formulas.reasons("text"):
        yield f"       {left} = {right}"


def brief_lines(formulas: ExtraFormulas, words: Words) -> Iterator[str]:
    """Yield the formulas with their shapes, between stacked arrays and entry by entry."""
    write = formulas.notation.writer("text")
    for found in formulas.stacked():
        left = formulas.stacked_left(found.output, "text")
        yield "  " + beside(f"{left} = {write(found.by_rows)}", show_shape(found.shape))
        if (other := write(found.by_columns)) != write(found.by_rows):
            yield "    " + words("x_columns_stacked", formula=other)
    for line, value in zip(formulas.lines("text"), formulas.extra.values, strict=True):
        yield "  " + beside(line, show_shape(value.shape))


def latex_lines(formulas: ExtraFormulas) -> Iterator[str]:
    """Yield the same formulas as LaTeX."""
    for found in formulas.stacked():
        left = formulas.stacked_left(found.output, "latex")
        yield f"{left} = {formulas.notation.in_latex(found.by_rows)}"
    yield from formulas.lines("latex")
