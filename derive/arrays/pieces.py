"""Arrays put together and taken apart: stacks, concatenations, splits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import common_shape, spread, subtract
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import basic, slice_along
from derive.arrays.layout import lengths, reshape, unsqueeze
from derive.arrays.linear import axis_of
from derive.arrays.values import Operand, as_number_array, node
from derive.dims import ONE, Dim, dim, has_quotient


def stack(arrays: Sequence[Operand], axis: int = 0) -> Node:
    """Return arrays of one shape along a new axis."""
    nodes = _some(arrays, "a stack")
    for other in nodes[1:]:
        if other.shape != nodes[0].shape:
            rule = "Stacked arrays have one shape."
            raise ShapeFault("{0} and {1} have different shapes", nodes[0], other, rule=rule)
    shape = nodes[0].shape
    if not isinstance(axis, int) or not -len(shape) - 1 <= axis <= len(shape):
        raise ShapeFault(f"{{0}} has {len(shape)} axes, none can be put in at {axis}", nodes[0])
    at = axis % (len(shape) + 1)
    if len(nodes) == 1:
        return unsqueeze(nodes[0], at)
    return build.apply("stack", nodes, (at,), (*shape[:at], dim(len(nodes)), *shape[at:]))


def _some(arrays: Sequence[Operand], what: str) -> list[Node]:
    if isinstance(arrays, Node):
        count = arrays.shape[0].value if arrays.rank else None
        if count is None:
            raise Refused(f"{what} of an array", "give a list of arrays")
        arrays = [basic(arrays, [k]) for k in range(count)]
    if not isinstance(arrays, list | tuple) or not arrays:
        raise Refused(f"{what} of no arrays", "give a list of arrays")
    return [as_number_array(a) for a in arrays]


def concatenate(arrays: Sequence[Operand], axis: int | None = 0) -> Node:
    """Return arrays one after the other along an axis."""
    nodes = _some(arrays, "a concatenation")
    if axis is None:
        nodes, axis = [reshape(a, [-1]) for a in nodes], 0
    first = nodes[0]
    at = axis_of(first, axis)
    length = first.shape[at]
    for other in nodes[1:]:
        if other.rank != first.rank:
            clash = f"{{0}} has {axes_told(first.rank)}, {{1}} has {other.rank}"
            raise ShapeFault(clash, first, other)
        for k, (a, b) in enumerate(zip(first.shape, other.shape, strict=True)):
            if a != b and k != at:
                clash = f"axis {k} of {{0}} is {a}, that of {{1}} is {b}"
                rule = f"Arrays joined along axis {at} agree in all others."
                raise ShapeFault(clash, first, other, rule=rule)
        length = length + other.shape[at]
    if len(nodes) == 1:
        return first
    shape = (*first.shape[:at], length, *first.shape[at + 1 :])
    return build.apply("concatenate", nodes, (at,), shape)


def vertical(arrays: Sequence[Operand]) -> Node:
    """Return arrays below each other (vstack)."""
    return concatenate([unsqueeze(a, 0) if a.rank < 2 else a for a in _some(arrays, "a stack")], 0)


def horizontal(arrays: Sequence[Operand]) -> Node:
    """Return arrays beside each other (hstack)."""
    nodes = _some(arrays, "a stack")
    return concatenate(nodes, 0 if nodes[0].rank == 1 else 1)


def columns(arrays: Sequence[Operand]) -> Node:
    """Return vectors and matrices as the columns of a matrix."""
    nodes = [unsqueeze(a, 1) if a.rank == 1 else a for a in _some(arrays, "a stack")]
    return concatenate(nodes, 1)


def split_by(x: Operand, sections: object, axis: int = 0) -> tuple[Node, ...]:
    """Return pieces of given lengths, or of one length (torch.split)."""
    x = node(x)
    at = axis_of(x, axis)
    if isinstance(sections, list | tuple):
        found = lengths(sections)
    else:
        (length,) = lengths(sections)
        found = (length,) * _times(x.shape[at], length)
    total = sum(found, dim(0))
    if total != x.shape[at]:
        raise ShapeFault(f"axis {at} of {{0}} is {x.shape[at]}, the pieces are {total}", x)
    return _pieces(x, found, at)


def _times(whole: Dim, part: Dim) -> int:
    count = (whole // part).value
    if count is None or part * count != whole:
        hint = f"annotate the axis as a known multiple of the length, such as {part * 4}"
        if has_quotient(part):
            hint = "annotate the axis as a product, such as 4*k, and split it by k"
        raise Refused(f"{whole} is not a known number of times {part}", hint)
    return count


def _pieces(x: Node, found: Sequence[Dim], at: int) -> tuple[Node, ...]:
    pieces, start = [], dim(0)
    for length in found:
        pieces.append(slice_along(x, at, start, start + length))
        start = start + length
    return tuple(pieces)


def split_into(x: Operand, sections: object, axis: int = 0) -> tuple[Node, ...]:
    """Return a number of equal pieces, or those between given places (np.split)."""
    x = node(x)
    if not isinstance(sections, list | tuple):
        return chunk(x, sections, axis)
    at = axis_of(x, axis)
    edges = [dim(0), *lengths(sections), x.shape[at]]
    return tuple(slice_along(x, at, a, b) for a, b in pairwise(edges))


def chunk(x: Operand, sections: object, axis: int = 0) -> tuple[Node, ...]:
    """Return a number of equal pieces."""
    x = node(x)
    at = axis_of(x, axis)
    if not isinstance(sections, int) or sections < 1:
        raise Refused("the number of pieces is a constant")
    length = x.shape[at] // sections
    if length * sections != x.shape[at]:
        raise ShapeFault(
            f"axis {at} of {{0}} is {x.shape[at]}, which {sections} does not divide for certain",
            x,
            hint=f"write the axis as {sections}*k, with k a dimension of its own",
        )
    return _pieces(x, [length] * sections, at)


def unbind(x: Operand, axis: int = 0) -> tuple[Node, ...]:
    """Return the entries along an axis whose length is a number."""
    x = node(x)
    at = axis_of(x, axis)
    count = x.shape[at].value
    if count is None:
        raise Refused(f"an axis of {x.shape[at]} entries is not taken apart: give a number")
    return tuple(basic(x, [*[slice(None)] * at, k]) for k in range(count))


def repeat(x: Operand, repeats: Sequence[Dim | int]) -> Node:
    """Return copies side by side along each axis (torch's repeat, np.tile)."""
    x, counts = node(x), lengths(repeats)
    counts = (ONE,) * (x.rank - len(counts)) + counts
    shape = (ONE,) * (len(counts) - x.rank) + x.shape
    apart = [d for count, have in zip(counts, shape, strict=True) for d in (count, have)]
    units = [d for have in shape for d in (ONE, have)]
    copied = spread(reshape(x, units), tuple(apart))
    return reshape(copied, [count * have for count, have in zip(counts, shape, strict=True)])


def narrow(x: Operand, axis: int, start: Dim | int, length: Dim | int) -> Node:
    """Return x.narrow(axis, start, length)."""
    x = node(x)
    return slice_along(x, axis_of(x, axis), dim(start), dim(start) + length)


def select(x: Operand, axis: int, index: Dim | int) -> Node:
    """Return the entry number `index` along an axis."""
    x = node(x)
    return basic(x, [*[slice(None)] * axis_of(x, axis), index])


def differences(x: Operand, axis: int = -1) -> Node:
    """Return each entry less the one before it (np.diff)."""
    x = node(x)
    at = axis_of(x, axis)
    later = slice_along(x, at, dim(1), x.shape[at])
    return subtract(later, slice_along(x, at, dim(0), x.shape[at] - 1))


def split_nearly(x: Operand, sections: object, axis: int = 0) -> tuple[Node, ...]:
    """Return a number of pieces, the first longer by one where need be, or those between places."""
    x = node(x)
    at = axis_of(x, axis)
    size = x.shape[at].value
    if not isinstance(sections, int) or size is None or sections < 1:
        return split_into(x, sections, axis)
    length, longer = divmod(size, sections)
    return _pieces(x, [dim(length + (k < longer)) for k in range(sections)], at)


def split_at(axis: int, x: Operand, sections: object) -> tuple[Node, ...]:
    """Return pieces along an axis: rows (vsplit), columns (hsplit), …"""
    x = node(x)
    return split_into(x, sections, min(axis, x.rank - 1) if axis == 1 else axis)


def depth(arrays: Sequence[Operand]) -> Node:
    """Return arrays behind each other, along a third axis (dstack)."""
    nodes = [at_least(2, [a]) for a in _some(arrays, "a stack")]
    return concatenate([unsqueeze(a, 2) if a.rank == 2 else a for a in nodes], 2)


def at_least(rank: int, arrays: Sequence[Operand]) -> Node:
    """Return the array with axes of size 1 put in front until it has so many."""
    (x,) = _some(arrays, "an array") if len(arrays) == 1 else (None,)
    if x is None:
        raise Refused("several arrays given more axes at once", "one is read")
    while x.rank < rank:
        x = unsqueeze(x, 0)
    return x


def at_least_three(arrays: Sequence[Operand]) -> Node:
    """Return the array with three axes: a vector lies along the second, a matrix in front."""
    x = at_least(1, arrays)
    x = unsqueeze(x, 0) if x.rank == 1 else x
    return unsqueeze(x, 2) if x.rank == 2 else x


def blocks(rows: object) -> Node:
    """Return nested lists of arrays as one matrix (np.block)."""
    if not isinstance(rows, list):
        return node(rows)  # type: ignore[arg-type]
    parts = [blocks(part) for part in rows]
    return concatenate(parts, 0 if isinstance(rows[0], list) else -1)


def broadcast_all(arrays: Sequence[Operand]) -> tuple[Node, ...]:
    """Return the arrays copied to their common shape."""
    nodes = _some(arrays, "a list")
    shape = common_shape(nodes)
    return tuple(spread(a, shape) for a in nodes)


def grid(arrays: Sequence[Operand], indexing: object = None) -> tuple[Node, ...]:
    """Return the coordinates of all points of a grid, one array for each axis (meshgrid)."""
    nodes = _some(arrays, "a grid")
    for vector in nodes:
        if vector.rank != 1:
            raise ShapeFault("{0} is no vector", vector, rule="A grid is made of vectors.")
    count, shape = len(nodes), tuple(vector.shape[0] for vector in nodes)
    order = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else list(range(count))
    wanted = tuple(shape[k] for k in order)
    return tuple(build.expand(vector, wanted, [order.index(k)]) for k, vector in enumerate(nodes))
