"""Products with matrices that move entries, taken: what is summed over moves instead.

    Σ_p S[i,p] x[p]     x[a:b], where S = I[a:b]        Σ_i S[i,p] x[i]     x among zeros
    Σ_p F[i,p] x[p]     flip(x)                          Σ_p R[i,p] x[p]     x in the new shape
    Σ_p T[i,p] x[p]     the running sums of x

A factor is moved by itself where the operation renames entries, and all that have the label as one
array where it adds entries up or joins axes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.algebra.build import contract, ones
from derive.algebra.moves.matrices_that_move import (
    Factor,
    cumulated,
    flipped,
    is_move,
    is_regrouping,
    is_reversal,
    is_selection,
    is_triangle,
    placed,
    regrouping,
    reshaped,
    sides,
    sliced,
)
from derive.algebra.nodes import Apply, Contract, Node

Along = Callable[[Node, int], Node]


def settled(node: Node) -> Node:
    """Return a product without matrices that move what is summed over."""
    while isinstance(node, Contract):
        found = next(filter(None, (_taken(node, k) for k in range(len(node.factors)))), None)
        if found is None:
            break
        node = found
    return node


def _taken(node: Contract, k: int) -> Node | None:
    """Return the product with factor k taken, None where it tells where entries lie."""
    matrix, axes = node.factors[k]
    if len(set(axes)) < len(axes):
        return None
    if is_selection(matrix):
        return _selected(node, k)
    if is_reversal(matrix):
        for label, other in (axes[::-1], axes):
            if label in node.bound:
                return _renamed(node, k, label, other, flipped)
    if is_regrouping(matrix):
        new, old = sides(matrix, axes)
        for source, target in ((old, new), (new, old)):
            if not set(source) & set(node.out):
                return _regrouped(node, k, source, target)
    if is_triangle(matrix):
        return _summed(node, k)
    return None


def _rest(node: Contract, k: int) -> list[Factor]:
    return [factor for j, factor in enumerate(node.factors) if j != k]


def _selected(node: Contract, k: int) -> Node | None:
    """Slice the factors on the longer axis, or place those on the shorter one."""
    matrix, (short, long) = node.factors[k]
    assert isinstance(matrix, Apply)
    part, size = matrix.params[0], matrix.shape[1]
    if long in node.bound:
        return _renamed(node, k, long, short, lambda x, axis: sliced(x, axis, part))
    mine = [f for f, axes in _rest(node, k) if short in axes]
    if short not in node.bound or any(map(is_move, mine)):
        return None
    if mine:
        return _renamed(node, k, short, long, lambda x, axis: placed(x, axis, part, size))
    factors = [*_rest(node, k), (placed(ones(matrix.shape[:1]), 0, part, size), (long,))]
    return _product(node, factors, (short,))


def _renamed(node: Contract, k: int, label: int, other: int, along: Along) -> Node:
    """Return the product without factor k, what each factor has on a label moved by itself."""
    factors = []
    for factor, axes in _rest(node, k):
        for axis, at in enumerate(axes):
            if at == label:
                factor = along(factor, axis)
        factors.append((factor, tuple(other if at == label else at for at in axes)))
    return _product(node, factors, (label,))


def _product(node: Contract, factors: Sequence[Factor], without: Sequence[int]) -> Node:
    sizes = {label: d for label, d in enumerate(node.sizes) if label not in without}
    return contract(node.out, factors, sizes, node.coefficient)


def _together(node: Contract, k: int, labels: Sequence[int]) -> tuple[Factor, list[Factor]]:
    """Return all factors on some labels as one, those labels first, and the others."""
    rest = _rest(node, k)
    mine = [f for f in rest if set(labels).intersection(f[1])]
    others = [f for f in rest if f not in mine]
    outside = {*node.out, *node.factors[k][1], *(at for _, axes in others for at in axes)}
    inside = dict.fromkeys(at for _, axes in mine for at in axes)
    axes = (*labels, *(at for at in inside if at in outside and at not in labels))
    sizes = {at: node.sizes[at] for at in (*labels, *inside)}
    return (contract(axes, mine, sizes), axes), others


def _summed(node: Contract, k: int) -> Node | None:
    """Return running sums of what is on a label that the triangle sums over."""
    matrix, (first, second) = node.factors[k]
    assert isinstance(matrix, Apply)
    lower = matrix.params[0]
    for label, other, from_end in ((second, first, not lower), (first, second, lower)):
        mine = [f for f, axes in _rest(node, k) if label in axes]
        apart = not any(other in axes for f, axes in _rest(node, k) if label in axes)
        if label in node.bound and mine and apart and not any(map(is_move, mine)):
            (whole, axes), others = _together(node, k, (label,))
            sums = (cumulated(whole, 0, from_end), (other, *axes[1:]))
            return _product(node, [sums, *others], (label, *_inside(node, axes, others)))
    return None


def _inside(node: Contract, axes: Sequence[int], others: Sequence[Factor]) -> list[int]:
    """Return the labels that are summed within one factor by now."""
    used = {*node.out, *axes, *(at for _, at_axes in others for at in at_axes)}
    return [label for label in node.bound if label not in used]


def _regrouped(node: Contract, k: int, source: Sequence[int], target: Sequence[int]) -> Node:
    """Return what is on some labels in another shape: each factor, or all of them as one."""
    shape = tuple(node.sizes[label] for label in target)
    factors = [_in_shape(factor, source, target, shape) for factor in _rest(node, k)]
    if all(f is not None for f in factors):
        return _product(node, [f for f in factors if f is not None], source)
    (whole, axes), others = _together(node, k, source)
    made = reshaped(whole, (*shape, *whole.shape[len(source) :]))
    factor = (made, (*target, *axes[len(source) :]))
    return _product(node, [factor, *others], (*source, *_inside(node, axes, others)))


def _in_shape(
    factor: Factor, source: Sequence[int], target: Sequence[int], shape: tuple
) -> Factor | None:
    """Return a factor in another shape, None where it has the axes apart from each other."""
    node, axes = factor
    if not set(source).intersection(axes):
        return factor
    if is_regrouping(node):
        for mine, other in (sides(node, axes), sides(node, axes)[::-1]):
            if tuple(mine) == tuple(source):
                kept = tuple(d for d, at in zip(node.shape, axes, strict=True) if at in other)
                return regrouping(shape, kept), (*other, *target)
    if len(set(axes)) < len(axes) or source[0] not in axes:
        return None
    start = axes.index(source[0])
    stop = start + len(source)
    if axes[start:stop] != tuple(source):
        return None
    made = reshaped(node, (*node.shape[:start], *shape, *node.shape[stop:]))
    return made, (*axes[:start], *target, *axes[stop:])
