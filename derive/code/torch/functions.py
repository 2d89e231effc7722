"""How elementwise functions are spelled in PyTorch.

Numbers beside tensors stay Python numbers, so that no dtype changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.code.comparisons import comparisons
from derive.code.dialect import Spelling, call, method
from derive.code.precedence import Code, power
from derive.code.torch.arrays import TorchArrays
from derive.operations.functions import FUNCTIONS
from derive.operations.record import Function, Spelled


def functions(xp: TorchArrays) -> dict[str, Spelling]:
    """Return how each scalar function is spelled, by its name."""
    told = {name: _of_record(xp, known) for name, known in FUNCTIONS.items() if known.torch}
    return (
        told
        | comparisons(_is_literal)
        | {
            "maximum": lambda x, y: _extreme(xp, x, y, "maximum", "min"),
            "minimum": lambda x, y: _extreme(xp, x, y, "minimum", "max"),
            "where": lambda test, yes, no: _where(xp, test, yes, no),
            "clip": lambda x, low, high: _clip(x, low, high),
            "pow": lambda x, y: power(x, y.at(8)),
        }
    )


def _of_record(xp: TorchArrays, known: Function) -> Spelling:
    assert known.torch is not None
    return _of_tensors(xp, known.torch) if known.tensors_alone else xp.spelled(known.torch)


def takes(name: str, args: Sequence[Code]) -> bool:
    """Whether PyTorch's function takes these arguments: some have plain numbers as parameters."""
    return not FUNCTIONS[name].plain_parameters or all(map(_is_literal, args[1:]))


def _is_literal(code: Code) -> bool:
    """Whether the code is a plain number, which the two-tensor functions do not take."""
    names = re.findall(r"(?<![\w.])[^\W\d]\w*", code.text)
    return not set(names) - {"math", "_math"}


def _of_tensors(xp: TorchArrays, spelled: Spelled) -> Spelling:
    """Return the spelling of a function of two tensors, a number beside one being put into one."""

    def of_two(x: Code, y: Code) -> Code:
        if _is_literal(y):
            y = call(f"{xp.torch}.full_like", x, y)
        elif _is_literal(x):
            x = call(f"{xp.torch}.full_like", y, x)
        return xp.spelled(spelled)(x, y)

    return of_two


def _extreme(xp: TorchArrays, x: Code, y: Code, name: str, bound: str) -> Code:
    """Return the larger or the smaller; beside a number that is a clamp."""
    if _is_literal(y):
        return method(x, "clamp", f"{bound}={y.text}")
    if _is_literal(x):
        return method(y, "clamp", f"{bound}={x.text}")
    return call(f"{xp.torch}.{name}", x, y)


def _where(xp: TorchArrays, test: Code, yes: Code, no: Code) -> Code:
    """Return a choice; torch takes two plain numbers for float32, which would lose digits."""
    if _is_literal(yes) and _is_literal(no):
        return call(xp.helper("_either"), test, yes, no, xp.like)
    return call(f"{xp.torch}.where", test, yes, no)


def _clip(x: Code, low: Code, high: Code) -> Code:
    if _is_literal(low) == _is_literal(high):
        return method(x, "clamp", low.text, high.text)
    return method(method(x, "clamp", f"min={low.text}"), "clamp", f"max={high.text}")
