"""SymPy matrix expressions as formulas: the walk over the tree, whatever the notation.

SymPy's own printers reorder sums and write products of functions as lambdas; here what was built
is written in its order.  `derive.emit.marks` says what a notation must offer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import (
    Determinant,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from derive.algebra.expressions import Entrywise, Indexed, Operation, is_matrix
from derive.algebra.nodes import Symbol
from derive.emit.glyphs import Glyphs
from derive.emit.scalars import ATOM, HADAMARD, POWER, PRODUCT, SUM, Scalars, squared_vector


class Formula(Scalars):
    """The walk; a notation says how each piece is written.

    symbols: which of the program's symbols a SymPy symbol stands for.
    shapes: whether each matrix has its shape written below it (LaTeX only).
    """

    def __init__(
        self, glyphs: Glyphs, symbols: dict[Any, Symbol], index: Callable[[Any], str] | None = None
    ) -> None:
        self.glyphs = glyphs
        self.symbols = symbols
        self.index = index

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
        if isinstance(expr, MatAdd | sympy.Add):
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
        if isinstance(expr, Operation) and expr.name == "pinv":
            return self.pseudoinverse(self.inside(expr.operands[0], ATOM)), POWER
        if isinstance(expr, Operation) and expr.name == "expm":
            return self.exponential(self(expr.operands[0])), ATOM
        if isinstance(expr, Operation):
            return self.call(expr.name, [self(arg) for arg in expr.operands]), ATOM
        if isinstance(expr, Indexed):
            return (self.index(expr.node) if self.index else str(expr)), SUM
        return self.scalar(expr)

    def _product(self, factors: Sequence[Any]) -> tuple[str, int]:
        scalars = [f for f in factors if not is_matrix(f)]
        matrices = [f for f in factors if is_matrix(f)]
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
        text = ""
        for term in terms:
            piece = self._term(term)
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
        if name in ("step", "float") and len(args) == 1:
            inner = self(args[0])
            return (self.bracket(f"{inner} > 0"), ATOM) if name == "step" else (inner, SUM)
        if name in COMPARISONS:
            sides = [self.inside(arg, SUM) for arg in args]
            return self.bracket(f"{sides[0]} {self.relation(name)} {sides[1]}"), ATOM
        if name == "safe_reciprocal":
            return self._hadamard([HadamardPower(args[0], -1)])
        if name in ("sqrt", "rsqrt") and len(args) == 1:
            half = sympy.Rational(1 if name == "sqrt" else -1, 2)
            return self.entry_power(self.inside(args[0], ATOM), self.scalar(half)[0]), POWER
        if name == "where" and {args[1], args[2]} == {0, 1}:
            return self._condition(args[0], holds=args[1] == 1)
        if name in ("pow", "power_slope", "powlog"):
            return self._general_power(name, *args)
        if name == "exp2":
            name = "exp₂"
        return self.call(name, [self(arg) for arg in args]), ATOM

    def _condition(self, condition: Any, *, holds: bool) -> tuple[str, int]:
        """Write truth values as 1 and 0, or their opposite."""
        name = getattr(condition, "name", "")
        if holds:
            return self.write(condition)
        if name in OPPOSITE:
            return self.entrywise(OPPOSITE[name], condition.args[1:])
        return self.parentheses(f"1 {self.minus} {self(condition)}"), ATOM

    def _general_power(self, name: str, base: Any, exponent: Any) -> tuple[str, int]:
        """Write x^y, and its slopes y x^(y - 1) and x^y log x."""
        whole = is_matrix(base) or is_matrix(exponent)
        power = self.entry_power if whole else self.superscript
        below = self(exponent)
        lowered = f"{below} {self.minus} 1"
        text = power(self.inside(base, ATOM), lowered if name == "power_slope" else below)
        if name == "pow":
            return text, POWER
        factors = [text, self.call("log", [self(base)])]
        if name == "power_slope":
            factors = [self.inside(exponent, POWER), text]
        return (self.times.join(factors) if whole else self.juxtapose(factors)), HADAMARD


def _is_one(matrix: Any) -> bool:
    """Whether the matrix is the 1×1 one, which a number stands for."""
    return isinstance(matrix, OneMatrix) and matrix.shape == (1, 1)


def _is_reciprocal(factor: Any) -> bool:
    return isinstance(factor, HadamardPower) and bool(factor.exp.is_negative)


def _reciprocal(factor: HadamardPower) -> Any:
    return factor.base if factor.exp == -1 else HadamardPower(factor.base, -factor.exp)


COMPARISONS = {
    "greater": (">", ">"),
    "greater_equal": ("≥", r"\ge"),
    "less": ("<", "<"),
    "less_equal": ("≤", r"\le"),
    "equal": ("=", "="),
    "not_equal": ("≠", r"\ne"),
}
OPPOSITE = {"equal": "not_equal", "not_equal": "equal"}
