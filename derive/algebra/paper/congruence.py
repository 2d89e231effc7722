"""A symmetric matrix on paper: Aᵀ (diag(s) − s sᵀ) A, what its terms have outside in front.

The terms of a Hessian are told apart for their structure.  On paper those that lie alike stand
together, diag(u) + diag(v) as diag(u + v), and a matrix that all have on both sides stands once.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import add, contract
from derive.algebra.counting import operations
from derive.algebra.forms.factoring import with_common_number
from derive.algebra.forms.shared_factors import flat, product_of
from derive.algebra.forms.simplify import UnitSums
from derive.algebra.hessian.layouts import by_layout
from derive.algebra.moves.matrices_that_move import Factor, is_move
from derive.algebra.nodes import Node
from derive.algebra.paper.on_paper import on_paper


def together(whole: Node, terms: Sequence[Node], unit_sums: UnitSums) -> Node:
    """Return a symmetric sum as one would write it.

    whole: the sum made compact; terms: its terms, each by itself.  A matrix on both sides of all
    is set in front whatever that takes: only so the result is seen to be symmetric.
    """
    if len(terms) < 2:
        return whole
    outside = _congruent(terms, unit_sums) if whole.rank == 2 else None
    if outside is not None:
        return outside
    apart = _by_layout(add(*terms), unit_sums)
    return apart if operations(apart) <= operations(whole) else whole


def _by_layout(node: Node, unit_sums: UnitSums) -> Node:
    """Return the sum with the entries that lie alike added up."""
    made = []
    for layout, entries in by_layout(node).items():
        if any(layout.ranges):
            return node
        kept = tuple(dict.fromkeys(layout.labels))
        sizes = dict(zip(layout.labels, node.shape, strict=True))
        made.append(contract(layout.labels, [(on_paper(entries, unit_sums), kept)], sizes))
    return with_common_number(made)


def _congruent(terms: Sequence[Node], unit_sums: UnitSums) -> Node | None:
    """Return Aᵀ M A where each term has A on both sides, None where there is no such matrix."""
    found = [_inner(term) for term in terms]
    if len(found) < 2 or any(each is None for each in found):
        return None
    outsides, insides = zip(*(each for each in found if each is not None), strict=True)
    matrix, axis = outsides[0]
    if any(outside != outsides[0] for outside in outsides):
        return None
    middle = on_paper(add(*insides), unit_sums)
    n = middle.shape[0]
    sizes = {0: matrix.shape[axis], 1: matrix.shape[axis], 2: n, 3: n}
    sides = [(2, 0), (3, 1)] if axis else [(0, 2), (1, 3)]
    return contract((0, 1), [(matrix, sides[0]), (middle, (2, 3)), (matrix, sides[1])], sizes)


def _inner(term: Node) -> tuple[tuple[Node, int], Node] | None:
    """Return the matrix that stands on the row and on the column, its axis there, and the rest."""
    product = product_of(term)
    if product is None:
        return None
    whole = flat(product)
    ends = [[f for f in whole.factors if label in f[1]] for label in (0, 1)]
    if any(len(mine) != 1 or mine[0][0].rank != 2 or is_move(mine[0][0]) for mine in ends):
        return None
    (first, at), (second, to) = (mine[0] for mine in ends)
    axis = at.index(0)
    out = (at[1 - axis], to[1 - axis])
    if first != second or to.index(1) != axis or {0, 1}.intersection(out):
        return None
    rest: list[Factor] = [f for f in whole.factors if f not in (ends[0][0], ends[1][0])]
    used = {*out, *(label for _, axes in rest for label in axes)}
    sizes = {k: d for k, d in whole.sizes.items() if k in used}
    return (first, axis), contract(out, rest, sizes, whole.number)
