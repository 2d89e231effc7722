"""Extrema along axes, and arrays that are only places: shapes, counts, triangles.

The largest entry moves with the entries that attain it; where several do, each takes an equal
part, as PyTorch's amax shares a tie.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply, elementwise, hadamard, zero
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.dims import Shape
from derive.rules.base import Rule, output
from derive.rules.layout import Fixed, Linear
from derive.rules.softmax import copied, summed

ATTAINS = scalar.call("where", scalar.call("equal", scalar.slot(0), scalar.slot(1)), 1, 0)
_RECIPROCAL = 1 / scalar.slot(0)


class Extreme:
    """y = max X or min X along axes, without them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return getattr(xp, self.name)(x, axis=node.params)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return summed(hadamard(_shares(node, out), dX), node.params)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return hadamard(copied(Ybar, node.params, x.shape), _shares(node, out))


def _shares(node: Apply, out: Symbol | None) -> Node:
    """Return each entry's part: 1 divided by the number of entries that attain the extreme."""
    (x,) = node.args
    mask = elementwise(ATTAINS, [x, copied(output(node, out), node.params, x.shape)], x.shape)
    count = summed(mask, node.params)
    each = elementwise(_RECIPROCAL, [count], count.shape)
    return hadamard(mask, copied(each, node.params, x.shape))


class Reshape(Linear):
    """Y holds X's entries in row order in another shape."""

    def value(self, node: Apply, xp: ModuleType, x: Any, *, shape: tuple[int, ...]) -> Any:
        return xp.reshape(x, shape)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return apply("reshape", [Ybar], x.shape, x.shape)


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


SELECT_RULES: dict[str, Rule] = {
    "gather": Gather(),
    "scatter": Scatter(),
    "argsort": Fixed(),
    "argmin": Fixed(),
    "reshape": Reshape(),
    "max": Extreme("max"),
    "min": Extreme("min"),
    "argmax": Fixed(),
    "any": Fixed(),
    "all": Fixed(),
    "iota": Fixed(),
    "tri": Fixed(),
}
