"""The entries of operations, by their definitions: what SymPy evaluates a matrix from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

_Entry = Callable[[Any, Any, Any], Any]
_HALF = sympy.Rational(1, 2)


def _triangle(lower: bool) -> _Entry:
    def entry(node: Any, i: Any, j: Any) -> Any:
        x, *offset = node.operands
        k = offset[0] if offset else 0
        return _where(j - i <= k if lower else j - i >= k, x[i, j])

    return entry


def _where(condition: Any, value: Any) -> Any:
    return sympy.Piecewise((value, condition), (0, True))


def _flip(node: Any, i: Any, j: Any) -> Any:
    (x,) = node.operands
    rows, cols = node.shape
    return x[
        i if node.along == "rows" else rows - 1 - i,
        j if node.along == "columns" or cols == 1 else cols - 1 - j,
    ]


def _in_order(node: Any, i: Any, j: Any) -> Any:
    (x,) = node.operands
    place, (height, width) = i * node.shape[1] + j, x.shape
    if node.along == "columns":
        return x[place % height, place // height]
    return x[place // width, place % width]


def _lower_half(node: Any, i: Any, j: Any) -> Any:
    (x,) = node.operands
    halves = (x[i, j], i > j), (x[i, j] * _HALF, sympy.Eq(i, j))
    return sympy.Piecewise(*halves, (0, True))


def _symmetric_part(node: Any, i: Any, j: Any) -> Any:
    (x,) = node.operands
    return (x[i, j] + x[j, i]) * _HALF


def _commutation(node: Any, i: Any, j: Any) -> Any:
    """Return 1 where row p r + q meets column q c + p, for A with r rows and c columns."""
    rows, columns = node.operands
    return _where(sympy.Eq((i % rows) * columns + i // rows, j), 1)


ENTRIES: dict[str, _Entry] = {
    "tril": _triangle(True),
    "triu": _triangle(False),
    "flip": _flip,
    "vec": _in_order,
    "unvec": _in_order,
    "reshape": _in_order,
    "onehot": lambda node, i, j: _where(sympy.Eq(node.operands[0][i, 0], j), 1),
    "iota": lambda node, i, j: i,
    "entries": lambda node, i, j: node.operands[i],
    "diag": lambda node, i, j: node.operands[0][i, i],
    "stop": lambda node, i, j: node.operands[0][i, j],
    "commutation": _commutation,
    "sym": _symmetric_part,
    "Φ": _lower_half,
}
"""By the name of the operation, the entry in row i and column j, both from 0."""
