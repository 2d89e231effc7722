"""The matrix exponential, and its derivative in a direction.

L(A, E), the derivative of exp at A in the direction E, is the upper right block of
exp [[A, E], [0, A]] (Higham 2008, equation 3.16).  It is linear in E, with the adjoint L(Aᵀ, ·);
its derivative in A is a block of L at that block matrix, whose adjoint follows from
⟨G, D²exp(A)[E, H]⟩ = ⟨D²exp(Aᵀ)[Eᵀ, G], H⟩: all third derivatives of tr exp are symmetric.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import add, apply
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.stacks import turned
from derive.dims import dim
from derive.rules.base import Rule
from derive.rules.layout import place, take

TERMS = 24  # of the series, after scaling to a norm below 1/2
_HALF = 0.5


def _along(a: Node, e: Node) -> Node:
    """Return L(A, E), the derivative of exp at A in the direction E."""
    return apply("expm_along", [a, e], (), a.shape)


class Exponential:
    """Y = exp A; dY = L(A, dA), and Ā = L(Aᵀ, Ȳ)."""

    def value(self, node: Apply, xp: ModuleType, a: Any) -> Any:
        return series(a, xp)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return _along(node.args[0], dX)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return _along(turned(node.args[0]), Ybar)


class ExponentialAlong:
    """Y = L(A, E); Ē = L(Aᵀ, Ȳ), and Ā is the second derivative at Aᵀ along Eᵀ and Ȳ."""

    def value(self, node: Apply, xp: ModuleType, a: Any, e: Any) -> Any:
        count = a.shape[-1]
        top = xp.concatenate([a, e], axis=-1)
        bottom = xp.concatenate([xp.zeros_like(a), a + 0 * e], axis=-1)
        return series(xp.concatenate([top, bottom], axis=-2), xp)[..., :count, count:]

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        a, e = node.args
        return _along(a, dX) if i == 1 else _second(a, e, dX)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        a, e = node.args
        return _along(turned(a), Ybar) if i == 1 else _second(turned(a), turned(e), Ybar)


def _second(a: Node, e: Node, h: Node) -> Node:
    """Return D²exp(A)[E, H]: the derivative of L([[A, E], [0, A]], ·) along diag(H, H)."""
    n = a.shape[-1]
    whole = (*a.shape[:-2], n + n, n + n)
    lead = tuple((dim(0), d, 1) for d in a.shape[:-2])
    first, last = (dim(0), n, 1), (n, n + n, 1)

    def block(x: Node, rows: tuple, columns: tuple) -> Node:
        return place(x, (*lead, rows, columns), whole)

    at = add(block(a, first, first), block(e, first, last), block(a, last, last))
    to = add(block(h, first, first), block(h, last, last))
    return take(_along(at, to), (*lead, first, last))


def series(a: Any, xp: ModuleType) -> Any:
    """Return exp(a) by scaling, the power series, and squaring; analytic in the entries."""
    size = float(xp.max(xp.abs(a).sum(axis=-1), initial=0.0))
    halvings = max(0, int(xp.ceil(xp.log2(size / _HALF)))) if size else 0
    step = a / 2**halvings
    term = total = xp.broadcast_to(xp.eye(a.shape[-1]), a.shape).astype(a.dtype)
    for k in range(1, TERMS):
        term = term @ step / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total


EXPONENTIAL_RULES: dict[str, Rule] = {"expm": Exponential(), "expm_along": ExponentialAlong()}
