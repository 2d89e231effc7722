"""Products of two sides: A ⊗ B, A ⊗ B after a transpose, and u vᵀ with its mirror image v uᵀ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from derive.algebra.build import add, contract, labels_of, scale
from derive.algebra.canonical_number import identity
from derive.algebra.hessian.kinds import Part, transposed
from derive.algebra.hessian.variable_axes import Array, Square
from derive.algebra.moves.matrices_that_move import Factor
from derive.algebra.nodes import Contract, Node
from derive.algebra.properties.symmetry import oriented
from derive.dims import Shape

MOST_PAIRS = 6  # of a sum of them: more are no shorter than blocks


def product_part(square: Square) -> Part | None:
    """Return a product of a matrix on one row and column with a matrix on the other ones."""
    if square.rank != 2 or square.shared:
        return None
    for kind, first, second in (("product", (0, 2), (1, 3)), ("exchanged", (0, 3), (1, 2))):
        left, right = (_between(square, axes) for axes in (first, second))
        joins = _joins(square, first) or _joins(square, second)
        if left is None or right is None or not joins:
            continue
        rest = [f for f in square.term.factors if f not in (*left, *right)]
        if {*square.term.out}.isdisjoint(label for _, axes in rest for label in axes):
            weight = square.array(rest, (), c=square.term.coefficient)
            sides = square.array(left, first), square.array(right, second)
            return square.part(kind, weight, sides[0], _image(kind, *sides))
    return None


def _image(kind: str, left: Array, right: Array) -> Array:
    """Return the right side, told by the left where it is its mirror image: to the last bit."""
    mirror = transposed(left[0], (0,), (1,))
    if kind == "exchanged" and identity(oriented(mirror)) == identity(oriented(right[0])):
        return mirror, right[1]
    return right


def _between(square: Square, axes: Sequence[int]) -> list[Factor] | None:
    """Return the factors on a row and a column, None where they have other rows or columns."""
    ends = {square.term.out[k] for k in axes}
    found = square.joined(ends)
    reached = ends.union(*(labels for _, labels in found))
    return found if reached.intersection(square.term.out) == ends else None


def _joins(square: Square, axes: Sequence[int]) -> bool:
    """Whether factors tie a row to a column."""
    start, end = (square.term.out[k] for k in axes)
    return start == end or any(end in labels for _, labels in square.joined({start}))


class _Pair(NamedTuple):
    """Two arrays of the variable's shape and the number, or array, that their product has."""

    left: Node
    right: Node
    weight: Node
    shared: tuple[int, ...]


def pair_parts(terms: Sequence[Node], shape: Shape) -> tuple[list[Part], list[Node]]:
    """Return the products of vectors that stand there with their mirror images, and the rest.

    terms: their sum is symmetric, so that one orientation of each pair tells its weight.
    """
    found: dict[frozenset[int], list[_Pair]] = {}
    rest = []
    for term in terms:
        pair = _pair(term, shape)
        if pair is None:
            rest.append(term)
            continue
        sides = frozenset((identity(pair.left), identity(pair.right)))
        if len(sides) == 1:  # its own mirror image, which is not among the terms once more
            pair = pair._replace(weight=scale(Fraction(1, 2), pair.weight))
        group = found.setdefault(sides, [])
        if not group or identity(group[0].left) == identity(pair.left):
            group.append(pair)
    parts = list(_by_side([pair for group in found.values() for pair in group], shape))
    return (parts, rest) if len(parts) <= MOST_PAIRS else ([], list(terms))


def _by_side(pairs: Sequence[_Pair], shape: Shape) -> Iterator[Part]:
    """Yield one part for the pairs that have a side in common: their other sides add up."""
    while pairs:
        sides = Counter(identity(side) for pair in pairs for side in (pair.left, pair.right))
        most = max(sides, key=lambda side: sides[side])
        mine = [p for p in pairs if most in (identity(p.left), identity(p.right))]
        pairs = [p for p in pairs if p not in mine]
        lefts, rights = zip(*(_turned(pair, most) for pair in mine), strict=True)
        shared, rank = mine[0].shared, len(shape)
        labels = (tuple(range(rank)), tuple(k if k in shared else rank + k for k in range(rank)))
        yield Part("pair", shape, shared, (add(*lefts), rights[0]), labels)


def _turned(pair: _Pair, side: int) -> tuple[Node, Node]:
    """Return the weighted other side, and the side."""
    other, mine = pair.left, pair.right
    if identity(mine) != side:
        other, mine = mine, other
    axes, sizes = labels_of(other)
    return contract(axes, [(pair.weight, pair.shared), (other, axes)], sizes), mine


def _pair(term: Node, shape: Shape) -> _Pair | None:
    """Return a product of what has the rows with what has the columns."""
    if not isinstance(term, Contract):
        return None
    square = Square(term, shape)
    if square.is_crossed or not square.rest:
        return None
    apart = {square.rows[k] for k in square.shared}
    halves = [
        square.joined({labels[k] for k in square.rest}, apart)
        for labels in (square.rows, square.cols)
    ]
    if any(f in halves[1] for f in halves[0]):
        return None
    rest = [f for f in term.factors if f not in (*halves[0], *halves[1])]
    rows = range(square.rank)
    left, _ = square.array(halves[0], rows)
    right, _ = square.array(halves[1], [k + square.rank for k in rows])
    weight, _ = square.array(rest, square.shared, c=term.coefficient)
    return _Pair(left, right, weight, square.shared)
