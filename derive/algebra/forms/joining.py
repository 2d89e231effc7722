"""Factors on the same labels as one function of their entries: joined where something cancels.

A product keeps the powers of an entry apart from the functions of it; x/‖x‖² times ‖x‖ is read as
one function of ‖x‖, and comes out as x/‖x‖.  `pieces` is the way back: a map that is a product is
taken apart into the powers that it is made of, so that common ones can be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from derive.algebra.build import contract, elementwise, labels_of
from derive.algebra.coefficient import Coefficient, coefficient
from derive.algebra.forms.part_of_product import either_way, with_part
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.rational import simplest
from derive.algebra.scalars.tree import Scalar

Factor = tuple[Node, tuple[int, ...]]


def joined(node: Contract) -> Node:
    """Return the product with maps and what they are functions of joined, and cancelled."""
    for axes in dict.fromkeys(axes for f, axes in node.factors if isinstance(f, Map)):
        group = [f for f, at in node.factors if at == axes and not isinstance(f, Contract)]
        if len(group) < 2 or len(set(axes)) < len(axes) or not _overlap(group):
            continue
        product = _product_of(group)
        rest = [(f, at) for f, at in node.factors if at != axes or f not in group]
        sizes = dict(enumerate(node.sizes))
        return contract(node.out, [*rest, (product, axes)], sizes, node.coefficient)
    return node


def _product_of(group: Sequence[Node]) -> Node:
    fn = scalar.mul(*(scalar.slot(k) for k in range(len(group))))
    product = elementwise(fn, group, group[0].shape)
    if isinstance(product, Map):
        return elementwise(simplest(product.fn), product.args, product.shape)
    return product


def _overlap(group: Sequence[Node]) -> bool:
    """Whether two factors are made of one symbol: else nothing cancels between them."""
    seen: set[Node] = set()
    for factor in group:
        atoms = {factor} if not isinstance(factor, Map) else {*factor.children}
        if atoms & seen:
            return True
        seen |= atoms
    return False


def with_cancelled_parts(node: Contract) -> Node:
    """Return the product with a part of it cancelled by a map of that same part: xᵀx / (xᵀx)²."""
    for k, (factor, axes) in enumerate(node.factors):
        for value, part in _parts(factor):
            others = [f for j, f in enumerate(node.factors) if j != k]
            place = Symbol("·part", part.shape)
            sizes = dict(enumerate(node.sizes))
            rest = contract(node.out, [*others, (factor, axes)], sizes, node.coefficient)
            if not isinstance(rest, Contract):
                continue
            found = with_part(rest, part, place, either_way)
            if isinstance(found, Contract) and (map_axes := _same_axes(found, place, factor)):
                joint = _product_of([*value, factor])
                kept = [f for f in found.factors if f[0] not in (place, factor)]
                sizes = dict(enumerate(found.sizes))
                return contract(found.out, [*kept, (joint, map_axes[0])], sizes, found.coefficient)
    return node


def _parts(factor: Node) -> Iterator[tuple[list[Node], Contract]]:
    """Yield the products that a map is a function of, xᵀx for ‖x‖: what each is the product of."""
    for arg in factor.args if isinstance(factor, Map) else ():
        value, part = [arg], arg
        if isinstance(arg, Apply) and arg.rule == "norm":
            value, part = [arg, arg], square_of(arg)
        if isinstance(part, Contract) and part.factors:
            yield value, part


def square_of(norm: Apply) -> Node:
    """Return ‖x‖² along the axes of the norm, as the sum of squares that it is."""
    (x,) = norm.args
    axes, sizes = labels_of(x)
    kept = [axis for axis in axes if axis not in norm.params]
    return contract(kept, [(x, axes), (x, axes)], sizes)


def with_squared_norms(node: Contract) -> Node:
    """Return the product with ‖x‖ ‖x‖ as the sum of squares that it is."""
    for factor in dict.fromkeys(node.factors):
        norm, axes = factor
        if not isinstance(norm, Apply) or norm.rule != "norm" or node.factors.count(factor) < 2:
            continue
        (x,) = norm.args
        sizes = dict(enumerate(node.sizes))
        kept = iter(axes)
        labels = []
        for axis, size in enumerate(x.shape):
            label = len(sizes) if axis in norm.params else next(kept)
            sizes[label] = size
            labels.append(label)
        rest = list(node.factors)
        rest.remove(factor)
        rest.remove(factor)
        square = [(x, tuple(labels))] * 2
        return contract(node.out, [*square, *rest], sizes, node.coefficient)
    return node


def _same_axes(node: Contract, first: Node, second: Node) -> list[tuple[int, ...]]:
    """Return the labels of both factors where they are the same, each occurring once."""
    axes = [at for f, at in node.factors if f in (first, second)]
    return axes[:1] if len(axes) == 2 and axes[0] == axes[1] else []


def pieces(node: Contract) -> tuple[Coefficient, list[Factor]]:
    """Return the product's number and its factors, maps taken apart into powers of one."""
    c = node.coefficient
    found: list[Factor] = []
    for factor, axes in node.factors:
        if not isinstance(factor, Map):
            found.append((factor, axes))
            continue
        for power in factor.fn.args if factor.fn.op == "mul" else (factor.fn,):
            if power.op == "number":
                c = c * coefficient(power.args[0])
            else:
                found += [(elementwise(p, factor.args, factor.shape), axes) for p in _ones(power)]
    return c, found


def _ones(power: Scalar) -> Iterator[Scalar]:
    """Yield u^k as k factors u, or 1/u where k is negative."""
    base, exponent = power.args if power.op == "pow" else (power, Fraction(1))
    if exponent.denominator != 1:
        yield power
        return
    for _ in range(abs(int(exponent))):
        yield base if exponent > 0 else 1 / base


def numbers_in_front(node: Contract) -> Node:
    """Return the product with the numbers that its maps carry in its coefficient."""
    c, factors = node.coefficient, []
    for factor, axes in node.factors:
        if isinstance(factor, Map) and factor.fn.op == "mul" and factor.fn.args[0].op == "number":
            c = c * coefficient(factor.fn.args[0].args[0])
            factor = elementwise(scalar.mul(*factor.fn.args[1:]), factor.args, factor.shape)
        factors.append((factor, axes))
    if c == node.coefficient:
        return node
    return contract(node.out, factors, dict(enumerate(node.sizes)), c)
