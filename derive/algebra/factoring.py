"""Sums with what their terms share in front: A x + Aᵀ x is (A + Aᵀ) x, never the other way round.

What two terms share is found by their factors and the labels that join them.  What is left of
each is summed and takes the place of the rest; this is done where it takes fewer operations, the
largest saving first, until there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derive.algebra.build import add, contract, is_zero, scale, split_coefficient
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.counting import operations
from derive.algebra.identity import identity
from derive.algebra.joining import Factor, joined, pieces
from derive.algebra.nodes import Add, Contract, Node, Symbol
from derive.algebra.signs import sign_inside
from derive.dims import Dim

MOST_TERMS = 12  # of a sum in which pairs are compared
Allowed = Callable[[Sequence[Factor], int], bool]
"""Whether what is left of a term of some rank may be summed as a matrix."""


def there_already(rest: Sequence[Factor], rank: int) -> bool:
    """In code: where it is one array, so that no product of matrices is formed for it."""
    arrays = [factor for factor, _ in rest if factor.rank]
    return len(arrays) <= 1 and all(array.children or isinstance(array, Symbol) for array in arrays)


def as_on_paper(rest: Sequence[Factor], rank: int) -> bool:
    """On paper: in a sum of matrices too, whatever it costs."""
    return rank == 2 or there_already(rest, rank)


def factored(node: Add, allowed: Allowed = there_already) -> Node:
    """Return the sum with common factors in front, a positive term first."""
    opened = add(*(inner for term in node.terms for inner in _opened(term)))
    if operations(opened) < operations(node):
        if not isinstance(opened, Add):
            return opened
        node = opened
    terms = list(node.terms)
    while 1 < len(terms) <= MOST_TERMS:
        found = _best(terms, allowed)
        if found is None:
            break
        i, j, merged = found
        terms[i] = merged
        del terms[j]
        total = add(*terms)
        if not isinstance(total, Add):
            return total
        terms = list(total.terms)
    return with_common_number(terms)


def _best(terms: Sequence[Node], allowed: Allowed) -> tuple[int, int, Node] | None:
    """Return the two terms that save most together, and what they become."""
    found: list[tuple[int, int, int, int, Node]] = []
    products = [_product(term) for term in terms]
    for j, second in enumerate(products):
        for i, first in enumerate(products[:j]):
            if first is None or second is None:
                continue
            for merged in _merged(first, second, allowed):
                saved = operations(terms[i]) + operations(terms[j]) + 1 - operations(merged)
                if saved > 0:
                    found.append((-saved, identity(merged), i, j, merged))
    if not found:
        return None
    _, _, i, j, merged = min(found, key=lambda item: item[:2])
    return i, j, merged


@dataclass(frozen=True)
class _Product:
    """A term: its number, and its factors on labels of which the first are the output's."""

    number: Coefficient
    factors: tuple[Factor, ...]
    sizes: dict[int, Dim]
    rank: int


def _product(term: Node) -> _Product | None:
    """Read a term as a product; None for a diagonal matrix."""
    labels = tuple(range(term.rank))
    if not isinstance(term, Contract):
        return _Product(UNIT, ((term, labels),), dict(enumerate(term.shape)), term.rank)
    if term.out != labels or not term.factors:
        return None
    number, factors = pieces(term)
    return _Product(number, tuple(factors), dict(enumerate(term.sizes)), term.rank)


def _flat(product: _Product) -> _Product:
    """Return the term with products among its factors merged, those that occur twice too."""
    number, sizes = product.number, dict(product.sizes)
    factors: list[Factor] = []
    for factor, axes in product.factors:
        inner = _product(factor) if isinstance(factor, Contract) else None
        if inner is None or len(inner.factors) < 2:
            factors.append((factor, axes))
            continue
        start = max(sizes, default=0) + 1
        place = {k: axes[k] if k < inner.rank else start + k for k in inner.sizes}
        sizes |= {place[k]: size for k, size in inner.sizes.items()}
        number = number * inner.number
        factors += [(f, tuple(place[k] for k in at)) for f, at in inner.factors]
    return _Product(number, tuple(factors), sizes, product.rank)


