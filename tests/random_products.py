"""Random products of up to six arrays, decided by a seed: chains, traces, stacks, anything."""

from __future__ import annotations

import random

from derive.algebra.build import contract
from derive.algebra.nodes import Contract, Symbol
from derive.dims import dim
from tests.programs import array

LETTERS = "abcdefgh"
NAMES = "pqrstu"


def random_product(seed: int) -> tuple[Contract, dict[str, int]]:
    """Return a product of two to six symbols and a size for each of its dimensions."""
    draw = random.Random(seed)
    make = draw.choice([_chain, _chain, _trace, _stack, _any])
    out, axes = make(draw, draw.randint(2, 6))
    factors = [(_symbol(name, at), at) for name, at in zip(NAMES, axes, strict=False)]
    labels = {label for at in axes for label in at}
    node = contract(out, factors, {label: dim(LETTERS[label]) for label in labels})
    assert isinstance(node, Contract)
    return node, {letter: draw.randint(1, 7) for letter in LETTERS}


def _symbol(name: str, axes: tuple[int, ...]) -> Symbol:
    return array(name, *(dim(LETTERS[label]) for label in axes))


Axes = list[tuple[int, ...]]


def _chain(draw: random.Random, count: int) -> tuple[tuple[int, ...], Axes]:
    """Return A B C …, with a vector at either end or none, some factors transposed or scaled."""
    axes: Axes = [(k, k + 1) for k in range(count)]
    out = [0, count]
    if draw.random() < 0.4:
        axes[-1] = (count - 1,)
        out.remove(count)
    if draw.random() < 0.3:
        axes[0] = (1,)
        out.remove(0)
    axes = [at[::-1] if draw.random() < 0.3 else at for at in axes]
    if draw.random() < 0.3 and count < 6:
        axes.insert(draw.randint(0, count), (draw.randint(1, count - 1),))
    if draw.random() < 0.3:
        out.reverse()
    if draw.random() < 0.2:
        out = out[:1]
    return tuple(out), axes


def _trace(draw: random.Random, count: int) -> tuple[tuple[int, ...], Axes]:
    """Return tr(A B C …), or its diagonal."""
    return draw.choice([(), (0,)]), [(k, (k + 1) % count) for k in range(count)]


def _stack(draw: random.Random, count: int) -> tuple[tuple[int, ...], Axes]:
    """Return a chain for each entry of an axis, which a factor may lack."""
    out, axes = _chain(draw, min(count, 5))
    stacked = [(6, *at) if draw.random() < 0.8 else at for at in axes]
    stacked[0] = (6, *axes[0])
    return (6, *out), stacked


def _any(draw: random.Random, count: int) -> tuple[tuple[int, ...], Axes]:
    """Return arrays of rank one to three with any labels in common."""
    axes = [tuple(draw.sample(range(5), draw.randint(1, 3))) for _ in range(count)]
    have = sorted({label for at in axes for label in at})
    return tuple(draw.sample(have, draw.randint(0, min(3, len(have))))), axes
