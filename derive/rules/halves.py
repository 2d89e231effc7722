"""The symmetric part of a square matrix, and its lower half: linear, and their own adjoints."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.properties.symmetry import sym
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
