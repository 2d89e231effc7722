"""Singular values and vectors: A = U Σ Vᵀ, with UᵀU = VᵀV = I, where the libraries give Vᵀ.

With P = Uᵀ dA V and E_ij = 1/(σ_j² - σ_i²), 0 on the diagonal:
    dσ = diag(P)
    dU = U (E ⊙ (P Σ + Σ Pᵀ)) + (I - U Uᵀ) dA V Σ⁻¹
    dV = V (E ⊙ (Σ P + Pᵀ Σ)) + (I - V Vᵀ) dAᵀ U Σ⁻¹
Townsend 2016; Giles 2008, section 2.3.2 of the forward mode.  No singular value is 0, and those are
distinct whose vectors are used: the gradient of a function of the values alone has no E.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import (
    add,
    apply,
    contract,
    elementwise,
    expand,
    hadamard,
    labels_of,
    negative,
    scale,
)
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.properties.symmetry import sym
from derive.algebra.scalars import tree as scalar
from derive.algebra.stacks import identity, product, turned
from derive.dims import smaller
from derive.rules.base import Rule, output
from derive.rules.eigen import diagonal_of, on_diagonal
from derive.rules.jacobi import analytic_singular

INVERSE_GAPS = 1 / (scalar.slot(0) ** 2 - scalar.slot(1) ** 2 + scalar.slot(2)) - scalar.slot(2)


def singular_values(matrix: Node) -> Node:
    """Return the singular values, descending: as many as the smaller size."""
    *lead, rows, columns = matrix.shape
    return apply("singular_values", [matrix], (), (*lead, smaller(rows, columns)))


def left_vectors(matrix: Node) -> Node:
    """Return U, the left singular vectors as columns."""
    *lead, rows, columns = matrix.shape
    return apply("left_vectors", [matrix], (), (*lead, rows, smaller(rows, columns)))


def right_vectors(matrix: Node) -> Node:
    """Return Vᵀ, the right singular vectors as rows."""
    *lead, rows, columns = matrix.shape
    return apply("right_vectors", [matrix], (), (*lead, smaller(rows, columns), columns))


class SingularValues:
    """σ, descending; dσ = diag(Uᵀ dA V), and Ā = U diag(σ̄) Vᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        if xp.iscomplexobj(a):
            return analytic_singular(a, xp)[1]
        return xp.linalg.svd(a, compute_uv=False)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (a,) = node.args
        moved = product(turned(left_vectors(a)), dX, turned(right_vectors(a)))
        return diagonal_of(moved)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (a,) = node.args
        return product(left_vectors(a), on_diagonal(Ybar), right_vectors(a))


class LeftVectors:
    """U; Ā = U 2 sym(E ⊙ UᵀŪ) Σ Vᵀ + (I - U Uᵀ) Ū Σ⁻¹ Vᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return _decomposed(a, xp)[0]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (a,), u = node.args, output(node, out)
        moved = product(turned(u), dX, turned(right_vectors(a)))
        turn = hadamard(_inverse_gaps(a), _twice_sym(_scaled_columns(moved, a)))
        inside = product(u, turn)
        if u.shape[-1] == u.shape[-2]:
            return inside
        return add(inside, _outside(u, _divided_columns(product(dX, turned(right_vectors(a))), a)))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (a,), u = node.args, output(node, out)
        turn = _twice_sym(hadamard(_inverse_gaps(a), product(turned(u), Ybar)))
        inside = product(u, _scaled_columns(turn, a), right_vectors(a))
        if u.shape[-1] == u.shape[-2]:
            return inside
        return add(inside, product(_outside(u, _divided_columns(Ybar, a)), right_vectors(a)))


class RightVectors:
    """W = Vᵀ; Ā = -U Σ 2 sym(E ⊙ W̄ V) Vᵀ + U Σ⁻¹ W̄ (I - V Vᵀ)."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return _decomposed(a, xp)[2]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (a,), w = node.args, output(node, out)
        moved = product(turned(left_vectors(a)), dX, turned(w))
        turn = hadamard(_inverse_gaps(a), _twice_sym(_scaled_rows(moved, a)))
        inside = negative(product(turn, w))
        if w.shape[-1] == w.shape[-2]:
            return inside
        across = _divided_rows(product(turned(left_vectors(a)), dX), a)
        return add(inside, turned(_outside(turned(w), turned(across))))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (a,), w = node.args, output(node, out)
        turn = _twice_sym(hadamard(_inverse_gaps(a), product(Ybar, turned(w))))
        inside = negative(product(left_vectors(a), _scaled_rows(turn, a), w))
        if w.shape[-1] == w.shape[-2]:
            return inside
        across = turned(_outside(turned(w), turned(_divided_rows(Ybar, a))))
        return add(inside, product(left_vectors(a), across))


def _decomposed(a: Any, xp: ModuleType) -> Any:
    """Return U, σ and Vᵀ."""
    return analytic_singular(a, xp) if xp.iscomplexobj(a) else xp.linalg.svd(a, full_matrices=False)


def _outside(vectors: Node, x: Node) -> Node:
    """Return (I - V Vᵀ) X: what of X lies outside the span of the vectors."""
    return add(x, negative(product(vectors, turned(vectors), x)))


def _twice_sym(matrix: Node) -> Node:
    """Return X + Xᵀ, which computes X once."""
    return scale(2, sym(matrix))


def _scaled_columns(matrix: Node, a: Node) -> Node:
    """Return X Σ."""
    return _scaled(matrix, singular_values(a), -1)


def _scaled_rows(matrix: Node, a: Node) -> Node:
    """Return Σ X."""
    return _scaled(matrix, singular_values(a), -2)


def _divided_columns(matrix: Node, a: Node) -> Node:
    """Return X Σ⁻¹."""
    return _scaled(matrix, _reciprocal(singular_values(a)), -1)


def _divided_rows(matrix: Node, a: Node) -> Node:
    """Return Σ⁻¹ X."""
    return _scaled(matrix, _reciprocal(singular_values(a)), -2)


def _scaled(matrix: Node, values: Node, axis: int) -> Node:
    axes, sizes = labels_of(matrix)
    return contract(axes, [(matrix, axes), (values, (*axes[:-2], axes[axis]))], sizes)


def _reciprocal(values: Node) -> Node:
    return elementwise(1 / scalar.slot(0), [values], values.shape)


def _inverse_gaps(a: Node) -> Node:
    """Return E = 1/(σ_j² - σ_i² + δ_ij) - δ_ij, which is 0 on the diagonal."""
    values = singular_values(a)
    shape = (*values.shape, values.shape[-1])
    *lead, rows, columns = range(len(shape))
    along_columns = expand(values, shape, (*lead, columns))
    along_rows = expand(values, shape, (*lead, rows))
    return elementwise(INVERSE_GAPS, [along_columns, along_rows, identity(shape)], shape)


SINGULAR_RULES: dict[str, Rule] = {
    "singular_values": SingularValues(),
    "left_vectors": LeftVectors(),
    "right_vectors": RightVectors(),
}