def _merged(first: _Product, second: _Product, allowed: Allowed) -> Iterator[Node]:
    """Yield the sum of the two with some of what they share in front."""
    flat = _flat(first), _flat(second)
    if flat != (first, second):
        yield from _merged_as_they_are(*flat, allowed)
    keys = [[identity(f) for f, _ in product.factors] for product in (first, second)]
    if set(keys[0]) < set(keys[1]) or set(keys[1]) < set(keys[0]):
        for one, other in ((first, second), (second, first)):
            for widened in _times_identity(one):
                yield from _merged_as_they_are(widened, other, allowed)
    yield from _merged_as_they_are(first, second, allowed)


def _times_identity(product: _Product) -> Iterator[_Product]:
    """Yield R I and I R for a residual R: what R - R W Wᵀ has in common is R."""
    fresh = max(product.sizes, default=0) + 1
    if not any(isinstance(factor, Add) for factor, _ in product.factors):
        return
    for label in range(product.rank):
        size = product.sizes[label]
        moved = [
            (f, tuple(fresh if a == label else a for a in axes)) for f, axes in product.factors
        ]
        square = contract((0, 0), [], {0: size})
        factors = (*moved, (square, (fresh, label)))
        yield _Product(product.number, factors, {**product.sizes, fresh: size}, product.rank)


def _merged_as_they_are(first: _Product, second: _Product, allowed: Allowed) -> Iterator[Node]:
    keys = [[identity(f) for f, _ in product.factors] for product in (first, second)]
    matches: dict[Pairs, dict[int, int]] = {_shared_numbers(first, keys): {}}
    for i, key in enumerate(keys[0]):
        for j, other in enumerate(keys[1]):
            match = _grown(first, second, keys, {i: j}) if key == other else None
            if match is not None:
                matches.setdefault(*match)
    for pairs, labels in matches.items():
        node = _with_front(first, second, dict(pairs), labels, allowed) if pairs else None
        if node is not None:
            yield node


def _shared_numbers(first: _Product, keys: Sequence[Sequence[int]]) -> Pairs:
    """Return the scalars that both products have, as pairs of places."""
    pairs: dict[int, int] = {}
    for i, key in enumerate(keys[0]):
        places = [j for j, other in enumerate(keys[1]) if other == key and j not in pairs.values()]
        if places and not first.factors[i][0].rank:
            pairs[i] = places[0]
    return tuple(pairs.items())


Pairs = tuple[tuple[int, int], ...]


def _grown(
    first: _Product, second: _Product, keys: Sequence[Sequence[int]], pairs: dict[int, int]
) -> tuple[Pairs, dict[int, int]] | None:
    """Return which factors are shared, grown from one pair, and second's labels in first's.

    What joins the labels that are matched already is matched next.
    """
    ((i, j),) = pairs.items()
    labels = _joined_labels({}, second.factors[j][1], first.factors[i][1], first.rank)
    if labels is None:
        return None
    while True:
        options = []
        for i, (key, (_, ours)) in enumerate(zip(keys[0], first.factors, strict=True)):
            for j, (other, (_, theirs)) in enumerate(zip(keys[1], second.factors, strict=True)):
                if key != other or i in pairs or j in pairs.values():
                    continue
                more = _joined_labels(labels, theirs, ours, first.rank)
                if more is not None:
                    known = sum(label in labels or label < first.rank for label in theirs)
                    options.append((-known, i, j, more))
        if not options:
            return tuple(sorted(pairs.items())), labels
        _, i, j, labels = min(options, key=lambda option: option[:3])
        pairs = pairs | {i: j}


def _joined_labels(
    labels: dict[int, int], theirs: Sequence[int], ours: Sequence[int], rank: int
) -> dict[int, int] | None:
    """Return the labels with theirs matched to ours, one to one, the output's to themselves."""
    found = dict(labels)
    for a, b in zip(theirs, ours, strict=True):
        if (min(a, b) < rank and a != b) or found.setdefault(a, b) != b:
            return None
    return found if len(set(found.values())) == len(found) else None


