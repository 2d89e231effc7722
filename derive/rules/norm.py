"""The 2-norm along axes: dr = ⟨X, dX⟩/r and X̄ = r̄ X/r; at X = 0 the gradient is taken as 0."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra import scalar
from derive.algebra.build import contract, elementwise, hadamard
from derive.algebra.nodes import Apply, Node, Symbol
from derive.rules.base import output
from derive.rules.softmax import summed

RECIPROCAL = scalar.call("safe_reciprocal", scalar.slot(0))


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
    return elementwise(RECIPROCAL, [output(node, out)], node.shape)
