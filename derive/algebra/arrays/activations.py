"""Activation functions that are more than one named function of one argument."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.arrays.elementwise import (
    clip,
    compare,
    divide,
    logical,
    map_entries,
    multiply,
    subtract,
    unary,
    where,
)
from derive.algebra.arrays.fault import Refused
from derive.algebra.arrays.linear import axis_of
from derive.algebra.arrays.pieces import chunk
from derive.algebra.arrays.values import Operand, as_float, node
from derive.algebra.nodes import Node
from derive.algebra.scalar import call, slot

# Klambauer et al. 2017, "Self-normalizing neural networks"; the digits are PyTorch's.
_SELU_ALPHA = Fraction("1.6732632423543772848170429916717")
_SELU_SCALE = Fraction("1.0507009873554804934193349852946")


def gelu(x: Operand, approximate: str = "none") -> Node:
    """Return x Φ(x), or its tanh approximation."""
    if approximate not in ("none", "tanh"):
        raise Refused(f"gelu with approximate={approximate!r}", "none and tanh are read")
    return unary("gelu" if approximate == "none" else "gelu_tanh", x)


def gelu_of_jax(x: Operand, approximate: bool = True) -> Node:
    """Return jax.nn.gelu, which approximates unless told otherwise."""
    return unary("gelu_tanh" if approximate else "gelu", x)


def softplus(x: Operand, beta: Operand = 1, threshold: object = 20) -> Node:
    """Return log(1 + exp(beta x)) / beta."""
    if beta == 1:
        return unary("softplus", x)
    return divide(unary("softplus", multiply(beta, x)), beta)


def leaky_relu(x: Operand, negative_slope: Operand) -> Node:
    """Return x above 0 and negative_slope · x below."""
    return map_entries(call("leaky_relu", slot(0), slot(1)), as_float(x), negative_slope)


def prelu(x: Operand, weight: Operand) -> Node:
    """Return leaky_relu with a learned slope for all entries."""
    weight = node(weight)
    if any(d != 1 for d in weight.shape):
        raise Refused("prelu with a slope for each channel", "one slope for all is read")
    return leaky_relu(x, weight)


def elu(x: Operand, alpha: Operand = 1) -> Node:
    """Return x above 0 and alpha (exp(x) - 1) below."""
    return map_entries(call("elu", slot(0), slot(1)), as_float(x), alpha)


def celu(x: Operand, alpha: Operand = 1) -> Node:
    """Return x above 0 and alpha (exp(x / alpha) - 1) below."""
    if alpha == 1:
        return elu(x)
    below = multiply(alpha, unary("expm1", divide(clip(x, None, 0), alpha)))
    return where(compare("greater", x, 0), x, below)


def selu(x: Operand) -> Node:
    """Return the self-normalising scaled elu."""
    return multiply(_SELU_SCALE, elu(x, _SELU_ALPHA))


def hardtanh(x: Operand, min_val: Operand = -1, max_val: Operand = 1) -> Node:
    """Return x held between two bounds."""
    if min_val == -1 and max_val == 1:
        return unary("hardtanh", x)
    inside = logical("logical_and", compare("greater", x, min_val), compare("less", x, max_val))
    return where(inside, x, where(compare("greater", x, min_val), max_val, min_val))


def hardshrink(x: Operand, lambd: Operand) -> Node:
    """Return x where |x| > lambd, else 0."""
    return where(compare("greater", unary("abs", x), lambd), x, 0)


def softshrink(x: Operand, lambd: Operand) -> Node:
    """Return x moved towards 0 by lambd, 0 where it would cross."""
    outside = compare("greater", unary("abs", x), lambd)
    return where(outside, subtract(x, multiply(lambd, unary("sign", x))), 0)


def tanhshrink(x: Operand) -> Node:
    """Return x - tanh(x)."""
    return subtract(x, unary("tanh", x))


def threshold(x: Operand, threshold: Operand, value: Operand) -> Node:
    """Return x above the threshold, else the value."""
    return where(compare("greater", x, threshold), x, value)


def glu(x: Operand, axis: int = -1) -> Node:
    """Return the first half times the sigmoid of the second."""
    x = node(x)
    first, second = chunk(x, 2, axis_of(x, axis))
    return multiply(first, unary("sigmoid", second))


def dropout(x: Operand, p: object = None, training: bool = True) -> Node:
    """Return x where nothing is dropped; random masks are refused."""
    if p == 0 or not training:
        return node(x)
    raise Refused(
        "dropout draws random numbers", "pass the mask as an argument, or give training=False"
    )
