"""Moves of entries as products with constant matrices, for arrays some of whose axes are tied.

The Jacobian of a slice of an entrywise map is no diagonal matrix, but S diag(d) with S = I[1:], a
slice of the identity.  Each operation that moves entries is a product with such a matrix:

    Y = X[a:b]         Y = S X       S = I[a:b]
    X among zeros      Y = Sᵀ X
    X reversed         Y = F X       F = flip(I)
    X in a new shape   Y = R X       R = the identity in that shape
    running sums       Y = T X       T a triangle of ones

Where an axis is tied to no other the product is not taken: the entries of the factors move
instead.  What stays tells where entries lie: Sᵀ diag(d) S' is a diagonal beside the main one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.algebra.build import add, apply, contract, labels_of
from derive.algebra.moves.matrices_that_move import (
    Factor,
    Range,
    regrouping,
    reversal,
    selection,
    triangle,
    whole,
)
from derive.algebra.moves.taken import settled
from derive.algebra.nodes import Add, Apply, Contract, Node
from derive.dims import ONE, Dim, Shape, dim, size_of


def moved(node: Apply, value: Node, which: int = 0) -> Node:
    """Return the operation on the first axes of a value, its further axes carried along.

    which: the argument that the value stands for; the others are zero.
    """
    terms = value.terms if isinstance(value, Add) else (value,)
    return add(*(settled(_MOVES[node.rule](node, term, which)) for term in terms))


def _times(matrix: Node, axis: int, term: Node, *, turned: bool = False) -> Node:
    """Return a matrix, or its transpose, times the term along one axis."""
    labels, sizes = labels_of(term)
    new = term.rank
    sizes[new] = matrix.shape[1 if turned else 0]
    out = [new if label == axis else label for label in labels]
    place = (axis, new) if turned else (new, axis)
    return contract(out, [(term, labels), (matrix, place)], sizes)


def _slice(node: Apply, term: Node, which: int) -> Node:
    for axis, part in enumerate(node.params):
        size = node.args[0].shape[axis]
        if not whole(part, size):
            term = _times(selection(part, size), axis, term)
    return term


def _place(node: Apply, term: Node, which: int) -> Node:
    *ranges, shape = node.params
    for axis, (part, size) in enumerate(zip(ranges, shape, strict=True)):
        term = _among_zeros(term, axis, part, size)
    return term


def _among_zeros(term: Node, axis: int, part: Range, size: Dim) -> Node:
    if whole(part, size):
        return term
    return _times(selection(part, size), axis, term, turned=True)


def _concatenate(node: Apply, term: Node, which: int) -> Node:
    (axis,) = node.params
    start = sum((arg.shape[axis] for arg in node.args[:which]), dim(0))
    stop = start + node.args[which].shape[axis]
    return _among_zeros(term, axis, (start, stop, 1), node.shape[axis])


def _stack(node: Apply, term: Node, which: int) -> Node:
    (axis,) = node.params
    labels, sizes = labels_of(term)
    sizes[term.rank] = ONE
    wide = contract([*labels[:axis], term.rank, *labels[axis:]], [(term, labels)], sizes)
    return _among_zeros(wide, axis, (dim(which), dim(which + 1), 1), node.shape[axis])


def _flip(node: Apply, term: Node, which: int) -> Node:
    for axis in node.params:
        term = _times(reversal(node.shape[axis]), axis, term)
    return term


def _cumsum(node: Apply, term: Node, which: int) -> Node:
    axis, from_end = node.params
    return _times(triangle(node.shape[axis]), axis, term, turned=from_end)


def _reshape(node: Apply, term: Node, which: int) -> Node:
    """Return the term with each group of axes regrouped; as it is where one is tied by halves."""
    old, new = node.args[0].shape, node.shape
    extra = term.shape[len(old) :]
    labels, sizes = labels_of(term)
    out = term.out if isinstance(term, Contract) else labels
    factors: list[Factor] = [(term, labels)]
    found: list[int] = []
    for mine, shape in regrouped(old, new):
        group = tuple(old[k] for k in mine)
        tied = {out.count(out[k]) > 1 for k in mine}
        if group == shape:
            found += mine
        elif len(tied) > 1:
            return apply("reshape", [term], (*new, *extra), (*new, *extra))
        else:
            fresh = range(len(sizes), len(sizes) + len(shape))
            sizes.update(zip(fresh, shape, strict=True))
            factors.append((regrouping(group, shape), (*fresh, *mine)))
            found += fresh
    return contract([*found, *labels[len(old) :]], factors, sizes)


def regrouped(old: Shape, new: Shape) -> Iterator[tuple[tuple[int, ...], Shape]]:
    """Yield the smallest groups of axes of as many entries: old axes, and the shape of the new."""
    i = j = 0
    while i < len(old) or j < len(new):
        a, b = _group(old[i:], new[j:])
        yield tuple(range(i, i + a)), new[j : j + b]
        i, j = i + a, j + b


def _group(old: Shape, new: Shape) -> tuple[int, int]:
    """Return how many axes of each make the first group; axes of size 1 go with those before."""
    for total in range(2, len(old) + len(new) + 1):
        for a in range(1, total):
            b = total - a
            if a <= len(old) and b <= len(new) and size_of(old[:a]) == size_of(new[:b]):
                rest = (*old[a:], *new[b:])
                last = all(d == 1 for d in rest) and not (old[a:] and new[b:])
                return (len(old), len(new)) if last else (a, b)
    return len(old), len(new)


_MOVES: dict[str, Callable[[Apply, Node, int], Node]] = {
    "slice": _slice,
    "place": _place,
    "concatenate": _concatenate,
    "stack": _stack,
    "flip": _flip,
    "cumsum": _cumsum,
    "reshape": _reshape,
}
MOVING = frozenset(_MOVES)
