"""A symmetric matrix to its parts: each product by its kind, those of one kind added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from derive.algebra.build import add, is_zero, scale, zero
from derive.algebra.canonical_number import identity
from derive.algebra.hessian.bands import band_of, is_above, levelled
from derive.algebra.hessian.kinds import FIELDS, Part, transposed
from derive.algebra.hessian.mirror import halves
from derive.algebra.hessian.outer_squares import outer_part, outer_parts, outers
from derive.algebra.hessian.two_sided import pair_parts, product_part
from derive.algebra.hessian.variable_axes import Square
from derive.algebra.moves.lift import terms_of
from derive.algebra.nodes import Contract, Node
from derive.dims import Shape

LOOSE = ("blocks", "dense")
"""The kinds of terms that may have a mirror image among the others."""


def parts_of(node: Node, shape: Shape) -> tuple[Part, ...]:
    """Return the summands of a symmetric node of shape `shape + shape`, in the order of FIELDS.

    Where one is dense the whole is: nothing is gained by the structure of the others.
    """
    axes = tuple(range(len(shape)))
    if is_zero(node):
        return (Part("diagonal", shape, axes, (zero(shape),), (axes,)),)
    terms = [levelled(term) for term in terms_of(node)]
    parts = _parts(terms, shape)
    if any(part.kind == "dense" for part in parts):
        whole = add(*terms)
        return (Part("dense", shape, (), (whole,), ((*axes, *(len(shape) + k for k in axes)),)),)
    return tuple(sorted(_merged(parts), key=lambda part: list(FIELDS).index(part.kind)))


def _parts(terms: Sequence[Node], shape: Shape) -> list[Part]:
    bands = [term for term in terms if band_of(term) is not None]
    parts, rest = outer_parts([term for term in terms if term not in bands], shape)
    banded = (part for term in bands for part in _band(term, shape))
    pairs, left = _pairs(rest, shape)
    return [*parts, *banded, *pairs, *(_part(term, shape) for term in left)]


def _pairs(terms: Sequence[Node], shape: Shape) -> tuple[list[Part], Sequence[Node]]:
    """Return the pairs of vectors among the terms, and the rest; none if that is no product."""
    even = _evenly(terms, len(shape))
    loose = [term for term in even if _part(term, shape).kind in LOOSE]
    pairs, left = pair_parts(loose, shape)
    if left or not pairs:
        return [], terms
    return pairs, [term for term in even if term not in loose]


def _evenly(terms: Sequence[Node], rank: int) -> tuple[Node, ...]:
    """Return terms whose mirror images are among them: of a symmetric sum, half of both.

    What two terms have in common that mirror each other but for their names is not seen; the sum
    being symmetric, what is added to one side is taken from the other.
    """
    rows, cols = range(rank), range(rank, 2 * rank)
    halves_of = []
    for term in terms:
        mirror = transposed(term, rows, cols)
        if identity(mirror) == identity(term):
            halves_of.append(term)
        else:
            halves_of += [scale(Fraction(1, 2), term), scale(Fraction(1, 2), mirror)]
    return terms_of(add(*halves_of)) if halves_of else ()


def _band(term: Node, shape: Shape) -> Iterator[Part]:
    """Yield the part that a band is; none for one that mirrors another."""
    band = band_of(term)
    assert band is not None
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
    square = Square(term, shape)
    if square.is_crossed:
        return product_part(square) or dense
    if not square.rest:
        return _entries("diagonal", square, range(rank))
    used = {label for _, axes in term.factors for label in axes}
    apart = [*square.rest, *(rank + k for k in square.rest)]
    if square.shared and used.isdisjoint(square.rows[k] for k in square.shared):
        return _entries("kronecker", square, apart)
    found = product_part(square) or _low_rank(square)
    if found is None and (outer := next(outers(term, shape), None)) is not None:
        return outer_part([outer], shape)
    if found is None and square.shared:
        return _entries("blocks", square, sorted({*range(rank), *apart}))
    return found or dense


def _entries(kind: str, square: Square, axes: Sequence[int]) -> Part:
    """Return the part that has one array, of the given axes."""
    term = square.term
    return square.part(kind, square.array(term.factors, axes, c=term.coefficient))


def _low_rank(square: Square) -> Part | None:
    """Return a factor times itself, rows and columns exchanged, with weights between the two."""
    rows, cols = ([labels[k] for k in square.rest] for labels in (square.rows, square.cols))
    found = halves(square.term, rows, cols)
    if found is None:
        return None
    shared = [(k, square.rows[k]) for k in square.shared]
    touched = {label for _, axes in found.half for label in axes}
    own = sorted([*square.rest, *(k for k, label in shared if label in touched)])
    joint = {label: 2 * square.rank + k for k, label in enumerate(found.joint)}
    factor = square.array(found.half, own, joint)
    middle = {label for _, axes in found.middle for label in axes}
    weighted = {label: at for label, at in joint.items() if label in middle}
    kept = [k for k, label in shared if label in middle]
    weights = square.array(found.middle, kept, weighted, square.term.coefficient)
    return square.part("low_rank" if found.joint else "outer", factor, weights)


def _merged(parts: Sequence[Part]) -> Iterable[Part]:
    """Add up the parts of one structure: entries of one kind, weights of one factor."""
    groups: dict[tuple, list[Part]] = {}
    for part in parts:
        groups.setdefault(part._replace(arrays=part.arrays[:-1]), []).append(part)
    for group in groups.values():
        last = add(*(part.arrays[-1] for part in group))
        yield group[0]._replace(arrays=(*group[0].arrays[:-1], last))