def _with_front(
    first: _Product,
    second: _Product,
    pairs: dict[int, int],
    labels: dict[int, int],
    allowed: Allowed,
) -> Node | None:
    """Return c · shared · (rest of first + rest of second)."""
    rests = [
        [f for k, f in enumerate(first.factors) if k not in pairs],
        [f for k, f in enumerate(second.factors) if k not in pairs.values()],
    ]
    front: list[Factor] = [first.factors[i] for i in sorted(pairs)]
    shared = {label for i in pairs for label in first.factors[i][1]} | set(range(first.rank))
    back = {ours: theirs for theirs, ours in labels.items()} | {k: k for k in range(first.rank)}
    ours = {label for _, axes in rests[0] for label in axes if label in shared}
    theirs = {back_label for _, axes in rests[1] for back_label in axes}
    open_labels = ours | {label for label in shared if back.get(label) in theirs}
    joint = sorted(open_labels, key=lambda label: (label == 1, label != 0, label))
    numbers_alone = not any(factor.rank for factor, _ in front)
    free = len(joint) < 2 or numbers_alone or all(allowed(rest, first.rank) for rest in rests)
    if len(joint) > 2 or not free:
        return None
    c = common_coefficient([first.number, second.number])
    left = contract(joint, rests[0], _kept(first, joint, rests[0]), first.number * c**-1)
    mapped = [back[label] for label in joint]
    right = contract(mapped, rests[1], _kept(second, mapped, rests[1]), second.number * c**-1)
    total = add(_joined(left), _joined(right))
    total = factored(total, allowed) if isinstance(total, Add) else total
    used = {label for _, axes in front for label in axes} | {*joint, *range(first.rank)}
    sizes = {label: first.sizes[label] for label in used}
    made = contract(range(first.rank), [*front, (total, tuple(joint))], sizes, c)
    return _joined(made)


def _joined(node: Node) -> Node:
    return joined(node) if isinstance(node, Contract) else node


def _opened(term: Node) -> Sequence[Node]:
    """Return the terms of a transposed sum, which may be like others; else the term."""
    if not isinstance(term, Contract) or len(term.factors) != 1 or term.bound:
        return [term]
    ((total, axes),) = term.factors
    if not isinstance(total, Add):
        return [term]
    sizes = dict(enumerate(term.sizes))
    return [contract(term.out, [(t, axes)], sizes, term.coefficient) for t in total.terms]


def _kept(product: _Product, out: Sequence[int], rest: Sequence[Factor]) -> dict[int, Dim]:
    used = {label for _, axes in rest for label in axes} | {*out}
    return {label: product.sizes[label] for label in used}


def with_common_number(terms: Sequence[Node]) -> Node:
    """Return the sum with the number and the dimensions that all terms carry in front."""
    terms = [sign_inside(term) for term in terms]
    if len(terms) == 1:
        return terms[0]
    c = common_coefficient([split_coefficient(term)[0] for term in terms])
    first = next((k for k, t in enumerate(terms) if split_coefficient(t)[0].number > 0), 0)
    terms.insert(0, terms.pop(first))
    if c == UNIT:
        return add(*terms)
    total = add(*(sign_inside(scale(c**-1, term)) for term in terms))
    if is_zero(total):
        return total
    axes = tuple(range(total.rank))
    return contract(axes, [(total, axes)], dict(enumerate(total.shape)), c)


def common_coefficient(coefficients: Sequence[Coefficient]) -> Coefficient:
    """Return the number and dimensions that all carry, its sign that of all or none."""
    sizes = {abs(c.number) for c in coefficients}
    powers = set(coefficients[0].powers).intersection(*(c.powers for c in coefficients))
    number = sizes.pop() if len(sizes) == 1 else UNIT.number
    if all(c.number < 0 for c in coefficients):
        number = -number
    return Coefficient(number, tuple(sorted(powers, key=lambda item: str(item[0]))))
