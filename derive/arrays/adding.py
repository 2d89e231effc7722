"""Entries added where integers point, and slices put in the place of others, as new arrays."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, multiply
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.indexing import hot, one_hot
from derive.arrays.linear import axis_of
from derive.arrays.replacing import replaced
from derive.arrays.values import Operand, as_float, kind_of, node
from derive.dims import Dim, dim

_AGREE = "The two agree on every other axis."


def index_add(x: Operand, axis: int, index: Operand, src: Operand, alpha: Operand = 1) -> Node:
    """Return x with alpha · src[i] added to x[index[i]] along the axis."""
    x, index, source = as_float(x), node(index), as_float(src)
    at = axis_of(x, axis)
    if index.rank != 1 or source.rank != x.rank or source.shape[at] != index.shape[0]:
        raise ShapeFault("{0} does not hold a slice for each integer of {1}", source, index)
    return add(x, multiply(alpha, _sums(x, source, at, index, [at])))


def scatter_add(x: Operand, axis: int, index: Operand, src: Operand) -> Node:
    """Return y[i, index[i, k]] += src[i, k], beginning with x."""
    x, index, source = as_float(x), node(index), as_float(src)
    at = axis_of(x, axis)
    if index.shape != source.shape or index.rank != x.rank:
        raise ShapeFault("{0} and {1} have different shapes", index, source)
    return add(x, _sums(x, source, at, index, range(source.rank)))


def _sums(x: Node, source: Node, at: int, index: Node, along: Sequence[int]) -> Node:
    """Return, at each entry of x, the sum of what of source the integers move there.

    at: the axis that they point along.  along: the axes of source that the integers have.
    """
    _agree(x, source, at)
    labels, sizes = build.labels_of(source)
    depth = max(sizes) + 1
    sizes[depth] = x.shape[at]
    out = [depth if k == at else label for k, label in enumerate(labels)]
    places = [*(labels[k] for k in along), depth]
    return build.contract(out, [(hot(index, x, at), places), (source, labels)], sizes)


def _agree(x: Node, source: Node, at: int) -> None:
    for k, (a, b) in enumerate(zip(x.shape, source.shape, strict=True)):
        if k != at and a != b:
            clash = f"axis {k} of {{0}} is {a}, that of {{1}} is {b}"
            raise ShapeFault(clash, x, source, rule=_AGREE)


def bincount(
    index: Operand, weights: Operand | None = None, minlength: Dim | int | None = None
) -> Node:
    """Return how often each integer occurs, or the sums of the weights where it does."""
    index = node(index)
    if not kind_of(index).startswith("int"):
        raise ShapeFault("{0} is an array of floats, bincount takes integers", index)
    bound = kind_of(index).partition("<")[2].strip()
    if not minlength or bound != str(dim(minlength)):
        hint = "give minlength=k, for integers that are annotated int < k"
        raise Refused("bincount whose length is unknown", hint)
    ones = build.ones(index.shape) if weights is None else as_float(weights)
    if index.rank != 1 or ones.shape != index.shape:
        raise ShapeFault("{0} does not hold one weight for each integer of {1}", ones, index)
    chosen = one_hot(index, minlength)
    return build.contract((1,), [(chosen, (0, 1)), (ones, (0,))], dict(enumerate(chosen.shape)))


def select_scatter(x: Operand, src: Operand, axis: int, index: int) -> Node:
    """Return x with the entry number `index` along the axis replaced."""
    x = node(x)
    return replaced(x, [*[slice(None)] * axis_of(x, axis), index], src)


def slice_scatter(
    x: Operand,
    src: Operand,
    axis: int = 0,
    start: int | None = None,
    stop: int | None = None,
    step: int = 1,
) -> Node:
    """Return x with a slice along the axis replaced."""
    x = node(x)
    return replaced(x, [*[slice(None)] * axis_of(x, axis), slice(start, stop, step)], src)
