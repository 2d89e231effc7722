"""Pieces of a generated NumPy module that need no state: headings, fields, prose."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derive.algebra.build import is_zero
from derive.code.expressions import Line
from derive.code.layout import WIDTH
from derive.code.page import printable
from derive.code.precedence import decimal
from derive.code.sizes import Source
from derive.plan.nouns import Assign, Block
from derive.program.program import Argument, Equation

_WORD = re.compile(r"[^\W\d]\w*")


def statement_texts(
    equations: Sequence[Equation], blocks: Sequence[Block], lines: list[list[Line]]
) -> dict[int, str]:
    """Return what stands above each block: the user's statement, or the step of it.

    A statement that became several numbered steps is told step by step, as forward has them.
    """
    numbers: dict[tuple, set[int]] = {}
    for equation in equations:
        numbers.setdefault((equation.place, equation.text), set()).add(equation.number)
    texts: dict[int, str] = {}
    for block, printed in zip(blocks, lines, strict=True):
        equation = block.equation
        several = equation.split and len(numbers[equation.place, equation.text]) > 1
        step = f"{printed[-1].target} = {printed[-1].text}"
        texts[id(equation)] = step if several else printable(equation.text) or step
    return texts


def whole_shape(found: Sequence[Source]) -> str | None:
    """Return the array whose whole shape these are, in order; None where there is none."""
    symbol = found[0].symbol
    plain = all(
        source.symbol == symbol and source.axis == k and (source.factor, source.offset) == (1, 0)
        for k, source in enumerate(found)
    )
    return symbol.name if plain and len(found) == symbol.rank > 1 else None


def without_zeros(blocks: Sequence[Block]) -> tuple[list[Block], Block | None]:
    """Return the blocks without the gradients that are zero, and these in one."""
    rest: list[Block] = []
    zeros: list[Assign] = []
    for block in blocks:
        zeros += [assign for assign in block.assigns if _is_zero_gradient(assign)]
        kept = tuple(assign for assign in block.assigns if not _is_zero_gradient(assign))
        if kept:
            rest.append(replace(block, assigns=kept))
    return rest, replace(blocks[0], assigns=tuple(zeros)) if zeros else None


def _is_zero_gradient(assign: Assign) -> bool:
    """Whether zeros are assigned to a gradient, and not to a value that is computed again."""
    return assign.symbol.role == "cotangent" and is_zero(assign.expr)


def words_of(text: str) -> list[str]:
    """Return the identifiers of an expression."""
    return _WORD.findall(text)


def cache_field(name: str, kind: str, shape: str, uses: list[str]) -> list[str]:
    """Return a field of the cache with its reason, cut where it does not fit."""
    for count in range(len(uses), 0, -1):
        more = f" and {len(uses) - count} more" if count < len(uses) else ""
        reason = f"for {', '.join(uses[:count])}{more}"
        line = (
            f"    {name}: {kind}  # {shape}, {reason}"
            if shape
            else (f"    {name}: {kind}  # {reason}")
        )
        if len(line) <= WIDTH:
            return [line]
    return [f"    {name}: {kind}"]


def default_of(argument: Argument) -> str:
    value = argument.default
    assert isinstance(value, Fraction)
    return str(value) if value.denominator == 1 else decimal(value)


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def refilled(lines: list[str]) -> list[str]:
    return [part for line in lines for part in wrapped(line, WIDTH - 4)]
