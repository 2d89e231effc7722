"""Reductions along axes: sums, means, variances, norms, softmax and its relatives, extrema."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra import build
from derive.algebra.arrays.elementwise import binary, divide, multiply, square, subtract, unary
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.linear import axis_of
from derive.algebra.arrays.values import Operand, as_float, as_number_array
from derive.algebra.coefficient import UNIT, Coefficient, coefficient, dimension_power
from derive.algebra.nodes import Node
from derive.dims import ONE, dim, size_of

Axes = int | Sequence[int] | None


def axes_of(x: Node, axes: Axes) -> tuple[int, ...]:
    """Return the axes counted from the front, sorted; None means all."""
    if axes is None:
        return tuple(range(x.rank))
    given = [axes] if isinstance(axes, int) else list(axes)
    found = sorted(axis_of(x, axis) for axis in given)
    if len(set(found)) < len(found):
        raise ShapeFault(f"an axis of {{0}} is named twice in {tuple(given)}", x)
    return tuple(found)


def total(x: Operand, axes: Axes = None, keepdims: bool = False) -> Node:
    """Return the sum along the axes."""
    return _weighted_sum(as_number_array(x), axes, keepdims, UNIT)


def mean(x: Operand, axes: Axes = None, keepdims: bool = False) -> Node:
    """Return the mean along the axes."""
    x = as_float(x)
    return _weighted_sum(x, axes, keepdims, _count(x, axes) ** -1)


def _count(x: Node, axes: Axes) -> Coefficient:
    c = UNIT
    for axis in axes_of(x, axes):
        c = c * dimension_power(x.shape[axis], 1)
    return c


def _weighted_sum(x: Node, axes: Axes, keepdims: bool, c: Coefficient) -> Node:
    gone = axes_of(x, axes)
    labels, sizes = build.labels_of(x)
    kept = [label for label in labels if label not in gone]
    return _restored(build.contract(kept, [(x, labels)], sizes, c), x, gone, keepdims)


def _restored(reduced: Node, x: Node, gone: Sequence[int], keepdims: bool) -> Node:
    """Put axes of size 1 where axes were reduced."""
    if not keepdims or not gone:
        return reduced
    shape = [ONE if axis in gone else d for axis, d in enumerate(x.shape)]
    kept = [axis for axis in range(x.rank) if axis not in gone]
    return build.contract(range(x.rank), [(reduced, kept)], dict(enumerate(shape)))


def variance(
    x: Operand, axes: Axes = None, correction: int = 0, keepdims: bool = False
) -> Node:
    """Return the mean squared deviation, divided by the count less `correction`."""
    x = as_float(x)
    centred = subtract(x, mean(x, axes, keepdims=True))
    if correction == 0:
        c = _count(x, axes) ** -1
    else:
        c = dimension_power(size_of(x.shape[a] for a in axes_of(x, axes)) - correction, -1)
    return _weighted_sum(square(centred), axes, keepdims, c)


def deviation(
    x: Operand, axes: Axes = None, correction: int = 0, keepdims: bool = False
) -> Node:
    """Return the square root of the variance."""
    return unary("sqrt", variance(x, axes, correction, keepdims))


def norm(
    x: Operand, order: object = None, axes: Axes = None, keepdims: bool = False
) -> Node:
    """Return the norm: 2 (also "fro" of a matrix) by default, or 1, of vectors or entries."""
    x = as_float(x)
    gone = axes_of(x, axes)
    if order in (None, "fro") or (order == 2 and len(gone) == 1):
        kept = tuple(d for axis, d in enumerate(x.shape) if axis not in gone)
        return _restored(build.apply("norm", [x], gone, kept), x, gone, keepdims)
    if order == 1 and len(gone) == 1:
        return total(unary("abs", x), axes, keepdims)
    if len(gone) > 1:
        raise Refused(f"the matrix norm of order {order}", "the Frobenius norm needs no order")
    raise Refused(f"the norm of order {order}", "orders 1 and 2 are read")


def softmax(x: Operand, axis: Axes = -1) -> Node:
    """Return exp(x) divided by its sum along the axis."""
    x = as_float(x)
    return build.apply("softmax", [x], axes_of(x, axis), x.shape)


def log_softmax(x: Operand, axis: Axes = -1) -> Node:
    """Return the logarithm of softmax, which does not overflow."""
    x = as_float(x)
    return build.apply("log_softmax", [x], axes_of(x, axis), x.shape)


def logsumexp(x: Operand, axes: Axes = None, keepdims: bool = False) -> Node:
    """Return log Σ exp(x) along the axes, which does not overflow."""
    x = as_float(x)
    gone = axes_of(x, axes)
    kept = tuple(d for axis, d in enumerate(x.shape) if axis not in gone)
    return _restored(build.apply("logsumexp", [x], gone, kept), x, gone, keepdims)


def squared_error(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return the squared differences, their mean or their sum."""
    return reduced(square(subtract(x, target)), reduction)


def absolute_error(x: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return the absolute differences, their mean or their sum."""
    return reduced(unary("abs", subtract(x, target)), reduction)


def logistic_loss(logits: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return softplus(z) - t z: the cross-entropy of targets in [0, 1] with sigmoid(z)."""
    z = as_float(logits)
    return reduced(subtract(unary("softplus", z), multiply(target, z)), reduction)


def likelihood_loss(log_p: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return minus the log-probability of each row's integer target (nll_loss)."""
    log_p, target = as_float(log_p), build_node(target)
    if log_p.rank != target.rank + 1:
        raise ShapeFault("{0} needs one axis more than {1}: the classes, last", log_p, target)
    classes = log_p.shape[-1]
    return reduced(build.negative(picked(log_p, target, classes)), reduction)


def cross_entropy(logits: Operand, target: Operand, reduction: str = "mean") -> Node:
    """Return the cross-entropy of logits with integer targets or rows of probabilities."""
    z, t = as_float(logits), build_node(target)
    log_p = log_softmax(z, 1 if z.rank > 1 else 0)
    if t.rank == z.rank:
        per_row = build.negative(total(multiply(as_float(t), log_p), 1 if z.rank > 1 else 0))
        return reduced(per_row, reduction)
    if z.rank > 2:
        raise Refused("cross_entropy of integer targets with more than one axis")
    return likelihood_loss(log_p, t, reduction)


def picked(x: Node, index: Node, depth: object) -> Node:
    """Return x[..., index]: each row's entry at its own index, as a product with a one-hot."""
    one_hot = build.apply("onehot", [index], (dim(depth),), (*index.shape, dim(depth)))
    axes, sizes = build.labels_of(x)
    if one_hot.shape != x.shape:
        raise ShapeFault("{0} and the index {1} do not have the same rows", x, index)
    return build.contract(axes[:-1], [(x, axes), (one_hot, axes)], sizes)


def build_node(value: Operand) -> Node:
    """Return the operand as it is; labels keep their integers."""
    return value if isinstance(value, Node) else as_float(value)


def reduced(losses: Node, reduction: str) -> Node:
    """Return the losses, their mean or their sum, as PyTorch's `reduction` says."""
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return total(losses)
    if reduction == "none":
        return losses
    raise Refused(f"the reduction {reduction!r}", "mean, sum and none are read")


def normalize(x: Operand, axis: int = 1, eps: Fraction = Fraction("1e-12")) -> Node:
    """Return x / max(‖x‖, eps) along the axis."""
    from_norm = norm(x, 2, axis, keepdims=True)
    return divide(x, binary("maximum", from_norm, coefficient(eps)))
