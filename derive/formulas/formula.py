"""SymPy matrix expressions as formulas: the walk over the tree, whatever the notation.

SymPy's own printers reorder sums and write products of functions as lambdas; here what was built
is written in its order.  `derive.formulas.marks` says what a notation must offer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import (
    BlockMatrix,
    Determinant,
    Identity,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.slice import MatrixSlice

from derive.algebra.nodes import Symbol
from derive.formulas import operations
from derive.formulas.functions import function
from derive.formulas.glyphs import Glyphs
from derive.formulas.matrices.kinds import Entrywise, Indexed, Operation, is_matrix
from derive.formulas.scalars import ATOM, HADAMARD, POWER, PRODUCT, SUM, Scalars, squared_vector


class Formula(Scalars):
    """The walk; a notation says how each piece is written.

    symbols: which of the program's symbols a SymPy symbol stands for.
    noted: filled with the names that were written and may need a definition.
    """

    def __init__(
        self, glyphs: Glyphs, symbols: dict[Any, Symbol], index: Callable[[Any], str] | None = None
    ) -> None:
        self.glyphs = glyphs
        self.symbols = symbols
        self.index = index
        self.noted: dict[str, None] = {}

    def __call__(self, expr: Any) -> str:
        """Return the formula of a SymPy expression."""
        return self.write(expr)[0]

    def inside(self, expr: Any, least: int) -> str:
        """Return the formula, in parentheses where it binds less than `least`."""
        text, strength = self.write(expr)
        return text if strength >= least else self.parentheses(text)

    def write(self, expr: Any) -> tuple[str, int]:
        """Return the formula and how strongly it binds."""
        if expr in self.symbols:
            return self.symbol(self.symbols[expr], expr), ATOM
        if isinstance(expr, MatMul):
            return self._product(list(expr.args))
        if isinstance(expr, MatAdd):
            return self.sum(expr.args), SUM
        if isinstance(expr, Transpose) and isinstance(expr.arg, Inverse):
            return self.inverse(self.inside(expr.arg.arg, ATOM), transposed=True), POWER
        if isinstance(expr, Inverse):
            return self.inverse(self.inside(expr.arg, ATOM), transposed=False), POWER
        if isinstance(expr, Determinant):
            return self.call("det", [self(expr.arg)]), ATOM
        if isinstance(expr, Transpose):
            return self.transpose(self.inside(expr.arg, ATOM)), POWER
        if isinstance(expr, HadamardProduct):
            return self._hadamard(expr.args)
        if isinstance(expr, HadamardPower):
            return self._entry_power(expr)
        if isinstance(expr, OneMatrix):
            return self._ones(expr)
        if isinstance(expr, ZeroMatrix):
            return "0", ATOM
        if isinstance(expr, Identity):
            return self.identity(self.dimension(expr.shape[0])), ATOM
        if isinstance(expr, Trace):
            return self._trace(expr.arg)
        if isinstance(expr, DiagMatrix):
            return self.call("diag", [self(expr.args[0])]), ATOM
        if isinstance(expr, Entrywise):
            return self.entrywise(expr.name, expr.args[1:])
        if isinstance(expr, Operation):
            return operations.operation(self, expr)
        if isinstance(expr, MatrixSlice):
            return operations.part(self, expr)
        if isinstance(expr, BlockMatrix):
            return operations.blocks(self, expr)
        if isinstance(expr, KroneckerProduct):
            return self._kronecker(expr.args)
        if isinstance(expr, Indexed):
            return (self.index(expr.node) if self.index else str(expr)), SUM
        return self.scalar(expr)

    def _product(self, factors: Sequence[Any]) -> tuple[str, int]:
        scalars = [f for f in factors if not is_matrix(f)]
        matrices = [part for f in factors if is_matrix(f) for part in _columns(f)]
        if scalars and len(matrices) == 1 and _is_one(matrices[0]):
            return self.scalar_factors(scalars)
        if any(s == 0 for s in scalars):
            return "0", ATOM
        sign, number, above, below = self.front(scalars, POWER)
        body = [self.inside(m, HADAMARD + 1) for m in matrices]
        whole = self.juxtapose(body)
        if below and not above and not self.has_fraction(whole):
            if len(matrices) == 1 and self.write(matrices[0])[1] <= HADAMARD:
                whole = self.numerator(self(matrices[0]))
            text = self.juxtapose([number, self.fraction(whole, below)])
            return sign + text, SUM if sign else PRODUCT
        head = self.juxtapose([number, above])
        if below:
            head = self._quotient(number, above, below)
        if len(matrices) == 1 and head == "":
            whole = self.inside(matrices[0], HADAMARD)
        return sign + self.juxtapose([head, whole]), SUM if sign else PRODUCT

    def _quotient(self, number: str, above: str, below: str) -> str:
        """Write what stands before matrices, below a bar in part."""
        if self.has_fraction(number):
            return self.juxtapose([number, self._quotient("", above, below)])
        return self.coefficient(self.fraction(self.juxtapose([number, above]) or "1", below))

    def sum(self, terms: Sequence[Any]) -> str:
        """Write the terms; beside I or a diagonal a number for every entry would be read as c I."""
        written = self._whole_term if any(map(_is_diagonal, terms)) else self._term
        text = ""
        for term in terms:
            piece = written(term)
            if text and piece.startswith(self.minus):
                text += f" {self.minus} {piece[len(self.minus) :].lstrip()}"
            else:
                text += f" + {piece}" if text else piece
        return text

    def _term(self, term: Any) -> str:
        if isinstance(term, OneMatrix) and 1 not in term.shape:
            return "1"
        if isinstance(term, MatMul) and len(term.args) == 2 and not is_matrix(term.args[0]):
            ones = term.args[1]
            if isinstance(ones, OneMatrix):
                return self.scalar_factors([term.args[0]])[0]
        if isinstance(term, OneMatrix):
            return "1"
        return self._whole_term(term)

    def _whole_term(self, term: Any) -> str:
        text, strength = self.write(term)
        return text if strength > SUM or text.startswith(self.minus) else self.parentheses(text)

    def _hadamard(self, factors: Sequence[Any]) -> tuple[str, int]:
        above = [f for f in factors if not _is_reciprocal(f)]
        below = [_reciprocal(f) for f in factors if _is_reciprocal(f)]
        top = self.times.join(self.inside(f, POWER) for f in above) or "1"
        if not below:
            return top, HADAMARD if len(above) > 1 else POWER
        bottom = self.times.join(self.inside(f, POWER) for f in below)
        if len(below) > 1:
            bottom = self.parentheses(bottom)
        return top + self.over + bottom, HADAMARD

    def _entry_power(self, expr: HadamardPower) -> tuple[str, int]:
        if _is_reciprocal(expr):
            return self._hadamard([expr])
        base = self.inside(expr.base, ATOM)
        return self.entry_power(base, self.scalar(expr.exp)[0]), POWER

    def _ones(self, ones: OneMatrix) -> tuple[str, int]:
        rows, cols = ones.shape
        if cols == 1:
            return self.one(self.dimension(rows)), ATOM
        if rows == 1:
            return self.transpose(self.one(self.dimension(cols))), POWER
        column, row = self.one(self.dimension(rows)), self.one(self.dimension(cols))
        return self.juxtapose([column, self.transpose(row)]), PRODUCT

    def _trace(self, inner: Any) -> tuple[str, int]:
        squared = squared_vector(Trace(inner))
        if squared is not None:
            return self.superscript(self.norm(self(squared)), "2"), POWER
        if inner.shape == (1, 1):
            return self.write(inner)
        return self.call("tr", [self(inner)]), ATOM

    def entrywise(self, name: str, args: Sequence[Any]) -> tuple[str, int]:
        return function(self, name, args)

    def _kronecker(self, factors: Sequence[Any]) -> tuple[str, int]:
        return self.tensor.join(self.inside(f, HADAMARD + 1) for f in factors), PRODUCT


def _columns(matrix: Any) -> list[Any]:
    """Return a matrix of ones as the column and the row that it is the product of."""
    if isinstance(matrix, OneMatrix) and 1 not in matrix.shape:
        return [OneMatrix(matrix.shape[0], 1), OneMatrix(1, matrix.shape[1])]
    return [matrix]


def _is_one(matrix: Any) -> bool:
    """Whether the matrix is the 1×1 one, which a number stands for."""
    return isinstance(matrix, OneMatrix) and matrix.shape == (1, 1)


def _is_diagonal(term: Any) -> bool:
    """Whether a term of a sum is I or a diagonal matrix, times a number or not."""
    matrix = term.args[-1] if isinstance(term, MatMul) else term
    numbers = term.args[:-1] if isinstance(term, MatMul) else ()
    return isinstance(matrix, Identity | DiagMatrix) and not any(map(is_matrix, numbers))


def _is_reciprocal(factor: Any) -> bool:
    return isinstance(factor, HadamardPower) and bool(factor.exp.is_negative)


def _reciprocal(factor: HadamardPower) -> Any:
    return factor.base if factor.exp == -1 else HadamardPower(factor.base, -factor.exp)
