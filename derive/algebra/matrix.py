"""The matrix view: any expression of rank two or less as a SymPy matrix expression.

A 1-d array is a column, a 0-d value a commutative scalar.  A labelled product becomes matrix
products by eliminating its bound labels one after another: a label in two matrices joins them into
a product, in one matrix and a vector it is a matrix times a vector, in vectors alone a dot product;
what is left on the labels of the output are Hadamard factors, diagonal scalings and outer products.
Ones appear where the code broadcasts or sums.  Everything is built with `evaluate=False`: SymPy
would reorder it.  What no matrix product says (rank above two, three matrices on one label) is
wrapped as `Indexed`, for index notation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import MatAdd, MatMul, MatrixExpr, MatrixSymbol, OneMatrix, Rational, Trace, Transpose
from sympy.core.symbol import Str
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from derive.algebra.coefficient import Coefficient
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalar import Scalar
from derive.dims import ONE, Dim, Quotient

Name = Callable[[Symbol], str]


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


def shape2(node: Node) -> tuple[sympy.Expr, sympy.Expr]:
    """Return rows and columns; a 1-d array is a column."""
    return dimension(node.shape[0]), dimension(node.shape[1] if node.rank == 2 else ONE)


class MatrixView:
    """Turns nodes into SymPy expressions; `name` gives a symbol's printed name."""

    def __init__(self, name: Name) -> None:
        self.name = name
        self.symbols: dict[sympy.Basic, Symbol] = {}

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
        along = ",".join(str(p) for p in node.params)
        operands = [self.view(arg) for arg in node.args]
        if not node.rank:
            return sympy.Function(node.rule, real=True)(*operands)
        return Operation(node.rule, along, *shape2(node), *operands)

    def _map(self, node: Map) -> Any:
        args = [self.view(arg) for arg in node.args]
        if not node.rank:
            return scalar_expression(node.fn, args)
        return _matrix_function(node.fn, args, shape2(node))

    def _product(self, node: Contract) -> Any:
        factors = [(self.view(factor), factor.rank, axes) for factor, axes in node.factors]
        return Elimination(node, factors).result()


def number(c: Coefficient) -> sympy.Expr:
    """Return a coefficient as a SymPy number times powers of dimensions."""
    value = Rational(c.number.numerator, c.number.denominator)
    for d, e in c.powers:
        value *= dimension(d) ** Rational(e.numerator, e.denominator)
    return value


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


def transposed(matrix: Any) -> Any:
    """Return the transpose, pushed inward and cancelled."""
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, OneMatrix):
        return OneMatrix(matrix.shape[1], matrix.shape[0])
    if isinstance(matrix, MatMul):
        scalars = [a for a in matrix.args if not isinstance(a, MatrixExpr)]
        return times(scalars, [transposed(a) for a in reversed(matrix.args) if is_matrix(a)])
    if isinstance(matrix, DiagMatrix):
        return matrix
    return Transpose(matrix)


def is_matrix(value: Any) -> bool:
    """Whether the SymPy object is a matrix expression, not a scalar."""
    return isinstance(value, MatrixExpr)


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
    rest = [s for s in scalars if s not in plain]
    head = sympy.Mul(*plain)
    if not rest:
        return head
    if len(rest) == 1 and head == 1:
        return rest[0]
    return sympy.Mul(*([head] if head != 1 else []), *rest, evaluate=False)


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


