"""A labelled product as matrix products: its bound labels are eliminated one after another.

A label in two matrices joins them into a product, in one matrix and a vector it is a matrix times
a vector, in vectors alone a dot product; what is left on the labels of the output are Hadamard
factors, diagonal scalings and outer products.  Ones appear where the code broadcasts or sums.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sympy
from sympy import MatAdd, MatMul, OneMatrix, Trace, Transpose, ZeroMatrix
from sympy.matrices.expressions.diagonal import DiagMatrix

from derive.algebra.nodes import Contract
from derive.formulas.matrices.kinds import NotMatrix, Operation, dimension, is_matrix, number
from derive.formulas.matrices.ordered import hadamard, times, transposed


class Elimination:
    """A labelled product on its way to matrix products: items with a row and a column label."""

    def __init__(
        self,
        node: Contract,
        factors: list[tuple[Any, int, tuple[int, ...]]],
        symmetric: Collection[Any],
        *,
        diagonals: bool = False,
    ) -> None:
        self.node = node
        self.diagonals = diagonals
        self.symmetric = symmetric
        self.scalars: list[Any] = [number(node.coefficient)]
        self.items: list[tuple[Any, int | None, int | None]] = []
        for value, rank, axes in factors:
            if rank == 0:
                self.scalars.append(value)
            elif rank == 1:
                self.items.append((value, axes[0], None))
            else:
                self.items.append((value, axes[0], axes[1]))

    def _transposed(self, matrix: Any) -> Any:
        return transposed(matrix, self.symmetric)

    def result(self) -> Any:
        """Return the product as SymPy says it; NotMatrix where no matrix product does."""
        if not self.node.coefficient.number:
            return self._zero()
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

    def _zero(self) -> Any:
        sizes = [dimension(d) for d in self.node.shape]
        return ZeroMatrix(*sizes, *[1] * (2 - len(sizes))) if sizes else sympy.Integer(0)

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
                columns.append(value if row is not None else self._transposed(value))
        return columns

    def _eliminate(self, label: int) -> None:
        self._merge_parallel(label)
        size = dimension(self.node.sizes[label])
        mats = self._matrices(label)
        loops = [i for i in self.items if i[1] == i[2] == label]
        ends = [i for i in self.items if None in i[1:] and label in i[1:]]
        if not mats and len(loops) == 1 and not ends:
            self.items.remove(loops[0])
            self.scalars += _trace_factors(loops[0][0])
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
            to_other = self._transposed(value) if row == label else value  # other × label
            if vectors:
                self.items.append((times((), [to_other, hadamard(vectors)]), other, None))
            elif size == 1:
                self.items.append((to_other, other, None))
            else:
                self.items.append((times((), [to_other, OneMatrix(size, 1)]), other, None))
            return
        (left, a, b), (right, c, d) = mats
        first = left if b == label else self._transposed(left)
        second = right if c == label else self._transposed(right)
        start, end = (a if b == label else b), (d if c == label else c)
        middle = [DiagMatrix(hadamard(vectors))] if vectors else []
        product = times((), [first, *middle, second])
        if start == end:
            product = min(product, self._transposed(product), key=_transposes)
        self.items.append((product, start, end))

    def _dot(self, vectors: list[Any], size: Any) -> None:
        if not vectors:
            raise NotMatrix
        if len(vectors) == 1:
            if size == 1:
                self.scalars += _trace_factors(vectors[0])
                return
            left, right = OneMatrix(size, 1), vectors[0]
        else:
            left, right = hadamard(vectors[:-1]), vectors[-1]
        one = times((), [self._transposed(left), right])
        other = times((), [self._transposed(right), left])
        best = one if _transposes(one) <= _transposes(other) else other
        self.scalars += _trace_factors(best)

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
            values = [v if (r, c) == (row, col) else self._transposed(v) for v, r, c in joined]
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
            right = self._transposed(hadamard(cols)) if cols else OneMatrix(1, sizes[1])
            if not rows and cols and sizes[0] == 1:
                return right
            if not cols and sizes[1] == 1:
                return left
            if not rows and not cols:
                return OneMatrix(*sizes)
            return times((), [left, right])
        values = [v if (r, c) == (row, col) else self._transposed(v) for v, r, c in self.items]
        if any({r, c} != {row, col} for _, r, c in self.items):
            raise NotMatrix
        if rows and cols:
            values.insert(0, times((), [hadamard(rows), self._transposed(hadamard(cols))]))
            rows, cols = [], []
        if rows and not self.diagonals and _is_long(rows):
            values.append(times((), [hadamard(rows), OneMatrix(1, sizes[1])]))
            rows = []
        if cols and not self.diagonals and _is_long(cols):
            values.append(times((), [OneMatrix(sizes[0], 1), self._transposed(hadamard(cols))]))
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


def _trace_factors(matrix: Any) -> list[Any]:
    """Return the numbers in front of a matrix, and the trace of the rest, of which it is a product.

    A 1×1 product counts as its trace, which printers write without the word.
    """
    if isinstance(matrix, MatMul) and not is_matrix(matrix.args[0]):
        return [matrix.args[0], Trace(times((), matrix.args[1:]))]
    return [Trace(matrix)]


def _transposes(expr: Any) -> int:
    return sum(1 for part in sympy.preorder_traversal(expr) if isinstance(part, Transpose))
