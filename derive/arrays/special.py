"""Functions of the libraries' special modules that are made of plainer ones, and polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call
from derive.arrays.compositions import xlogy
from derive.arrays.elementwise import add, compare, divide, each, multiply, subtract, where
from derive.arrays.fault import Refused
from derive.arrays.pieces import unbind
from derive.arrays.values import Operand, as_float, node


def spherical_bessel(x: Operand) -> Node:
    """Return sin(x) / x, 1 at 0 (spherical_bessel_j0)."""
    x = as_float(x)
    zero = compare("equal", x, 0)
    safe = where(zero, 1, x)
    return where(zero, 1, divide(each("sin", safe), safe))


def log_beta(x: Operand, y: Operand) -> Node:
    """Return log Γ(x) + log Γ(y) - log Γ(x + y) (betaln)."""
    return subtract(add(each("lgamma", x), each("lgamma", y)), each("lgamma", add(x, y)))


def relative_entropy(x: Operand, y: Operand) -> Node:
    """Return x log(x / y), 0 where x is 0 (rel_entr)."""
    return subtract(xlogy(x, x), xlogy(x, y))


def divergence(x: Operand, y: Operand) -> Node:
    """Return x log(x / y) - x + y (scipy.special.kl_div)."""
    return add(subtract(relative_entropy(x, y), x), y)


def pseudo_huber(delta: Operand, x: Operand) -> Node:
    """Return delta² (√(1 + (x / delta)²) - 1)."""
    ratio = divide(as_float(x), delta)
    root = each("sqrt", add(1, multiply(ratio, ratio)))
    return multiply(multiply(delta, delta), subtract(root, 1))


def huber(delta: Operand, x: Operand) -> Node:
    """Return x² / 2 for |x| ≤ delta, else delta (|x| - delta / 2)."""
    x = as_float(x)
    size = each("abs", x)
    inside = multiply(Fraction(1, 2), multiply(x, x))
    outside = multiply(delta, subtract(size, multiply(Fraction(1, 2), delta)))
    return where(compare("less_equal", size, delta), inside, outside)


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


def power_of_ten(x: Operand) -> Node:
    """Return 10^x."""
    return each("exp", multiply(call("log", 10), as_float(x)))


def horner(coefficients: Sequence[Operand] | Node, x: Operand) -> Node:
    """Return the polynomial with these coefficients, the highest power first (np.polyval)."""
    parts = unbind(coefficients) if isinstance(coefficients, Node) else coefficients
    if not parts:
        raise Refused("a polynomial without coefficients")
    value, *rest = parts
    for part in rest:
        value = add(multiply(value, x), part)
    return node(value)
