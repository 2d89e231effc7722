"""Commutative parts of a formula: numbers, dimensions, scalar values, quotients and powers of them.

Reciprocals stand below one bar; a root or power of vᵀv is told as one of the norm ‖v‖.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import sympy
from sympy import MatMul, Trace, Transpose

from derive.algebra.nodes import Symbol
from derive.formulas.marks import Marks

SUM, PRODUCT, HADAMARD, POWER, ATOM = range(5)
SIMPLE = 8  # the largest denominator that is written as a fraction if decimals would do


class Written(sympy.Symbol):
    """A number that is written already: its text, and how strongly that binds."""

    strength: int

    def __new__(cls, text: str, strength: int) -> Written:
        made = sympy.Symbol.__new__(cls, text, real=True)
        made.strength = strength
        return made


class Scalars(Marks):
    """How scalars are written; the walk over matrices builds on it."""

    symbols: dict[Any, Symbol]

    @abstractmethod
    def __call__(self, expr: Any) -> str:
        """Return the formula of any expression."""

    @abstractmethod
    def inside(self, expr: Any, least: int) -> str:
        """Return the formula, in parentheses where it binds less than `least`."""

    @abstractmethod
    def sum(self, terms: Sequence[Any]) -> str:
        """Write a sum in the order of its terms."""

    @abstractmethod
    def entrywise(self, name: str, args: Sequence[Any]) -> tuple[str, int]:
        """Write a named function, of scalars or of matrices entry by entry."""

    def scalar_factors(self, scalars: Sequence[Any]) -> tuple[str, int]:
        """Write a product of scalars, its reciprocals below one bar."""
        sign, number, above, under = self.front(scalars)
        if under and not self.has_fraction(number):
            number, above = "", self.fraction(self.juxtapose([number, above]) or "1", under)
        elif under:
            above = self.fraction(above or "1", under)
        return sign + (self.juxtapose([number, above]) or "1"), SUM if sign else PRODUCT

    def front(self, scalars: Sequence[Any], least: int = PRODUCT) -> tuple[str, str, str, str]:
        """Return the sign, the number, and the scalars above and below the bar of a fraction.

        least: how strongly those above must bind: a product before matrices is set apart.
        """
        flat = [factor for s in scalars for factor in _factors(s)]
        number = sympy.Mul(*(s for s in flat if s.is_number or self._is_dimension(s)))
        rest = [s for s in flat if not (s.is_number or self._is_dimension(s))]
        sign = self.minus if number.could_extract_minus_sign() else ""
        number = -number if sign else number
        over = [s for s in rest if below(s) is None]
        under = [u for u in map(below, rest) if u is not None]
        above = [self.inside(s, PRODUCT if under and len(over) == 1 else least) for s in over]
        bottom = [self.inside(u, PRODUCT if len(under) > 1 else SUM) for u in under]
        shown = "" if number == 1 else self._number(number)
        return sign, shown, self.juxtapose(above), self.juxtapose(bottom)

    def _is_dimension(self, s: Any) -> bool:
        symbols = s.free_symbols
        return bool(symbols) and all(x not in self.symbols and x.is_integer for x in symbols)

    def _number(self, value: Any) -> str:
        above, below = sympy.fraction(value)
        if value.is_Rational:
            return self.scalar(value)[0]
        if below != 1:
            return self.fraction(self._monomial(above), self._monomial(below))
        text = self._monomial(above)
        return self.parentheses(text) if isinstance(above, sympy.Add) else text

    def _monomial(self, value: Any) -> str:
        """Write a product of numbers and dimensions."""
        if not isinstance(value, sympy.Mul):
            return self.scalar(value)[0]
        return self.juxtapose([self.inside(factor, PRODUCT) for factor in value.args])

    def scalar(self, expr: Any) -> tuple[str, int]:
        """Write a commutative expression: numbers, dimensions, scalar values and functions."""
        if isinstance(expr, sympy.Add):
            is_size = self._is_dimension(expr)
            terms = sorted(expr.args, key=_is_last) if is_size else expr.args
            return self.sum(terms), SUM
        if isinstance(expr, sympy.Mul):
            return self.scalar_factors(expr.args)
        if isinstance(expr, sympy.Pow):
            return self._power(expr)
        if isinstance(expr, sympy.Rational) and expr.q > SIMPLE and _is_decimal(expr.q):
            text = self._decimal(f"{abs(float(expr)):.12g}")
            return (f"{self.minus}{text}", SUM) if expr < 0 else (text, ATOM)
        if isinstance(expr, sympy.Rational) and expr.q != 1:
            sign = self.minus if expr < 0 else ""
            return sign + self.fraction(str(abs(expr.p)), str(expr.q)), POWER
        if expr.is_Integer:
            return (str(expr), ATOM) if expr >= 0 else (f"{self.minus}{-expr}", SUM)
        if expr == sympy.pi:
            return self.greek("pi"), ATOM
        if expr in (sympy.oo, -sympy.oo):
            return (self.infinity, ATOM) if expr > 0 else (self.minus + self.infinity, SUM)
        if isinstance(expr, sympy.floor):
            return self.floor(self(expr.args[0])), ATOM
        if isinstance(expr, Written):
            return expr.name, expr.strength
        if isinstance(expr, sympy.Min):
            return self.entrywise("min", expr.args)
        if isinstance(expr, sympy.Symbol):
            return self.name(str(expr)), ATOM
        if isinstance(expr, sympy.Abs):
            return self.absolute(self(expr.args[0])), ATOM
        name = getattr(expr.func, "__name__", str(expr.func))
        if name == "norm":
            x, *p = map(self, expr.args)
            return self.subscript(self.norm(x), p), ATOM
        if below(expr) is not None:
            return self.scalar_factors([expr])
        return self.entrywise(name, expr.args)

    def _decimal(self, text: str) -> str:
        """Write a decimal; `1e-06` as a power of ten."""
        digits, _, exponent = text.partition("e")
        if not exponent:
            return text
        power = self.superscript("10", str(int(exponent)))
        return power if digits == "1" else self.juxtapose([digits, power])

    def _power(self, expr: sympy.Pow) -> tuple[str, int]:
        """Write a power; that of vᵀv as one of ‖v‖."""
        base, exponent = expr.args
        if below(expr) is not None:
            return self.fraction("1", self(below(expr))), POWER
        squared = squared_vector(base)
        if squared is not None:
            norm = self.norm(self(squared))
            if exponent == sympy.Rational(1, 2):
                return norm, ATOM
            return self.superscript(norm, self.scalar(2 * exponent)[0]), POWER
        if exponent == sympy.Rational(1, 2):
            return self.root(self(base)), ATOM
        return self.superscript(self.inside(base, ATOM), self.scalar(exponent)[0]), POWER

    def dimension(self, d: Any) -> str:
        """Write a dimension."""
        return self.scalar(d)[0]


def _factors(scalar: Any) -> list[Any]:
    """Return the factors of a product, of the products among them too."""
    if not isinstance(scalar, sympy.Mul):
        return [scalar]
    return [inner for factor in scalar.args for inner in _factors(factor)]


def below(scalar: Any) -> Any:
    """Return what stands below the bar if the scalar is a reciprocal, else None."""
    base, exponent = scalar.args if isinstance(scalar, sympy.Pow) else (scalar, sympy.Integer(1))
    if not exponent.is_number or not exponent.is_negative:
        return None
    return base if exponent == -1 else sympy.Pow(base, -exponent, evaluate=False)


def squared_vector(scalar: Any) -> Any:
    """Return v where the scalar is vᵀv or tr(VᵀV), else None."""
    if isinstance(scalar, Trace) and isinstance(scalar.arg, MatMul) and len(scalar.arg.args) == 2:
        left, right = scalar.arg.args
        if isinstance(left, Transpose) and left.arg == right:
            return right
    return None


def _is_last(term: Any) -> bool:
    """Whether a term of a size stands behind the others: a number, or what is taken off."""
    return bool(term.is_number or term.could_extract_minus_sign())


def _is_decimal(denominator: int) -> bool:
    """Whether a fraction with this denominator is a finite decimal."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
