"""Entries in ranges beside the diagonal: what slices of a variable give its Hessian.

Sᵀ diag(d) S with a slice S of the identity is a diagonal matrix, d among zeros.  With two slices,
Sᵀ diag(d) S', the entries lie beside the diagonal.  The Hessian being symmetric, they are mirrored
on its other side, and only those above the diagonal are kept.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.algebra.build import apply, contract
from derive.algebra.hessian.layouts import Laid, laid
from derive.algebra.moves.matrices_that_move import Range
from derive.algebra.nodes import Node
from derive.dims import Shape, dim, reference_sizes


class Band(NamedTuple):
    """Entries on a diagonal of a block: in ranges of the rows and of the columns."""

    entries: Node
    rows: tuple[Range, ...]
    columns: tuple[Range, ...]


def levelled(term: Node) -> Node:
    """Return a product without ranges, its entries placed among zeros; a band as it is."""
    place = laid(term)
    ranges: dict[int, Range | None] = dict(zip(place.labels, place.ranges, strict=True))
    alike = all(ranges[k] == part for k, part in zip(place.labels, place.ranges, strict=True))
    return _among_zeros(place, ranges, term.shape) if any(place.ranges) and alike else term


def _among_zeros(place: Laid, ranges: dict[int, Range | None], shape: Shape) -> Node:
    kept = tuple(dict.fromkeys(place.labels))
    entries = place.entries()
    sizes = dict(zip(place.labels, shape, strict=True))
    whole_shape = tuple(sizes[label] for label in kept)
    where = tuple(ranges[label] or (dim(0), sizes[label], 1) for label in kept)
    made = apply("place", [entries], (*where, whole_shape), whole_shape)
    return contract(place.labels, [(made, kept)], sizes)


def band_of(term: Node) -> Band | None:
    """Return a product as a band, None where it is none."""
    place = laid(term)
    half = len(place.labels) // 2
    if not any(place.ranges) or place.labels[:half] != place.labels[half:]:
        return None
    if len(set(place.labels)) < half:
        return None  # an axis that agrees with another of the rows
    ranges = place.layout.whole_ranges(term.shape)
    return Band(place.entries(), ranges[:half], ranges[half:])


def is_above(band: Band) -> bool | None:
    """Whether the band lies above the diagonal; None where the steps tell no diagonal."""
    for row, column in zip(band.rows, band.columns, strict=True):
        if row[2] != column[2]:
            return None
        offset = column[0] - row[0]
        if offset != 0:
            return offset.evaluate(reference_sizes(offset.names)) > 0
    return None
