"""Truth values: tests of entries, and what holds along axes."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, compare, each, logical, multiply, subtract
from derive.arrays.reduce import Axes, total
from derive.arrays.select import along
from derive.arrays.values import Operand, as_truth


def exclusive(x: Operand, y: Operand) -> Node:
    """Return whether exactly one of two truth values holds."""
    return compare("not_equal", as_truth(x), as_truth(y))


def is_infinite(sign: int, x: Operand) -> Node:
    """Return whether an entry is inf (sign 1) or -inf (sign -1)."""
    side = compare("greater" if sign > 0 else "less", x, 0)
    return logical("logical_and", compare("isinf", x), side)


def is_close(
    x: Operand, y: Operand, rtol: Operand = Fraction("1e-5"), atol: Operand = Fraction("1e-8")
) -> Node:
    """Return whether |x - y| ≤ atol + rtol |y|."""
    bound = add(atol, multiply(rtol, each("abs", y)))
    return compare("less_equal", each("abs", subtract(x, y)), bound)


def any_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether some entry along the axes holds."""
    return along("any", as_truth(x), axis, keepdims)


def all_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether every entry along the axes holds."""
    return along("all", as_truth(x), axis, keepdims)


def count(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return how many entries along the axes are not 0."""
    return total(as_truth(x), axis, keepdims)
