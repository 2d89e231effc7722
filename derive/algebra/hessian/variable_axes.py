"""A labelled product on the rows and the columns of a variable, and arrays cut out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from derive.algebra.build import contract
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.hessian.kinds import Part
from derive.algebra.moves.matrices_that_move import Factor
from derive.algebra.nodes import Contract, Node
from derive.dims import Shape

Array = tuple[Node, tuple[int, ...]]
"""An array of a part, and the labels of its axes as `Part.labels` has them."""


class Square:
    """A product of shape `shape + shape`; axis k is row k, axis rank + k is column k."""

    def __init__(self, term: Contract, shape: Shape) -> None:
        self.term = term
        self.shape = shape
        self.rank = len(shape)
        self.rows, self.cols = term.out[: self.rank], term.out[self.rank :]
        axes = range(self.rank)
        self.shared = tuple(k for k in axes if self.rows[k] == self.cols[k])
        self.rest = tuple(k for k in axes if k not in self.shared)

    @property
    def is_crossed(self) -> bool:
        """Whether a row agrees with a column that is not its own, or ties have no mirror image."""
        pairs = [(a, b) for a in self.rest for b in range(self.rank) if a != b]
        return any(
            (self.rows[a] in (self.cols[b], self.rows[b]) and self.rows[a] != self.rows[b])
            or (self.rows[a] == self.rows[b]) != (self.cols[a] == self.cols[b])
            for a, b in pairs
        )

    def array(
        self,
        factors: Iterable[Factor],
        axes: Sequence[int],
        joint: Mapping[int, int] | None = None,
        c: Coefficient = UNIT,
    ) -> Array:
        """Return the product of some factors on some axes, behind labels that are summed over.

        joint: these labels of the term, and what they are for the part.
        """
        factors, joint = tuple(factors), joint or {}
        out = (*joint, *(self.term.out[k] for k in axes))
        used = {*out, *(label for _, at in factors for label in at)}
        sizes = {k: d for k, d in enumerate(self.term.sizes) if k in used}
        return contract(out, factors, sizes, c), (*joint.values(), *map(self._label, axes))

    def _label(self, axis: int) -> int:
        return axis - self.rank if axis - self.rank in self.shared else axis

    def part(self, kind: str, *arrays: Array) -> Part:
        """Return a part with these arrays."""
        nodes, labels = zip(*arrays, strict=True)
        return Part(kind, self.shape, self.shared, nodes, labels)

    def joined(self, start: Collection[int], apart: Collection[int] = ()) -> list[Factor]:
        """Return the factors that labels tie to those given; those `apart` tie nothing."""
        labels = set(start)
        while True:
            found = [f for f in self.term.factors if labels.intersection(f[1])]
            reached = labels.union(*(axes for _, axes in found)).difference(apart)
            if reached == labels:
                return found
            labels = reached
