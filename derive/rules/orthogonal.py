"""The factors of A = Q R with QᵀQ = I and R upper triangular, of a tall A of full rank.

Φ takes the lower triangle of a matrix and halves the diagonal.  With C = Qᵀ dA R⁻¹, dR R⁻¹ is the
upper triangular part of C = dR R⁻¹ + Qᵀ dQ that makes Qᵀ dQ skew:
    dR = 2 Φ(sym C)ᵀ R    dQ = (dA - Q dR) R⁻¹
Walter and Lehmann 2010; Seeger, Hetzel, Dai, Meissner and Lawrence 2017.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import add, apply, negative, scale
from derive.algebra.forms.inverses import inverse
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.properties.symmetry import sym
from derive.algebra.stacks import product, turned
from derive.rules.base import Rule, output
from derive.rules.cholesky import lower_half


def orthonormal_factor(matrix: Node) -> Node:
    """Return Q, of the shape of the matrix."""
    return apply("orthonormal_factor", [matrix], (), matrix.shape)


def triangular_factor(matrix: Node) -> Node:
    """Return R, upper triangular, with as many rows as the matrix has columns."""
    *lead, _, columns = matrix.shape
    return apply("triangular_factor", [matrix], (), (*lead, columns, columns))


class OrthonormalFactor:
    """Q; dQ = (dA - Q dR) R⁻¹, and Ā = (Q̄ - 2 Q sym(Φ(Q̄ᵀ Q))) R⁻ᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return _decomposed(a, xp)[0]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        q, back = output(node, out), inverse(triangular_factor(node.args[0]))
        inside = product(q, _upper(_moved(q, dX, back)))
        return add(product(dX, back), negative(inside))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        q, back = output(node, out), turned(inverse(triangular_factor(node.args[0])))
        inside = product(q, _mirrored(product(turned(Ybar), q)), back)
        return add(product(Ybar, back), negative(inside))


class TriangularFactor:
    """R; dR = 2 Φ(sym(Qᵀ dA R⁻¹))ᵀ R, and Ā = 2 Q sym(Φ(R R̄ᵀ)) R⁻ᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return _decomposed(a, xp)[1]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        q, r = orthonormal_factor(node.args[0]), output(node, out)
        return product(_upper(_moved(q, dX, inverse(r))), r)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        q, r = orthonormal_factor(node.args[0]), output(node, out)
        return product(q, _mirrored(product(r, turned(Ybar))), turned(inverse(r)))


def _moved(q: Node, change: Node, back: Node) -> Node:
    """Return C = Qᵀ dA R⁻¹."""
    return product(turned(q), change, back)


def _upper(c: Node) -> Node:
    """Return 2 Φ(sym C)ᵀ, the upper triangle of C with its lower one added, turned."""
    return scale(2, turned(lower_half(sym(c))))


def _mirrored(x: Node) -> Node:
    """Return 2 sym(Φ(X)), the symmetric matrix with the lower triangle of X."""
    return scale(2, sym(lower_half(x)))


def _decomposed(a: Any, xp: ModuleType) -> tuple[Any, Any]:
    """Return Q and R, analytic where A is complex near a real matrix."""
    if not xp.iscomplexobj(a):
        q, r = xp.linalg.qr(a)
        return q, r
    first, above = _by_columns(a, xp)
    q, r = _by_columns(first, xp)
    facing = xp.linalg.qr(a.real)[1]
    side = xp.sign(xp.einsum("...ii->...i", facing))
    return q * side[..., None, :], side[..., :, None] * (r @ above)


def _by_columns(a: Any, xp: ModuleType) -> tuple[Any, Any]:
    """Return Q and R by the process of Gram and Schmidt; R has a positive diagonal."""
    q, count = a.copy(), a.shape[-1]
    r = xp.zeros((*a.shape[:-2], count, count), a.dtype)
    for k in range(count):
        for j in range(k):
            r[..., j, k] = xp.sum(q[..., j] * q[..., k], axis=-1)
            q[..., k] = q[..., k] - q[..., j] * r[..., j, k, None]
        r[..., k, k] = xp.sqrt(xp.sum(q[..., k] * q[..., k], axis=-1))
        q[..., k] = q[..., k] / r[..., k, k, None]
    return q, r


ORTHOGONAL_RULES: dict[str, Rule] = {
    "orthonormal_factor": OrthonormalFactor(),
    "triangular_factor": TriangularFactor(),
}
