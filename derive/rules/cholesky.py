"""The Cholesky factor of a symmetric positive definite matrix.

Φ takes the lower triangle of a matrix and halves the diagonal.  From A = L Lᵀ comes
L⁻¹ dA L⁻ᵀ = L⁻¹ dL + (L⁻¹ dL)ᵀ, whose lower half is L⁻¹ dL (Murray 2016, section 3).
Only symmetric changes of A are meant: the gradient is symmetric, as PyTorch's is.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply
from derive.algebra.forms.inverses import inverse
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.properties.symmetry import sym
from derive.algebra.stacks import product, turned
from derive.rules.base import Rule, output
from derive.rules.layout import Linear


class SymmetricPart(Linear):
    """Y = sym(X) = (X + Xᵀ)/2, and X̄ = sym(Ȳ)."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return (x + xp.swapaxes(x, -1, -2)) / 2

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return sym(Ybar)


class LowerHalf(Linear):
    """Y = Φ(X), the lower triangle with its diagonal halved, and X̄ = Φ(Ȳ)."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return (xp.tril(x) + xp.tril(x, -1)) / 2

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return lower_half(Ybar)


def lower_half(x: Node) -> Node:
    """Return Φ(x)."""
    return apply("lower_half", [x], (), x.shape)


class Cholesky:
    """A = L Lᵀ; dL = L Φ(L⁻¹ dA L⁻ᵀ), and Ā is the symmetric part of L⁻ᵀ Φ(Lᵀ L̄) L⁻¹."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        """Return L by columns, analytic where A is complex and symmetric."""
        if not xp.iscomplexobj(a):
            return xp.linalg.cholesky(a)
        factor = xp.zeros_like(a)
        for k in range(a.shape[-1]):
            column = a[..., k:, k] - xp.einsum(
                "...ij,...j->...i", factor[..., k:, :k], factor[..., k, :k]
            )
            factor[..., k:, k] = column / xp.sqrt(column[..., :1])
        return factor

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        factor = output(node, out)
        left = inverse(factor)
        return product(factor, lower_half(product(left, sym(dX), turned(left))))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        factor = output(node, out)
        left = inverse(factor)
        half = lower_half(product(turned(factor), Ybar))
        return sym(product(turned(left), half, left))


CHOLESKY_RULES: dict[str, Rule] = {
    "cholesky": Cholesky(),
    "lower_half": LowerHalf(),
    "sym": SymmetricPart(),
}
