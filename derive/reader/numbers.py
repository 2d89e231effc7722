"""Exact arithmetic on the numbers of a model: literals, dimensions, square roots, logarithms.

A number is an int, a Fraction, a Dim, a Coefficient (a number times powers of dimensions) or a
Scalar without slots (π, log 2).  What leaves these, such as n + 1/2, becomes an array of shape ().
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from math import isqrt

from derive.algebra.coefficient import Coefficient, dimension_power
from derive.algebra.nodes import Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar
from derive.arrays import elementwise
from derive.arrays.fault import Refused, Undecided
from derive.arrays.values import NUMBERS, Number, Operand, as_coefficient, as_scalar
from derive.dims import Dim, dim

_LARGEST_EXPONENT = elementwise.LARGEST_EXPONENT
LONGEST_LITERAL = 40
LARGEST_POWER_OF_TEN = 308
MOST_BITS = 4096
_MOST_TERMS = 64


def literal(text: str) -> int | Fraction:
    """Return the number that a literal is, to the letter."""
    digits = text.replace("_", "").lower()
    mantissa, _, exponent = digits.partition("e") if digits[:2] != "0x" else (digits, "", "")
    if len(mantissa) > LONGEST_LITERAL:
        raise Refused(f"a number of {len(mantissa)} digits; at most {LONGEST_LITERAL} are read")
    if exponent and abs(int(exponent)) > LARGEST_POWER_OF_TEN:
        raise Refused(f"the number {digits} is beyond a float's range")
    if digits.isdigit() or digits[:2] in ("0x", "0b", "0o"):
        return int(digits, 0) if not digits.isdigit() else int(digits)
    return Fraction(digits)


def tidy(value: Number) -> Number:
    """Return the number in its plainest form: a dimension that is a number, as an int …

    Numbers stay of a size that is quickly calculated with.
    """
    if isinstance(value, int | Fraction):
        if value.numerator.bit_length() + value.denominator.bit_length() > MOST_BITS:
            raise Refused(f"a number of more than {MOST_BITS} bits")
        return value
    if isinstance(value, Dim) and len(value.terms) > _MOST_TERMS:
        raise Refused(f"a dimension of more than {_MOST_TERMS} terms")
    if isinstance(value, Dim):
        return value if value.value is None else value.value
    if isinstance(value, Coefficient):
        return value if value.powers else value.number
    if isinstance(value, Scalar):
        return value if value.number is None else value.number
    return value


def _whole(value: Number) -> bool:
    return isinstance(value, int | Dim)


def add(left: Number, right: Number) -> Operand:
    """Return left + right."""
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return tidy(left + right)
    if _whole(left) and _whole(right):
        return tidy(dim(left) + dim(right))  # type: ignore[arg-type]
    a, b = as_scalar(left), as_scalar(right)
    if a is not None and b is not None:
        return tidy(scalar.add(a, b))
    return elementwise.add(left, right)


def negative(value: Number) -> Number:
    """Return -value."""
    return -value


def subtract(left: Number, right: Number) -> Operand:
    """Return left - right."""
    return add(left, negative(right))


def multiply(left: Number, right: Number) -> Operand:
    """Return left * right."""
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return tidy(left * right)
    if _whole(left) and _whole(right):
        return tidy(dim(left) * dim(right))  # type: ignore[arg-type]
    c, d = as_coefficient(left), as_coefficient(right)
    if c is not None and d is not None:
        return tidy(c * d)
    a, b = as_scalar(left), as_scalar(right)
    if a is not None and b is not None:
        return tidy(scalar.mul(a, b))
    return elementwise.multiply(left, right)


def divide(left: Number, right: Number) -> Operand:
    """Return left / right."""
    if right == 0:
        raise Refused("division by zero")
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return tidy(Fraction(left) / right)
    c, d = as_coefficient(left), as_coefficient(right)
    if c is not None and d is not None:
        return tidy(c * d**-1)
    a, b = as_scalar(left), as_scalar(right)
    if a is not None and b is not None:
        return tidy(a / b)
    return elementwise.divide(left, right)


def floor_divide(left: Number, right: Number) -> Number:
    """Return left // right."""
    if right == 0:
        raise Refused("division by zero")
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return left // right
    if _whole(left) and _whole(right):
        return tidy(dim(left) // dim(right))  # type: ignore[arg-type]
    raise Refused("// divides integers and dimensions")


def remainder(left: Number, right: Number) -> Number:
    """Return left % right, where it is known."""
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction) and right != 0:
        return left % right
    if _whole(left) and _whole(right) and right != 0:
        quotient = dim(left) // dim(right)  # type: ignore[arg-type]
        if quotient * dim(right) == left:  # type: ignore[arg-type]
            return 0
    raise Undecided("this remainder is not known before the sizes are")


