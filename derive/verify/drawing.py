"""Intervals for the arguments of a self-check in which every value of the model is defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from derive.program.program import Drawing, Interval, Program
from derive.verify.margins import watch
from derive.verify.samples import ENOUGH, is_defined, room_at, sample

Array = Any
INTERVALS = ((0.2, 0.9), (-0.3, 0.3), (1.2, 3.0), (-0.9, -0.2), (3.0, 6.0), (-1.0, 1.0), (8.0, 9.0))
SHARES = ((0.0, 0.5), (0.0, 0.1), (0.0, 0.9))  # of truth values
MIXED = 40  # draws of an interval for each argument
SURE = 4  # points that must all be in the domain


def drawing_of(program: Program, sizes: Mapping[str, int], usual: Interval | None) -> Drawing:
    """Return intervals for the free arguments, none where the usual one does or none is found.

    usual: that of numbers, None where they are normal.  Where none is sure to lie in the domain
    that is taken which most often does so, with some room.
    """
    free = [a.name for a in program.arguments if a.default is None and a.symbol.kind == ""]
    kept = free if usual is not None else []
    flags = [a.name for a in program.arguments if a.symbol.kind == "bool"]
    for drawing in _candidates(kept, flags):
        points = [_drawn(program, sizes, drawing, seed) for seed in range(SURE)]
        if all(is_defined(program, watch(program, p, sizes)) for p in points):
            return _unusual(drawing, usual)
    best: tuple[int, Drawing] = 0, {}
    for drawing in _candidates(kept, flags):
        points = [_drawn(program, sizes, drawing, seed) for seed in range(SURE)]
        hits = sum(room_at(program, point, sizes) > ENOUGH for point in points)
        if hits > best[0]:
            best = hits, drawing
    return _unusual(best[1], usual)


def _candidates(free: Sequence[str], flags: Sequence[str]) -> Iterator[Drawing]:
    """Yield one interval for all numbers, then one for each of them."""
    for share in SHARES if flags else SHARES[:1]:
        shares = dict.fromkeys(flags, share)
        for between in INTERVALS if free else INTERVALS[:1]:
            yield {**dict.fromkeys(free, between), **shares}
        rng = np.random.default_rng(0)
        for _ in range(MIXED if len(free) > 1 else 0):
            yield {**{name: INTERVALS[rng.integers(len(INTERVALS))] for name in free}, **shares}


def _unusual(drawing: Drawing, usual: Interval | None) -> Drawing:
    """Return the intervals that are not the usual one."""
    return {name: between for name, between in drawing.items() if between not in (usual, SHARES[0])}


def _drawn(
    program: Program, sizes: Mapping[str, int], drawing: Drawing, seed: int
) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    arguments: dict[str, Array] = {}
    for argument in program.arguments:
        if argument.default is None:
            symbol = argument.symbol
            between = drawing.get(symbol.name)
            if between is None:
                value = sample(symbol, sizes, rng)
            else:
                shape = tuple(d.evaluate(sizes) for d in symbol.shape)
                flags = symbol.kind == "bool"
                value = rng.random(shape) < between[1] if flags else rng.uniform(*between, shape)
            arguments[symbol.name] = np.asarray(value)
    return arguments
