"""Compact forms: facts used, common factors kept outside, maps joined where that shortens them.

Every rewrite is an equality of the expressions; it is taken only where the count of operations
does not grow.  Sums are never multiplied out for good: distributing is tried, and kept only when
what comes out is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from derive.algebra.build import add, contract, elementwise, rebuild
from derive.algebra.counting import operations
from derive.algebra.distributing import distributed
from derive.algebra.forms.factoring import factored
from derive.algebra.forms.inverses import with_inverses
from derive.algebra.forms.joining import (
    joined,
    numbers_in_front,
    with_cancelled_parts,
    with_squared_norms,
)
from derive.algebra.forms.lower_half import with_halves
from derive.algebra.forms.signs import positive_first, sign_inside
from derive.algebra.forms.special_cases import known_value
from derive.algebra.forms.vanishing import without_vanishing
from derive.algebra.moves.assemble import assembled
from derive.algebra.moves.matrices_that_move import piece_of
from derive.algebra.moves.placed import with_places_taken
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.properties.orthonormal import with_orthonormal
from derive.algebra.properties.symmetry import oriented
from derive.algebra.scalars.rational import simplest

UnitSums = Callable[[Symbol], tuple[int, ...]]
"""The axes along which a symbol's entries sum to one (a simplex, a softmax)."""

LONGEST_DISTRIBUTED = 24  # operations of a product that is tried multiplied out
MOST_DISTRIBUTED = 12  # terms of a product with all its sums multiplied out


class Simplifier:
    """Makes expressions compact; what it has seen once it knows.

    Distributing is tried on parts of parts, so that the same part comes up many times.  One is
    made for each derivation: the symbols of two models may be equal but for their property.
    """

    def __init__(self, unit_sums: UnitSums, further: Callable[[Node], Node] | None = None) -> None:
        self.unit_sums = unit_sums
        self.further = further
        self.known: dict[Node, Node] = {}

    def __call__(self, node: Node) -> Node:
        """Return an equal expression, no longer than the one given."""
        if isinstance(node, Contract) and all(isinstance(child, Symbol) for child in node.children):
            return _with_facts(node, self.unit_sums)
        found = self.known.get(node)
        if found is None:
            found = self._compact(node)
            if self.further is not None and operations(found) < operations(node):
                found = self(found)
            self.known[node] = found
        return found

    def _compact(self, node: Node) -> Node:
        children = [self(child) for child in node.children]
        if any(new is not old for new, old in zip(children, node.children, strict=True)):
            node = rebuild(node, children)
        node = with_halves(with_orthonormal(with_inverses(node)), self)
        if self.further is not None:
            node = self.further(node)
        if isinstance(node, Contract):
            return self._product(node)
        if isinstance(node, Apply) and node.rule == "reshape":
            node = _copied_number(node)
        if isinstance(node, Apply) and node.rule == "slice":
            node = piece_of(node)
        if isinstance(node, Apply):
            return known_value(node)
        if isinstance(node, Map):
            return elementwise(positive_first(simplest(node.fn)), node.args, node.shape)
        if isinstance(node, Add):
            return assembled(node.terms) or factored(node)
        return node

    def _product(self, node: Contract) -> Node:
        """Return the product in the shortest of its forms."""
        found = with_places_taken(numbers_in_front(node))
        for shorten in (joined, with_squared_norms, with_cancelled_parts, without_vanishing):
            if isinstance(found, Contract):
                found = min((found, shorten(found)), key=operations)
        found = _with_facts(found, self.unit_sums)
        if not isinstance(found, Contract):
            return found
        found = sign_inside(min((found, *self._distributed(found)), key=operations))
        if isinstance(found, Contract) and operations(found) < operations(node):
            return self._product(found)
        return found

    def _distributed(self, node: Contract) -> Iterator[Node]:
        """Yield the sums that come of multiplying a sum among the factors out."""
        terms_in_all = prod(len(f.terms) for f in node.children if isinstance(f, Add))
        if operations(node) > LONGEST_DISTRIBUTED or terms_in_all > MOST_DISTRIBUTED:
            return
        if len(set(node.out)) < len(node.out):
            return
        for k, factor in enumerate(node.children):
            if isinstance(factor, Add):
                total = add(*map(self, distributed(node, k)))
                yield factored(total) if isinstance(total, Add) else total


def simplify(node: Node, unit_sums: UnitSums) -> Node:
    """Return an equal expression, no longer than the one given."""
    return Simplifier(unit_sums)(node)


def _copied_number(node: Apply) -> Node:
    """Return the number at each entry that a reshaped array of one number is."""
    (inner,) = node.args
    if not isinstance(inner, Contract) or any(factor.rank for factor in inner.children):
        return node
    if len(set(inner.out)) < inner.rank:
        return node
    labels = range(node.rank)
    return contract(labels, inner.factors, dict(enumerate(node.shape)), inner.coefficient)


def _with_facts(node: Node, unit_sums: UnitSums) -> Node:
    """Return the product with what is known of its symbols used."""
    found = oriented(node)
    return _sums_to_one(found, unit_sums) if isinstance(found, Contract) else found


def _sums_to_one(node: Contract, unit_sums: UnitSums) -> Node:
    """Drop a factor that is summed along an axis where its entries sum to one.

    Its other labels stay: one that nothing else has counts with its dimension.
    """
    for k, (factor, axes) in enumerate(node.factors):
        for axis in _unit_axes(factor, unit_sums):
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


def _unit_axes(factor: Node, unit_sums: UnitSums) -> tuple[int, ...]:
    """Return the axes along which a factor sums to one."""
    if isinstance(factor, Symbol):
        return unit_sums(factor)
    if isinstance(factor, Apply) and factor.rule == "softmax" and len(factor.params) == 1:
        return factor.params
    return ()
