"""The losses of PyTorch's functional module, written as what they compute.

Classes lie on axis 1 (axis 0 of a vector), as PyTorch has it.  `reduction` is "mean", "sum" or
"none".
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra import build
from derive.algebra.arrays.compositions import xlogy
from derive.algebra.arrays.elementwise import (
    add,
    binary,
    clip,
    compare,
    divide,
    map_entries,
    multiply,
    negative,
    square,
    subtract,
    unary,
    where,
)
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.indexing import take_key
from derive.algebra.arrays.norms import entry_norm
from derive.algebra.arrays.reduce import log_softmax, mean, total
from derive.algebra.arrays.values import Operand, as_float, kind_of, node
from derive.algebra.nodes import Node
from derive.algebra.scalar import slot

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


def _pair(x: Operand, target: Operand) -> tuple[Node, Node]:
    """Refuse shapes that would broadcast: PyTorch warns there, and it is nearly always a slip."""
    a, b = as_float(x), as_float(target)
    if a.shape != b.shape:
        raise ShapeFault("{0} and {1} have different shapes", a, b, rule=_SAME)
    return a, b


def squared_error(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return (x - target)²."""
    return reduced(square(subtract(*_pair(x, target))), reduction)


def absolute_error(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return |x - target|."""
    return reduced(unary("abs", subtract(*_pair(x, target))), reduction)


def huber(x: Operand, target: Operand, reduction: str = "mean", delta: Operand = 1) -> Node:
    """Return e²/2 for |e| ≤ delta, else delta (|e| - delta/2), with e = x - target."""
    error = subtract(*_pair(x, target))
    size = unary("abs", error)
    inside = multiply(Fraction(1, 2), square(error))
    outside = multiply(delta, subtract(size, multiply(Fraction(1, 2), delta)))
    return reduced(where(compare("less_equal", size, delta), inside, outside), reduction)


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
    z, t = _pair(x, target)
    if pos_weight is None:
        losses = subtract(unary("softplus", z), multiply(t, z))
    else:
        scale = add(1, multiply(subtract(pos_weight, 1), t))
        losses = add(multiply(subtract(1, t), z), multiply(scale, unary("softplus", negative(z))))
    return reduced(losses if weight is None else multiply(weight, losses), reduction)


def binary_cross_entropy(
    x: Operand, target: Operand, weight: Operand | None = None, reduction: str = "mean"
) -> Node:
    """Return -t log p - (1 - t) log(1 - p), each logarithm at least -100 as in PyTorch."""
    p, t = _pair(x, target)
    log_p = clip(unary("log", p), -100, None)
    log_q = clip(unary("log", subtract(1, p)), -100, None)
    losses = negative(add(multiply(t, log_p), multiply(subtract(1, t), log_q)))
    return reduced(losses if weight is None else multiply(weight, losses), reduction)


def likelihood(
    x: Operand, target: Operand, weight: Operand | None = None, reduction: str = "mean"
) -> Node:
    """Return minus the entry that each integer target names (nll_loss)."""
    log_p, target = as_float(x), node(target)
    if weight is not None:
        raise Refused("weights of classes in this loss", "multiply the losses of each row by them")
    _check_classes(log_p, target)
    return reduced(negative(_picked(log_p, target)), reduction)


def _check_classes(x: Node, target: Node) -> None:
    """Refuse labels that are no integers, or not one for each row of the classes' scores."""
    if not x.rank:
        raise ShapeFault("{0} is a number, the loss needs a score for each class", x)
    if not kind_of(target).startswith("int"):
        shape = " ".join(str(d) for d in target.shape)
        depth = x.shape[min(1, x.rank - 1)]
        raise ShapeFault(
            "{0} holds no integers", target, hint=f'annotate the labels as "{shape}: int < {depth}"'
        )
    if x.rank == 1:
        return
    rest = (x.shape[0], *x.shape[2:])
    if target.shape != rest:
        raise ShapeFault(
            "{1} does not hold one class for each row of {0}",
            x,
            target,
            rule="Axis 1 has the classes; the labels have all other axes.",
        )
    bound = kind_of(target).partition("<")[2].strip()
    if bound and bound != str(x.shape[1]):
        clash = f"{{1}} holds integers below {bound}, {{0}} has {x.shape[1]} classes"
        raise ShapeFault(clash, x, target)


def _picked(x: Node, target: Node) -> Node:
    """Return x[i, target[i, …], …]: the entry of axis 1 that the integer names."""
    if x.rank == 1:
        return take_key(x, [target])
    hot = build.apply("onehot", [target], (x.shape[1],), (*target.shape, x.shape[1]))
    labels, sizes = build.labels_of(x)
    rows = [label for label in labels if label != 1]
    return build.contract(rows, [(x, labels), (hot, [*rows, 1])], sizes)


def cross_entropy(
    x: Operand,
    target: Operand,
    weight: Operand | None = None,
    reduction: str = "mean",
    label_smoothing: Operand = 0,
) -> Node:
    """Return -Σ t log softmax(z) over the classes, for integer or probability targets."""
    z, t = as_float(x), node(target)
    if not z.rank:
        _check_classes(z, t)
    axis = 1 if z.rank > 1 else 0
    if t.rank < z.rank or kind_of(t):
        _check_classes(z, t)
    log_p = log_softmax(z, axis)
    if kind_of(t).startswith("int"):
        losses = likelihood(log_p, t, weight, "none")
    else:
        _pair(z, t)
        if weight is not None:
            raise Refused("weights of classes in this loss")
        losses = negative(total(multiply(t, log_p), axis))
    if label_smoothing != 0:
        share = negative(mean(log_p, axis))
        kept = multiply(subtract(1, label_smoothing), losses)
        losses = add(kept, multiply(label_smoothing, share))
    if reduction == "mean" and not losses.rank:
        return losses
    return reduced(losses, reduction)


def divergence(
    x: Operand, target: Operand, reduction: str = "mean", log_target: bool = False
) -> Node:
    """Return t (log t - x), with x the logarithm of the model's probabilities (kl_div)."""
    log_q, t = _pair(x, target)
    if log_target:
        losses = multiply(unary("exp", t), subtract(t, log_q))
    else:
        losses = subtract(xlogy(t, t), multiply(t, log_q))
    if reduction == "batchmean":
        return divide(total(losses), losses.shape[0])
    return reduced(losses, reduction)


def soft_margin(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return softplus(-t x)."""
    z, t = _pair(x, target)
    return reduced(unary("softplus", negative(multiply(t, z))), reduction)


def hinge_embedding(
    x: Operand, target: Operand, margin: Operand = 1, reduction: str = "mean"
) -> Node:
    """Return x where the target is 1, max(0, margin - x) where it is -1."""
    z, t = _pair(x, target)
    apart = clip(subtract(margin, z), 0, None)
    far, near = compare("not_equal", t, 1), compare("not_equal", t, -1)
    losses = add(where(far, apart, 0), where(near, z, 0))
    return reduced(losses, reduction)


def poisson(x: Operand, target: Operand, log_input: bool = True, reduction: str = "mean") -> Node:
    """Return exp(x) - t x, or x - t log(x + 1e-8) where x is no logarithm."""
    z, t = _pair(x, target)
    if log_input:
        return reduced(subtract(unary("exp", z), multiply(t, z)), reduction)
    log = unary("log", add(z, Fraction("1e-8")))
    return reduced(subtract(z, multiply(t, log)), reduction)


def cosine_similarity(x: Operand, y: Operand, axis: int = 1, eps: Operand = 0) -> Node:
    """Return ⟨x, y⟩ / (max(‖x‖, eps) max(‖y‖, eps)) along an axis."""
    products = total(multiply(node(x), node(y)), axis)
    norms = [binary("maximum", entry_norm(value, 2, axis), eps) for value in (x, y)]
    return map_entries(slot(0) / (slot(1) * slot(2)), products, *norms)


def pairwise_distance(
    x: Operand, y: Operand, p: object = 2, eps: Operand = 0, keepdims: bool = False
) -> Node:
    """Return ‖x - y + eps‖ along the last axis."""
    return entry_norm(add(subtract(x, y), eps), p, -1, keepdims)
