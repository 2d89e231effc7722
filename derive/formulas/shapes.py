"""Shapes as documents write them: n × d, (n×d)(d×m) = n×m."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import MatAdd, MatMul, MatrixSymbol, OneMatrix, Transpose

from derive.algebra.nodes import Node, Symbol
from derive.derivation.candidates import shape2
from derive.dims import Dim, show_shape
from derive.formulas.matrices.kinds import is_matrix
from derive.formulas.notation import Notation, dimension_latex

Write = Callable[[Any], str]


def latex_shape(shape: tuple[Dim, ...]) -> str:
    """Write a shape as LaTeX; a vector is its length, a number 1 × 1."""
    if not shape:
        return r"1 \times 1"
    sizes = [dimension_latex(d) for d in shape]
    return r" \times ".join(f"({s})" if " " in s and len(sizes) > 1 else s for s in sizes)


def latex_matrix_shape(symbol: Symbol) -> str:
    """Write the shape as LaTeX, that of a vector or a number as a matrix has it."""
    return latex_shape(symbol.shape) if symbol.rank > 2 else latex_shape2(shape2(symbol))


def text_matrix_shape(symbol: Symbol) -> str:
    """Write the same for a terminal."""
    return show_shape(symbol.shape) if symbol.rank > 2 else text_shape2(shape2(symbol))


def latex_shape2(shape: tuple[Dim, Dim]) -> str:
    """Write rows × columns as LaTeX."""
    return latex_shape(shape)


def text_shape2(shape: tuple[Dim, Dim]) -> str:
    """Write rows×columns for a terminal."""
    return f"{shape[0]}×{shape[1]}"


def read_off(notation: Notation, node: Node, *, latex: bool) -> str:
    """Write how the shapes of a product of matrices meet, "" where none meet."""
    expr = notation.expression(node)
    if not is_matrix(expr):
        return ""
    write = notation.in_latex if latex else _plain
    line, shape = _meeting(expr, write), _pair(expr.shape, write)
    return "" if line in (None, f"({shape})") else f"{line} = {shape}"


def _meeting(expr: Any, write: Write) -> str | None:
    if isinstance(expr, MatAdd):
        parts = [_meeting(term, write) for term in expr.args]
        if all(parts) and any(isinstance(term, MatMul) for term in expr.args):
            return " + ".join(str(part) for part in parts)
        return None
    factors = [a for a in expr.args if is_matrix(a)] if isinstance(expr, MatMul) else [expr]
    plain = (MatrixSymbol, Transpose, OneMatrix)
    if len(factors) == 1 and not isinstance(factors[0], plain):
        return None
    return "".join(f"({_pair(factor.shape, write)})" for factor in factors)


def _pair(shape: Any, write: Write) -> str:
    rows, cols = map(write, shape)
    return f"{rows}×{cols}" if write is _plain else rf"{rows} \times {cols}"


def _plain(d: Any) -> str:
    return str(d).replace("*", "").replace("Min(", "min(")
