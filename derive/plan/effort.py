"""What it takes to make a value again: its kind of work, and the number of operations."""

from __future__ import annotations

from enum import IntEnum

from derive.algebra.moves.one_hot import picks
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, walk
from derive.algebra.scalars.tree import Scalar
from derive.dims import ONE, Dim, dim, size_of
from derive.plan.storage import shown_by


class Effort(IntEnum):
    """The kinds of work, least first.

    NONE: a view.  ARITHMETIC: entries by + - × ÷ and comparisons, and moves of entries.
    ENTRYWISE: any function at each entry.  REDUCTION: one pass that sums, or the like.
    PRODUCT: a matrix product, and whatever costs as much.
    """

    NONE = 0
    ARITHMETIC = 1
    ENTRYWISE = 2
    REDUCTION = 3
    PRODUCT = 4


_MOVES = ("slice", "place", "stack", "concatenate", "reshape", "stop", "onehot", "iota", "tri")
_REDUCTIONS = ("softmax", "log_softmax", "logsumexp", "norm", "max", "min", "argmax")
_WORDS = """
abs sign step float floor ceil round trunc relu relu6 leaky_relu hardtanh hardsigmoid hardswish
maximum minimum clip where wins greater greater_equal less less_equal equal not_equal logical_and
logical_or logical_not safe_reciprocal pi e
"""
_ARITHMETIC = frozenset(_WORDS.split())
_LARGEST_POWER = 3


def effort_of(expr: Node) -> Effort:
    """Return the kind of work of an expression, that of its hardest part."""
    if shown_by(expr) is not None:
        return Effort.NONE
    return max((own_effort(node) for node in walk(expr)), default=Effort.NONE)


def own_effort(node: Node) -> Effort:
    """Return the kind of work of a node, its children being at hand."""
    if isinstance(node, Symbol):
        return Effort.NONE
    if isinstance(node, Contract):
        return _contraction(node)
    if isinstance(node, Map):
        return Effort.ARITHMETIC if _is_arithmetic(node.fn) else Effort.ENTRYWISE
    if isinstance(node, Apply):
        if node.rule in _MOVES:
            return Effort.ARITHMETIC
        return Effort.REDUCTION if node.rule in _REDUCTIONS else Effort.PRODUCT
    return Effort.ARITHMETIC


def _contraction(node: Contract) -> Effort:
    """Sums over one array, or over the entries of equal places of several, are one pass."""
    if all(node.sizes[label] == ONE for label in node.bound):
        return Effort.ARITHMETIC
    if _picks(node):
        return Effort.REDUCTION
    arrays = {frozenset(axes) for factor, axes in node.factors if factor.rank}
    return Effort.REDUCTION if len(arrays) <= 1 else Effort.PRODUCT


def _picks(node: Contract) -> bool:
    """Whether the product only picks entries of an array by integers, or adds them up."""
    return len(node.factors) == 2 and any(picks(node, k) for k in range(2))


def is_function(fn: Scalar) -> bool:
    """Whether the last operation of a scalar function is more than arithmetic."""
    if fn.op == "pow":
        return fn.args[1].denominator != 1 or abs(fn.args[1]) > _LARGEST_POWER
    return fn.op == "call" and fn.args[0] not in _ARITHMETIC


def _is_arithmetic(fn: Scalar) -> bool:
    return not is_function(fn) and all(_is_arithmetic(child) for child in fn.children)


def price_of(expr: Node) -> Dim:
    """Return the operations that computing the expression takes, a product and a sum being two."""
    total = dim(0)
    for node in walk(expr):
        total = total + _own_price(node)
    return total


def _own_price(node: Node) -> Dim:
    if isinstance(node, Contract):
        if _picks(node):
            return size_of(node.shape)
        met = dict.fromkeys(label for _, axes in node.factors for label in axes)
        every = size_of(node.sizes[label] for label in met)
        if any(node.sizes[label] != ONE for label in node.bound):
            return every * max(1, len(node.factors))
        return every * (max(0, len(node.factors) - 1) + (node.coefficient.number not in (1, -1)))
    if isinstance(node, Add):
        return size_of(node.shape) * (len(node.terms) - 1)
    if isinstance(node, Map):
        return size_of(node.shape) * node.fn.operations
    if isinstance(node, Apply) and node.rule not in _MOVES:
        return size_of(node.args[0].shape if node.args else node.shape) * 3
    return dim(0)
