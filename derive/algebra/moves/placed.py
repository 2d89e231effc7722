"""Sums against an array among zeros: Σ place(y) z takes of z the part that y lies beside."""

from __future__ import annotations

from derive.algebra.build import apply, contract
from derive.algebra.nodes import Apply, Contract, Node
from derive.dims import Dim, dim


def with_places_taken(node: Node) -> Node:
    """Return a product with other factors sliced where one is zero, along labels summed over."""
    if not isinstance(node, Contract):
        return node
    for k, (factor, axes) in enumerate(node.factors):
        if not isinstance(factor, Apply) or factor.rule != "place":
            continue
        *ranges, shape = factor.params
        for axis, label in enumerate(axes):
            whole = ranges[axis] == (dim(0), shape[axis], 1)
            if not whole and label not in node.out and axes.count(label) == 1:
                return _taken(node, k, axis)
    return node


def _taken(node: Contract, k: int, axis: int) -> Node:
    """Return the product with factor k no longer among zeros along an axis."""
    placed, axes = node.factors[k]
    assert isinstance(placed, Apply)
    (inner,) = placed.args
    *ranges, shape = placed.params
    part, size = ranges[axis], inner.shape[axis]
    ranges[axis] = (dim(0), size, 1)
    shape = (*shape[:axis], size, *shape[axis + 1 :])
    if all(r == (dim(0), d, 1) for r, d in zip(ranges, shape, strict=True)):
        kept = inner
    else:
        kept = apply("place", [inner], (*ranges, shape), shape)
    factors = [
        (kept, axes) if j == k else (_sliced(f, at, axes[axis], part, size), at)
        for j, (f, at) in enumerate(node.factors)
    ]
    sizes = {**dict(enumerate(node.sizes)), axes[axis]: size}
    return contract(node.out, factors, sizes, node.coefficient)


def _sliced(x: Node, axes: tuple[int, ...], label: int, part: tuple, size: Dim) -> Node:
    """Return the slice of a factor along the axes of one label."""
    if label not in axes:
        return x
    ranges = tuple(
        part if at == label else (dim(0), d, 1) for at, d in zip(axes, x.shape, strict=True)
    )
    shape = tuple(size if at == label else d for at, d in zip(axes, x.shape, strict=True))
    return apply("slice", [x], ranges, shape)
