"""The pseudoinverse of a matrix of full rank (Golub and Pereyra 1973).

With Y = A⁺:  dY = -Y dA Y + Y Yᵀ dAᵀ (I - A Y) + (I - Y A) dAᵀ Yᵀ Y.
The last term is 0 where A is surely tall, the one before where it is surely wide.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import add, negative
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.stacks import product, turned
from derive.dims import smaller
from derive.rules.base import output


class Pseudoinverse:
    """Y = A⁺; Ā = -Yᵀ Ȳ Yᵀ + (I - A Y) Ȳᵀ Y Yᵀ + Yᵀ Y Ȳᵀ (I - Y A)."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        """Return the value, analytic where A is complex near a real matrix."""
        if not xp.iscomplexobj(a):
            return xp.linalg.pinv(a)
        back = xp.swapaxes(a, -1, -2)
        if a.shape[-2] >= a.shape[-1]:
            return xp.linalg.solve(back @ a, back)
        return xp.swapaxes(xp.linalg.solve(a @ back, a), -1, -2)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (a,), y, back = node.args, output(node, out), turned(dX)
        terms = [negative(product(y, dX, y))]
        if not _is_wide(a):
            terms.append(_beside_right(product(y, turned(y), back), a, y))
        if not _is_tall(a):
            terms.append(_beside_left(product(back, turned(y), y), y, a))
        return add(*terms)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (a,), y, back = node.args, output(node, out), turned(Ybar)
        terms = [negative(product(turned(y), Ybar, turned(y)))]
        if not _is_wide(a):
            terms.append(_beside_left(product(back, y, turned(y)), a, y))
        if not _is_tall(a):
            terms.append(_beside_right(product(turned(y), y, back), y, a))
        return add(*terms)


def _is_tall(a: Node) -> bool:
    """Whether the matrix has no more columns than rows, whatever its sizes."""
    return smaller(*a.shape[-2:]) == a.shape[-1]


def _is_wide(a: Node) -> bool:
    return smaller(*a.shape[-2:]) == a.shape[-2]


def _beside_right(x: Node, first: Node, second: Node) -> Node:
    """Return X (I - first second)."""
    return add(x, negative(product(x, first, second)))


def _beside_left(x: Node, first: Node, second: Node) -> Node:
    """Return (I - first second) X."""
    return add(x, negative(product(first, second, x)))
