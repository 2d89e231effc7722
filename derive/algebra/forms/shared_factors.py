"""What two products have in common: by their factors and the labels that join them.

c S R₁ + c S R₂ is c S (R₁ + R₂), where the rests may be numbers, vectors or matrices on the labels
that they share with S; a product that is shared whole leaves an identity matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from derive.algebra.build import add, contract
from derive.algebra.canonical_number import identity
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.forms.joining import Factor, joined, pieces, with_cancelled_parts
from derive.algebra.nodes import Add, Contract, Node
from derive.dims import Dim

Allowed = Callable[[Sequence[Factor], Sequence[Factor], int], bool]
"""Whether what is left of a term of some rank behind some factors may be summed as a matrix."""


class Rules(NamedTuple):
    """Which rests may be summed, and what is done with a sum of them."""

    allowed: Allowed
    finished: Callable[[Add], Node]


@dataclass(frozen=True)
class Product:
    """A term: its number, and its factors on labels of which the first are the output's."""

    number: Coefficient
    factors: tuple[Factor, ...]
    sizes: dict[int, Dim]
    rank: int


def product_of(term: Node) -> Product | None:
    """Read a term as a product; None for a diagonal matrix."""
    labels = tuple(range(term.rank))
    if not isinstance(term, Contract):
        return Product(UNIT, ((term, labels),), dict(enumerate(term.shape)), term.rank)
    if term.out != labels or not term.factors:
        return None
    number, factors = pieces(term)
    return Product(number, tuple(factors), dict(enumerate(term.sizes)), term.rank)


def flat(product: Product) -> Product:
    """Return the term with products among its factors merged, those that occur twice too."""
    number, sizes = product.number, dict(product.sizes)
    factors: list[Factor] = []
    for factor, axes in product.factors:
        inner = product_of(factor) if isinstance(factor, Contract) else None
        if inner is None or len(inner.factors) < 2:
            factors.append((factor, axes))
            continue
        start = max(sizes, default=0) + 1
        place = {k: axes[k] if k < inner.rank else start + k for k in inner.sizes}
        sizes |= {place[k]: size for k, size in inner.sizes.items()}
        number = number * inner.number
        factors += [(f, tuple(place[k] for k in at)) for f, at in inner.factors]
    return Product(number, tuple(factors), sizes, product.rank)


def merged(first: Product, second: Product, rules: Rules) -> Iterator[Node]:
    """Yield the sum of the two with some of what they share in front."""
    whole = flat(first), flat(second)
    if whole != (first, second):
        yield from _merged_as_they_are(*whole, rules)
    keys = [[identity(f) for f, _ in product.factors] for product in (first, second)]
    if set(keys[0]) < set(keys[1]) or set(keys[1]) < set(keys[0]):
        for one, other in ((first, second), (second, first)):
            for widened in times_identity(one):
                yield from _merged_as_they_are(widened, other, rules)
    yield from _merged_as_they_are(first, second, rules)


def times_identity(product: Product) -> Iterator[Product]:
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
        yield Product(product.number, factors, {**product.sizes, fresh: size}, product.rank)


def _merged_as_they_are(first: Product, second: Product, rules: Rules) -> Iterator[Node]:
    keys = [[identity(f) for f, _ in product.factors] for product in (first, second)]
    matches: dict[Pairs, dict[int, int]] = {_shared_numbers(first, keys): {}}
    for i, key in enumerate(keys[0]):
        for j, other in enumerate(keys[1]):
            match = _grown(first, second, keys, {i: j}) if key == other else None
            if match is not None:
                matches.setdefault(*match)
    for pairs, labels in matches.items():
        node = _with_front(first, second, dict(pairs), labels, rules) if pairs else None
        if node is not None:
            yield node


def _shared_numbers(first: Product, keys: Sequence[Sequence[int]]) -> Pairs:
    """Return the scalars that both products have, as pairs of places."""
    pairs: dict[int, int] = {}
    for i, key in enumerate(keys[0]):
        places = [j for j, other in enumerate(keys[1]) if other == key and j not in pairs.values()]
        if places and not first.factors[i][0].rank:
            pairs[i] = places[0]
    return tuple(pairs.items())


Pairs = tuple[tuple[int, int], ...]


def _grown(
    first: Product, second: Product, keys: Sequence[Sequence[int]], pairs: dict[int, int]
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
    first: Product,
    second: Product,
    pairs: dict[int, int],
    labels: dict[int, int],
    rules: Rules,
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
    allowed = all(rules.allowed(front, rest, first.rank) for rest in rests)
    free = len(joint) < 2 or numbers_alone or allowed
    if len(joint) > 2 or not free:
        return None
    c = common_coefficient([first.number, second.number])
    left = contract(joint, rests[0], _kept(first, joint, rests[0]), first.number * c**-1)
    mapped = [back[label] for label in joint]
    right = contract(mapped, rests[1], _kept(second, mapped, rests[1]), second.number * c**-1)
    total = add(_joined(left), _joined(right))
    total = rules.finished(total) if isinstance(total, Add) else total
    used = {label for _, axes in front for label in axes} | {*joint, *range(first.rank)}
    sizes = {label: first.sizes[label] for label in used}
    made = contract(range(first.rank), [*front, (total, tuple(joint))], sizes, c)
    return _joined(made)


def _joined(node: Node) -> Node:
    """Return the node with what cancels in it left out."""
    if isinstance(node, Contract):
        node = joined(node)
    return with_cancelled_parts(node) if isinstance(node, Contract) else node


def _kept(product: Product, out: Sequence[int], rest: Sequence[Factor]) -> dict[int, Dim]:
    used = {label for _, axes in rest for label in axes} | {*out}
    return {label: product.sizes[label] for label in used}


def common_coefficient(coefficients: Sequence[Coefficient]) -> Coefficient:
    """Return the number and dimensions that all carry, its sign that of all or none."""
    sizes = {abs(c.number) for c in coefficients}
    powers = set(coefficients[0].powers).intersection(*(c.powers for c in coefficients))
    number = sizes.pop() if len(sizes) == 1 else UNIT.number
    if all(c.number < 0 for c in coefficients):
        number = -number
    return Coefficient(number, tuple(sorted(powers, key=lambda item: str(item[0]))))
