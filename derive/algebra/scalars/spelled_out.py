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
    slot,
    substitute,
    transform,
)

_x, _y, _z = slot(0), slot(1), slot(2)
HALF = Fraction(1, 2)

PLAIN: dict[str, Scalar] = {
    "expm1": call("exp", _x) - 1,
    "exp2": call("pow", 2, _x),
    "log1p": call("log", 1 + _x),
    "power_slope": _y * call("pow", _x, _y - 1),
    "powlog": call("pow", _x, _y) * call("log", _x),
    "hypot": call("sqrt", _x**2 + _y**2),
    "logaddexp": call("log", call("exp", _x) + call("exp", _y)),
    "logaddexp2": call("log2", call("pow", 2, _x) + call("pow", 2, _y)),
    "i0e": call("exp", -call("abs", _x)) * call("i0", _x),
    "i1e": call("exp", -call("abs", _x)) * call("i1", _x),
    "log_normal_cdf": call("log", call("normal_cdf", _x)),
    "fmod": _x - _y * call("trunc", _x / _y),
    "remainder": _x - _y * call("floor", _x / _y),
    "safe_reciprocal": 1 / _x,
    "fmax": call("maximum", _x, _y),
    "fmin": call("minimum", _x, _y),
    "clip": call("minimum", call("maximum", _x, _y), _z),
    "relu6": call("minimum", call("maximum", _x, 0), 6),
    "hardtanh": call("minimum", call("maximum", _x, -1), 1),
    "hardsigmoid": call("minimum", call("maximum", _x / 6 + HALF, 0), 1),
    "softsign": _x / (1 + call("abs", _x)),
    "float": _x,
    "step": call("greater", _x, 0),
    "wins": call("greater", _x, _y) + HALF * call("equal", _x, _y),
    "signbit": call("less", _x, 0),
    "isfinite": call("less", call("abs", _x), call("inf")),
    "isinf": call("equal", call("abs", _x), call("inf")),
}
"""What a function is, in its arguments x, y, z."""

ROOTS = {"sqrt": HALF, "rsqrt": -HALF}

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
    if name in ROOTS and tree.slots:
        return power(inner[0], ROOTS[name])
    if name in PLAIN:
        return plain(substitute(PLAIN[name], dict(enumerate(inner))))
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
