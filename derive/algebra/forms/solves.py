"""Products with an inverse, as code computes them: A⁻¹B is solve(A, B), and no inverse is formed.

An inverse that stands alone, or in an entrywise product, stays: there it is itself the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from derive.algebra.build import apply, contract, rebuild
from derive.algebra.forms.inverses import is_inverse
from derive.algebra.nodes import Contract, Node
from derive.algebra.properties.symmetry import is_symmetric
from derive.algebra.stacks import turned


def with_solves(node: Node, *, strict: bool = False) -> Node:
    """Return the expression with products with inverses written as solves.

    strict: keep the transpose of a symmetric matrix, as the model's own statements need it: they
    are functions of all entries, and a difference in one of them is to be seen.
    """
    if not _has_inverse(node):
        return node
    children = [with_solves(child, strict=strict) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    while isinstance(node, Contract):
        best = min(_solves(node), key=lambda found: found.columns, default=None)
        if best is None:
            break
        node = best.put(node, strict)
    return node


@lru_cache(maxsize=4096)
def _has_inverse(node: Node) -> bool:
    return is_inverse(node) or any(map(_has_inverse, node.children))


class _Solve(NamedTuple):
    """A⁻¹ R inside a product.

    at: the place of the inverse; start: the label that is left of its two, joined: the one that
    is summed.  taken: the places of R's factors; column: R's other label, () where R is a vector.
    """

    at: int
    transposed: bool
    stack: tuple[int, ...]
    start: int
    joined: int
    taken: frozenset[int]
    column: tuple[int, ...]

    @property
    def columns(self) -> tuple[int, int]:
        """What the choice goes by: the number of right-hand sides, then of factors."""
        return len(self.column), len(self.taken)

    def put(self, node: Contract, strict: bool) -> Node:
        """Return the product with the solve in the place of its factors."""
        (matrix,) = node.factors[self.at][0].children
        sizes = dict(enumerate(node.sizes))
        inside = [f for k, f in enumerate(node.factors) if k in self.taken]
        labels = {self.joined, *self.stack, *self.column, *(a for _, axes in inside for a in axes)}
        right = contract(
            (*self.stack, self.joined, *self.column), inside, {k: sizes[k] for k in labels}
        )
        even = not strict and is_symmetric(matrix)
        left = turned(matrix) if self.transposed and not even else matrix
        value = apply("solve", [left, with_solves(right, strict=strict)], (), right.shape)
        rest = [f for k, f in enumerate(node.factors) if k not in self.taken and k != self.at]
        place = sum(k < self.at and k not in self.taken for k in range(len(node.factors)))
        rest.insert(place, (value, (*self.stack, self.start, *self.column)))
        left_over = {*node.out, *(label for _, axes in rest for label in axes)}
        kept = {k: d for k, d in sizes.items() if k in left_over}
        return contract(node.out, rest, kept, node.coefficient)


def _solves(node: Contract) -> Iterator[_Solve]:
    """Yield the ways to read one inverse among the factors as a solve."""
    for at, (factor, axes) in enumerate(node.factors):
        if not is_inverse(factor):
            continue
        *stack, row, col = axes
        if len({*stack, row, col}) < len(axes):
            continue
        for start, joined in ((row, col), (col, row)):
            if joined not in node.out:
                found = _right(node, at, tuple(stack), start, joined)
                if found is not None:
                    taken, column = found
                    yield _Solve(at, start == col, tuple(stack), start, joined, taken, column)


def _right(
    node: Contract, at: int, stack: tuple[int, ...], start: int, joined: int
) -> tuple[frozenset[int], tuple[int, ...]] | None:
    """Return the factors of the shortest right-hand side that has the fewest columns.

    It grows along the chain of products: A⁻¹BCx is solved for the one vector BCx.
    """
    best = None
    taken = frozenset(_with(node, joined, at))
    while True:
        column = _open_labels(node, taken, at, start) - {joined, *stack}
        if len(column) < 2 and (best is None or len(column) < len(best[1])):
            best = taken, tuple(column)
        label = min(column, default=start)
        grown = taken.union(_with(node, label, at))
        if len(column) != 1 or label in node.out or label == start or grown == taken:
            return best
        taken = grown


def _with(node: Contract, label: int, at: int) -> list[int]:
    return [k for k, (_, axes) in enumerate(node.factors) if label in axes and k != at]


def _open_labels(node: Contract, taken: frozenset[int], at: int, start: int) -> set[int]:
    """Return the labels of the factors taken that occur elsewhere too."""
    inside = {label for k in taken for label in node.factors[k][1]}
    outside = {
        label for k, (_, axes) in enumerate(node.factors) if k not in taken for label in axes
    }
    return inside & (outside | {*node.out, start})
