"""Labelled products in normal form: products in products are merged, labels numbered anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from derive.algebra.coefficient import UNIT, ZERO, Coefficient, dimension_power
from derive.algebra.nodes import Contract, Node
from derive.dims import Dim, Shape

Factors = Iterable[tuple[Node, Sequence[int]]]


def contract(
    out: Sequence[int],
    factors: Factors,
    sizes: Mapping[int, Dim],
    c: Coefficient = UNIT,
) -> Node:
    """Return the labelled product; `sizes` has the dimension of every label.

    A product among the factors is merged unless it sums over something and occurs twice, where
    merging would compute it twice.
    """
    work = _Labels(sizes)
    flat: list[tuple[Node, tuple[int, ...]]] = []
    given = [(node, tuple(axes)) for node, axes in factors]
    nodes = [node for node, _ in given]
    for node, axes in given:
        if node.shape != tuple(sizes[label] for label in axes):
            raise ValueError(f"{node!r} has shape {node.shape}, not that of its labels {axes}")
        if isinstance(node, Contract) and (not node.bound or nodes.count(node) == 1):
            c = c * node.coefficient
            inner = work.enter(node, axes)
            flat += [(f, tuple(inner[label] for label in at)) for f, at in node.factors]
        else:
            flat.append((node, axes))
    return work.finish(tuple(out), flat, c)


class _Labels:
    """Labels under construction: fresh ones for merged products, some found equal to others."""

    def __init__(self, sizes: Mapping[int, Dim]) -> None:
        self.sizes = dict(sizes)
        self.same: dict[int, int] = {}

    def find(self, label: int) -> int:
        while label in self.same:
            label = self.same[label]
        return label

    def enter(self, node: Contract, axes: Sequence[int]) -> dict[int, int]:
        """Return where the labels of a merged product lie among ours."""
        inner: dict[int, int] = {}
        for label, outer in zip(node.out, axes, strict=True):
            here = self.find(outer)
            if label not in inner:
                inner[label] = here
            elif self.find(inner[label]) != here:  # a diagonal: two of our labels are one
                first, second = sorted((self.find(inner[label]), here))
                self.same[second] = first
        for label in node.bound:
            fresh = len(self.sizes) and max(self.sizes) + 1
            self.sizes[fresh] = node.sizes[label]
            inner[label] = fresh
        return inner

    def finish(
        self, out: tuple[int, ...], flat: list[tuple[Node, tuple[int, ...]]], c: Coefficient
    ) -> Node:
        """Number the labels anew and return the node."""
        if not c.number:
            return zero(tuple(self.sizes[label] for label in out))
        if self.same:
            out = tuple(self.find(label) for label in out)
            flat = [(node, tuple(map(self.find, axes))) for node, axes in flat]
        order: dict[int, int] = {}
        for label in out:
            order.setdefault(label, len(order))
        for _, axes in flat:
            for label in axes:
                order.setdefault(label, len(order))
        if len(order) < len(self.sizes):
            for label, size in self.sizes.items():
                if label not in order and label not in self.same:
                    c = c * dimension_power(size, 1)
        sizes = tuple(self.sizes[label] for label in order)
        out = tuple([order[label] for label in out])
        factors = tuple([(node, tuple([order[k] for k in axes])) for node, axes in flat])
        if len(factors) == 1 and c == UNIT and factors[0][1] == out and is_plain(out):
            return factors[0][0]
        return Contract(out, c, factors, sizes)


def zero(shape: Shape) -> Node:
    """Return the array of zeros."""
    return Contract(tuple(range(len(shape))), ZERO, (), tuple(shape))


def is_plain(labels: Sequence[int]) -> bool:
    """Whether no label stands twice, which would be a diagonal."""
    return len(set(labels)) == len(labels)
