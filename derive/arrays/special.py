"""Functions at each entry that are made of plainer ones, with checks or cases; polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call, slot
from derive.arrays.elementwise import (
    add,
    compare,
    divide,
    each,
    map_entries,
    multiply,
    subtract,
    where,
)
from derive.arrays.fault import Refused
from derive.arrays.pieces import unbind
from derive.arrays.values import Operand, as_float, kind_of, node


def spherical_bessel(x: Operand) -> Node:
    """Return sin(x) / x, 1 at 0 (spherical_bessel_j0)."""
    x = as_float(x)
    zero = compare("equal", x, 0)
    safe = where(zero, 1, x)
    return where(zero, 1, divide(each("sin", safe), safe))


def pseudo_huber(delta: Operand, x: Operand) -> Node:
    """Return delta² (√(1 + (x / delta)²) - 1)."""
    ratio = divide(as_float(x), delta)
    root = each("sqrt", add(1, multiply(ratio, ratio)))
    return multiply(multiply(delta, delta), subtract(root, 1))


def box_cox(x: Operand, power: Operand) -> Node:
    """Return (x^power - 1) / power, log x where the power is 0 (scipy.special.boxcox)."""
    if power == 0:
        return each("log", x)
    return divide(each("expm1", multiply(power, each("log", x))), power)


def box_cox_1p(x: Operand, power: Operand) -> Node:
    """Return the Box-Cox transform of 1 + x."""
    if power == 0:
        return each("log1p", x)
    return divide(each("expm1", multiply(power, each("log1p", x))), power)


def horner(coefficients: Sequence[Operand] | Node, x: Operand) -> Node:
    """Return the polynomial with these coefficients, the highest power first (np.polyval)."""
    parts = unbind(coefficients) if isinstance(coefficients, Node) else coefficients
    if not parts:
        raise Refused("a polynomial without coefficients")
    value, *rest = parts
    for part in rest:
        value = add(multiply(value, x), part)
    return node(value)


def remainder(x: Operand, y: Operand) -> Node:
    """Return x % y, which has the sign of y."""
    if any(isinstance(v, Node) and kind_of(v).startswith("int") for v in (x, y)):
        raise Refused("the remainder of integers", "pass the integers as an argument")
    return each("remainder", x, y)


def polygamma(n: int, x: Operand) -> Node:
    """Return the derivative of order n of digamma."""
    if not isinstance(n, int) or n < 0:
        raise Refused(f"polygamma of order {n}", "the order is a constant integer from 0 on")
    if n == 0:
        return each("digamma", x)
    return map_entries(call("polygamma", n, slot(0)), as_float(x))


def multivariate_lgamma(x: Operand, p: int) -> Node:
    """Return log Γ_p(x) = p (p - 1) / 4 log π + Σ log Γ(x - j / 2) over j < p."""
    if not isinstance(p, int) or p < 1:
        raise Refused("a multivariate gamma function whose order is no constant")
    terms = [call("lgamma", slot(0) - Fraction(j, 2)) for j in range(p)]
    front = Fraction(p * (p - 1), 4) * call("log", call("pi"))
    return map_entries(sum(terms, front), as_float(x))


def logit(x: Operand, eps: Operand | None = None) -> Node:
    """Return log(x / (1 - x)), x first held within eps of 0 and 1."""
    if eps is not None:
        x = map_entries(call("clip", slot(0), slot(1), slot(2)), as_float(x), eps, subtract(1, eps))
    return subtract(each("log", x), each("log1p", multiply(-1, x)))


def sinc(x: Operand) -> Node:
    """Return sin(πx) / (πx), 1 at 0."""
    angle = map_entries(call("pi") * slot(0), as_float(x))
    zero = compare("equal", x, 0)
    safe = where(zero, 1, angle)
    return where(zero, 1, divide(each("sin", safe), safe))
