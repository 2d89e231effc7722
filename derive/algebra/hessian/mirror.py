"""A product that is its own transpose: F[b,r] w[b] F[b,c] found in a labelled product.

A symmetric term of a Hessian is unchanged when row labels and column labels change places.  The
exchange may move summed labels as well, in pairs; those that it leaves where they are join the
two mirrored halves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derive.algebra.nodes import Contract, Node

_Factor = tuple[Node, tuple[int, ...]]
Exchange = dict[int, int]


class Halves(NamedTuple):
    """half · middle · (half with rows and columns exchanged), summed over the `joint` labels."""

    half: tuple[_Factor, ...]
    middle: tuple[_Factor, ...]
    joint: tuple[int, ...]


def halves(node: Contract, rows: Sequence[int], cols: Sequence[int]) -> Halves | None:
    """Return the product as two mirrored halves, None where it has no such form.

    rows, cols: the labels of `out` that change places, pairwise; the others of `out` stay.
    """
    start: Exchange = {label: label for label in node.out}
    start |= dict(zip(rows, cols, strict=True)) | dict(zip(cols, rows, strict=True))
    for exchange in _exchanges(node.factors, start):
        found = _split(node, rows, exchange)
        if found is not None:
            return found
    return None


def _exchanges(left: Sequence[_Factor], known: Exchange) -> Iterator[Exchange]:
    """Yield each exchange of labels, its own inverse, that maps the factors onto themselves."""
    if not left:
        yield known
        return
    k = max(range(len(left)), key=lambda k: sum(label in known for label in left[k][1]))
    node, axes = left[k]
    for j, (other, at) in enumerate(left):
        if other == node:
            joined = _joined(known, axes, at)
            if joined is not None:
                yield from _exchanges([f for i, f in enumerate(left) if i not in (j, k)], joined)


def _joined(known: Exchange, axes: Sequence[int], at: Sequence[int]) -> Exchange | None:
    """Return the exchange with `axes` mapped to `at` and back, None where that contradicts it."""
    found = dict(known)
    for a, b in zip(axes, at, strict=True):
        if found.setdefault(a, b) != b or found.setdefault(b, a) != a:
            return None
    return found


def _split(node: Contract, rows: Sequence[int], exchange: Exchange) -> Halves | None:
    """Return the factors on the side of the rows; None where one touches both sides."""
    moved = {label for label, other in exchange.items() if other != label}
    mine = set(rows)
    waiting = [f for f in node.factors if moved.intersection(f[1])]
    half: list[_Factor] = []
    while waiting:
        near = next((f for f in waiting if mine.intersection(f[1])), None)
        if near is None and mine.union(exchange[a] for a in mine).isdisjoint(moved):
            near = waiting[0]
        if near is None:
            break
        mine.update(moved.intersection(near[1]))
        half.append(near)
        waiting.remove(near)
    theirs = {exchange[label] for label in mine}
    if mine & theirs or any(not theirs.issuperset(moved.intersection(f[1])) for f in waiting):
        return None
    middle = tuple(f for f in node.factors if moved.isdisjoint(f[1]))
    inside = {label for _, axes in half for label in axes}
    joint = tuple(a for a in node.bound if a in inside and a not in moved)
    return Halves(tuple(half), middle, joint)
