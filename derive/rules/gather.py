"""Entries picked along an axis by integers, and added up where they came from.

Y[i, j] = X[i, index[i, j]] moves with the entries picked, and its cotangent is scattered: each
entry of Ȳ is added where it was picked.  The two are each other's adjoint.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply, zero
from derive.algebra.nodes import Apply, Node, Symbol
from derive.dims import Shape


def _gather(x: Node, index: Node, axis: int) -> Node:
    """Return the entries of x along the axis that the integers name; shapes agree elsewhere."""
    return apply("gather", [x, index], (axis,), index.shape)


def scatter(x: Node, index: Node, axis: int, shape: Shape) -> Node:
    """Return an array of the shape in which each entry of x is added at its integer."""
    return apply("scatter", [x, index], (axis,), shape)


class Moves:
    """What both have in common: linear in the array, constant in the integers."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any) -> Any:
        raise TypeError("the evaluator moves entries itself")

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        if i:
            return zero(node.shape)
        return apply(node.rule, [dX, node.args[1]], node.params, node.shape)


class Gather(Moves):
    """X̄ is Ȳ scattered."""

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        x, index = node.args
        return zero(index.shape) if i else scatter(Ybar, index, node.params[0], x.shape)


class Scatter(Moves):
    """X̄ is Ȳ gathered."""

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        _, index = node.args
        return zero(index.shape) if i else _gather(Ybar, index, node.params[0])
