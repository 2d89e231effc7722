"""Constant matrices that move entries: slices of the identity, reversals, new shapes, triangles.

Each is an operation on the identity, so that code and documents have nothing new to say.  The
functions below do to one axis of an array what such a matrix does, and undo what was done before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from derive.algebra.build import add, apply, contract, scale, split_coefficient, zero
from derive.algebra.coefficient import UNIT
from derive.algebra.nodes import Add, Apply, Contract, Node
from derive.dims import Dim, Shape, dim, never_less

Range = tuple[Dim, Dim, int]
Factor = tuple[Node, tuple[int, ...]]


def identity(shape: Sequence[Dim]) -> Node:
    """Return the identity on arrays of the shape, of shape `shape + shape`."""
    axes = tuple(range(len(shape)))
    return contract((*axes, *axes), [], dict(enumerate(shape)))


def selection(part: Range, size: Dim) -> Node:
    """Return the rows of the identity that a slice takes."""
    return sliced(identity((size,)), 0, part)


def reversal(size: Dim) -> Node:
    """Return the identity with its rows in reverse order."""
    return flipped(identity((size,)), 0)


def regrouping(old: Shape, new: Shape) -> Node:
    """Return the identity on arrays of shape `old` with its rows in the shape `new`."""
    return reshaped(identity(old), (*new, *old))


def triangle(size: Dim) -> Node:
    """Return the matrix whose product with a vector is its running sums."""
    return apply("tri", [], (True, 0), (size, size))


def is_selection(node: Node) -> TypeGuard[Apply]:
    """Whether the node is rows of the identity."""
    return _is_of_identity(node, "slice") and whole(node.params[1], node.args[0].shape[1])


def is_reversal(node: Node) -> TypeGuard[Apply]:
    """Whether the node is the identity in reverse."""
    return _is_of_identity(node, "flip") and node.rank == 2


def is_regrouping(node: Node) -> TypeGuard[Apply]:
    """Whether the node is the identity with its rows in another shape."""
    return _is_of_identity(node, "reshape")


def sides(node: Apply, axes: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Return the labels of a regrouping's rows and of its columns."""
    columns = node.args[0].rank // 2
    return axes[:-columns], axes[-columns:]


def is_triangle(node: Node) -> TypeGuard[Apply]:
    """Whether the node is a square triangle of ones, its diagonal included."""
    return (
        isinstance(node, Apply)
        and node.rule == "tri"
        and node.params[1] == 0
        and (node.shape[0] == node.shape[1])
    )


def is_move(node: Node) -> bool:
    """Whether the node is one of these matrices."""
    return any(test(node) for test in (is_selection, is_reversal, is_regrouping, is_triangle))


def _is_of_identity(node: Node, rule: str) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and node.rule == rule and is_identity(node.args[0])


def is_identity(node: Node) -> bool:
    """Whether the node is the identity on arrays of some shape."""
    if not isinstance(node, Contract) or node.factors or node.coefficient != UNIT:
        return False
    half = node.rank // 2
    return node.rank > 0 and node.out == (*range(half), *range(half))


def whole(part: Range, size: Dim) -> bool:
    """Whether a range takes all entries."""
    return part == (dim(0), size, 1)


def length(part: Range) -> Dim:
    """Return how many entries a range takes."""
    start, stop, step = part
    return stop - start if step == 1 else (stop - start + step - 1) // step


def _ranges(x: Node, axis: int, part: Range) -> list[Range]:
    """Return the whole of each axis but one."""
    ranges: list[Range] = [(dim(0), d, 1) for d in x.shape]
    ranges[axis] = part
    return ranges


def sliced(x: Node, axis: int, part: Range) -> Node:
    """Return the entries of a range along one axis; a slice of a slice is one slice."""
    if whole(part, x.shape[axis]):
        return x
    if isinstance(x, Add):
        return add(*(sliced(term, axis, part) for term in x.terms))
    ranges = _ranges(x, axis, part)
    shape = tuple(map(length, ranges))
    if isinstance(x, Apply) and x.rule == "slice" and x.params[axis][2] == 1:
        start = x.params[axis][0]
        ranges = [*x.params]
        ranges[axis] = (start + part[0], start + part[1], part[2])
        (x,) = x.args
    if is_identity(x) and x.rank == 2:
        return _block(x.shape[0], *ranges)
    return apply("slice", [x], tuple(ranges), shape)


def _block(size: Dim, rows: Range, columns: Range) -> Node:
    """Return a block of the identity: the identity, zeros or rows of it where that is known."""
    shape = length(rows), length(columns)
    if rows == columns:
        return identity(shape[:1])
    if rows[2] == columns[2] == 1:
        if never_less(rows[0], columns[1]) or never_less(columns[0], rows[1]):
            return zero(shape)
        if not whole(columns, size) and _within(rows, columns):
            return selection((rows[0] - columns[0], rows[1] - columns[0], 1), shape[1])
        if not whole(rows, size) and _within(columns, rows):
            inner = selection((columns[0] - rows[0], columns[1] - rows[0], 1), shape[0])
            return contract((1, 0), [(inner, (0, 1))], dict(enumerate(inner.shape)))
    return apply("slice", [identity((size,))], (rows, columns), shape)


def _within(inner: Range, outer: Range) -> bool:
    return never_less(inner[0], outer[0]) and never_less(outer[1], inner[1])


def placed(x: Node, axis: int, part: Range, size: Dim) -> Node:
    """Return the array among zeros along one axis, where a slice of that size would take it."""
    if whole(part, size):
        return x
    shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
    return apply("place", [x], (*_ranges(x, axis, part), shape), shape)


def flipped(x: Node, axis: int) -> Node:
    """Return the array in reverse order along one axis."""
    if isinstance(x, Apply) and x.rule == "flip" and x.params == (axis,):
        return x.args[0]
    return apply("flip", [x], (axis,), x.shape)


def cumulated(x: Node, axis: int, from_end: bool) -> Node:
    """Return the running sums along one axis."""
    return apply("cumsum", [x], (axis, from_end), x.shape)


def reshaped(x: Node, shape: Shape) -> Node:
    """Return the entries in another shape; the last of several shapes counts."""
    if isinstance(x, Apply) and x.rule == "reshape":
        (x,) = x.args
    return x if x.shape == shape else apply("reshape", [x], shape, shape)


def piece_of(node: Apply) -> Node:
    """Return a slice of joined arrays that is one of them as that array."""
    c, joined = split_coefficient(node.args[0])
    if not isinstance(joined, Apply) or joined.rule != "concatenate":
        return node
    (axis,) = joined.params
    start = dim(0)
    for arg in joined.args:
        part = (start, start + arg.shape[axis], 1)
        if node.params == tuple(_ranges(joined, axis, part)):
            return scale(c, arg)
        start = part[1]
    return node
