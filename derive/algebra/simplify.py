"""Compact forms: facts used, common factors kept outside, maps joined where that shortens them.

Every rewrite is an equality of the expressions; it is taken only where the count of operations
does not grow.  Sums are never multiplied out for good: distributing is tried, and kept only when
what comes out is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from derive.algebra import scalar
from derive.algebra.assemble import assembled
from derive.algebra.build import (
    add,
    contract,
    elementwise,
    is_zero,
    rebuild,
    scale,
    split_coefficient,
)
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.inverses import with_inverses
from derive.algebra.nodes import Add, Contract, Map, Node, Symbol
from derive.algebra.rational import simplest
from derive.algebra.scalar import Scalar

UnitSums = Callable[[Symbol], tuple[int, ...]]
"""The axes along which a symbol's entries sum to one (a simplex, a softmax)."""


@lru_cache(maxsize=4096)
def operations(node: Node) -> int:
    """Count the operations that a reader sees; transposes and copies are free."""
    inner = sum(operations(child) for child in node.children)
    if isinstance(node, Contract):
        c = node.coefficient
        number = c.number not in (1, -1)
        return inner + max(0, len(node.factors) + number + len(c.powers) - 1)
    if isinstance(node, Add):
        return inner + len(node.terms) - 1
    if isinstance(node, Map):
        return inner + node.fn.operations
    return inner + bool(node.children)


def simplify(node: Node, unit_sums: UnitSums) -> Node:
    """Return an equal expression, no longer than the one given."""
    if isinstance(node, Contract) and all(isinstance(child, Symbol) for child in node.children):
        return _sums_to_one(node, unit_sums)
    children = [simplify(child, unit_sums) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    node = with_inverses(node)
    if isinstance(node, Contract):
        node = min((node, _joined(node)), key=operations)
    if isinstance(node, Contract):
        node = _sums_to_one(node, unit_sums)
    if isinstance(node, Contract):
        return _sign_inside(min((node, *_distributed(node, unit_sums)), key=operations))
    if isinstance(node, Map):
        return elementwise(_positive_first(simplest(node.fn)), node.args, node.shape)
    if isinstance(node, Add):
        return assembled(node.terms) or _factored(node)
    return node


def _positive_first(fn: Scalar) -> Scalar:
    """Write -y + x as x - y."""
    if fn.op != "add" or not scalar.is_negative(fn.args[0]):
        return fn
    return scalar.add(*sorted(fn.args, key=scalar.is_negative))


def _sums_to_one(node: Contract, unit_sums: UnitSums) -> Node:
    """Drop a factor that is summed along an axis where its entries sum to one.

    Its other labels stay: one that nothing else has counts with its dimension.
    """
    for k, (factor, axes) in enumerate(node.factors):
        if not isinstance(factor, Symbol):
            continue
        for axis in unit_sums(factor):
            label = axes[axis]
            alone = all(label not in other for j, (_, other) in enumerate(node.factors) if j != k)
            if alone and label not in node.out and axes.count(label) == 1:
                sizes = {i: d for i, d in enumerate(node.sizes) if i != label}
                rest = [f for j, f in enumerate(node.factors) if j != k]
                shorter = contract(node.out, rest, sizes, node.coefficient)
                if isinstance(shorter, Contract):
                    return _sums_to_one(shorter, unit_sums)
                return shorter
    return node


def _joined(node: Contract) -> Node:
    """Return the product with the maps and symbols on the same labels joined, cancelled."""
    for axes in dict.fromkeys(axes for f, axes in node.factors if isinstance(f, Map)):
        group = [f for f, at in node.factors if at == axes and isinstance(f, Symbol | Map)]
        if len(group) < 2 or len(set(axes)) < len(axes) or not _overlap(group):
            continue
        fn = scalar.mul(*(scalar.slot(k) for k in range(len(group))))
        product = elementwise(fn, group, group[0].shape)
        if isinstance(product, Map):
            product = elementwise(simplest(product.fn), product.args, product.shape)
        rest = [(f, at) for f, at in node.factors if at != axes or f not in group]
        sizes = dict(enumerate(node.sizes))
        return contract(node.out, [*rest, (product, axes)], sizes, node.coefficient)
    return node


def _sign_inside(node: Node) -> Node:
    """Write -(A - B) as B - A."""
    if not isinstance(node, Contract) or node.coefficient.number >= 0:
        return node
    for k, (factor, axes) in enumerate(node.factors):
        turned = _turned(factor)
        if turned is not None:
            factors = list(node.factors)
            factors[k] = (turned, axes)
            return contract(node.out, factors, dict(enumerate(node.sizes)), -node.coefficient)
    return node


def _turned(factor: Node) -> Node | None:
    """Return minus a difference, None for what is no difference."""
    if isinstance(factor, Map):
        negative = factor.fn.op == "add" and any(map(scalar.is_negative, factor.fn.args))
        return elementwise(-factor.fn, factor.args, factor.shape) if negative else None
    if isinstance(factor, Add):
        negative = any(split_coefficient(term)[0].number < 0 for term in factor.terms)
        return _factored_sign(factor) if negative else None
    return None


def _factored_sign(node: Add) -> Node:
    """Return minus the sum, a positive term first."""
    terms = [scale(-1, term) for term in node.terms]
    first = next(k for k, t in enumerate(terms) if split_coefficient(t)[0].number > 0)
    return add(terms[first], *terms[:first], *terms[first + 1 :])


def _overlap(group: Sequence[Node]) -> bool:
    """Whether two factors are made of one symbol: else nothing cancels between them."""
    seen: set[Node] = set()
    for factor in group:
        atoms = set(factor.children) or {factor}
        if atoms & seen:
            return True
        seen |= atoms
    return False


def _distributed(node: Contract, unit_sums: UnitSums) -> list[Node]:
    """Return the sums that come of multiplying a sum among the factors out."""
    if node.bound or len(set(node.out)) < len(node.out):
        return []
    found = []
    for k, (factor, axes) in enumerate(node.factors):
        if isinstance(factor, Add) and axes == node.out:
            terms = []
            for term in factor.terms:
                factors = list(node.factors)
                factors[k] = (term, axes)
                product = contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)
                terms.append(simplify(product, unit_sums))
            total = add(*terms)
            found.append(_factored(total) if isinstance(total, Add) else total)
    return found


