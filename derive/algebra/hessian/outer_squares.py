"""Outer squares that products have in common: Σ_b F[b,i] F[b,k] B[b,j,l], the blocks added up.

A layer's Hessian in its weights is such a sum of Kronecker products over samples, F its input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derive.algebra.build import add, contract
from derive.algebra.hessian.kinds import Part
from derive.algebra.moves.matrices_that_move import Factor, is_move
from derive.algebra.nodes import Contract, Node
from derive.dims import Shape


class Outer(NamedTuple):
    """A product with a factor that stands there twice, on a row and on its column.

    axis: of the variable.  factor: joint axes and then the row; blocks: joint axes, the other row
    and the other column.
    """

    axis: int
    factor: Node
    blocks: Node


def outer_parts(terms: Sequence[Node], shape: Shape) -> tuple[list[Part], list[Node]]:
    """Return the sums of Kronecker products that several terms make together, and the rest."""
    found: list[Part] = []
    left = list(terms)
    while True:
        groups: dict[tuple[int, Node], list[tuple[Node, Outer]]] = {}
        for term in left:
            for outer in outers(term, shape):
                groups.setdefault((outer.axis, outer.factor), []).append((term, outer))
        most = max(groups.values(), key=len, default=[])
        if len(most) < 2:
            return found, left
        found.append(outer_part([outer for _, outer in most], shape))
        taken = [term for term, _ in most]
        left = [term for term in left if term not in taken]


def outer_part(group: Sequence[Outer], shape: Shape) -> Part:
    """Return products with the same outer square as one part."""
    axis, factor, _ = group[0]
    joint = tuple(range(4, 4 + factor.rank - 1))
    labels = ((*joint, axis), (*joint, 1 - axis, 3 - axis))
    blocks = add(*(outer.blocks for outer in group))
    return Part("kronecker_sum", shape, (), (factor, blocks), labels)


def outers(term: Node, shape: Shape) -> Iterator[Outer]:
    """Yield the outer squares that a product over a matrix variable holds."""
    if len(shape) != 2 or not isinstance(term, Contract):
        return
    for axis in (0, 1):
        found = _outer(term, axis)
        if found is not None:
            yield found


def _outer(term: Contract, axis: int) -> Outer | None:
    row, column = term.out[axis], term.out[2 + axis]
    first, second = _only(term, row), _only(term, column)
    if row == column or first is None or second is None or is_move(first[0]):
        return None
    (node, axes), (other, at) = first, second
    joint = tuple(label for label in axes if label != row)
    if node != other or at != tuple(column if label == row else label for label in axes):
        return None
    rest = [f for f in term.factors if f not in (first, second)]
    used = {label for _, labels in rest for label in labels}
    if not used.issuperset(joint) or not set(term.bound).issuperset(joint):
        return None
    sizes = dict(enumerate(term.sizes))
    factor = contract((*joint, row), [(node, axes)], {k: sizes[k] for k in axes})
    out = (*joint, term.out[1 - axis], term.out[3 - axis])
    inner = {k: d for k, d in sizes.items() if k in used or k in out}
    return Outer(axis, factor, contract(out, rest, inner, term.coefficient))


def _only(term: Contract, label: int) -> Factor | None:
    """Return the factor that alone has a label, once."""
    mine = [f for f in term.factors if label in f[1]]
    single = len(mine) == 1 and mine[0][1].count(label) == 1 and term.out.count(label) == 1
    return mine[0] if single else None
