"""The matrix view: any expression of rank two or less as a SymPy matrix expression.

What no matrix product says (rank above two, three matrices on one label) is wrapped as `Indexed`,
for index notation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import MatrixSymbol, OneMatrix, Rational
from sympy.matrices.expressions.hadamard import HadamardPower

from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.properties.symmetry import is_symmetric
from derive.algebra.scalars.tree import Scalar
from derive.formulas.matrices.elimination import Elimination
from derive.formulas.matrices.kinds import Entrywise, Indexed, NotMatrix
from derive.formulas.matrices.operations import VIEWS, shape2, unreshaped
from derive.formulas.matrices.ordered import (
    compared,
    copied_number,
    hadamard,
    is_triangle_of_ones,
    other_triangle,
    plus,
    times,
)
from derive.operations.spelled_out import OPPOSITE, plain

Name = Callable[[Symbol], str]


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
        args = [unreshaped(arg) for arg in node.args] if node.rule == "reshape" else node.args
        return VIEWS[node.rule](node, [self.view(arg) for arg in args])

    def _map(self, node: Map) -> Any:
        args = [self.view(arg) for arg in node.args]
        fn = plain(node.fn)
        if not node.rank:
            return scalar_expression(fn, args)
        return _matrix_function(fn, args, shape2(node))

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
        if abs(e) == Rational(1, 2):
            root = sympy.sqrt(inner[0])
            return root if e > 0 else sympy.Pow(root, -1, evaluate=False)
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
        exponent = Rational(e.numerator, e.denominator)
        number = copied_number(base)
        if number is not None:
            return times([sympy.Pow(number, exponent)], [OneMatrix(*shape)])
        return HadamardPower(base, exponent)
    name, *rest = fn.args
    inner = [
        _matrix_function(a, args, shape) if a.slots else scalar_expression(a, ()) for a in rest
    ]
    if name in ("equal", "not_equal") and inner[1] == 0 and is_triangle_of_ones(inner[0]):
        return inner[0] if name == "not_equal" else other_triangle(inner[0])
    if name in OPPOSITE and inner[1:] == [0]:
        return compared(name, inner[0])
    return Entrywise(name, *inner)
