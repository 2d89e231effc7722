"""Pieces of Python with their precedence, joined with no bracket that is not needed.

A `Code` is a piece of text and how tightly it binds.  Brackets and blanks are set as the formatter
sets them, so that what is printed needs no second pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

SUM_TEST, COMPARE, BIT_OR, BIT_AND, SUM, TERM, UNARY, POWER, CALL, ATOM = range(10)


class Code(NamedTuple):
    """A text and how tightly it binds; CALL is a name with brackets or a dot, ATOM a name."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """Return the text, in brackets where it binds less than `level`."""
        return self.text if self.level >= level else f"({self.text})"

    @property
    def is_number(self) -> bool:
        """Whether it is a number written out, of any sign."""
        if self.level == UNARY and self.text[0] == "-":
            return self.text[1:2].isdigit() and " " not in self.text
        return self.level == ATOM and self.text[0].isdigit()


def product(factors: Sequence[Code], operator: str = "*") -> Code:
    """Return the factors joined from left to right."""
    if len(factors) == 1:
        return factors[0]
    first, *rest = factors
    joined = first.at(TERM) + "".join(f" {operator} {factor.at(UNARY)}" for factor in rest)
    return Code(joined, TERM)


def times(first: Code, second: Code) -> Code:
    """Return the product with the second's factors unbracketed; a / x stands for a * 1 / x."""
    plain = second.level == TERM
    if plain and second.text.startswith("1 / "):
        return Code(f"{first.at(TERM)}{second.text[1:]}", TERM)
    return Code(f"{first.at(TERM)} * {second.text if plain else second.at(UNARY)}", TERM)


def quotient(top: Code, bottoms: Sequence[Code]) -> Code:
    """Return the top over the product of the bottoms."""
    if not bottoms:
        return top
    below = product(bottoms)
    return Code(f"{top.at(TERM)} / {below.at(UNARY)}", TERM)


def negative(code: Code) -> Code:
    """Return -code; a product keeps its sign in front."""
    if code.level == TERM:
        head, rest = _first_factor(code.text)
        return Code(f"-({head}){rest}" if _is_power(head) else f"-{code.text}", TERM)
    if code.level == POWER:
        return Code(f"-({code.text})", UNARY)
    return Code(f"-{code.at(UNARY)}", UNARY)


def _first_factor(text: str) -> tuple[str, str]:
    """Split a product into its first factor and the rest, operator included."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if not depth and c == " " and text[k + 1 : k + 3] in ("* ", "/ ", "@ "):
            return text[:k], text[k:]
    return text, ""


def _is_power(text: str) -> bool:
    """Whether a factor is base**exponent, outside all brackets."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if not depth and text.startswith("**", k):
            return True
    return False


def total(terms: Sequence[tuple[bool, Code]]) -> Code:
    """Return the sum of the terms; each comes with whether it is taken off."""
    (minus, first), *rest = terms
    head = negative(first) if minus else first
    if not rest:
        return head
    text = head.at(SUM)
    for minus, term in rest:
        text += f" {'-' if minus else '+'} {term.at(TERM)}"
    return Code(text, SUM)


def power(base: Code, exponent: Code | str) -> Code:
    """Return base**exponent; blanks stand around it unless both are plain."""
    if isinstance(exponent, str):
        exponent = Code(exponent, ATOM if exponent.isdigit() else CALL)
    operator = "**" if is_plain(base) and is_plain(exponent) else " ** "
    return Code(f"{base.at(CALL)}{operator}{exponent.at(CALL)}", POWER)


def is_plain(code: Code) -> bool:
    """Whether the code is a name, a number, or a name with dots."""
    dotted = code.level == CALL and all(part.isidentifier() for part in code.text.split("."))
    return code.level == ATOM or dotted


def number(value: Fraction) -> tuple[Code | None, Code | None]:
    """Return a positive number as what stands above and below a bar, None for 1.

    A number with a short decimal form is written as one.
    """
    if value == 1:
        return None, None
    if value.denominator == 1:
        return Code(_whole(value.numerator)), None
    if Fraction(repr(float(value))) == value:
        return Code(decimal(value)), None
    top = None if value.numerator == 1 else Code(_whole(value.numerator))
    return top, Code(_whole(value.denominator))


def decimal(value: Fraction) -> str:
    """Return the shortest decimal of a number: `1e-5`, not `1e-05`."""
    return re.sub(r"e([-+])0+", r"e\1", repr(float(value)))


def _whole(value: int) -> str:
    """Return an integer; from 2**31 on as a float, since arrays take no larger ones."""
    return str(value) if abs(value) < 2**31 else repr(float(value))


def literal(value: Fraction) -> Code:
    """Return a number of any sign as one expression."""
    top, bottom = number(abs(value)) if value else (Code("0"), None)
    code = quotient(top or Code("1"), [bottom] if bottom else [])
    return negative(code) if value < 0 else code
