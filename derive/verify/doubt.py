"""Two inputs with one output and two slopes: why an output alone cannot tell the slope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derive.algebra.nodes import Node, symbols_of
from derive.verify.evaluate import evaluate

Curve = Callable[[Any], Any]
_Pair = tuple[float, float]

GRID = np.linspace(-4, 4, 258)  # 0, where kinks are, is no point of it
_FIRST = (-1.0, -0.5, -2.0)
"""Inputs for which another one is sought, in this order."""


def doubt(value: Node, pullback: Node) -> tuple[_Pair, float, _Pair] | None:
    """Return (x₁, x₂), f of both, and the slopes there, for an entrywise function of a matrix.

    value: f(X); pullback: f'(X) ⊙ Ȳ, both in X and Ȳ alone.  None where no such pair is found.
    """
    f, slope = _curve(value), _curve(pullback)
    for first in _FIRST:
        both = float(f(first))
        off = f(GRID) - both
        for k in np.flatnonzero(off[:-1] * off[1:] < 0):
            second = _crossing(f, both, GRID[k], GRID[k + 1])
            pair = float(slope(first)), float(slope(second))
            if abs(second - first) > 0.1 and abs(pair[0] - pair[1]) > 0.1:
                return (first, second), both, pair
    return None


def _curve(expr: Node) -> Curve:
    """Return the expression as a function of X's entry, where that of Ȳ is 1."""
    rows, columns = (d.names[0] for d in expr.shape)

    def at(points: Any) -> Any:
        column = np.reshape(points, (-1, 1))
        values = {
            s: np.ones_like(column) if s.role == "cotangent" else column for s in symbols_of(expr)
        }
        found = evaluate(expr, values, {rows: len(column), columns: 1})
        return np.reshape(np.real(found), np.shape(points))

    return at


def _crossing(f: Curve, value: float, low: float, high: float) -> float:
    """Return where f has the value, which lies between those at two points."""
    below = f(low) < value
    for _ in range(60):
        middle = (low + high) / 2
        if (f(middle) < value) == below:
            low = middle
        else:
            high = middle
    return float((low + high) / 2)
