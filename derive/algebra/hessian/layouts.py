"""Where the entries of a labelled product lie: on which axes that agree, and in which ranges.

diag(d) has its entries d where both axes agree; Sᵀ diag(d) S', with S and S' slices of the
identity, has them where the axes agree within the ranges that S and S' take.  Entries that lie
alike can be added up as they are, and zeros are never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from derive.algebra.build import add, contract, labels_of
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.moves.lift import terms_of
from derive.algebra.moves.matrices_that_move import Factor, Range, is_selection
from derive.algebra.nodes import Contract, Node
from derive.dims import Dim, dim


class Layout(NamedTuple):
    """For each axis its label, equal ones where axes agree, and its range (None: all of it)."""

    labels: tuple[int, ...]
    ranges: tuple[Range | None, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the entries are the array."""
        return len(set(self.labels)) == len(self.labels) and not any(self.ranges)

    def whole_ranges(self, shape: Sequence[Dim]) -> tuple[Range, ...]:
        """Return the range of each axis of an array of the shape."""
        return tuple(part or (dim(0), d, 1) for part, d in zip(self.ranges, shape, strict=True))


class Laid(NamedTuple):
    """A product whose axes have these labels and ranges; `factors` are on labels of `sizes`."""

    labels: tuple[int, ...]
    ranges: tuple[Range | None, ...]
    factors: tuple[Factor, ...]
    sizes: dict[int, Dim]
    number: Coefficient

    @property
    def layout(self) -> Layout:
        """Where the entries lie; labels are the first axes that have them."""
        return Layout(tuple(self.labels.index(label) for label in self.labels), self.ranges)

    def entries(self) -> Node:
        """Return the entries: an array with each label once, in the order of the axes."""
        kept = tuple(dict.fromkeys(self.labels))
        return contract(kept, self.factors, self.sizes, self.number)


def laid(term: Node) -> Laid:
    """Return a product without the selections that only tell in which range an axis has entries."""
    labels, sizes = labels_of(term)
    factors: list[Factor] = [(term, labels)]
    number = UNIT
    if isinstance(term, Contract):
        labels, sizes = term.out, dict(enumerate(term.sizes))
        factors, number = list(term.factors), term.coefficient
    out = list(labels)
    ranges: list[Range | None] = [None] * len(labels)
    for matrix, axes in list(factors):
        if not is_selection(matrix):
            continue
        short, long = axes
        if _uses(long, out, factors) == 2 and out.count(long) == 1:
            axis = out.index(long)
            out[axis], ranges[axis] = short, matrix.params[0]
            factors.remove((matrix, axes))
            del sizes[long]
    return Laid(tuple(out), tuple(ranges), tuple(factors), sizes, number)


def _uses(label: int, out: list[int], factors: list[Factor]) -> int:
    return out.count(label) + sum(axes.count(label) for _, axes in factors)


def by_layout(node: Node) -> dict[Layout, Node]:
    """Return the entries of a sum's terms, those that lie alike added up."""
    found: dict[Layout, list[Node]] = {}
    for term in terms_of(node):
        place = laid(term)
        found.setdefault(place.layout, []).append(place.entries())
    return {layout: add(*entries) for layout, entries in found.items()}
