"""Scalar functions as mathematics spells them: log(1 + x) for log1p, a bracket for a choice.

A condition counts as 1 where it holds and as 0 elsewhere (Iverson's bracket), so that a choice
between two values is a sum of products.  Only formulas are written from these forms: as numbers
they overflow, or lose digits, where the functions that they stand for do not.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from derive.algebra.scalars.tree import (
    UNIT,
    Scalar,
    add,
    call,
    mul,
    power,
    substitute,
    transform,
)
from derive.operations.array_operations import ARRAY_OPERATIONS
from derive.operations.functions import FUNCTIONS

_HALF = Fraction(1, 2)
SPELLED_OUT: dict[str, Scalar] = {
    name: known.meaning
    for name, known in FUNCTIONS.items()
    if known.meaning is not None and not known.named
}
"""Functions that stand in formulas as what they mean."""
SIGNS: dict[str, tuple[str, str]] = {
    known.paper or name: known.sign for name, known in ARRAY_OPERATIONS.items() if known.sign[0]
} | {name: known.sign for name, known in FUNCTIONS.items() if known.sign[0]}
"""By a name in formulas: how it is written in text and in LaTeX."""

OPPOSITE = {
    "equal": "not_equal",
    "not_equal": "equal",
    "greater": "less_equal",
    "less_equal": "greater",
    "less": "greater_equal",
    "greater_equal": "less",
    "isnan": "isnumber",
    "isnumber": "isnan",
}


CONDITIONS = frozenset({*OPPOSITE, "logical_and", "logical_or"})
"""What holds or does not."""


@lru_cache(maxsize=4096)
def plain(tree: Scalar) -> Scalar:
    """Return the function with everything that has a plain form in that form."""
    return transform(tree, _plain)


def _plain(tree: Scalar) -> Scalar | None:
    if tree.op == "pow":
        return _power(plain(tree.args[0]), tree.args[1])
    if tree.op == "add" and len(tree.args) == 2:
        return _complement(*map(plain, tree.args))
    if tree.op != "call":
        return None
    name, *args = tree.args
    inner = [plain(arg) for arg in args]
    meaning = SPELLED_OUT.get(name)
    if meaning is not None and (tree.slots or meaning.op != "pow"):  # √2 stays a number's root
        return plain(substitute(meaning, dict(enumerate(inner))))
    if name == "where":
        return _chosen(*inner)
    if name == "logical_not":
        return opposite(inner[0]) if is_condition(inner[0]) else call("equal", inner[0], 0)
    return call(name, *inner)


def _power(base: Scalar, exponent: Fraction) -> Scalar:
    """Return a power; of a condition the condition, of a root one power."""
    if is_condition(base) and exponent > 0:
        return base
    if base.op == "pow" and base.args[1].denominator != 1:
        return power(base.args[0], base.args[1] * exponent)
    return power(base, exponent)


def _complement(first: Scalar, second: Scalar) -> Scalar:
    """Return a sum; 1 less a condition is its opposite."""
    left_out = mul(-1, second)
    return opposite(left_out) if first == UNIT and is_condition(left_out) else add(first, second)


def _chosen(condition: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    """Return yes [condition] + no [not condition]; infinite values have no such product."""
    if any(_is_infinite(value) for value in (yes, no)):
        return call("where", condition, yes, no)
    if no.number == 0 and is_condition(yes) and is_condition(condition):
        return call("logical_and", condition, yes)
    return add(mul(yes, condition), mul(no, opposite(condition)))


def is_condition(tree: Scalar) -> bool:
    """Whether the plain form holds or does not."""
    return tree.op == "call" and tree.args[0] in CONDITIONS


def opposite(tree: Scalar) -> Scalar:
    """Return what holds where the condition does not."""
    if not is_condition(tree):
        return 1 - tree
    name, *args = tree.args
    if name in OPPOSITE:
        return call(OPPOSITE[name], *args)
    other = "logical_or" if name == "logical_and" else "logical_and"
    return call(other, *map(opposite, args))


def _is_infinite(tree: Scalar) -> bool:
    return (tree.op == "call" and tree.args[0] == "inf") or any(map(_is_infinite, tree.children))
