"""Axes taken apart: what is written with vec and ⊗ is a product of matrices.

    vec(X)ᵀ (A ⊗ B) vec(X) = tr(Xᵀ A X Bᵀ)        tr(A ⊗ B) = tr A tr B

An array in a new shape that joins axes, X[i,j] as x[p] with p = (i, j), is the array itself once
each p is written as the pair.  That is done where everything on p can be, and where what is p in
the result is joined again outside, so that the new shapes meet and go.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.build import contract, elementwise, rebuild
from derive.algebra.moves.as_matrices import regrouped
from derive.algebra.moves.matrices_that_move import reshaped
from derive.algebra.nodes import Add, Apply, Contract, Map, Node
from derive.dims import Shape

_Parts = dict[int, Shape]
"""Axes, or labels, with the sizes of the axes that they are taken apart into."""


def taken_apart(node: Node) -> Node:
    """Return the node, whose children are in normal form, without the new shapes that can go."""
    if _is_reshape(node):
        return _split_inside(node)
    for parts in _joined(node):
        whole = _apart(node, parts)
        if whole is not None:
            return reshaped(taken_apart(whole), node.shape)
    return node


def _is_reshape(node: Node) -> bool:
    return isinstance(node, Apply) and node.rule == "reshape"


def _split_inside(node: Node) -> Node:
    """Return an array in a new shape with the axes that this splits split inside."""
    (inner,) = node.children
    groups = regrouped(inner.shape, node.shape)
    parts = {mine[0]: shape for mine, shape in groups if len(mine) == 1 < len(shape)}
    whole = _axes_apart(inner, parts) if parts else None
    if whole is None or whole == node:
        return reshaped(inner, node.shape)
    return reshaped(taken_apart(whole), node.shape)


def _joined(node: Node) -> Iterator[_Parts]:
    """Yield each axis of the children that joins several, with what it joins."""
    for k, child in enumerate(node.children if isinstance(node, Contract | Add | Map) else ()):
        if _is_reshape(child):
            (inner,) = child.children
            axis = 0
            for mine, shape in regrouped(inner.shape, child.shape):
                if len(shape) == 1 < len(mine):
                    at = node.factors[k][1][axis] if isinstance(node, Contract) else axis
                    yield {at: tuple(inner.shape[j] for j in mine)}
                axis += len(shape)


def _apart(node: Node, parts: _Parts) -> Node | None:
    """Return the node with axes taken apart, labels where it is a product.

    None where an array that has a joined axis of its own would need a new shape for that.
    """
    if _is_reshape(node):
        return reshaped(node, _split(node.shape, parts))
    if isinstance(node, Contract):
        return _product_apart(node, parts)
    if not isinstance(node, Add | Map):
        return None
    children = [_axes_apart(child, parts) for child in node.children]
    kept = [child for child in children if child is not None]
    if len(kept) < len(children):
        return None
    if isinstance(node, Map):
        return elementwise(node.fn, kept, _split(node.shape, parts))
    return rebuild(node, kept)


def _axes_apart(node: Node, parts: _Parts) -> Node | None:
    """Return the node with axes taken apart."""
    if not parts:
        return node
    if isinstance(node, Contract):
        return _apart(node, {node.out[axis]: shape for axis, shape in parts.items()})
    return _apart(node, parts)


def _product_apart(node: Contract, parts: _Parts) -> Node | None:
    fresh: dict[int, tuple[int, ...]] = {}
    sizes = dict(enumerate(node.sizes))
    for label, shape in parts.items():
        fresh[label] = tuple(range(max(sizes) + 1, max(sizes) + 1 + len(shape)))
        sizes.update(zip(fresh[label], shape, strict=True))
        del sizes[label]

    def at(labels: tuple[int, ...]) -> list[int]:
        return [new for label in labels for new in fresh.get(label, (label,))]

    factors = []
    for factor, axes in node.factors:
        own = {axis: parts[label] for axis, label in enumerate(axes) if label in parts}
        part = _axes_apart(factor, own)
        if part is None:
            return None
        factors.append((part, at(axes)))
    return contract(at(node.out), factors, sizes, node.coefficient)


def _split(shape: Shape, parts: _Parts) -> Shape:
    return tuple(d for axis, size in enumerate(shape) for d in parts.get(axis, (size,)))
