"""Truth values: tests of entries, and what holds along axes."""

from __future__ import annotations

from derive.algebra.nodes import Node
from derive.arrays.elementwise import compare
from derive.arrays.reduce import Axes, total
from derive.arrays.select import along
from derive.arrays.values import Operand, as_truth


def exclusive(x: Operand, y: Operand) -> Node:
    """Return whether exactly one of two truth values holds."""
    return compare("not_equal", as_truth(x), as_truth(y))


def any_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether some entry along the axes holds."""
    return along("any", as_truth(x), axis, keepdims)


def all_of(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return whether every entry along the axes holds."""
    return along("all", as_truth(x), axis, keepdims)


def count(x: Operand, axis: Axes = None, keepdims: bool = False) -> Node:
    """Return how many entries along the axes are not 0."""
    return total(as_truth(x), axis, keepdims)
