"""The operations with rules of their own, told by their definition over any exact arithmetic.

What is not in this table cannot be decided exactly: `Unknown` says so.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply
from derive.verify.walk import Arithmetic

Array = Any


class Unknown(LookupError):
    """There is no exact definition of the operation here."""


def exact_operation(a: Arithmetic, node: Apply, *args: Array) -> Array:
    """Return the operation's value over the arithmetic."""
    if node.rule not in _TABLE:
        raise Unknown(f"no exact definition of {node.rule}")
    return _TABLE[node.rule](a, node, *args)


def _total(a: Arithmetic, x: Array, axes: tuple[int, ...], *, keep: bool = True) -> Array:
    zero = a.number(Fraction(0))
    return np.asarray(a.tidy(x.sum(axis=axes, keepdims=keep, initial=zero)), a.dtype)


def _softmax(a: Arithmetic, node: Apply, x: Array) -> Array:
    e = a.call("exp", x)
    return a.tidy(e * a.power(_total(a, e, node.params), Fraction(-1)))


def _logsumexp(a: Arithmetic, node: Apply, x: Array) -> Array:
    return a.call("log", _total(a, a.call("exp", x), node.params, keep=False))


def _log_softmax(a: Arithmetic, node: Apply, x: Array) -> Array:
    total = _total(a, a.call("exp", x), node.params)
    return a.tidy(x - a.call("log", total))


def _norm(a: Arithmetic, node: Apply, x: Array) -> Array:
    return a.power(_total(a, a.tidy(x * x), node.params, keep=False), Fraction(1, 2))


_TABLE = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "norm": _norm,
}
