"""What documents say of symmetric arguments: the free gradient, its projection, and a third way."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.derivation.projection import closed_projection, projected, projection, structured
from derive.derivation.reverse import closed_form
from derive.documents.blocks import Block, Display, Paragraph
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.program.derivation import Derivation


def formulas(
    notation: Notation, derivation: Derivation, how: str, most: int
) -> Iterator[tuple[Symbol, str]]:
    """Yield each symmetric argument with the formula of its projected gradient.

    It is in the model's arguments while that takes at most `most` operations; a gradient that is
    symmetric itself is its own projection.
    """
    for symbol in structured(derivation):
        free = closed_form(derivation, symbol.name, most)
        expr = closed_projection(derivation, symbol.name, most)
        if expr is None:
            free = derivation.gradients[symbol.name].expr
            expr = projection(derivation, symbol.name)
        shown = cotangent(symbol) if expr == free else expr
        yield symbol, notation.equation(projected(symbol), shown, how)


def projection_blocks(
    notation: Notation, words: Words, derivation: Derivation, most: int
) -> Iterator[Block]:
    """Yield the part of a document that tells which gradient is meant."""
    found = list(formulas(notation, derivation, "latex", most))
    if not found:
        return
    symbols = [symbol for symbol, _ in found]
    names = words.listed([f"${notation.latex(symbol)}$" for symbol in symbols])
    gradients = words.listed([f"${notation.latex(cotangent(symbol))}$" for symbol in symbols])
    one, size = notation.latex(symbols[0]), notation.dim(symbols[0].shape[-1])
    yield Paragraph(words("free_gradient", names=names, gradients=gradients, one=one))
    yield Display(tuple(formula for _, formula in found))
    gradient = notation.latex(cotangent(symbols[0]))
    yield Paragraph(words("triangle", gradient=gradient, size=size))
