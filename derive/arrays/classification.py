"""Losses of class scores: cross-entropy and the likelihood of integer labels, as in PyTorch.

Classes lie on axis 1 (axis 0 of a vector).
"""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, compare, divide, multiply, negative, subtract
from derive.arrays.fault import ShapeFault
from derive.arrays.indexing import take_key
from derive.arrays.losses import reduced, same_shape, weighted
from derive.arrays.reduce import log_softmax, mean, total
from derive.arrays.values import Operand, as_float, kind_of, node


def likelihood(
    x: Operand,
    target: Operand,
    weight: Operand | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
) -> Node:
    """Return minus the entry that each integer target names (nll_loss)."""
    log_p, target = as_float(x), node(target)
    check_classes(log_p, target)
    rows = _weights_of_rows(target, weight, ignore_index)
    return weighted(negative(_picked(log_p, target)), rows, reduction)


def _weights_of_rows(target: Node, weight: Operand | None, ignored: int | None) -> Node | None:
    """Return the weight of each target's class, 0 for the class that is ignored."""
    rows = None if weight is None else take_key(weight, [target])
    if ignored is None or ignored < 0:  # integers lie in [0, v): none is ignored
        return rows
    kept = as_float(compare("not_equal", target, ignored))
    return kept if rows is None else multiply(kept, rows)


def check_classes(x: Node, target: Node) -> None:
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
    ignore_index: int | None = None,
) -> Node:
    """Return -Σ w t log softmax(z) over the classes, for integer or probability targets."""
    z, t = as_float(x), node(target)
    if not z.rank:
        check_classes(z, t)
    axis = 1 if z.rank > 1 else 0
    if t.rank < z.rank or kind_of(t):
        check_classes(z, t)
    log_p = log_softmax(z, axis)
    scores = log_p if weight is None else multiply(_along_classes(weight, z, axis), log_p)
    if not kind_of(t).startswith("int"):
        same_shape(z, t)
        losses = negative(total(multiply(t, scores), axis))
        return reduced(_smoothed(losses, scores, axis, label_smoothing), reduction)
    rows = _weights_of_rows(t, weight, ignore_index)
    kept = _weights_of_rows(t, None, ignore_index)
    losses = negative(_picked(log_p, t))
    losses = losses if rows is None else multiply(rows, losses)
    share = scores if kept is None else multiply(_unsqueezed(kept, axis), scores)
    losses = _smoothed(losses, share, axis, label_smoothing)
    if rows is not None and reduction == "mean":
        return divide(total(losses), total(rows))
    return reduced(losses, reduction)


def _smoothed(losses: Node, scores: Node, axis: int, smoothing: Operand) -> Node:
    """Return the losses with a share of the targets spread evenly over the classes."""
    if smoothing == 0:
        return losses
    share = negative(mean(scores, axis))
    return add(multiply(subtract(1, smoothing), losses), multiply(smoothing, share))


def _along_classes(weight: Operand, z: Node, axis: int) -> Node:
    """Return the weights of the classes laid along their axis."""
    w = as_float(weight)
    if w.shape != z.shape[axis : axis + 1]:
        raise ShapeFault("{0} is no weight for each class of {1}", w, z)
    return take_key(w, [slice(None), *[None] * (z.rank - 1 - axis)])


def _unsqueezed(x: Node, axis: int) -> Node:
    return take_key(x, [*[slice(None)] * axis, None])
