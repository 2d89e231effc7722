"""Elementwise maps: dY = f'(X) ⊙ dX, and the same slope takes the cotangent back.

The slope is told in terms of the output where that replaces every argument (tanh: 1 - Y²), so
that backward needs the output alone; else in terms of the arguments.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from types import ModuleType
from typing import Any

from derive.algebra.build import elementwise, hadamard
from derive.algebra.nodes import Map, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.cases import without_clamps
from derive.algebra.scalars.rational import simplest
from derive.algebra.scalars.tree import OUT, Scalar
from derive.operations.functions import FUNCTIONS, slope


class Elementwise:
    """Y = f(X₀, X₁, …) at each entry."""

    def value(self, node: Map, xp: ModuleType, *arrays: Any) -> Any:
        raise TypeError("the evaluator walks the scalar function itself")

    def differential(self, node: Map, i: int, dX: Node, out: Symbol | None) -> Node:
        return hadamard(slope_of(node, i, out), dX)

    def pullback(self, node: Map, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return hadamard(Ybar, slope_of(node, i, out))


def slope_of(node: Map, i: int, out: Symbol | None) -> Node:
    """Return f's partial slope in argument i at each entry."""
    by_arguments, by_output = slopes(node.fn, i)
    tree, used = by_arguments if by_output is None or out is None else by_output
    values = [out if slot == OUT else node.args[slot] for slot in used]
    return elementwise(tree, [v for v in values if v is not None], node.shape)


_Slope = tuple[Scalar, tuple[int, ...]]
"""A scalar function of slots 0, 1, …, and which slots of the map (or its output) they are."""


@lru_cache(maxsize=4096)
def slopes(fn: Scalar, i: int) -> tuple[_Slope, _Slope | None]:
    """Return the slope in the arguments, and in the output alone where that can be told."""
    raw = simplest(without_clamps(slope(fn, i)))
    by_output = _power_by_output(fn, i) or _by_output(fn, i)
    return _numbered(raw), _numbered(by_output) if by_output.slots == {OUT} else None


def _numbered(tree: Scalar) -> _Slope:
    used = tuple(sorted(tree.slots))
    return scalar.renumber(tree, used), used


def _by_output(fn: Scalar, i: int) -> Scalar:
    """Return the slope with the function's value as OUT, and its sign where x has the same."""
    values = {fn: scalar.slot(OUT)}
    if _keeps_signs(fn):
        values[scalar.call("greater", fn.args[1], 0)] = scalar.call("greater", scalar.slot(OUT), 0)
    return scalar.transform(slope(fn, i), values.get)


def _keeps_signs(fn: Scalar) -> bool:
    """Whether f(x) > 0 exactly where x > 0: leaky_relu and elu with a positive slope below 0."""
    known = fn.op == "call" and FUNCTIONS[fn.args[0]].keeps_sign
    return known and (fn.args[2].number or 0) > 0


def _power_by_output(fn: Scalar, i: int) -> Scalar | None:
    """Return e·y^((e-1)/e)·u' for y = u^e, u linear, where that exponent is an integer.

    1/u, √u and 1/√u are so told by their value: 1/√(v + ε) has the slope -y³/2.
    """
    base, exponent = _as_power(fn)
    inner = slope(base, i)
    if not exponent or exponent > 1 or inner.slots or base.op == "number":
        return None
    of_output = Fraction(exponent - 1, exponent)
    if of_output.denominator != 1:
        return None
    return exponent * inner * scalar.slot(OUT) ** of_output


def _as_power(fn: Scalar) -> tuple[Scalar, Fraction]:
    """Return base and exponent of a power, roots included."""
    if fn.op == "pow":
        base, exponent = _as_power(fn.args[0])
        return base, exponent * fn.args[1]
    meaning = FUNCTIONS[fn.args[0]].meaning if fn.op == "call" else None
    if meaning is not None and meaning.op == "pow":
        return fn.args[1], meaning.args[1]
    return fn, Fraction(1)
