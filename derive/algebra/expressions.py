"""SymPy's matrix expressions as we build them: the kinds that it lacks, and order-keeping makers.

Everything is built with `evaluate=False`: SymPy would reorder it.  A 1-d array is a column, a 0-d
value a commutative scalar; scalars stand in front of a product.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sympy
from sympy import MatAdd, MatMul, MatrixExpr, OneMatrix, Rational, Transpose
from sympy.core.symbol import Str
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from derive.algebra.coefficient import Coefficient
from derive.algebra.nodes import Node
from derive.dims import Dim, Quotient


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
    """A named operation with its own rule, along some axes: `Operation("softmax", "rows", Z)`."""

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

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}({', '.join(printer._print(arg) for arg in self.operands)})"

    def _latex(self, printer: Any, **_: Any) -> str:
        inner = ", ".join(printer._print(arg) for arg in self.operands)
        return rf"\mathrm{{{self.name}}}\left({inner}\right)".replace("_", r"\_")


def _integer(size: Any) -> Any:
    return sympy.Integer(size) if isinstance(size, int) else size


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
            product *= (
                sympy.floor(dimension(atom[0]) / dimension(atom[1]))
                if isinstance(atom, Quotient)
                else sympy.Symbol(atom, integer=True, positive=True)
            )
        total += product
    return total


def number(c: Coefficient) -> sympy.Expr:
    """Return a coefficient as a SymPy number times powers of dimensions."""
    value = Rational(c.number.numerator, c.number.denominator)
    for d, e in c.powers:
        value *= dimension(d) ** Rational(e.numerator, e.denominator)
    return value


def is_matrix(value: Any) -> bool:
    """Whether the SymPy object is a matrix expression, not a scalar."""
    return isinstance(value, MatrixExpr)


def transposed(matrix: Any, symmetric: Collection[Any] = ()) -> Any:
    """Return the transpose, pushed inward and cancelled; symmetric matrices are their own."""
    if matrix in symmetric:
        return matrix
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, OneMatrix):
        return OneMatrix(matrix.shape[1], matrix.shape[0])
    if isinstance(matrix, MatMul):
        scalars = [a for a in matrix.args if not isinstance(a, MatrixExpr)]
        matrices = [a for a in reversed(matrix.args) if is_matrix(a)]
        return times(scalars, [transposed(a, symmetric) for a in matrices])
    if isinstance(matrix, DiagMatrix):
        return matrix
    if isinstance(matrix, MatAdd) and all(
        transposed(term, symmetric) in matrix.args for term in matrix.args
    ):
        return matrix
    if isinstance(matrix, Operation) and matrix.name == "expm":
        return matrix.func(*matrix.args[:4], transposed(matrix.operands[0], symmetric))
    return Transpose(matrix)


def times(scalars: Sequence[Any], matrices: Sequence[Any]) -> Any:
    """Return a matrix product with its scalars in front, nested products flattened."""
    front = [s for s in scalars if s != 1]
    flat: list[Any] = []
    for matrix in matrices:
        inner = matrix.args if isinstance(matrix, MatMul) else (matrix,)
        front += [a for a in inner if not is_matrix(a)]
        flat += [a for a in inner if is_matrix(a)]
    if not flat:
        return _scalar_product(front)
    if len(flat) == 1 and not front:
        return flat[0]
    head = [_scalar_product(front)] if front else []
    return MatMul(*head, *flat, evaluate=False)


def _scalar_product(scalars: Sequence[Any]) -> Any:
    plain = [
        s
        for s in scalars
        if s.is_number or (s.free_symbols and all(symbol.is_integer for symbol in s.free_symbols))
    ]
    rest = _powers([s for s in scalars if s not in plain])
    head = sympy.Mul(*plain)
    if not rest:
        return head
    if len(rest) == 1 and head == 1:
        return rest[0]
    return sympy.Mul(*([head] if head != 1 else []), *rest, evaluate=False)


def _powers(scalars: Sequence[Any]) -> list[Any]:
    """Return the scalars with equal ones as one power."""
    counted: dict[Any, int] = {}
    for s in scalars:
        counted[s] = counted.get(s, 0) + 1
    return [s if k == 1 else sympy.Pow(s, k, evaluate=False) for s, k in counted.items()]


def plus(terms: Sequence[Any]) -> Any:
    """Return the sum in the order written."""
    if len(terms) == 1:
        return terms[0]
    if is_matrix(terms[0]):
        flat = [t for term in terms for t in (term.args if isinstance(term, MatAdd) else (term,))]
        return MatAdd(*flat, evaluate=False)
    return sympy.Add(*terms, evaluate=False)


def hadamard(matrices: Sequence[Any]) -> Any:
    """Return the entrywise product; powers of one factor are joined; scalars come to the front."""
    flat: list[Any] = []
    scalars: list[Any] = []
    for m in matrices:
        if isinstance(m, MatMul) and not is_matrix(m.args[0]):
            scalars.append(m.args[0])
            m = times((), m.args[1:])
        flat += m.args if isinstance(m, HadamardProduct) else (m,)
    counted: dict[Any, int] = {}
    for m in flat:
        counted[m] = counted.get(m, 0) + 1
    powers = [m if count == 1 else HadamardPower(m, count) for m, count in counted.items()]
    product = powers[0] if len(powers) == 1 else HadamardProduct(*powers, evaluate=False)
    return times(scalars, [product])
