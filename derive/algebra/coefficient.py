"""Coefficients: an exact number times powers of dimensions, such as 2/n or d^(-1/2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.dims import Dim, dim


@dataclass(frozen=True)
class Coefficient:
    """`number` times the product of `dimension ** power` over `powers`, sorted by name."""

    number: Fraction = Fraction(1)
    powers: tuple[tuple[Dim, Fraction], ...] = ()

    def __mul__(self, other: Coefficient) -> Coefficient:
        number = self.number * other.number
        if not self.powers or not other.powers:
            return Coefficient(number, self.powers or other.powers if number else ())
        total = dict(self.powers)
        for dimension, exponent in other.powers:
            total[dimension] = total.get(dimension, Fraction(0)) + exponent
        kept = sorted(((d, e) for d, e in total.items() if e), key=lambda item: str(item[0]))
        return Coefficient(number, tuple(kept) if number else ())

    def __neg__(self) -> Coefficient:
        return Coefficient(-self.number, self.powers)

    def __pow__(self, exponent: int) -> Coefficient:
        return Coefficient(self.number**exponent, tuple((d, e * exponent) for d, e in self.powers))


UNIT = Coefficient()
MINUS = Coefficient(Fraction(-1))
ZERO = Coefficient(Fraction(0))


def coefficient(value: int | Fraction) -> Coefficient:
    """Return a plain number as a coefficient."""
    return Coefficient(Fraction(value))


def dimension_power(dimension: Dim | str | int, exponent: int | Fraction) -> Coefficient:
    """Return `dimension ** exponent`; a number is folded where the result is exact."""
    dimension, exponent = dim(dimension), Fraction(exponent)
    if dimension.value is not None and exponent.denominator == 1:
        return Coefficient(Fraction(dimension.value) ** int(exponent))
    return Coefficient(powers=((dimension, exponent),))