def _factored(node: Add) -> Node:
    """Write c A P + c B P as c P (A + B), a positive term first."""
    terms = list(node.terms)
    common = _common_coefficient(terms)
    shared = _common_factors(terms)
    first = next((k for k, t in enumerate(terms) if split_coefficient(t)[0].number > 0), 0)
    terms.insert(0, terms.pop(first))
    if common == UNIT and not shared:
        return add(*terms)
    inverse = common**-1
    reduced = [scale(inverse, _without(term, shared)) for term in terms]
    total = add(*reduced)
    if is_zero(total):
        return total
    axes = tuple(range(node.rank))
    sizes = dict(enumerate(node.shape))
    return contract(axes, [*shared, (total, axes)], sizes, common)


def _common_coefficient(terms: list[Node]) -> Coefficient:
    """Return the number and dimensions that every term carries, its sign that of all or none."""
    coefficients = [split_coefficient(term)[0] for term in terms]
    sizes = {abs(c.number) for c in coefficients}
    powers = set(coefficients[0].powers).intersection(*(c.powers for c in coefficients))
    number = sizes.pop() if len(sizes) == 1 else UNIT.number
    if all(c.number < 0 for c in coefficients):
        number = -number
    return Coefficient(number, tuple(sorted(powers, key=lambda item: str(item[0]))))


def _common_factors(terms: list[Node]) -> list[tuple[Node, tuple[int, ...]]]:
    """Return the factors that stand in every term in the same place."""
    rank = terms[0].rank
    axes = tuple(range(rank))

    def factors(term: Node) -> list:
        if isinstance(term, Contract):
            if term.out != axes:
                return []
            return [f for f in term.factors if all(label < rank for label in f[1])]
        return [(term, axes)]

    shared = factors(terms[0])
    for term in terms[1:]:
        have = factors(term)
        shared = [f for f in shared if f in have]
    return list(dict.fromkeys(shared))


def _without(term: Node, shared: list) -> Node:
    if not shared:
        return term
    axes = tuple(range(term.rank))
    if not isinstance(term, Contract):
        return contract(axes, [], dict(enumerate(term.shape)))
    factors = list(term.factors)
    for factor in shared:
        factors.remove(factor)
    sizes = dict(enumerate(term.sizes))
    return contract(term.out, factors, sizes, term.coefficient)
