"""The losses of PyTorch's functional module, written as what they compute.

`reduction` is "mean", "sum" or "none".
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call, slot
from derive.arrays.elementwise import (
    add,
    clip,
    compare,
    composed,
    divide,
    each,
    map_entries,
    multiply,
    negative,
    square,
    subtract,
    where,
)
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.norms import entry_norm
from derive.arrays.reduce import mean, total
from derive.arrays.values import Operand, as_float, node
from derive.operations.idioms import xlogy_of

_SAME = "The loss compares entry by entry, so both have one shape."


def reduced(losses: Node, reduction: str) -> Node:
    """Return the losses, their mean or their sum."""
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return total(losses)
    if reduction == "none":
        return losses
    raise Refused(f"the reduction {reduction!r} is not known", "mean, sum and none are read")


def same_shape(x: Operand, target: Operand) -> tuple[Node, Node]:
    """Refuse shapes that would broadcast: PyTorch warns there, and it is nearly always a slip."""
    a, b = as_float(x), as_float(target)
    if a.shape != b.shape:
        raise ShapeFault("{0} and {1} have different shapes", a, b, rule=_SAME)
    return a, b


def weighted(losses: Node, weight: Operand | None, reduction: str) -> Node:
    """Return the losses times their weights, the mean being that by weight."""
    if weight is None:
        return reduced(losses, reduction)
    if reduction == "mean":
        return divide(total(multiply(weight, losses)), total(as_float(weight)))
    return reduced(multiply(weight, losses), reduction)


def squared_error(
    x: Operand, target: Operand, reduction: str = "mean", weight: Operand | None = None
) -> Node:
    """Return (x - target)²."""
    return weighted(square(subtract(*same_shape(x, target))), weight, reduction)


def absolute_error(
    x: Operand, target: Operand, reduction: str = "mean", weight: Operand | None = None
) -> Node:
    """Return |x - target|."""
    return weighted(each("abs", subtract(*same_shape(x, target))), weight, reduction)


def huber(
    x: Operand,
    target: Operand,
    reduction: str = "mean",
    delta: Operand = 1,
    weight: Operand | None = None,
) -> Node:
    """Return e²/2 for |e| ≤ delta, else delta (|e| - delta/2), with e = x - target."""
    error = subtract(*same_shape(x, target))
    size = each("abs", error)
    inside = multiply(Fraction(1, 2), square(error))
    outside = multiply(delta, subtract(size, multiply(Fraction(1, 2), delta)))
    losses = where(compare("less_equal", size, delta), inside, outside)
    return reduced(losses if weight is None else multiply(weight, losses), reduction)


def smooth_l1(x: Operand, target: Operand, reduction: str = "mean", beta: Operand = 1) -> Node:
    """Return the Huber loss divided by beta."""
    return reduced(divide(huber(x, target, "none", beta), beta), reduction)


def logistic(
    x: Operand,
    target: Operand,
    weight: Operand | None = None,
    pos_weight: Operand | None = None,
    reduction: str = "mean",
) -> Node:
    """Return softplus(z) - t z: the cross-entropy of t with sigmoid(z), without overflow."""
    z, t = same_shape(x, target)
    if pos_weight is None:
        losses = subtract(each("softplus", z), multiply(t, z))
    else:
        scale = add(1, multiply(subtract(pos_weight, 1), t))
        losses = add(multiply(subtract(1, t), z), multiply(scale, each("softplus", negative(z))))
    return reduced(losses if weight is None else multiply(weight, losses), reduction)


def binary_cross_entropy(
    x: Operand, target: Operand, weight: Operand | None = None, reduction: str = "mean"
) -> Node:
    """Return -t log p - (1 - t) log(1 - p), each logarithm at least -100 as in PyTorch."""
    p, t = same_shape(x, target)
    log_p = clip(each("log", p), -100, None)
    log_q = clip(each("log", subtract(1, p)), -100, None)
    losses = negative(add(multiply(t, log_p), multiply(subtract(1, t), log_q)))
    return reduced(losses if weight is None else multiply(weight, losses), reduction)


def divergence(
    x: Operand, target: Operand, reduction: str = "mean", log_target: bool = False
) -> Node:
    """Return t (log t - x), with x the logarithm of the model's probabilities (kl_div)."""
    log_q, t = same_shape(x, target)
    if log_target:
        losses = multiply(each("exp", t), subtract(t, log_q))
    else:
        losses = subtract(composed(xlogy_of(slot(0), slot(0)), t), multiply(t, log_q))
    if reduction == "batchmean":
        return divide(total(losses), losses.shape[0])
    return reduced(losses, reduction)


def soft_margin(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return softplus(-t x)."""
    z, t = same_shape(x, target)
    return reduced(each("softplus", negative(multiply(t, z))), reduction)


def hinge_embedding(
    x: Operand, target: Operand, margin: Operand = 1, reduction: str = "mean"
) -> Node:
    """Return x where the target is 1, max(0, margin - x) where it is -1."""
    z, t = same_shape(x, target)
    apart = clip(subtract(margin, z), 0, None)
    far, near = compare("not_equal", t, 1), compare("not_equal", t, -1)
    losses = add(where(far, apart, 0), where(near, z, 0))
    return reduced(losses, reduction)


def poisson(
    x: Operand,
    target: Operand,
    log_input: bool = True,
    full: bool = False,
    eps: Operand = Fraction("1e-8"),
    reduction: str = "mean",
) -> Node:
    """Return exp(x) - t x, or x - t log(x + eps) where x is no logarithm.

    full: with Stirling's formula t log t - t + log(2 π t) / 2 for the targets above 1.
    """
    z, t = same_shape(x, target)
    if log_input:
        losses = subtract(each("exp", z), multiply(t, z))
    else:
        losses = subtract(z, multiply(t, each("log", add(z, eps))))
    if full:
        counts = clip(t, 1, None)
        half = multiply(Fraction(1, 2), each("log", multiply(2 * call("pi"), counts)))
        stirling = add(subtract(multiply(counts, each("log", counts)), counts), half)
        losses = add(losses, where(compare("greater", t, 1), stirling, 0))
    return reduced(losses, reduction)


def cosine_similarity(x: Operand, y: Operand, axis: int = 1, eps: Operand = 0) -> Node:
    """Return ⟨x, y⟩ / (max(‖x‖, eps) max(‖y‖, eps)) along an axis."""
    products = total(multiply(node(x), node(y)), axis)
    norms = [each("maximum", entry_norm(value, 2, axis), eps) for value in (x, y)]
    return map_entries(slot(0) / (slot(1) * slot(2)), products, *norms)


def pairwise_distance(
    x: Operand, y: Operand, p: object = 2, eps: Operand = 0, keepdims: bool = False
) -> Node:
    """Return ‖x - y + eps‖ along the last axis."""
    return entry_norm(add(subtract(x, y), eps), p, -1, keepdims)
