"""The frame of a product: ties, moves and outer factors, within which terms are added up.

A Jacobian of many terms is named piece by piece.  What is named are the entries alone; around them
stay the identities, the matrices that say where entries lie, and what alone has an axis of the
variable: a layer's Jacobian in its weights is C[i,m,l] x[i,k] through all layers after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derive.algebra.build import add, contract, labels_of
from derive.algebra.canonical_number import identity
from derive.algebra.moves.lift import terms_of
from derive.algebra.moves.matrices_that_move import Factor, is_move
from derive.algebra.nodes import Contract, Node
from derive.dims import Dim


class _Frame(NamedTuple):
    """The labels of the axes, the factors outside, and the labels that the entries have."""

    out: tuple[int, ...]
    outside: tuple[Factor, ...]
    kept: tuple[int, ...]
    sizes: tuple[Dim, ...]

    def around(self, entries: Node) -> Node:
        """Return the product with these entries."""
        sizes = dict(enumerate(self.sizes))
        return contract(self.out, [(entries, self.kept), *self.outside], sizes)


def by_frame(node: Node, rank: int) -> dict[_Frame, Node]:
    """Return the entries of a sum's terms, those of one frame added up.

    rank: how many axes are the value's own; the variable's are behind them.
    """
    found: dict[_Frame, list[Node]] = {}
    for term in terms_of(node):
        frame, entries = _framed(term, rank)
        found.setdefault(frame, []).append(entries)
    return {frame: add(*entries) for frame, entries in found.items()}


def _framed(term: Node, rank: int) -> tuple[_Frame, Node]:
    if not isinstance(term, Contract):
        labels, _ = labels_of(term)
        return _Frame(labels, (), labels, term.shape), term
    moves = [f for f in term.factors if is_move(f[0])]
    rest = [f for f in term.factors if f not in moves]
    sides = list(_sides(term, rest, rank))
    inside = [f for f in rest if not any(f in side for side in sides)]
    outside = [*moves, *(_as_one(term, side) for side in sides)]
    place = {label: k for k, label in enumerate(term.out)}
    outside.sort(key=lambda f: ([place.get(label, term.rank) for label in f[1]], identity(f[0])))
    used = {label for _, axes in inside for label in axes}
    around = dict.fromkeys((*term.out, *(label for _, axes in outside for label in axes)))
    order = {label: k for k, label in enumerate(around)}
    kept = tuple(label for label in around if label in used)
    sizes = {k: term.sizes[k] for k in used}
    entries = contract(kept, inside, sizes, term.coefficient)
    frame = _Frame(
        tuple(order[label] for label in term.out),
        tuple((node, tuple(order[label] for label in axes)) for node, axes in outside),
        tuple(order[label] for label in kept),
        tuple(term.sizes[label] for label in around),
    )
    return frame, entries


def _sides(term: Contract, factors: Sequence[Factor], rank: int) -> Iterator[list[Factor]]:
    """Yield the factors on an axis of the variable that are smaller apart from the others."""
    taken: list[Factor] = []
    for label in term.out[rank:]:
        mine = [f for f in factors if label in f[1]]
        others = {at for f in factors if f not in mine for at in f[1]}
        reached = {at for _, axes in mine for at in axes}
        free = term.out.count(label) == 1 and reached.issubset(term.out)
        apart = not any(f in taken for f in mine)
        if mine and free and apart and others.intersection(term.out) - reached:
            taken += mine
            yield mine


def _as_one(term: Contract, side: Sequence[Factor]) -> Factor:
    """Return the product of some factors on the labels that they have."""
    if len(side) == 1:
        return side[0]
    labels = tuple(label for label in dict.fromkeys(term.out) if any(label in f[1] for f in side))
    return contract(labels, side, {k: term.sizes[k] for k in labels}), labels
