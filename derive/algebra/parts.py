"""A symmetric matrix to its parts: each product by its kind, those of one kind added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.algebra.bands import band_of, is_above, levelled
from derive.algebra.build import add, contract, is_zero, zero
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.lifting import terms_of
from derive.algebra.mirror import halves
from derive.algebra.nodes import Contract, Node
from derive.algebra.outer import outer_part, outer_parts, outers
from derive.algebra.selections import Factor
from derive.algebra.structure import FIELDS, Part
from derive.dims import Dim, Shape


def parts_of(node: Node, shape: Shape) -> tuple[Part, ...]:
    """Return the summands of a symmetric node of shape `shape + shape`, in the order of FIELDS.

    Where one is dense the whole is: nothing is gained by the structure of the others.
    """
    axes = tuple(range(len(shape)))
    if is_zero(node):
        return (Part("diagonal", shape, axes, (zero(shape),), (axes,)),)
    terms = [levelled(term) for term in terms_of(node)]
    parts, rest = outer_parts(terms, shape)
    parts += [part for term in rest for part in _parts(term, shape)]
    if any(part.kind == "dense" for part in parts):
        whole = add(*terms)
        return (Part("dense", shape, (), (whole,), (tuple(range(2 * len(shape))),)),)
    parts = [*_merged(parts)]
    return tuple(sorted(parts, key=lambda part: list(FIELDS).index(part.kind)))


def _parts(term: Node, shape: Shape) -> Iterator[Part]:
    """Yield the part that a product is; none for a band that mirrors another."""
    band = band_of(term)
    if band is None:
        yield _part(term, shape)
        return
    above = is_above(band)
    axes = tuple(range(len(shape)))
    if above is None:
        yield Part("dense", shape, (), (term,), ((*axes, *axes),))
    elif above:
        yield Part("band", shape, axes, (band.entries,), (axes,), band.rows, band.columns)


def _part(term: Node, shape: Shape) -> Part:
    rank = len(shape)
    dense = Part("dense", shape, (), (term,), (tuple(range(2 * rank)),))
    if not isinstance(term, Contract):
        return dense if rank else Part("diagonal", shape, (), (term,), ((),))
    rows, cols = term.out[:rank], term.out[rank:]
    shared = tuple(k for k in range(rank) if rows[k] == cols[k])
    rest = [k for k in range(rank) if k not in shared]
    if len(set(term.out)) < 2 * rank - len(shared):
        return _product(term, shape) or dense  # an axis that agrees with another one
    at = {label: k for k, label in enumerate(rows)}
    at |= {cols[k]: rank + k for k in rest}
    if not rest:
        return _entries("diagonal", term, shape, shared, rows)
    used = {label for _, axes in term.factors for label in axes}
    if shared and used.isdisjoint(rows[k] for k in shared):
        labels = [label for label in term.out if at[label] not in shared]
        return _entries("kronecker", term, shape, shared, labels)
    found = _product(term, shape) or _low_rank(term, shape, shared, at)
    if found is None and (outer := next(outers(term, shape), None)) is not None:
        return outer_part([outer], shape)
    return found or (
        _entries("blocks", term, shape, shared, dict.fromkeys(term.out)) if shared else dense
    )


def _entries(
    kind: str, term: Contract, shape: Shape, shared: tuple[int, ...], labels: Iterable[int]
) -> Part:
    """Return the part that has one array, of the given labels of the term."""
    kept = list(labels)
    sizes = {k: d for k, d in enumerate(term.sizes) if k in kept or k not in term.out}
    entries = contract(kept, term.factors, sizes, term.coefficient)
    at = tuple(term.out.index(label) for label in kept)
    return Part(kind, shape, shared, (entries,), (at,))


def _product(term: Contract, shape: Shape) -> Part | None:
    """Return a product of a matrix on one row and column with a matrix on the other ones."""
    if len(shape) != 2:
        return None
    i, j, k, l_ = term.out
    for kind, first, second in (("product", (i, k), (j, l_)), ("exchanged", (i, l_), (j, k))):
        left, right = (_joined(term, pair) for pair in (first, second))
        if left is None or right is None or set(left) & set(right):
            continue
        rest = [f for f in term.factors if f not in (*left, *right)]
        if any(set(axes) & {*term.out} for _, axes in rest):
            continue
        sides = [_over(pair, side, term, UNIT) for pair, side in ((first, left), (second, right))]
        weight = _over((), rest, term, term.coefficient)
        labels = ((0, 2), (1, 3)) if kind == "product" else ((0, 3), (1, 2))
        return Part(kind, shape, (), (weight, *sides), ((), *labels))
    return None


def _joined(term: Contract, pair: Sequence[int]) -> list[Factor] | None:
    """Return the factors between two labels, None where they do not join these alone."""
    labels = {pair[0]}
    while True:
        found = [f for f in term.factors if labels.intersection(f[1])]
        reached = labels.union(*(axes for _, axes in found))
        if reached == labels:
            break
        labels = reached
    return found if labels.intersection(term.out) == set(pair) else None


def _low_rank(
    term: Contract, shape: Shape, shared: tuple[int, ...], at: dict[int, int]
) -> Part | None:
    rank = len(shape)
    rest = [k for k in range(rank) if k not in shared]
    rows, cols = [term.out[k] for k in rest], [term.out[rank + k] for k in rest]
    found = halves(term, rows, cols)
    if found is None:
        return None
    at = at | {label: 2 * rank + k for k, label in enumerate(found.joint)}
    touched = {label for _, axes in found.half for label in axes}
    own = [term.out[k] for k in range(rank) if k in rest or term.out[k] in touched]
    factor_labels = [*found.joint, *own]
    factor = _over(factor_labels, found.half, term, UNIT)
    middle = {label for _, axes in found.middle for label in axes}
    weight_labels = [
        label for label in (*found.joint, *(term.out[k] for k in shared)) if label in middle
    ]
    weights = _over(weight_labels, found.middle, term, term.coefficient)
    labels = tuple(tuple(at[label] for label in ls) for ls in (factor_labels, weight_labels))
    kind = "low_rank" if found.joint else "outer"
    return Part(kind, shape, shared, (factor, weights), labels)


def _over(labels: Sequence[int], factors: Sequence[Factor], term: Contract, c: Coefficient) -> Node:
    """Return the product of some of a term's factors, with the given labels."""
    used = {*labels, *(label for _, axes in factors for label in axes)}
    sizes: dict[int, Dim] = {k: d for k, d in enumerate(term.sizes) if k in used}
    return contract(labels, factors, sizes, c)


def _merged(parts: Sequence[Part]) -> Iterable[Part]:
    """Add up the parts of one structure: entries of one kind, weights of one factor."""
    groups: dict[tuple, list[Part]] = {}
    for part in parts:
        groups.setdefault(part._replace(arrays=part.arrays[:-1]), []).append(part)
    for group in groups.values():
        last = add(*(part.arrays[-1] for part in group))
        yield group[0]._replace(arrays=(*group[0].arrays[:-1], last))
