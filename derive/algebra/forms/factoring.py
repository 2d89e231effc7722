"""Sums with what their terms share in front: A x + Aᵀ x is (A + Aᵀ) x, never the other way round.

What two terms share is found by their factors and the labels that join them.  What is left of
each is summed and takes the place of the rest; this is done where it takes fewer operations, the
largest saving first, until there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.build import add, contract, elementwise, is_zero, scale, split_coefficient
from derive.algebra.canonical_number import identity
from derive.algebra.coefficient import UNIT, Coefficient, coefficient
from derive.algebra.counting import operations
from derive.algebra.forms.inverses import is_inverse
from derive.algebra.forms.joining import Factor
from derive.algebra.forms.lower_half import with_halves_joined
from derive.algebra.forms.shared_factors import (
    Allowed,
    Product,
    Rules,
    common_coefficient,
    merged,
    product_of,
    times_identity,
)
from derive.algebra.forms.signs import sign_inside
from derive.algebra.nodes import Add, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as scalar

_MOST_TERMS = 12  # of a sum in which pairs are compared


def there_already(front: Sequence[Factor], rest: Sequence[Factor], rank: int) -> bool:
    """In code: where no product of matrices is formed for it.

    It is one array, or one scaled along its axes, or a linear system is solved for it anyway.
    """
    arrays = [(factor, set(axes)) for factor, axes in rest if factor.rank]
    labels = set().union(*(axes for _, axes in arrays))
    if len(arrays) > 1 and len(labels) <= rank and any(axes == labels for _, axes in arrays):
        return True
    is_solved = any(is_inverse(factor) for factor, _ in front)
    if is_solved and all(a.rank > 1 and not is_inverse(a) for a, _ in arrays):
        return True
    return len(arrays) <= 1 and all(a.children or isinstance(a, Symbol) for a, _ in arrays)


def as_on_paper(front: Sequence[Factor], rest: Sequence[Factor], rank: int) -> bool:
    """On paper: in a sum of matrices too, whatever it costs."""
    return rank == 2 or there_already(front, rest, rank)


def factored(node: Add, allowed: Allowed = there_already) -> Node:
    """Return the sum with common factors in front, a positive term first."""
    opened = with_halves_joined([inner for term in node.terms for inner in _opened(term)])
    if operations(opened) < operations(node):
        if not isinstance(opened, Add):
            return opened
        node = opened
    terms = list(node.terms)
    while 1 < len(terms) <= _MOST_TERMS:
        found = _best(terms, allowed)
        if found is None:
            break
        together, whole = found
        place = terms.index(together[0])
        terms = [term for term in terms if term not in together]
        total = add(*terms[:place], whole, *terms[place:])
        if not isinstance(total, Add):
            return total
        terms = list(total.terms)
    return with_common_number(terms)


def _best(terms: Sequence[Node], allowed: Allowed) -> tuple[list[Node], Node] | None:
    """Return the terms that save most together, and what they become."""
    most = sum(map(operations, terms))  # a sum that is no shorter would come back without end

    def finished(total: Add) -> Node:
        return factored(total, allowed) if operations(total) < most else total

    rules = Rules(allowed, finished)
    found: list[tuple[int, int, list[Node], Node]] = []
    for together, whole in _candidates(terms, rules):
        saved = sum(map(operations, together)) + len(together) - 1 - operations(whole)
        if saved > 0:
            found.append((-saved, identity(whole), together, whole))
    return min(found, key=lambda item: item[:2])[2:] if found else None


def _candidates(terms: Sequence[Node], rules: Rules) -> Iterator[tuple[list[Node], Node]]:
    """Yield terms that have something in common, with their sum."""
    products = [(term, product) for term in terms if (product := product_of(term)) is not None]
    for k, (second, theirs) in enumerate(products):
        for first, ours in products[:k]:
            yield from (([first, second], node) for node in merged(ours, theirs, rules))
        for parts, residual in _residuals(theirs, terms):
            for whole in times_identity(residual):
                yield from (([*parts, second], node) for node in merged(whole, theirs, rules))


def _residuals(product: Product, terms: Sequence[Node]) -> Iterator[tuple[list[Node], Product]]:
    """Yield sums among the factors that stand among the terms too: R in x - y - (x - y) W Wᵀ."""
    like = {}
    for term in terms:
        c, rest = split_coefficient(term)
        like[identity(rest)] = term, c
    for residual, _ in product.factors:
        if not isinstance(residual, Add) or residual.shape != terms[0].shape:
            continue
        split = [split_coefficient(part) for part in residual.terms]
        found = [(like.get(identity(rest)), c) for c, rest in split]
        parts = [match[0] for match, _ in found if match is not None]
        ratios = {match[1] * c**-1 for match, c in found if match is not None}
        if len(parts) == len(found) and len(ratios) == 1:
            labels = tuple(range(residual.rank))
            sizes = dict(enumerate(residual.shape))
            yield parts, Product(ratios.pop(), ((residual, labels),), sizes, residual.rank)


def _opened(term: Node) -> Sequence[Node]:
    """Return the terms of a transposed sum, which may be like others; else the term."""
    if not isinstance(term, Contract) or len(term.factors) != 1 or term.bound:
        return [term]
    ((total, axes),) = term.factors
    if not isinstance(total, Add):
        return [term]
    sizes = dict(enumerate(term.sizes))
    return [contract(term.out, [(t, axes)], sizes, term.coefficient) for t in total.terms]


def with_common_number(terms: Sequence[Node]) -> Node:
    """Return the sum with the number and the dimensions that all terms carry in front."""
    terms = [sign_inside(term) for term in terms]
    if len(terms) == 1:
        return terms[0]
    split = [_number_and_rest(term) for term in terms]
    c = common_coefficient([number for number, _ in split])
    first = next((k for k, (number, _) in enumerate(split) if number.number > 0), 0)
    terms.insert(0, terms.pop(first))
    split.insert(0, split.pop(first))
    if c == UNIT:
        return add(*terms)
    total = add(*(sign_inside(scale(number * c**-1, rest)) for number, rest in split))
    if is_zero(total):
        return total
    axes = tuple(range(total.rank))
    return contract(axes, [(total, axes)], dict(enumerate(total.shape)), c)


def _number_and_rest(term: Node) -> tuple[Coefficient, Node]:
    """Return the number in front, that of a function as well, and the term without it."""
    if isinstance(term, Map) and term.fn.op == "mul" and term.fn.args[0].op == "number":
        rest = elementwise(scalar.mul(*term.fn.args[1:]), term.args, term.shape)
        return coefficient(term.fn.args[0].args[0]), rest
    return split_coefficient(term)
