"""A product that occurs inside a longer one: y ⊙ (X w) holds X w, though its factors are merged.

Products are flat, so that a shared part is no sub-expression of them; it is found by its factors
and the labels that join them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.algebra.build import contract
from derive.algebra.nodes import Contract, Node
from derive.algebra.properties.symmetry import other_way

_Labels = dict[int, int]
Ways = Callable[[Node, tuple[int, ...]], tuple[tuple[int, ...], ...]]
"""The orders in which the labels of a factor may stand."""


def as_written(factor: Node, axes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the one order of the labels: what the model computes is told as it was written."""
    return (axes,)


def either_way(factor: Node, axes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return both orders of the labels of a symmetric factor, for gradients, where Aᵀ = A."""
    return tuple(dict.fromkeys((axes, other_way(factor, axes))))


def with_part(node: Contract, part: Contract, value: Node, ways: Ways = as_written) -> Node | None:
    """Return the product with `value`, which stands for `part`, in place of part's factors.

    None where the part is not in it: each label that the part sums over must be summed in the
    node as well, and join none of the other factors.  Two of its other labels may be one: the
    diagonal of the part, or its trace, is that of the value.
    """
    if len(part.factors) > len(node.factors) or not part.coefficient.number:
        return None
    for chosen, labels in _matches(node, part, ways, 0, (), {}):
        rest = [factor for k, factor in enumerate(node.factors) if k not in chosen]
        outside = {*node.out, *(label for _, axes in rest for label in axes)}
        if len(labels) == len(part.sizes) and outside.isdisjoint(labels[k] for k in part.bound):
            axes = tuple(labels[k] for k in part.out)
            rest.insert(min(chosen), (value, axes))
            kept = {k: d for k, d in enumerate(node.sizes) if k in outside or k in axes}
            return contract(node.out, rest, kept, node.coefficient * part.coefficient**-1)
    return None


def with_parts(node: Contract, part: Contract, value: Node) -> tuple[Node, int]:
    """Return the product with `value` wherever the part is in it, and how often that is."""
    count, rest = 0, with_part(node, part, value)
    found: Node = node
    while rest is not None:
        count, found = count + 1, rest
        rest = with_part(rest, part, value) if isinstance(rest, Contract) else None
    return found, count


def _matches(
    node: Contract,
    part: Contract,
    ways: Ways,
    at: int,
    chosen: tuple[int, ...],
    labels: _Labels,
) -> Iterator[tuple[tuple[int, ...], _Labels]]:
    """Yield which factors of the node are the part's, and which of its labels are theirs."""
    if at == len(part.factors):
        yield chosen, labels
        return
    wanted, axes = part.factors[at]
    for k, (factor, outer) in enumerate(node.factors):
        if k in chosen or factor != wanted:
            continue
        for turned in ways(factor, axes):
            joined = _joined(labels, turned, outer, part.bound)
            if joined is not None:
                yield from _matches(node, part, ways, at + 1, (*chosen, k), joined)


def _joined(
    labels: _Labels, inner: tuple[int, ...], outer: tuple[int, ...], bound: tuple[int, ...]
) -> _Labels | None:
    """Return the labels with inner matched to outer; None where they differ.

    What a bound label is matched to belongs to it alone.
    """
    found = dict(labels)
    for a, b in zip(inner, outer, strict=True):
        if found.setdefault(a, b) != b:
            return None
    taken = list(found.values())
    return found if all(taken.count(found[a]) == 1 for a in bound if a in found) else None
