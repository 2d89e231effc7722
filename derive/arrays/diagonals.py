"""Diagonals of arrays, also beside the main one, and matrices that have them."""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.indexing import slice_along
from derive.arrays.layout import reshape
from derive.arrays.linear import axis_of, diagonal, moveaxis
from derive.arrays.reduce import total
from derive.arrays.values import Operand, as_number_array
from derive.dims import Dim, dim


def diagonal_of(x: Operand, offset: int = 0, first: int = 0, second: int = 1) -> Node:
    """Return the entries [i, i + offset] of two axes, as a last axis."""
    x = as_number_array(x)
    if x.rank < 2:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, a diagonal needs two", x)
    rows, columns = axis_of(x, first), axis_of(x, second)
    if rows == columns:
        raise ShapeFault("a diagonal of {0} needs two axes", x)
    down, right = dim(max(-offset, 0)), dim(max(offset, 0))
    length = _shorter(x.shape[rows] - down, x.shape[columns] - right, x)
    part = slice_along(x, rows, down, down + length)
    return diagonal(slice_along(part, columns, right, right + length), rows, columns)


def _shorter(a: Dim, b: Dim, x: Node) -> Dim:
    if a == b:
        return a
    gap = (a - b).value
    if gap is None:
        raise ShapeFault(f"{{0}} is {a}×{b}, a diagonal needs a square", x)
    return a if gap < 0 else b


def trace(x: Operand, offset: int = 0, first: int = 0, second: int = 1) -> Node:
    """Return the sums of diagonals."""
    if as_number_array(x).rank < 2:
        told = axes_told(as_number_array(x).rank)
        raise ShapeFault(f"{{0}} has {told}, a trace is that of a matrix", as_number_array(x))
    return total(diagonal_of(x, offset, first, second), -1)


def diag_embed(x: Operand, offset: int = 0, first: int = -2, second: int = -1) -> Node:
    """Return the matrices that have the last axis as their diagonal."""
    x = as_number_array(x)
    if not x.rank:
        raise ShapeFault("{0} is a number, and a diagonal needs an axis", x)
    axes, sizes = build.labels_of(x)
    square = build.contract((*axes, axes[-1]), [(x, axes)], sizes)
    if offset:
        square = _beside(square, x.shape[-1], offset)
    return moveaxis(square, (-2, -1), (first, second))


def _beside(square: Node, length: Dim, offset: int) -> Node:
    """Return the square matrices moved beside the main diagonal of larger ones."""
    down, right = dim(max(-offset, 0)), dim(max(offset, 0))
    size = length + abs(offset)
    shape = (*square.shape[:-2], size, size)
    whole = [(dim(0), d, 1) for d in shape[:-2]]
    places = (*whole, (down, down + length, 1), (right, right + length, 1))
    return build.apply("place", [square], (*places, shape), shape)


def diag(x: Operand, k: int = 0) -> Node:
    """Return the diagonal of a matrix, or the matrix with a vector as its diagonal."""
    x = as_number_array(x)
    if x.rank == 2:
        return diagonal_of(x, k)
    if x.rank != 1:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, diag takes a vector or a matrix", x)
    return diag_embed(x, k)


def diagflat(x: Operand, k: int = 0) -> Node:
    """Return the matrix that has all entries, in row order, as its diagonal."""
    return diag_embed(reshape(x, [-1]), k)


def block_diagonal(arrays: object) -> Node:
    """Return the matrices along the diagonal of one (torch.block_diag)."""
    if not isinstance(arrays, list | tuple) or not arrays:
        raise Refused("a block diagonal of no arrays", "give the matrices")
    blocks = [as_number_array(a) for a in arrays]
    blocks = [reshape(b, [1, *b.shape]) if b.rank == 1 else b for b in blocks]
    for block in blocks:
        if block.rank != 2:
            raise ShapeFault("{0} is no matrix", block)
    rows = sum((b.shape[0] for b in blocks), dim(0))
    columns = sum((b.shape[1] for b in blocks), dim(0))
    down, right = dim(0), dim(0)
    placed = []
    for block in blocks:
        (m, n), shape = block.shape, (rows, columns)
        places = ((down, down + m, 1), (right, right + n, 1))
        placed.append(build.apply("place", [block], (*places, shape), shape))
        down, right = down + m, right + n
    return build.add(*placed)
