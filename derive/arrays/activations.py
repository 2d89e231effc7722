"""Activation functions that are more than one named function of one argument."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.nodes import Node
from derive.arrays.elementwise import (
    add,
    clip,
    compare,
    divide,
    each,
    logical,
    multiply,
    where,
)
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.indexing import take_key
from derive.arrays.linear import axis_of
from derive.arrays.pieces import chunk
from derive.arrays.values import Operand, as_float, node


def gelu(x: Operand, approximate: str = "none") -> Node:
    """Return x Φ(x), or its tanh approximation."""
    if approximate not in ("none", "tanh"):
        raise Refused(f"gelu with approximate={approximate!r}", "none and tanh are read")
    return each("gelu" if approximate == "none" else "gelu_tanh", x)


def gelu_of_jax(x: Operand, approximate: bool = True) -> Node:
    """Return jax.nn.gelu, which approximates unless told otherwise."""
    return each("gelu_tanh" if approximate else "gelu", x)


def softplus(x: Operand, beta: Operand = 1, threshold: Operand = 20) -> Node:
    """Return log(1 + exp(beta x)) / beta; above a threshold of one's own, x."""
    scaled = x if beta == 1 else multiply(beta, x)
    value = each("softplus", scaled)
    value = value if beta == 1 else divide(value, beta)
    if threshold == 20:  # beyond it the two agree to nine digits
        return value
    return where(compare("greater", scaled, threshold), as_float(node(x)), value)


def prelu(x: Operand, weight: Operand) -> Node:
    """Return leaky_relu with a learned slope: one for all, or one for each channel (axis 1)."""
    x, weight = node(x), node(weight)
    if all(d == 1 for d in weight.shape):
        return each("leaky_relu", x, weight)
    if weight.rank != 1 or x.rank < 2 or weight.shape[0] != x.shape[1]:
        raise ShapeFault("{1} is no slope for each channel, axis 1 of {0}", x, weight)
    slopes = take_key(weight, [slice(None), *[None] * (x.rank - 2)])
    return where(compare("greater", x, 0), x, multiply(slopes, x))


def rrelu(
    x: Operand,
    lower: Operand | None = None,
    upper: Operand | None = None,
    training: bool = False,
) -> Node:
    """Return leaky_relu with the mean of the slopes that would be drawn in training."""
    lower = Fraction(1, 8) if lower is None else lower
    upper = Fraction(1, 3) if upper is None else upper
    if training:
        raise Refused("rrelu draws its slopes at random", "leave training=False, or F.leaky_relu")
    return each("leaky_relu", x, multiply(Fraction(1, 2), add(lower, upper)))


def celu(x: Operand, alpha: Operand = 1) -> Node:
    """Return x above 0 and alpha (exp(x / alpha) - 1) below."""
    if alpha == 1:
        return each("elu", x, 1)
    below = multiply(alpha, each("expm1", divide(clip(x, None, 0), alpha)))
    return where(compare("greater", x, 0), x, below)


def hardtanh(x: Operand, min_val: Operand = -1, max_val: Operand = 1) -> Node:
    """Return x held between two bounds."""
    if min_val == -1 and max_val == 1:
        return each("hardtanh", x)
    inside = logical("logical_and", compare("greater", x, min_val), compare("less", x, max_val))
    return where(inside, x, where(compare("greater", x, min_val), max_val, min_val))


def glu(x: Operand, axis: int = -1) -> Node:
    """Return the first half times the sigmoid of the second."""
    x = node(x)
    first, second = chunk(x, 2, axis_of(x, axis))
    return multiply(first, each("sigmoid", second))


def dropout(x: Operand, p: object = None, training: bool = True) -> Node:
    """Return x where nothing is dropped; random masks are refused."""
    if p == 0 or not training:
        return node(x)
    raise Refused(
        "dropout draws random numbers", "pass the mask as an argument, or give training=False"
    )
