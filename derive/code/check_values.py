"""Whether usual values, normal or between 0.2 and 0.9, may lie outside of a model's domain."""

from __future__ import annotations

from derive.algebra.nodes import Map, Symbol, walk
from derive.algebra.scalars.tree import Scalar
from derive.operations.functions import FUNCTIONS
from derive.program.program import Drawing, Interval, Program

_DOMAINS = """
log log2 log10 log1p sqrt rsqrt cbrt pow powlog arcsin arccos arctanh arccosh lgamma digamma
polygamma erfinv normal_quantile
"""
RESTRICTED = frozenset(_DOMAINS.split())
USUAL = (0.2, 0.9)
"""Where the entries of a model with such a function are drawn."""


def is_restricted(program: Program) -> bool:
    """Whether a function of the model is not defined everywhere."""
    nodes = (node for equation in program.equations for node in walk(equation.expr))
    return any(isinstance(node, Map) and _is_restricted(node.fn) for node in nodes)


def usual(program: Program) -> Interval | None:
    """Return where the numbers of a model are drawn as usual, None where they are normal."""
    return USUAL if is_restricted(program) else None


def interval_of(program: Program, symbol: Symbol, drawing: Drawing) -> Interval | None:
    """Return the interval in which an argument is drawn, None where it has none."""
    if symbol.name in drawing or symbol.kind not in ("", "positive"):
        return drawing.get(symbol.name)
    return USUAL if symbol.kind == "positive" else usual(program)


def _is_restricted(tree: Scalar) -> bool:
    if tree.op == "call" and tree.args[0] in FUNCTIONS and tree.args[0] in RESTRICTED:
        return True
    if tree.op == "pow" and (tree.args[1] < 0 or tree.args[1].denominator > 1):
        return True
    return any(_is_restricted(child) for child in tree.children)
