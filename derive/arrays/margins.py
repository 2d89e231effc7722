"""Losses that hold scores apart by a margin, or weigh them by a variance or by many labels.

As in PyTorch's functional module; `reduction` is "mean", "sum" or "none".
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call
from derive.arrays.classification import check_classes
from derive.arrays.elementwise import (
    add,
    clip,
    compare,
    divide,
    each,
    multiply,
    negative,
    power_of,
    square,
    subtract,
    where,
)
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.indexing import one_hot, take_key
from derive.arrays.layout import unsqueeze
from derive.arrays.losses import pairwise_distance, reduced
from derive.arrays.reduce import mean, total
from derive.arrays.values import Operand, as_float, node
from derive.dims import broadcast

_COSINE = Fraction("1e-12")  # PyTorch adds it to the squares of both norms


def _above(x: Operand) -> Node:
    """Return x where it is positive, else 0."""
    return clip(x, 0, None)


def ranking(
    x: Operand, y: Operand, target: Operand, margin: Operand = 0, reduction: str = "mean"
) -> Node:
    """Return max(0, margin - t (x - y)): with t = 1, x is to rank above y."""
    apart = multiply(as_float(target), subtract(as_float(x), as_float(y)))
    return reduced(_above(subtract(margin, apart)), reduction)


def cosine_embedding(
    x: Operand, y: Operand, target: Operand, margin: Operand = 0, reduction: str = "mean"
) -> Node:
    """Return 1 - cos(x, y) where the target is 1, max(0, cos(x, y) - margin) where it is -1."""
    a, b, t = as_float(x), as_float(y), as_float(target)
    if a.rank != t.rank + 1 or a.shape != b.shape:
        raise ShapeFault("{0} does not hold one pair of rows for each entry of {1}", a, t)
    squares = [add(total(square(v), -1), _COSINE) for v in (a, b)]
    cosine = divide(total(multiply(a, b), -1), each("sqrt", multiply(*squares)))
    near = where(compare("equal", t, 1), subtract(1, cosine), 0)
    far = where(compare("equal", t, -1), _above(subtract(cosine, margin)), 0)
    return reduced(add(near, far), reduction)


def triplet(
    anchor: Operand,
    positive: Operand,
    apart: Operand,
    margin: Operand = 1,
    p: object = 2,
    eps: Operand = Fraction("1e-6"),
    swap: bool = False,
    reduction: str = "mean",
) -> Node:
    """Return max(0, ‖a - p‖ - ‖a - n‖ + margin); with swap, the nearer of ‖a - n‖, ‖p - n‖."""
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, apart, p, eps)
    if swap:
        far = each("minimum", far, pairwise_distance(positive, apart, p, eps))
    return reduced(_above(add(margin, subtract(near, far))), reduction)


def multi_margin(
    x: Operand,
    target: Operand,
    p: object = 1,
    margin: Operand = 1,
    weight: Operand | None = None,
    reduction: str = "mean",
) -> Node:
    """Return the mean over the other classes j of max(0, margin - x[y] + x[j])^p."""
    scores, labels = as_float(x), node(target)
    check_classes(scores, labels)
    if p not in (1, 2) or scores.rank not in (1, 2):
        raise Refused("multi_margin_loss of this order and shape", "p is 1 or 2, x a matrix")
    chosen = as_float(one_hot(labels, scores.shape[-1]))
    own = unsqueeze(total(multiply(chosen, scores), -1), -1)
    losses = power_of(_above(add(margin, subtract(scores, own))), p)
    if weight is not None:
        losses = multiply(unsqueeze(take_key(weight, [labels]), -1), losses)
    return reduced(mean(multiply(subtract(1, chosen), losses), -1), reduction)


def many_labels(
    x: Operand, target: Operand, weight: Operand | None = None, reduction: str = "mean"
) -> Node:
    """Return the logistic loss of each class with its own 0/1 target, the mean over classes."""
    scores, t = as_float(x), as_float(target)
    if scores.shape != t.shape or not scores.rank:
        raise ShapeFault("{0} and {1} have different shapes", scores, t)
    yes = multiply(t, each("logsigmoid", scores))
    no = multiply(subtract(1, t), each("logsigmoid", negative(scores)))
    losses = negative(add(yes, no))
    return reduced(mean(losses if weight is None else multiply(weight, losses), -1), reduction)


def gaussian(
    x: Operand,
    target: Operand,
    var: Operand,
    full: bool = False,
    eps: Operand = Fraction("1e-6"),
    reduction: str = "mean",
) -> Node:
    """Return (log v + (x - t)² / v) / 2, with v at least eps.

    Below eps the slope in v is 0 here, while PyTorch passes that of eps on.
    """
    error, v = subtract(as_float(x), as_float(target)), as_float(var)
    if v.rank == error.rank - 1 and v.shape == error.shape[:-1]:
        v = unsqueeze(v, -1)
    if v.rank and broadcast(v.shape, error.shape) != error.shape:
        raise ShapeFault("{0} is no variance for each entry, or row, of the errors", v)
    v = clip(v, eps, None)
    losses = multiply(Fraction(1, 2), add(each("log", v), divide(square(error), v)))
    if full:
        losses = add(losses, Fraction(1, 2) * call("log", 2 * call("pi")))
    return reduced(losses, reduction)
