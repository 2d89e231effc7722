"""Inverse and solve: d(A⁻¹) = -A⁻¹ dA A⁻¹, and A X = B moves with A dX = dB - dA X.

Giles 2008, sections 2.2 and 2.3.1; the Matrix Cookbook, (40) and (59).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import add, hadamard, negative
from derive.algebra.forms.inverses import inverse
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.stacks import inner, outer, product, scaled, turned
from derive.dims import smaller
from derive.rules.base import Rule, output
from derive.rules.select import Fixed


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


class Determinant:
    """y = det A; dy = y tr(A⁻¹ dA), and Ā = ȳ y A⁻ᵀ."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return xp.linalg.det(a)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return hadamard(output(node, out), inner(_gradient(node), dX))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return scaled(hadamard(Ybar, output(node, out)), _gradient(node))


class LogDeterminant:
    """y = log det A, which needs det A > 0, or log|det A|; dy = tr(A⁻¹ dA), and Ā = ȳ A⁻ᵀ."""

    def __init__(self, *, absolute: bool) -> None:
        self.absolute = absolute

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        """Return the value, analytic where A is complex near a real matrix."""
        sign, size = xp.linalg.slogdet(a)
        side = xp.sign(xp.real(sign))
        value = size + xp.log(side * sign) if xp.iscomplexobj(a) else size
        return value if self.absolute else xp.where(side >= 0, value, xp.nan)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return inner(_gradient(node), dX)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return scaled(Ybar, _gradient(node))


def _gradient(node: Apply) -> Node:
    """Return A⁻ᵀ, the gradient of log|det A|."""
    return turned(inverse(node.args[0]))


class DeterminantSign(Fixed):
    """The sign of det A, which does not move with A."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any) -> Any:
        return xp.sign(xp.real(xp.linalg.slogdet(*arrays)[0]))


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


INVERSE_RULES: dict[str, Rule] = {
    "inverse": Inverse(),
    "solve": Solve(),
    "det": Determinant(),
    "logdet": LogDeterminant(absolute=False),
    "logabsdet": LogDeterminant(absolute=True),
    "det_sign": DeterminantSign(),
    "pinv": Pseudoinverse(),
}
