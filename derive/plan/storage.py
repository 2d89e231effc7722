"""Which values share memory with another, and how many bytes each has of its own.

A transpose, a slice, a reshape that keeps the order of entries, and another name are views: they
show the memory of what they are made from, and keep it alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.algebra.coefficient import UNIT
from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.dims import ONE, Dim, Shape, size_of

ITEM = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
"""Bytes of an entry of each dtype."""
_TRUTH, INTEGER = 1, 8


def bytes_of(symbol: Symbol, item: int) -> Dim:
    """Return the bytes of the array that a symbol names; `item` is that of a float."""
    if symbol.kind == "bool":
        item = _TRUTH
    elif not symbol.is_float:
        item = INTEGER
    return size_of(symbol.shape) * item


def shown_by(expr: Node) -> Symbol | None:
    """Return the symbol whose memory the value of `expr` shows, None where it has its own."""
    if isinstance(expr, Symbol):
        return expr
    if isinstance(expr, Contract):
        return _transposed(expr)
    inner = expr.args[0] if isinstance(expr, Apply) and len(expr.args) == 1 else None
    if not isinstance(expr, Apply) or not isinstance(inner, Symbol):
        return None
    splits = expr.rule == "reshape" and _splits(inner.shape, expr.shape)
    return inner if splits or expr.rule in ("slice", "stop") else None


def _transposed(expr: Contract) -> Symbol | None:
    """Return the only factor of a product that reorders axes and does nothing else."""
    if len(expr.factors) != 1 or expr.coefficient != UNIT:
        return None
    inner, axes = expr.factors[0]
    wide = [label for label in axes if expr.sizes[label] != ONE]
    seen = [label for label in expr.out if expr.sizes[label] != ONE]
    is_permutation = sorted(wide) == sorted(seen) and len(set(seen)) == len(seen)
    return inner if isinstance(inner, Symbol) and is_permutation else None


def _splits(old: Shape, new: Shape) -> bool:
    """Whether the new shape splits axes of the old one and joins none: no entry has to move."""
    parts: Iterator[Dim] = iter(d for d in new if d != ONE)
    for left in old:
        while left != ONE:
            part = next(parts, None)
            if part is None or part * (left // part) != left:
                return False
            left = left // part
    return next(parts, None) is None


class Storage:
    """Who shows whose memory, for the statements of a program in their order."""

    def __init__(self, statements: Iterable[tuple[Symbol, Node]]) -> None:
        self.base: dict[Symbol, Symbol] = {}
        for symbol, expr in statements:
            self.enter(symbol, expr)

    def enter(self, symbol: Symbol, expr: Node) -> None:
        """Note what the symbol shows from now on."""
        shown = shown_by(expr)
        if shown is None:
            self.base.pop(symbol, None)
        else:
            self.base[symbol] = self.owner(shown)

    def owner(self, symbol: Symbol) -> Symbol:
        """Return the symbol whose memory this one shows: itself, if it has its own."""
        return self.base.get(symbol, symbol)
