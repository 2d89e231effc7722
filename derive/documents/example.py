"""The worked example as blocks: what is given, then every value and gradient with its formula."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.nodes import Node, Symbol
from derive.dims import dim
from derive.documents.blocks import Block, Display, Paragraph
from derive.documents.evidence import Evidence, Matrix
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan


def example_blocks(
    notation: Notation, words: Words, plan: Plan, evidence: Evidence
) -> Iterator[Block]:
    """Yield the example's blocks, nothing where there is no example."""
    example = evidence.example
    if example is None:
        return
    sizes = words.listed(
        [f"${dimension_latex(dim(name))} = {size}$" for name, size in example.sizes.items()]
    )
    yield Paragraph(words("example_text" if example.exact else "example_rounded", sizes=sizes))
    yield Display(tuple(f"{notation.latex(s)} = {matrix_latex(m)}" for s, m in example.given))
    formulas: dict[Symbol, Node] = {e.symbol: e.expr for e in plan.derivation.program.equations}
    formulas |= {g.symbol: g.expr for g in plan.derivation.gradients.values()}
    for symbol, matrix in example.found:
        formula = notation.latex(formulas[symbol])
        yield Display((f"{notation.latex(symbol)} = {formula} = {matrix_latex(matrix)}",))


def matrix_latex(matrix: Matrix) -> str:
    """Write a matrix of texts; a number stands alone."""
    if len(matrix) == 1 and len(matrix[0]) == 1:
        return matrix[0][0]
    rows = r" \\ ".join(" & ".join(row) for row in matrix)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
