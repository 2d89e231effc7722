"""What it takes to make a value again: its kind of work, and the number of operations."""

from __future__ import annotations

from enum import IntEnum

from derive.algebra.moves.one_hot import picks
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, walk
from derive.dims import ONE, Dim, dim, size_of
from derive.operations.array_operations import record_of
from derive.operations.functions import is_arithmetic
from derive.operations.record import Work
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


_OF_WORK = {
    Work.MOVE: Effort.ARITHMETIC,
    Work.PASS: Effort.REDUCTION,
    Work.PRODUCT: Effort.PRODUCT,
}


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
        return Effort.ARITHMETIC if is_arithmetic(node.fn) else Effort.ENTRYWISE
    if isinstance(node, Apply):
        return _OF_WORK[record_of(node).work]
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
    if isinstance(node, Apply) and record_of(node).work > Work.MOVE:
        return size_of(node.args[0].shape if node.args else node.shape) * 3
    return dim(0)
