"""Inverse and solve: d(A⁻¹) = -A⁻¹ dA A⁻¹, and A X = B moves with A dX = dB - dA X.

Giles 2008, sections 2.2 and 2.3.1; the Matrix Cookbook, (40) and (59).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import negative
from derive.algebra.forms.inverses import inverse
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.stacks import outer, product, turned
from derive.rules.base import output


class Inverse:
    """Y = A⁻¹; dY = -Y dA Y, and Ā = -Yᵀ Ȳ Yᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return xp.linalg.inv(a)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        y = output(node, out)
        return negative(product(y, dX, y))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        y = turned(output(node, out))
        return negative(product(y, Ybar, y))


class Solve:
    """X = A⁻¹ B; dX = A⁻¹ (dB - dA X), B̄ = A⁻ᵀ X̄ and Ā = -B̄ Xᵀ.  B may hold vectors."""

    def value(self, node: Apply, xp: ModuleType, a: Any, b: Any) -> Any:
        if _of_vectors(node):
            return xp.linalg.solve(a, b[..., None])[..., 0]
        return xp.linalg.solve(a, b)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        a, _ = node.args
        if i == 1:
            return product(inverse(a), dX)
        return negative(product(inverse(a), dX, output(node, out)))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        a, _ = node.args
        right = product(turned(inverse(a)), Ybar)
        if i == 1:
            return right
        return negative(outer(right, output(node, out), vectors=_of_vectors(node)))


def _of_vectors(node: Apply) -> bool:
    """Whether the right-hand sides are vectors, not matrices."""
    a, b = node.args
    return b.rank < a.rank
