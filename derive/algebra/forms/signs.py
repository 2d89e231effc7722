"""Where signs and numbers stand: B - A for -(A - B), x - y for -y + x, 2 (x - y) for 2 x - 2 y."""

from __future__ import annotations

from derive.algebra.build import add, contract, elementwise, scale, split_coefficient
from derive.algebra.nodes import Add, Contract, Map, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar


def positive_first(fn: Scalar) -> Scalar:
    """Write -y + x as x - y, and -(x - y) z as (y - x) z."""
    if fn.op == "mul" and scalar.is_negative(fn):
        for k, factor in enumerate(fn.args):
            if factor.op == "add" and any(map(scalar.is_negative, factor.args)):
                turned = scalar.add(*(-term for term in factor.args))
                return scalar.mul(-1, *fn.args[:k], positive_first(turned), *fn.args[k + 1 :])
    if fn.op != "add" or not scalar.is_negative(fn.args[0]):
        return fn
    return scalar.add(*sorted(fn.args, key=scalar.is_negative))


def number_in_front(tree: Scalar) -> Scalar:
    """Return 2 (x - y) for 2 x - 2 y."""
    numbers = {abs(scalar.number_of(term)) for term in tree.args} if tree.op == "add" else {1}
    if len(numbers) > 1 or numbers <= {0, 1}:
        return tree
    (number,) = numbers
    return scalar.mul(number, scalar.add(*(term / number for term in tree.args)))


def sign_inside(node: Node) -> Node:
    """Write -(A - B) as B - A; one that stands twice, as in -‖A - B‖², is left."""
    if not isinstance(node, Contract) or node.coefficient.number >= 0:
        return node
    for k, (factor, axes) in enumerate(node.factors):
        turned = _turned(factor) if node.children.count(factor) == 1 else None
        if turned is not None:
            factors = list(node.factors)
            factors[k] = (turned, axes)
            return contract(node.out, factors, dict(enumerate(node.sizes)), -node.coefficient)
    return node


def _turned(factor: Node) -> Node | None:
    """Return minus a difference, None for what is no difference."""
    if isinstance(factor, Map):
        if factor.fn.op == "mul":
            opposite = positive_first(scalar.mul(-1, factor.fn))
            turned = elementwise(opposite, factor.args, factor.shape)
            return None if scalar.is_negative(opposite) else turned
        negative = factor.fn.op == "add" and any(map(scalar.is_negative, factor.fn.args))
        return elementwise(-factor.fn, factor.args, factor.shape) if negative else None
    if isinstance(factor, Add):
        negative = any(split_coefficient(term)[0].number < 0 for term in factor.terms)
        return _factored_sign(factor) if negative else None
    return None


def _factored_sign(node: Add) -> Node:
    """Return minus the sum, a positive term first."""
    terms = [sign_inside(scale(-1, term)) for term in node.terms]
    first = next(k for k, t in enumerate(terms) if split_coefficient(t)[0].number > 0)
    return add(terms[first], *terms[:first], *terms[first + 1 :])
