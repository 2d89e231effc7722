"""Normalisations by statistics of a batch, of groups of channels, or of each sample.

Channels lie on axis 1, as PyTorch has it.  Batch norm: Ioffe, Szegedy 2015; instance norm:
Ulyanov, Vedaldi, Lempitsky 2016; group norm: Wu, He 2018.  The running statistics that PyTorch
updates beside the result are no part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call, slot
from derive.arrays.elementwise import add, map_entries, multiply, square, subtract
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import take_key
from derive.arrays.layout import reshape, stop
from derive.arrays.reduce import mean
from derive.arrays.values import Operand, as_float
from derive.dims import Dim, dim

_EPS = Fraction("1e-5")


def batch_norm(
    x: Operand,
    running_mean: Operand | None = None,
    running_var: Operand | None = None,
    weight: Operand | None = None,
    bias: Operand | None = None,
    training: bool = False,
    momentum: Operand = Fraction(1, 10),
    eps: Operand = _EPS,
) -> Node:
    """Return the entries less their channel's mean over its deviation, over the whole batch.

    Outside training the running statistics are taken, as constants.
    """
    x = _channelled(as_float(x), 2)
    if training:
        found = standardised(x, [0, *range(2, x.rank)], eps)
    else:
        found = _by_running(x, running_mean, running_var, eps)
    return _scaled(found, weight, bias)


def instance_norm(
    x: Operand,
    running_mean: Operand | None = None,
    running_var: Operand | None = None,
    weight: Operand | None = None,
    bias: Operand | None = None,
    use_input_stats: bool = True,
    momentum: Operand = Fraction(1, 10),
    eps: Operand = _EPS,
) -> Node:
    """Return each channel of each sample less its mean over its deviation."""
    x = _channelled(as_float(x), 3)
    if use_input_stats:
        found = standardised(x, range(2, x.rank), eps)
    else:
        found = _by_running(x, running_mean, running_var, eps)
    return _scaled(found, weight, bias)


def group_norm(
    x: Operand,
    num_groups: Dim | int,
    weight: Operand | None = None,
    bias: Operand | None = None,
    eps: Operand = _EPS,
) -> Node:
    """Return the entries less the mean of their group of channels over its deviation."""
    x, groups = _channelled(as_float(x), 2), dim(num_groups)
    channels = x.shape[1]
    apart = reshape(x, [x.shape[0], groups, channels // groups, *x.shape[2:]])
    found = standardised(apart, range(2, apart.rank), eps)
    return _scaled(reshape(found, x.shape), weight, bias)


def standardised(x: Node, axes: Sequence[int], eps: Operand) -> Node:
    """Return the entries less their mean over their deviation, along the axes."""
    axes = list(axes)
    centred = subtract(x, mean(x, axes, keepdims=True))
    variance = mean(square(centred), axes, keepdims=True)
    return multiply(centred, _inverse_root(variance, eps))


def _inverse_root(variance: Node, eps: Operand) -> Node:
    return map_entries(call("rsqrt", slot(0) + slot(1)), variance, eps)


def _by_running(x: Node, middle: Operand | None, var: Operand | None, eps: Operand) -> Node:
    if middle is None or var is None:
        raise Refused("a normalisation without running statistics", "give training=True")
    shift, spread = (_along_channels(stop(as_float(v)), x) for v in (middle, var))
    return multiply(subtract(x, shift), _inverse_root(spread, eps))


def _channelled(x: Node, least: int) -> Node:
    if x.rank < least:
        clash = f"{{0}} has {axes_told(x.rank)}, the normalisation needs {least} or more"
        raise ShapeFault(clash, x, rule="Samples lie on axis 0, channels on axis 1.")
    return x


def _along_channels(value: Operand, x: Node) -> Node:
    """Return an array of one number a channel, laid along axis 1."""
    value = as_float(value)
    if value.shape != x.shape[1:2]:
        raise ShapeFault("{0} does not hold one number for each channel, axis 1 of {1}", value, x)
    return take_key(value, [slice(None), *[None] * (x.rank - 2)])


def _scaled(x: Node, weight: Operand | None, bias: Operand | None) -> Node:
    if weight is not None:
        x = multiply(x, _along_channels(weight, x))
    return x if bias is None else add(x, _along_channels(bias, x))
