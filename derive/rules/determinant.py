"""Determinants: d det A = det A tr(A⁻¹ dA), and the gradient of log|det A| is A⁻ᵀ.

Jacobi's formula; Giles 2008, section 2.2; the Matrix Cookbook, (49) and (57).  A is invertible:
at a singular matrix the formulas divide by zero.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import hadamard
from derive.algebra.forms.inverses import inverse
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.stacks import inner, scaled, turned
from derive.rules.base import output
from derive.rules.select import Fixed


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
