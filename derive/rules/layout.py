"""Slices, stacks, concatenations and reversals: entries move, none is computed; and their sums.

Each is linear, so the differential is the operation itself, and the pullback puts the cotangent
back where the entries came from: a slice is placed among zeros, a stack is taken apart.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import apply, contract, labels_of, zero
from derive.algebra.nodes import Apply, Node, Symbol
from derive.dims import Dim, dim
from derive.rules.base import Rule

Ranges = tuple[tuple[Dim, Dim, int], ...]


def place(x: Node, start: Ranges, shape: tuple[Dim, ...]) -> Node:
    """Return x among zeros in an array of `shape`, at the ranges that a slice took."""
    if all(part == (dim(0), d, 1) for part, d in zip(start, shape, strict=True)):
        return x
    return apply("place", [x], (*start, shape), shape)


def take(x: Node, ranges: Ranges) -> Node:
    """Return the slice of x at the ranges."""
    return apply("slice", [x], ranges, tuple(map(_length, ranges)))


def _length(part: tuple[Dim, Dim, int]) -> Dim:
    """Return how many entries a range takes."""
    start, stop, step = part
    length = stop - start
    return length if step == 1 else (length + step - 1) // step


def one_of(x: Node, axis: int, start: Dim, stop: Dim) -> Node:
    """Return the slice along one axis alone."""
    ranges = [(dim(0), d, 1) for d in x.shape]
    ranges[axis] = (start, stop, 1)
    return take(x, tuple(ranges))


class Linear:
    """What slices, placements and the like have in common: dY is the operation on dX."""

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        moved = [dX if k == i else zero(arg.shape) for k, arg in enumerate(node.args)]
        return apply(node.rule, moved, node.params, node.shape)


class Slice(Linear):
    """Y = X[ranges]; X̄ is Ȳ among zeros."""

    def value(self, node: Apply, xp: ModuleType, x: Any, *, index: tuple[slice, ...]) -> Any:
        return x[index]

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return place(Ybar, node.params, node.args[0].shape)


class Place(Linear):
    """Y is X among zeros; X̄ is the slice of Ȳ."""

    def value(self, node: Apply, xp: ModuleType, x: Any, *, index: Any, shape: Any) -> Any:
        y = xp.zeros(shape, x.dtype)
        y[index] = x
        return y

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return take(Ybar, node.params[:-1])


class Stack(Linear):
    """Y holds the arrays along a new axis; each X̄ is its entry of Ȳ."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any) -> Any:
        return xp.stack(arrays, axis=node.params[0])

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (axis,) = node.params
        labels, sizes = labels_of(Ybar)
        entry = one_of(Ybar, axis, dim(i), dim(i + 1))
        sizes[axis] = dim(1)
        return contract([k for k in labels if k != axis], [(entry, labels)], sizes)


class Concatenate(Linear):
    """Y holds the arrays one after the other; each X̄ is its piece of Ȳ."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any) -> Any:
        return xp.concatenate(arrays, axis=node.params[0])

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (axis,) = node.params
        start = dim(0)
        for arg in node.args[:i]:
            start = start + arg.shape[axis]
        return one_of(Ybar, axis, start, start + node.args[i].shape[axis])


class Flip(Linear):
    """Y holds X's entries in reverse order along axes; X̄ is Ȳ reversed again."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return xp.flip(x, node.params)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return apply("flip", [Ybar], node.params, node.shape)


class CumulativeSum(Linear):
    """Yᵢ is the sum of the entries up to i, or from i on; X̄ sums from the other side."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        axis, from_end = node.params
        turned = xp.flip(x, axis) if from_end else x
        total = xp.cumsum(turned, axis)
        return xp.flip(total, axis) if from_end else total

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        axis, from_end = node.params
        return apply("cumsum", [Ybar], (axis, not from_end), node.shape)


class Fixed:
    """Integers, 0/1 patterns and constants: no entry moves when an argument does."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any, **sizes: Any) -> Any:
        raise TypeError("the evaluator knows the sizes that this needs")

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return zero(node.shape)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return zero(node.args[i].shape)


class OneHot(Fixed):
    """Y[…, k] = 1 where the integer is k; integers have no gradient."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any, **sizes: Any) -> Any:
        return (arrays[0][..., None] == xp.arange(sizes["depth"])).astype(float)


class Stop(Fixed):
    """Y = X, taken as a constant: no gradient passes (detach)."""

    def value(self, node: Apply, xp: ModuleType, *arrays: Any, **sizes: Any) -> Any:
        return arrays[0]


LAYOUT_RULES: dict[str, Rule] = {
    "cumsum": CumulativeSum(),
    "flip": Flip(),
    "slice": Slice(),
    "place": Place(),
    "stack": Stack(),
    "concatenate": Concatenate(),
    "onehot": OneHot(),
    "stop": Stop(),
}
