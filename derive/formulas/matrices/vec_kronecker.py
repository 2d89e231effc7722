"""A derivative between matrices as a matrix between their vecs: Y = A X B moves by A ⊗ Bᵀ.

The derivative of Y[i,j] in X[k,l] is a sum of labelled products.  Each is

    L[i,k] R[j,l]   L ⊗ R               of dY = L dX Rᵀ
    L[i,l] R[j,k]   (L ⊗ R) K           of dY = L dXᵀ Rᵀ, K the commutation matrix
    G[i,j] H[k,l]   vec(G) vec(H)ᵀ      of dY = G ⟨H, dX⟩
    M[i,j], i=k, j=l   diag(vec(M))     of dY = M ⊙ dX

where its factors fall apart so (Magnus & Neudecker 2019, chapters 2 and 3); vec stacks rows, as
arrays lie in memory.  With columns stacked L and R change sides, and all else stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sympy import Identity, KroneckerProduct, MatrixExpr, Transpose
from sympy.matrices.expressions.diagonal import DiagMatrix

from derive.algebra.build import add, contract, scale, split_coefficient
from derive.algebra.moves.lift import terms_of
from derive.algebra.nodes import Add, Contract, Node
from derive.dims import ONE, size_of
from derive.formulas.matrices.kinds import NotMatrix, Operation, dimension
from derive.formulas.matrices.ordered import plus, times

_View = Callable[[Node], Any]
_Labels = tuple[int | None, ...]


def stacked(value: Node, rank: int, view: _View, *, columns: bool = False) -> MatrixExpr | None:
    """Return the derivative of an array of the rank as a matrix between stacked arrays.

    value: of the shape of what is derived and then that of the variable, at most two axes each.
    view: the matrix view of an expression.  columns: stack columns, else rows.  None where a term
    has no such form, and where nothing is stacked.
    """
    if value.rank < 3 or rank not in (1, 2) or value.rank - rank > 2:
        return None
    try:
        terms = [_Term(term, rank, view, columns).matrix() for term in _terms(value)]
    except NotMatrix:
        return None
    return plus(terms)


def _terms(value: Node) -> list[Node]:
    """Return the terms of a sum, a common factor multiplied in."""
    c, rest = split_coefficient(value)
    if isinstance(rest, Contract) and len(rest.factors) == 1:
        ((whole, axes),) = rest.factors
        if isinstance(whole, Add) and axes == rest.out:
            rest = whole
    return [scale(c, term) for term in terms_of(add(rest))]


class _Term:
    """One labelled product; its places are rows and columns of the array and of the variable."""

    def __init__(self, node: Node, rank: int, view: _View, columns: bool) -> None:
        if not isinstance(node, Contract):
            raise NotMatrix
        self.node = node
        self.view = view
        self.columns = columns
        first, second = node.out[:rank], node.out[rank:]
        self.sizes = dict(enumerate(node.sizes))
        self.row, self.column = self._two(first)
        self.to_row, self.to_column = self._two(second)
        self.used: list[Any] = []

    def _two(self, labels: Sequence[int]) -> tuple[int, int]:
        """Return two labels; a vector has one column."""
        if len(labels) == 1:
            self.sizes[len(self.sizes)] = ONE
            return labels[0], len(self.sizes) - 1
        return labels[0], labels[1]

    def matrix(self) -> Any:
        i, j, k, l_ = self.row, self.column, self.to_row, self.to_column
        if self._apart((i, k), (j, l_)):
            return self._with_number([self._product((i, k), (j, l_))])
        if self._apart((i, l_), (j, k)):
            crossed = self._product((i, l_), (j, k))
            front = [] if isinstance(crossed, Identity) else [crossed]
            return self._with_number([*front, self._commutation()])
        if (i, j) == (k, l_):
            return self._with_number([DiagMatrix(self._vec(i, j))])
        if (i, j) == (l_, k):
            return self._with_number([DiagMatrix(self._vec(i, j)), self._commutation()])
        if self._apart((i, j), (k, l_)):
            return self._with_number([self._vec(i, j), Transpose(self._vec(k, l_))])
        raise NotMatrix

    def _apart(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """Whether no factor ties the labels of the one side to those of the other."""
        return not self._reached(left) & self._reached(right)

    def _reached(self, start: Iterable[int]) -> set[int]:
        found = set(start)
        while True:
            tied = {a for _, axes in self.node.factors if found.intersection(axes) for a in axes}
            if tied <= found:
                return found
            found |= tied

    def _part(self, labels: tuple[int, int]) -> Any:
        """Return the factors that the labels reach, as a matrix."""
        reached = self._reached(labels)
        factors = [f for f in self.node.factors if reached.intersection(f[1])]
        self.used += factors
        return self.view(contract(labels, factors, {k: self.sizes[k] for k in reached}))

    def _product(self, left: tuple[int, int], right: tuple[int, int]) -> Any:
        sides = [self._part(left), self._part(right)]
        if self.columns:
            sides.reverse()
        kept = [side for side in sides if side.shape != (1, 1)] or sides[:1]
        return KroneckerProduct(*kept) if len(kept) > 1 else kept[0]

    def _vec(self, row: int, column: int) -> Any:
        matrix = self._part((row, column))
        if matrix.shape[1] == 1:
            return matrix
        along = "columns" if self.columns else ""
        return Operation("vec", along, matrix.shape[0] * matrix.shape[1], 1, matrix)

    def _commutation(self) -> Any:
        """Return the K with vec(Aᵀ) = K vec(A) for A of the variable's shape."""
        sizes = [self.sizes[self.to_row], self.sizes[self.to_column]]
        if self.columns:
            sizes.reverse()
        whole = dimension(size_of(sizes))
        return Operation("commutation", "", whole, whole, *map(dimension, sizes))

    def _with_number(self, matrices: Sequence[Any]) -> Any:
        """Return the matrices behind the factors that no label ties to them."""
        rest = [f for f in self.node.factors if f not in self.used]
        sizes = {k: self.sizes[k] for _, axes in rest for k in axes}
        number = self.view(contract((), rest, sizes, self.node.coefficient))
        return times([number], matrices)
