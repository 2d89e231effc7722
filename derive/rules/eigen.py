"""Eigenvalues and eigenvectors of symmetric matrices: A V = V Λ, with Vᵀ V = I.

With F_ij = 1/(λ_j - λ_i), 0 on the diagonal, and M = Vᵀ dA V:
    dλ = diag(M)    dV = V (F ⊙ M)
Giles 2008, section 3.1; Magnus 1985.  The eigenvalues are distinct; only symmetric changes of A
are meant, and the gradient is symmetric, as PyTorch's is.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply, contract, elementwise, expand, hadamard, labels_of
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.properties.symmetry import sym
from derive.algebra.scalars import tree as scalar
from derive.algebra.stacks import identity, product, turned
from derive.rules.base import Rule, output
from derive.rules.jacobi import analytic

GAPS = 1 / (scalar.slot(0) - scalar.slot(1) + scalar.slot(2)) - scalar.slot(2)


def _eigenvectors(matrix: Node) -> Node:
    """Return the eigenvectors of a symmetric matrix, as columns."""
    return apply("eigenvectors", [matrix], (), matrix.shape)


def _eigenvalues(matrix: Node) -> Node:
    """Return the eigenvalues of a symmetric matrix, ascending."""
    return apply("eigenvalues", [matrix], (), matrix.shape[:-1])


def on_diagonal(values: Node) -> Node:
    """Return the diagonal matrices with these values."""
    axes, sizes = labels_of(values)
    return contract((*axes, axes[-1]), [(values, axes)], sizes)


def diagonal_of(matrix: Node) -> Node:
    """Return the diagonals of square matrices."""
    axes, sizes = labels_of(matrix)
    del sizes[axes[-1]]
    return contract(axes[:-1], [(matrix, (*axes[:-1], axes[-2]))], sizes)


class Eigenvalues:
    """λ, ascending; dλ = diag(Vᵀ dA V), and Ā = V diag(λ̄) Vᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return xp.linalg.eigvalsh(a) if not xp.iscomplexobj(a) else analytic(a, xp)[0]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        vectors = _eigenvectors(node.args[0])
        moved = product(turned(vectors), dX, vectors)
        return diagonal_of(moved)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        vectors = _eigenvectors(node.args[0])
        return _conjugated(vectors, on_diagonal(Ybar))


class Eigenvectors:
    """V; dV = V (F ⊙ Vᵀ dA V), and Ā = sym(V (F ⊙ Vᵀ V̄) Vᵀ)."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return xp.linalg.eigh(a)[1] if not xp.iscomplexobj(a) else analytic(a, xp)[1]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        vectors = output(node, out)
        moved = product(turned(vectors), sym(dX), vectors)
        return product(vectors, hadamard(_gaps(node), moved))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        vectors = output(node, out)
        turn = hadamard(_gaps(node), product(turned(vectors), Ybar))
        return sym(_conjugated(vectors, turn))


def _conjugated(vectors: Node, inner: Node) -> Node:
    """Return V X Vᵀ."""
    return product(vectors, inner, turned(vectors))


def _gaps(node: Apply) -> Node:
    """Return F = 1/(λ_j - λ_i + δ_ij) - δ_ij, which is 0 on the diagonal."""
    values = _eigenvalues(node.args[0])
    *lead, rows, columns = range(node.rank)
    along_columns = expand(values, node.shape, (*lead, columns))
    along_rows = expand(values, node.shape, (*lead, rows))
    unit = identity(node.shape)
    return elementwise(GAPS, [along_columns, along_rows, unit], node.shape)


EIGEN_RULES: dict[str, Rule] = {"eigenvalues": Eigenvalues(), "eigenvectors": Eigenvectors()}
