"""Functions at each entry that are made of a few named ones."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call, slot
from derive.arrays.elementwise import (
    add,
    compare,
    divide,
    each,
    logical,
    map_entries,
    multiply,
    negative,
    subtract,
    where,
)
from derive.arrays.fault import Refused
from derive.arrays.values import Operand, as_float, kind_of, node


def xlogy(x: Operand, y: Operand) -> Node:
    """Return x log y, which is 0 where x is 0 and the logarithm is none."""
    return _without(x, compare("less_equal", y, 0), multiply(x, each("log", y)))


def xlog1py(x: Operand, y: Operand) -> Node:
    """Return x log(1 + y), which is 0 where x is 0 and the logarithm is none."""
    return _without(x, compare("less_equal", y, -1), multiply(x, each("log1p", y)))


def _without(x: Operand, outside: Node, product: Node) -> Node:
    nothing = logical("logical_and", compare("equal", x, 0), outside)
    return where(nothing, 0, product)


def entropy(x: Operand) -> Node:
    """Return -x log x, 0 where x is 0 (torch.special.entr)."""
    return negative(xlogy(x, x))


def add_scaled(x: Operand, y: Operand, alpha: Operand = 1) -> Node:
    """Return x + alpha y (torch.add)."""
    return add(x, y if alpha == 1 else multiply(alpha, y))


def subtract_scaled(x: Operand, y: Operand, alpha: Operand = 1) -> Node:
    """Return x - alpha y (torch.sub)."""
    return subtract(x, y if alpha == 1 else multiply(alpha, y))


def lerp(x: Operand, y: Operand, weight: Operand) -> Node:
    """Return x + weight (y - x)."""
    return add(x, multiply(weight, subtract(y, x)))


def addcmul(x: Operand, y: Operand, z: Operand, value: Operand = 1) -> Node:
    """Return x + value · y · z."""
    return add(x, multiply(value, multiply(node(y), z)))


def addcdiv(x: Operand, y: Operand, z: Operand, value: Operand = 1) -> Node:
    """Return x + value · y / z."""
    return add(x, multiply(value, divide(node(y), z)))


def radians(x: Operand) -> Node:
    """Return x π / 180."""
    return map_entries(call("pi") * slot(0) / 180, _float(x))


def degrees(x: Operand) -> Node:
    """Return x 180 / π."""
    return map_entries(180 * slot(0) / call("pi"), _float(x))


def _float(x: Operand) -> Operand:
    return as_float(x) if isinstance(x, Node) else x


def heaviside(x: Operand, y: Operand) -> Node:
    """Return 0 below 0, 1 above, y at 0."""
    return where(compare("equal", x, 0), y, as_float(compare("greater", x, 0)))


def fraction(x: Operand) -> Node:
    """Return x less its whole part, with the sign of x (torch.frac)."""
    return subtract(x, each("trunc", x))


def floor_divide(x: Operand, y: Operand) -> Node:
    """Return the whole number below x / y, which has no gradient."""
    return each("floor", divide(x, y))


def remainder(x: Operand, y: Operand) -> Node:
    """Return x % y, which has the sign of y."""
    if any(isinstance(v, Node) and kind_of(v).startswith("int") for v in (x, y)):
        raise Refused("the remainder of integers", "pass the integers as an argument")
    return map_entries(call("remainder", slot(0), slot(1)), _float(x), _float(y))


def scaled_by_two(x: Operand, exponent: Operand) -> Node:
    """Return x · 2**exponent (ldexp)."""
    return multiply(x, each("exp2", exponent))


def angle(x: Operand) -> Node:
    """Return the angle of a real number in the plane: π below 0, else 0."""
    return where(compare("less", x, 0), call("pi"), 0)


def nan_to_num(x: Operand, nan: Operand = 0) -> Node:
    """Return x with numbers for nan and for ±inf (the dtype's largest), where its slope is 0."""
    return map_entries(call("nan_to_num", slot(0), slot(1)), as_float(x), nan)


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
