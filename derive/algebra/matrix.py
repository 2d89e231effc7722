"""The matrix view: any expression of rank two or less as a SymPy matrix expression.

What no matrix product says (rank above two, three matrices on one label) is wrapped as `Indexed`,
for index notation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import Determinant, Inverse, MatrixSymbol, OneMatrix, Rational, Transpose
from sympy.matrices.expressions.hadamard import HadamardPower

from derive.algebra.elimination import Elimination
from derive.algebra.expressions import (
    Entrywise,
    Indexed,
    NotMatrix,
    Operation,
    dimension,
    hadamard,
    plus,
    times,
)
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalar import Scalar
from derive.algebra.symmetry import is_symmetric
from derive.dims import ONE


def _inverse(matrix: Any) -> Any:
    """Return the inverse, of a transpose the transpose of the inverse."""
    return Transpose(Inverse(matrix.arg)) if isinstance(matrix, Transpose) else Inverse(matrix)


MATRICES: dict[str, Callable[..., Any]] = {
    "inverse": _inverse,
    "solve": lambda matrix, right: times((), [_inverse(matrix), right]),
    "det": Determinant,
    "logdet": lambda matrix: sympy.log(Determinant(matrix), evaluate=False),
    "logabsdet": lambda matrix: sympy.log(sympy.Abs(Determinant(matrix)), evaluate=False),
    "det_sign": lambda matrix: sympy.sign(Determinant(matrix)),
}
"""What SymPy has a word for, by the name of the operation."""
NAMED = {
    "cholesky": "chol",
    "lower_half": "Φ",
    "sym": "sym",
    "pinv": "pinv",
    "eigenvalues": "eigenvalues",
    "eigenvectors": "eigenvectors",
    "expm": "expm",
    "expm_along": "L_exp",
}
"""What paper has a word for and SymPy has not."""

Name = Callable[[Symbol], str]


def shape2(node: Node) -> tuple[sympy.Expr, sympy.Expr]:
    """Return rows and columns; a 1-d array is a column."""
    return dimension(node.shape[0]), dimension(node.shape[1] if node.rank == 2 else ONE)


class MatrixView:
    """Turns nodes into SymPy expressions; `name` gives a symbol's printed name.

    diagonals: write every scaling of rows or columns as diag(…), as a Jacobian is read.
    """

    def __init__(self, name: Name, *, diagonals: bool = False) -> None:
        self.name = name
        self.diagonals = diagonals
        self.symbols: dict[sympy.Basic, Symbol] = {}
        self.symmetric: set[sympy.Basic] = set()

    def __call__(self, node: Node) -> sympy.Basic:
        """Return the node as a SymPy expression, `Indexed` where it is no matrix expression."""
        try:
            return self.view(node)
        except NotMatrix:
            return Indexed(node)

    def view(self, node: Node) -> Any:
        if node.rank > 2:
            raise NotMatrix
        if isinstance(node, Symbol):
            return self._symbol(node)
        if isinstance(node, Contract):
            return self._product(node)
        if isinstance(node, Add):
            return plus([self.view(term) for term in node.terms])
        if isinstance(node, Map):
            return self._map(node)
        if isinstance(node, Apply):
            return self._operation(node)
        raise NotMatrix

    def _symbol(self, symbol: Symbol) -> Any:
        name = self.name(symbol)
        made = MatrixSymbol(name, *shape2(symbol)) if symbol.rank else sympy.Symbol(name, real=True)
        self.symbols[made] = symbol
        return made

    def _operation(self, node: Apply) -> Any:
        operands = [self.view(arg) for arg in node.args]
        if node.rule in MATRICES:
            return MATRICES[node.rule](*operands)
        if node.rule in NAMED:
            return Operation(NAMED[node.rule], "", *shape2(node), *operands)
        along = ",".join(str(p) for p in node.params)
        if not node.rank:
            return sympy.Function(node.rule, real=True)(*operands)
        return Operation(called(node), along, *shape2(node), *operands)

    def _map(self, node: Map) -> Any:
        args = [self.view(arg) for arg in node.args]
        if not node.rank:
            return scalar_expression(node.fn, args)
        return _matrix_function(node.fn, args, shape2(node))

    def _product(self, node: Contract) -> Any:
        factors = [(self.view(factor), factor.rank, axes) for factor, axes in node.factors]
        pairs = zip(node.children, factors, strict=True)
        self.symmetric.update(shown for f, (shown, *_) in pairs if is_symmetric(f))
        return Elimination(node, factors, self.symmetric, diagonals=self.diagonals).result()


def scalar_expression(fn: Scalar, args: Sequence[Any]) -> Any:
    """Return a scalar function of SymPy scalars, in the order in which it was written."""
    if fn.op == "slot":
        return args[fn.args[0]]
    if fn.op == "number":
        return Rational(fn.args[0].numerator, fn.args[0].denominator)
    inner = [scalar_expression(child, args) for child in fn.children]
    if fn.op == "add":
        return sympy.Add(*inner, evaluate=False)
    if fn.op == "mul":
        return sympy.Mul(*inner, evaluate=False)
    if fn.op == "pow":
        e = fn.args[1]
        return sympy.Pow(inner[0], Rational(e.numerator, e.denominator), evaluate=False)
    known = {"exp": sympy.exp, "log": sympy.log, "tanh": sympy.tanh, "sqrt": sympy.sqrt}
    known |= {"sin": sympy.sin, "cos": sympy.cos, "abs": sympy.Abs, "pi": lambda: sympy.pi}
    known |= {"inf": lambda: sympy.oo}
    return known.get(fn.args[0], sympy.Function(fn.args[0], real=True))(*inner)


def _matrix_function(fn: Scalar, args: Sequence[Any], shape: tuple) -> Any:
    """Return a scalar function at each entry: sums, Hadamard products and powers, Entrywise."""
    if not fn.slots:
        return times([scalar_expression(fn, ())], [OneMatrix(*shape)])
    if fn.op == "slot":
        return args[fn.args[0]]
    if fn.op == "add":
        return plus([_matrix_function(term, args, shape) for term in fn.args])
    if fn.op == "mul":
        constants = [scalar_expression(f, ()) for f in fn.args if not f.slots]
        arrays = [_matrix_function(f, args, shape) for f in fn.args if f.slots]
        return times(constants, [hadamard(arrays)])
    if fn.op == "pow":
        e = fn.args[1]
        base = _matrix_function(fn.args[0], args, shape)
        return HadamardPower(base, Rational(e.numerator, e.denominator))
    name, *inner = fn.args
    return Entrywise(
        name,
        *(_matrix_function(a, args, shape) if a.slots else scalar_expression(a, ()) for a in inner),
    )


def called(node: Apply) -> str:
    """Return what an operation is called on paper; a sum that runs backwards says so."""
    if node.rule == "cumsum" and node.params[1]:
        return "cumsum_from_end"
    return NAMED.get(node.rule, node.rule)
