"""Norms along axes; at X = 0 the gradient is taken as 0.

    2-norm   dr = ⟨X, dX⟩/r                          X̄ = r̄ X/r
    p-norm   dr = ⟨sign(X) ⊙ (|X|/r)^(p-1), dX⟩      X̄ = r̄ sign(X) ⊙ (|X|/r)^(p-1)
Matrix Cookbook (129) for the first; the second is homogeneous, so that nothing overflows.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import contract, elementwise, hadamard
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.rules.base import Rule, output
from derive.rules.softmax import copied, summed

_RECIPROCAL = scalar.call("safe_reciprocal", scalar.slot(0))


class Norm:
    """r = √(Σ X²) over the axes, without them."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return xp.sqrt((x * x).sum(axis=node.params))

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return hadamard(_reciprocal(node, out), summed(hadamard(x, dX), node.params))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        per_norm = hadamard(Ybar, _reciprocal(node, out))
        axes = tuple(range(x.rank))
        kept = tuple(axis for axis in axes if axis not in node.params)
        return contract(axes, [(per_norm, kept), (x, axes)], dict(enumerate(x.shape)))


def _reciprocal(node: Apply, out: Symbol | None) -> Node:
    return elementwise(_RECIPROCAL, [output(node, out)], node.shape)


class PowerNorm:
    """r = (Σ |X|^p)^(1/p) over the axes, without them; params are p > 1 and then the axes."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        p, *axes = node.params
        size = xp.sign(xp.real(x)) * x
        return (size ** float(p)).sum(axis=tuple(axes)) ** float(1 / p)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return summed(hadamard(_direction(node, out), dX), node.params[1:])

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return hadamard(copied(Ybar, node.params[1:], x.shape), _direction(node, out))


def _direction(node: Apply, out: Symbol | None) -> Node:
    """Return sign(X) ⊙ (|X|/r)^(p-1)."""
    (x,) = node.args
    p, *axes = node.params
    entry, norm = scalar.slot(0), scalar.slot(1)
    share = scalar.call("abs", entry) * scalar.call("safe_reciprocal", norm)
    slope = scalar.call("sign", entry) * scalar.power(share, p - 1)
    return elementwise(slope, [x, copied(output(node, out), axes, x.shape)], x.shape)


NORM_RULES: dict[str, Rule] = {"norm": Norm(), "power_norm": PowerNorm()}
