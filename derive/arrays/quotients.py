"""Quotients that are a softmax or a sigmoid, read as such: neither overflows."""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.forms.as_function import as_function
from derive.algebra.nodes import Add, Contract, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import call
from derive.arrays.elementwise import divide
from derive.arrays.rewrites import (
    Context,
    exponent_of,
    exponential_sum,
    one_plus,
    shown,
    unfolded,
)
from derive.arrays.values import NUMBERS, Operand, node


def quotient(context: Context, left: Operand, right: Operand) -> Node:
    """Return left / right: a softmax or a sigmoid where it is one."""
    if isinstance(right, NUMBERS):
        return divide(left, right)
    return _softmax(context, left, right) or _sigmoid(context, left, right)


def _softmax(context: Context, left: Operand, right: Operand) -> Node | None:
    """exp(x) / Σ exp(x) is softmax(x), and a shift of x along the axis does not count."""
    if not isinstance(left, Node):
        return None
    top = exponent_of(context, left)
    total = context.unfold(node(right))
    below = exponential_sum(context, total)
    if top is None or below is None or below[0] != top or not _in_place(total, below[1]):
        return None
    x, axes = below
    z = _without_shift(context, x, axes)
    context.remark(
        f"exp({shown(z)}) over its sum is computed as softmax({shown(z)}), which does not overflow"
    )
    return build.apply("softmax", [z], axes, x.shape)


def _in_place(total: Node, axes: tuple[int, ...]) -> bool:
    """Whether a sum over the axes is divided by where it belongs, each row by its own."""
    assert isinstance(total, Contract)
    ((factor, labels),) = total.factors
    if not total.rank:
        return len(axes) == factor.rank
    kept = [axis for axis in range(factor.rank) if axis not in axes]
    return total.rank == factor.rank and all(total.out[k] == labels[k] for k in kept)


def _without_shift(context: Context, x: Node, axes: tuple[int, ...]) -> Node:
    """Drop terms of x that are the same along the axes, such as the largest entry."""
    inner = context.unfold(x)
    if not isinstance(inner, Add):
        return x
    kept = [term for term in inner.terms if not _is_constant_along(term, axes)]
    return build.add(*kept) if kept and len(kept) < len(inner.terms) else x


def _is_constant_along(term: Node, axes: tuple[int, ...]) -> bool:
    if not isinstance(term, Contract):
        return False
    used = {label for _, labels in term.factors for label in labels}
    return all(term.out[axis] not in used for axis in axes)


def _sigmoid(context: Context, left: Operand, right: Operand) -> Node:
    """1 / (1 + exp(-x)) is sigmoid(x), and exp(x) / (1 + exp(x)) as well."""
    plain = divide(left, right)
    fn = as_function(unfolded(context, node(right)))
    top = as_function(unfolded(context, left)) if isinstance(left, Node) else None
    exponential = one_plus(fn[0])
    if exponential is None or exponential.op != "call":
        return plain
    if exponential.args[0] != "exp" or plain.shape != node(right).shape:
        return plain
    z = exponential.args[1]
    if left == 1:
        better = call("sigmoid", scalar.mul(-1, z))
    elif top is not None and top == (exponential, fn[1]):
        better = call("sigmoid", z)
    else:
        return plain
    context.remark("1/(1 + exp(-z)) is computed as sigmoid(z), which does not overflow")
    return build.elementwise(better, fn[1], plain.shape)