class Elimination:
    """A labelled product on its way to matrix products: items with a row and a column label."""

    def __init__(self, node: Contract, factors: list[tuple[Any, int, tuple[int, ...]]]) -> None:
        self.node = node
        self.scalars: list[Any] = [number(node.coefficient)]
        self.items: list[tuple[Any, int | None, int | None]] = []
        for value, rank, axes in factors:
            if rank == 0:
                self.scalars.append(value)
            elif rank == 1:
                self.items.append((value, axes[0], None))
            else:
                self.items.append((value, axes[0], axes[1]))

    def result(self) -> Any:
        pending = list(self.node.bound)
        while pending:
            label = min(pending, key=lambda a: (len(self._matrices(a)), a))
            self._eliminate(label)
            pending.remove(label)
        out = self.node.out
        if not out:
            return times(self.scalars, [])
        if len(out) == 1:
            return times(self.scalars, [self._vector(out[0])])
        if out[0] == out[1]:
            vectors = [item for item in self.items]
            inner = self._vector(out[0])
            size = dimension(self.node.sizes[out[0]])
            return times(self.scalars, [DiagMatrix(inner) if vectors else sympy.Identity(size)])
        return times(self.scalars, [self._matrix(*out)])

    def _matrices(self, label: int) -> list[tuple[Any, int | None, int | None]]:
        """Return the items between `label` and another label."""
        return [i for i in self.items if label in i[1:] and None not in i[1:] and i[1] != i[2]]

    def _vectors(self, label: int) -> list[Any]:
        """Take the items on `label` alone, as columns."""
        found = [i for i in self.items if set(i[1:]) in ({label}, {label, None})]
        self.items = [i for i in self.items if i not in found]
        columns = []
        for value, row, col in found:
            if row == col:
                columns.append(Operation("diag", "", value.shape[0], 1, value))
            else:
                columns.append(value if row is not None else transposed(value))
        return columns

    def _eliminate(self, label: int) -> None:
        self._merge_parallel(label)
        size = dimension(self.node.sizes[label])
        mats = self._matrices(label)
        loops = [i for i in self.items if i[1] == i[2] == label]
        ends = [i for i in self.items if None in i[1:] and label in i[1:]]
        if not mats and len(loops) == 1 and not ends:
            self.items.remove(loops[0])
            self.scalars.append(Trace(loops[0][0]))
            return
        vectors = self._vectors(label)
        if not mats:
            self._dot(vectors, size)
            return
        if len(mats) > 2:
            raise NotMatrix
        for item in mats:
            self.items.remove(item)
        if len(mats) == 1:
            value, row, col = mats[0]
            other = col if row == label else row
            to_other = transposed(value) if row == label else value  # other × label
            if vectors:
                self.items.append((times((), [to_other, hadamard(vectors)]), other, None))
            elif size == 1:
                self.items.append((to_other, other, None))
            else:
                self.items.append((times((), [to_other, OneMatrix(size, 1)]), other, None))
            return
        (left, a, b), (right, c, d) = mats
        first = left if b == label else transposed(left)
        second = right if c == label else transposed(right)
        start, end = (a if b == label else b), (d if c == label else c)
        middle = [DiagMatrix(hadamard(vectors))] if vectors else []
        product = times((), [first, *middle, second])
        if start == end:
            product = min(product, transposed(product), key=_transposes)
        self.items.append((product, start, end))

    def _dot(self, vectors: list[Any], size: Any) -> None:
        if not vectors:
            raise NotMatrix
        if len(vectors) == 1:
            if size == 1:
                self.scalars.append(_entry(vectors[0]))
                return
            left, right = OneMatrix(size, 1), vectors[0]
        else:
            left, right = hadamard(vectors[:-1]), vectors[-1]
        one = times((), [transposed(left), right])
        other = times((), [transposed(right), left])
        best = one if _transposes(one) <= _transposes(other) else other
        self.scalars.append(_entry(best))

    def _merge_parallel(self, label: int) -> None:
        """Join matrices between the same two labels into one, unless they make a trace."""
        mats = self._matrices(label)
        by_pair: dict[frozenset, list] = {}
        for item in mats:
            by_pair.setdefault(frozenset(item[1:]), []).append(item)
        for pair, group in by_pair.items():
            if len(group) < 2 or (len(mats) == 2 and len(group) == 2 and self._closed(pair)):
                continue
            keep = group[-1:] if self._closed(pair) and len(mats) == len(group) else []
            joined = [item for item in group if item not in keep]
            _, row, col = joined[0]
            values = [v if (r, c) == (row, col) else transposed(v) for v, r, c in joined]
            for item in joined:
                self.items.remove(item)
            self.items.append((hadamard(values), row, col))

    def _closed(self, pair: frozenset) -> bool:
        return not any(label in self.node.out for label in pair)

    def _vector(self, label: int) -> Any:
        columns = self._vectors(label)
        if self.items:
            raise NotMatrix
        size = dimension(self.node.sizes[label])
        return hadamard(columns) if columns else OneMatrix(size, 1)

    def _matrix(self, row: int, col: int) -> Any:
        rows, cols = self._vectors(row), self._vectors(col)
        sizes = [dimension(self.node.sizes[label]) for label in (row, col)]
        if not self.items:
            left = hadamard(rows) if rows else OneMatrix(sizes[0], 1)
            right = transposed(hadamard(cols)) if cols else OneMatrix(1, sizes[1])
            if not rows and cols and sizes[0] == 1:
                return right
            if not cols and sizes[1] == 1:
                return left
            if not rows and not cols:
                return OneMatrix(*sizes)
            return times((), [left, right])
        values = [v if (r, c) == (row, col) else transposed(v) for v, r, c in self.items]
        if any({r, c} != {row, col} for _, r, c in self.items):
            raise NotMatrix
        if rows and cols:
            values.insert(0, times((), [hadamard(rows), transposed(hadamard(cols))]))
            rows, cols = [], []
        if rows and _is_long(rows):
            values.append(times((), [hadamard(rows), OneMatrix(1, sizes[1])]))
            rows = []
        if cols and _is_long(cols):
            values.append(times((), [OneMatrix(sizes[0], 1), transposed(hadamard(cols))]))
            cols = []
        body = [hadamard(values)]
        if rows:
            body.insert(0, DiagMatrix(hadamard(rows)))
        if cols:
            body.append(DiagMatrix(hadamard(cols)))
        return times((), body)


def _is_long(vectors: Sequence[Any]) -> bool:
    """Whether a scaling of rows or columns is itself a sum: copying it out reads better."""
    return any(isinstance(v, MatMul | MatAdd) for v in vectors)


def _entry(product: Any) -> Any:
    """Return a 1×1 product as a scalar: the trace of it, which printers write without the word."""
    return Trace(product)


def _transposes(expr: Any) -> int:
    return sum(1 for part in sympy.preorder_traversal(expr) if isinstance(part, Transpose))
