"""One number for all ways of writing an expression: orders and the names of bound labels aside.

Two expressions with the same number are equal by the laws of commuting and renaming alone.  The
number is a digest of the structure, the same in every process, so that what is decided by it does
not change with the order in which things were written, nor with the hash seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from derive.algebra.nodes import Add, Apply, Contract, Map, Node
from derive.algebra.scalars.tree import Scalar


def _digest(*parts: object) -> int:
    text = repr(parts).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=12).digest())


@lru_cache(maxsize=8192)
def identity(node: Node) -> int:
    """Return the number of the expression."""
    if isinstance(node, Contract):
        return _product(node)
    if isinstance(node, Add):
        return _digest("add", sorted(map(identity, node.terms)))
    if isinstance(node, Map):
        return _digest("map", _function(node.fn, list(map(identity, node.args))), _shape(node))
    if isinstance(node, Apply):
        return _digest(node.rule, list(map(identity, node.args)), str(node.params), _shape(node))
    return _digest("symbol", repr(node), *map(str, node.key[1:]))


def _shape(node: Node) -> list[str]:
    return list(map(str, node.shape))


def _function(fn: Scalar, slots: Sequence[int]) -> int:
    if fn.op == "slot":
        return slots[fn.args[0]]
    inner = [_function(child, slots) for child in fn.children]
    rest = [str(arg) for arg in fn.args if not isinstance(arg, Scalar)]
    return _digest(fn.op, rest, sorted(inner) if fn.op in ("add", "mul") else inner)


def _product(node: Contract) -> int:
    factors = [Placed(identity(factor), axes) for factor, axes in node.factors]
    colours = told_apart(node, factors)
    return _digest(
        "product",
        str(node.coefficient),
        [colours[label] for label in node.out],
        sorted(colours.values()),
        sorted((factor.digest, [colours[label] for label in factor.axes]) for factor in factors),
    )


class Placed(NamedTuple):
    """A factor by its number, on its labels; `even` where the order of the last two is free."""

    digest: int
    axes: tuple[int, ...]
    even: bool = False


def told_apart(node: Contract, factors: Sequence[Placed]) -> dict[int, int]:
    """Return a number for each label of the product that tells it from the others.

    Labels are refined by the factors that they stand in until nothing new is told; where two look
    alike still, one is singled out and the others are refined by it.
    """
    colours = {label: _digest(str(size)) for label, size in enumerate(node.sizes)}
    for place, label in enumerate(node.out):
        colours[label] = _digest(colours[label], place)
    colours = _refined(factors, colours)
    while len(set(colours.values())) < len(colours):
        alike = _first_alike(colours)
        colours = _refined(factors, colours | {alike: _digest("chosen", colours[alike])})
    return colours


def _refined(factors: Sequence[Placed], colours: dict[int, int]) -> dict[int, int]:
    while True:
        seen: dict[int, list[tuple]] = {label: [] for label in colours}
        for digest, axes, even in factors:
            around = [colours[label] for label in axes]
            if even:
                around[-2:] = sorted(around[-2:])
            for place, label in enumerate(axes):
                last = even and place == len(axes) - 1
                seen[label].append((digest, place - 1 if last else place, around))
        finer = {label: _digest(colours[label], sorted(seen[label])) for label in colours}
        if len(set(finer.values())) == len(set(colours.values())):
            return finer
        colours = finer


def _first_alike(colours: dict[int, int]) -> int:
    counted: dict[int, list[int]] = {}
    for label, colour in colours.items():
        counted.setdefault(colour, []).append(label)
    return min((colour, labels[0]) for colour, labels in counted.items() if len(labels) > 1)[1]
