"""Habits of other tools, answered in Python's terms: x', x.*y, x^2, 2x, ‖x‖, tr(x), I.

A text that is no Python, or means something else there, is refused with the text that was meant.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple


class Habit(NamedTuple):
    """A way to write that Python reads otherwise: what it looks like, what to write, the fault."""

    pattern: re.Pattern[str]
    instead: str
    fault: str


_PRODUCT = "a product is written with * or @"
_TRANSPOSE = "a transpose is written .T in Python"
HABITS = tuple(
    Habit(re.compile(pattern), instead, fault)
    for pattern, instead, fault in (
        (r"\|\|([^|]+)\|\|(_?2)?", r"norm(\1)", "a norm is written norm(x) in Python"),
        (r"\^(?:T\b|\{T\}|')", ".T", _TRANSPOSE),
        (r"(?<=[\w)\]])\.?'", ".T", _TRANSPOSE),
        (r"(?<=[A-Za-z)\]])\s*\.\^", "**", "a power is written ** in Python"),
        (r"(?<=[A-Za-z)\]])(\s*)\.([*/])", r"\1\2", "arrays are multiplied entry by entry with *"),
        (r"\^", "**", "^ is no power in Python"),
        (r"(?<![\w.])(?!0[xXbBoO])(\d+\.?\d*)(?=[A-Za-z(])(?!e[+-]?\d)", r"\1*", _PRODUCT),
        (r"²", "**2", "a power is written ** in Python"),
        (r"[·×⋅]", "*", _PRODUCT),
        (r"ᵀ|⊤", ".T", _TRANSPOSE),
        (r"(?<=[\w)\]])\s+(?=[\w(])(?!(?:if|else|for|in|and|or|not|is)\b)", " @ ", _PRODUCT),
    )
)

FUNCTIONS = {
    **dict.fromkeys(("tr", "Tr"), "trace(x)"),
    "ln": "log(x)",
    "norm1": "norm(x, 1)",
    "norm2": "norm(x)",
    "sqr": "square(x)",
    "vec": "x.T.reshape(-1), which stacks the columns",
    "logistic": "sigmoid(x)",
    "mul": "multiply(x, y)",
    "matrix": "ones((n, d))",
    "vector": "ones(n)",
    "transpose": "x.T",
    "inverse": "inv(x)",
}
"""What others call a function, and what to write."""
ARRAYS = {
    "I": "np.eye(n), with n the dimension",
    "linalg": "np.linalg or torch.linalg",
    "random": "the numbers as an argument: the model draws none",
}
"""What others take for known."""


def in_python(text: str) -> str:
    """Return the text with every habit written as Python has it."""
    for habit in HABITS:
        text = habit.pattern.sub(habit.instead, text)
    return text


def first(text: str) -> tuple[int, int, str] | None:
    """Return where the first habit stands in a text, from and to, and what is wrong with it."""
    found = [
        (match.start(), match.end(), habit.fault)
        for habit in HABITS
        if (match := habit.pattern.search(text)) is not None
    ]
    return min(found, key=lambda at: at[0], default=None)


def is_python(text: str) -> bool:
    """Whether the text is one expression of Python."""
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
