"""Norms by their name in functions: √(xᵀx) is ‖x‖, and ‖x‖² is xᵀx for a vector with a name.

A square root of a product of such sums, none of which is negative, is the product of the norms.
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.build import apply, elementwise
from derive.algebra.coefficient import UNIT
from derive.algebra.counting import operations
from derive.algebra.forms.joining import square_of
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol
from derive.algebra.properties.symmetry import is_symmetric
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar

_ROOTS = {"sqrt": Fraction(1, 2), "rsqrt": Fraction(-1, 2)}


def with_norms(node: Node) -> Node:
    """Return a function of norms, and of sums of squares, in the shorter of both."""
    if not isinstance(node, Map):
        return node
    args = list(node.args)

    def told(tree: Scalar) -> Scalar | None:
        base, exponent = _power(tree)
        bases = base.args if base.op == "mul" else (base,)
        if not all(part.op == "slot" for part in bases):
            return None
        found = [_other(node.args[part.args[0]], exponent) for part in bases]
        values = [value for value in found if value is not None]
        if len(values) < len(bases):
            return None
        args.extend(value for value, _ in values)
        slots = range(len(args) - len(values), len(args))
        return scalar.mul(*(scalar.slot(k) ** e for k, (_, e) in zip(slots, values, strict=True)))

    made = elementwise(scalar.transform(node.fn, told), args, node.shape)
    return min((made, node), key=operations)


def _power(tree: Scalar) -> tuple[Scalar, Fraction]:
    """Return the base and the exponent of a power or a root."""
    exponent = Fraction(1)
    if tree.op == "pow":
        tree, exponent = tree.args
    if tree.op == "call" and tree.args[0] in _ROOTS:
        return tree.args[1], exponent * _ROOTS[tree.args[0]]
    return tree, exponent


def _other(value: Node, exponent: Fraction) -> tuple[Node, Fraction] | None:
    """Return the power of a norm as one of a sum of squares, and the other way round."""
    if isinstance(value, Apply) and value.rule == "norm" and exponent % 2 == 0:
        (x,) = value.args
        named = isinstance(x, Symbol) and not is_symmetric(x)  # ‖X w‖² is no wᵀ Xᵀ X w
        return (square_of(value), exponent / 2) if named else None
    if exponent.denominator == 2:
        norm = _norm(value)
        return None if norm is None else (norm, 2 * exponent)
    return None


def _norm(value: Node) -> Node | None:
    """Return ‖x‖ for Σ x², None for what is no sum of squares of one array."""
    if not isinstance(value, Contract) or len(value.factors) != 2 or value.coefficient != UNIT:
        return None
    (x, axes), second = value.factors
    kept = tuple(label for label in axes if label in value.out)
    plain = len(set(axes)) == len(axes) and kept == value.out and value.bound
    if second != (x, axes) or not plain:
        return None
    summed = tuple(axis for axis, label in enumerate(axes) if label not in value.out)
    return apply("norm", [x], summed, value.shape)
