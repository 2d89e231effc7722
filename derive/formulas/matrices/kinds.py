"""The kinds of matrix expression that SymPy lacks, and dimensions as its integers.

`derive.formulas.matrices.ordered` builds products and sums of them.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import MatrixExpr, Rational
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from derive.algebra.coefficient import Coefficient
from derive.algebra.nodes import Node
from derive.dims import Dim, Minimum, Quotient
from derive.formulas.matrices.entries import ENTRIES


class Entrywise(MatrixExpr):
    """A named function at each entry of matrices of one shape: `Entrywise("tanh", Z)`."""

    def __new__(cls, name: Any, *args: Any) -> Entrywise:
        return super().__new__(cls, name if isinstance(name, Str) else Str(name), *args)

    @property
    def name(self) -> str:
        return str(self.args[0])

    @property
    def shape(self) -> tuple:
        return next(arg.shape for arg in self.args[1:] if isinstance(arg, MatrixExpr))

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}({', '.join(printer._print(arg) for arg in self.args[1:])})"

    def _latex(self, printer: Any, **_: Any) -> str:
        inner = ", ".join(printer._print(arg) for arg in self.args[1:])
        return rf"\mathrm{{{self.name}}}\left({inner}\right)".replace("_", r"\_")


class Operation(MatrixExpr):
    """A named operation with its own rule: `Operation("softmax", "rows", n, d, Z)`.

    along: "rows" or "columns" where it works on each alone, else "".  rows, cols: its shape.
    Operands are matrices, and numbers such as the k of `tril(A, k)`.
    """

    def __new__(cls, name: Any, along: Any, rows: Any, cols: Any, *args: Any) -> Operation:
        words = [w if isinstance(w, Str) else Str(w) for w in (name, along)]
        return super().__new__(cls, *words, _integer(rows), _integer(cols), *args)

    @property
    def name(self) -> str:
        return str(self.args[0])

    @property
    def along(self) -> str:
        return str(self.args[1])

    @property
    def operands(self) -> tuple:
        return self.args[4:]

    @property
    def shape(self) -> tuple:
        return self.args[2], self.args[3]

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        if self.name in ENTRIES:
            return ENTRIES[self.name](self, i, j)
        return MatrixElement(self, i, j)

    def _sympystr(self, printer: Any) -> str:
        head = f"{self.name}_{self.along}" if self.along else self.name
        return f"{head}({', '.join(printer._print(arg) for arg in self.operands)})"

    def _latex(self, printer: Any, **_: Any) -> str:
        inner = ", ".join(printer._print(arg) for arg in self.operands)
        below = rf"_{{\mathrm{{{self.along}}}}}" if self.along else ""
        name = self.name.replace("_", r"\_")
        return rf"\mathrm{{{name}}}{below}\left({inner}\right)"


def _integer(size: Any) -> Any:
    return sympy.Integer(size) if isinstance(size, int) else size


class Part(MatrixSlice):
    """A part of a matrix; SymPy's own counts the rows wrongly where a step does not divide them."""

    @property
    def shape(self) -> tuple:
        return tuple(
            sympy.floor((stop - start + step - 1) / step)
            for start, stop, step in (self.rowslice, self.colslice)
        )


class Indexed(sympy.Expr):
    """An expression that index notation tells better: it carries its node."""

    def __new__(cls, node: Node) -> Indexed:
        made = super().__new__(cls, Str(repr(node)))
        made.node = node
        return made

    def _hashable_content(self) -> tuple:
        return (self.node,)

    @property
    def func(self) -> Any:
        return lambda *_: self

    def _sympystr(self, printer: Any) -> str:
        return repr(self.node)


class NotMatrix(Exception):
    """The expression has no form in matrix products."""


def dimension(d: Dim) -> sympy.Expr:
    """Return a dimension as a SymPy integer expression."""
    total = sympy.Integer(0)
    for monomial, number in d.terms:
        product = sympy.Integer(number)
        for atom in monomial:
            product *= _atom(atom)
        total += product
    return total


def _atom(atom: str | Quotient | Minimum) -> sympy.Expr:
    if isinstance(atom, str):
        return sympy.Symbol(atom, integer=True, positive=True)
    first, second = map(dimension, atom)
    return sympy.Min(first, second) if isinstance(atom, Minimum) else sympy.floor(first / second)


def number(c: Coefficient) -> sympy.Expr:
    """Return a coefficient as a SymPy number times powers of dimensions."""
    value = Rational(c.number.numerator, c.number.denominator)
    for d, e in c.powers:
        value *= dimension(d) ** Rational(e.numerator, e.denominator)
    return value


def is_matrix(value: Any) -> bool:
    """Whether the SymPy object is a matrix expression, not a scalar."""
    return isinstance(value, MatrixExpr)