def power(base: Number, exponent: Number) -> Operand:
    """Return base ** exponent."""
    if isinstance(exponent, int | Fraction):
        exponent = Fraction(exponent)
        if abs(exponent) > _LARGEST_EXPONENT:
            raise Refused(
                f"the exponent {exponent} is too large; at most {_LARGEST_EXPONENT} is read"
            )
        if base == 0 and exponent < 0:
            raise Refused("division by zero")
        if isinstance(base, int | Fraction) and exponent.denominator == 1:
            found = Fraction(base) ** int(exponent)
            return tidy(int(found) if isinstance(base, int) and exponent >= 0 else found)
        if isinstance(base, Dim) and exponent.denominator == 1 and exponent > 0:
            total = dim(1)
            for _ in range(int(exponent)):
                total = dim(tidy(total * base))  # type: ignore[arg-type]
            return tidy(total)
        c = as_coefficient(base)
        if c is not None and c.number > 0:
            return tidy(_root(c, exponent))
    return elementwise.power_of(base, exponent)


def _root(c: Coefficient, exponent: Fraction) -> Coefficient:
    """Return a positive coefficient to a fractional power; perfect squares stay numbers."""
    powers = tuple((d, e * exponent) for d, e in c.powers)
    result = Coefficient(powers=powers)
    for part, sign in ((c.number.numerator, 1), (c.number.denominator, -1)):
        root = isqrt(part)
        if root * root == part:
            result = result * Coefficient(Fraction(1)) * _integer_power(root, 2 * sign * exponent)
        else:
            result = result * _integer_power(part, sign * exponent)
    return result


def _integer_power(base: int, exponent: Fraction) -> Coefficient:
    return Coefficient() if base == 1 else dimension_power(base, exponent)


def square_root(value: Number) -> Operand:
    """Return √value, a power of dimensions where it is one."""
    return power(value, Fraction(1, 2))


def compare(op: ast.cmpop, left: object, right: object) -> bool:
    """Return the truth of a comparison of two numbers; Refused where the sizes decide it."""
    if not isinstance(left, NUMBERS) or not isinstance(right, NUMBERS):
        return _compare_values(op, left, right)
    difference = subtract(left, right)
    if isinstance(difference, int | Fraction):
        return _SIGNS[type(op)](difference)
    names = [str(side) for side in (left, right) if isinstance(side, Dim)]
    if isinstance(op, ast.Eq | ast.NotEq) and len(names) == 2 and all(map(str.isidentifier, names)):
        raise Refused(
            f"{names[0]} and {names[1]} are two names, and never equal",
            f"declare them equal: --same {'='.join(names)}",
        )
    raise Undecided(
        f"whether {_show(left)} {SYMBOLS[type(op)]} {_show(right)} is not known",
        "a condition must be decided before the sizes are",
    )


def _compare_values(op: ast.cmpop, left: object, right: object) -> bool:
    equal = left == right if not isinstance(left, Node) else left is right
    if isinstance(op, ast.Eq | ast.Is):
        return equal
    if isinstance(op, ast.NotEq | ast.IsNot):
        return not equal
    raise Refused("this comparison is not one of numbers")


_SIGNS: dict[type[ast.cmpop], Callable[[int | Fraction], bool]] = {
    ast.Eq: lambda d: d == 0,
    ast.Is: lambda d: d == 0,
    ast.NotEq: lambda d: d != 0,
    ast.IsNot: lambda d: d != 0,
    ast.Lt: lambda d: d < 0,
    ast.LtE: lambda d: d <= 0,
    ast.Gt: lambda d: d > 0,
    ast.GtE: lambda d: d >= 0,
}
SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.Is: "is",
    ast.NotEq: "!=",
    ast.IsNot: "is not",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def _show(value: Number) -> str:
    """Return a number as one would write it."""
    return str(value) if isinstance(value, int | Fraction | Dim) else "this number"
