"""Comparisons and the logic of truth values, whose signs NumPy and PyTorch share."""

from __future__ import annotations

from collections.abc import Callable

from derive.code.dialect import Spelling
from derive.code.precedence import BIT_AND, BIT_OR, COMPARE, Code

_COMPARED = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}
_MIRRORED = str.maketrans("<>", "><")


def comparisons(is_number: Callable[[Code], bool]) -> dict[str, Spelling]:
    """Return how comparisons and their logic are spelled, a plain number on the right."""
    table: dict[str, Spelling] = {
        name: _comparison(sign, is_number) for name, sign in _COMPARED.items()
    }
    table["logical_and"] = lambda x, y: _infix(x, "&", y, BIT_AND)
    table["logical_or"] = lambda x, y: _infix(x, "|", y, BIT_OR)
    return table


def _comparison(sign: str, is_number: Callable[[Code], bool]) -> Spelling:
    mirrored = sign.translate(_MIRRORED)

    def spelled(x: Code, y: Code) -> Code:
        if is_number(x) and not is_number(y):
            return _infix(y, mirrored, x, COMPARE)
        return _infix(x, sign, y, COMPARE)

    return spelled


def _infix(x: Code, sign: str, y: Code, level: int) -> Code:
    return Code(f"{x.at(level + 1)} {sign} {y.at(level + 1)}", level)
