"""Whether usual values, normal or between 0.2 and 0.9, may lie outside of a model's domain."""

from __future__ import annotations

from dataclasses import dataclass

from derive.algebra.nodes import Map, Symbol, walk
from derive.operations.functions import regularity
from derive.operations.record import Regular
from derive.program.program import Drawing, Interval, Program

USUAL = (0.2, 0.9)
"""Where the entries of a model with such a function are drawn."""


@dataclass(frozen=True)
class Draw:
    """An argument and the expression that draws it; ready: it is then made to require a gradient.

    Else the expression says so itself, or the argument has none.
    """

    name: str
    value: str
    ready: bool = False


def is_restricted(program: Program) -> bool:
    """Whether a function of the model is not defined everywhere."""
    nodes = (node for equation in program.equations for node in walk(equation.expr))
    maps = (node for node in nodes if isinstance(node, Map))
    return any(regularity(node.fn) is Regular.IN_A_DOMAIN for node in maps)


def usual(program: Program) -> Interval | None:
    """Return where the numbers of a model are drawn as usual, None where they are normal."""
    return USUAL if is_restricted(program) else None


def interval_of(program: Program, symbol: Symbol, drawing: Drawing) -> Interval | None:
    """Return the interval in which an argument is drawn, None where it has none."""
    if symbol.name in drawing or symbol.kind not in ("", "positive"):
        return drawing.get(symbol.name)
    return USUAL if symbol.kind == "positive" else usual(program)
