"""An expression written out: names replaced by what they stand for, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.algebra.build import substitute
from derive.algebra.counting import operations
from derive.algebra.forms.simplify import UnitSums
from derive.algebra.nodes import Node, Symbol, symbols_of, walk
from derive.algebra.paper.on_paper import on_paper

_Definitions = Mapping[Symbol, Node]
"""What symbols stand for, each made of those before it and of what has no definition."""

SHRINKS = 4  # by how much writing out may shrink when it is made compact


def unfolded(expr: Node, definitions: _Definitions, unit_sums: UnitSums, most: int) -> Node | None:
    """Return the expression without any defined symbol, made compact.

    None where that takes more than `most` operations: written out, a value that is used twice
    stands there twice, so that a long program's gradient grows without bounds.
    """
    sizes: dict[Symbol, int] = {}
    needed = _needed(expr, definitions)
    for symbol, inner in needed.items():
        sizes[symbol] = _written_out(inner, sizes)
        if sizes[symbol] > SHRINKS * most:
            return None
    if _written_out(expr, sizes) > SHRINKS * most:
        return None
    values: dict[Node, Node] = {}
    for symbol, inner in needed.items():
        values[symbol] = substitute(inner, values)
    compact = on_paper(substitute(expr, values), unit_sums)
    return compact if operations(compact) <= most else None


def _needed(expr: Node, definitions: _Definitions) -> dict[Symbol, Node]:
    """Return the definitions that the expression rests on, in their order."""
    found: set[Symbol] = set()
    waiting: Iterable[Symbol] = symbols_of(expr)
    while fresh := {s for s in waiting if s in definitions} - found:
        found |= fresh
        waiting = [inner for symbol in fresh for inner in symbols_of(definitions[symbol])]
    return {symbol: inner for symbol, inner in definitions.items() if symbol in found}


def _written_out(expr: Node, sizes: dict[Symbol, int]) -> int:
    """Count the operations of the expression, those of each definition where it stands."""
    inner = (sizes.get(node, 0) for node in walk(expr) if isinstance(node, Symbol))
    return operations(expr) + sum(inner)
