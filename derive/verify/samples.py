"""Arguments and cotangents to check at: random, obeying their properties, away from kinks.

A point is taken when every value is finite, no matrix that is inverted is singular, and no kink
of a function lies within reach of a finite difference; else another is drawn, over other ranges,
since a model may take a logarithm of an argument that is not annotated as positive.  Where luck
does not suffice the best draw climbs, entry by entry, into the domain of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from derive.algebra.nodes import Map, Symbol, walk
from derive.algebra.scalars.tree import call
from derive.program.program import Program
from derive.verify.integers import bound_of
from derive.verify.margins import Watched, watch

Array = Any
Arguments = dict[str, Array]
_ATTEMPTS = 120
HOPELESS = 8  # draws at each of which a matrix is singular: it is so at these sizes
_STEPS = 500  # of a climb
ENOUGH = 0.1  # of room: below it a climb is worth its time
REACH = 1e-2  # how far a difference may move an entry, with room to spare
_NUDGE = 1e-6
_LARGEST = 30.0  # of a value: far from it, sums cancel and exponentials saturate
_INFINITY = repr(call("inf"))
RANGES = ("normal", "small", "unit", "positive", "above one")


@dataclass(frozen=True)
class Point:
    """Where gradients are compared.

    room: the distance to the nearest kink in units of REACH, at most 1.
    fault: why no derivative can be had there, "" where it can.
    singular: the fault is that of a matrix, which may be regular at other sizes.
    scale: the size of what is summed on the way; a gradient far below it is a zero.
    worse: how many times further apart two right results may be than at a well-conditioned point.
    """

    arguments: Arguments
    cotangents: list[Array]
    sizes: Mapping[str, int]
    room: float
    fault: str = ""
    singular: bool = False
    scale: float = 1.0
    worse: float = 1.0


class _Place(NamedTuple):
    """How good arguments are: first that nothing lies outside of a domain, then room."""

    outside: float
    room: float
    fault: str
    singular: bool

    @property
    def score(self) -> tuple[float, float]:
        return -self.outside, self.room


def draw(program: Program, sizes: Mapping[str, int], seed: int = 0) -> Point:
    """Return arrays for every argument that is no constant, and a cotangent for each output."""
    best: tuple[_Place, Arguments] | None = None
    singular = 0
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([seed, attempt])
        arguments = _point(program, sizes, rng, attempt)
        place = _judged(program, arguments, sizes, rng)
        singular += place.singular
        if best is None or place.score > best[0].score:
            best = place, arguments
        if place.room >= 1 or singular > attempt >= HOPELESS - 1:
            break
    assert best is not None
    if best[0].room < ENOUGH and singular < HOPELESS:
        best = _climbed(program, sizes, *best)
    rng = np.random.default_rng([seed, _ATTEMPTS])
    upstream = [np.asarray(rng.standard_normal(_shape(o, sizes))) for o in program.outputs]
    place, arguments = best
    return Point(arguments, upstream, sizes, min(place.room, 1.0), place.fault, place.singular)


def _climbed(
    program: Program, sizes: Mapping[str, int], place: _Place, arguments: Arguments
) -> tuple[_Place, Arguments]:
    """Move the free arguments, one entry or one array at a time, as long as that helps."""
    rng = np.random.default_rng(_STEPS)
    free = [
        a.name
        for a in program.arguments
        if a.default is None and a.symbol.kind == "" and np.size(arguments[a.name])
    ]
    for _ in range(_STEPS if free else 0):
        if place.room >= 1:
            break
        name = free[rng.integers(len(free))]
        step = np.exp(rng.uniform(-3, 1.5)) * rng.standard_normal(np.shape(arguments[name]))
        if rng.random() < 0.7:
            step = np.where(
                np.arange(step.size).reshape(step.shape) == rng.integers(step.size), step, 0
            )
        moved = {**arguments, name: arguments[name] + step}
        found = _judged(program, moved, sizes, rng)
        if found.score >= place.score:
            place, arguments = found, moved
    return place, arguments


def _judged(
    program: Program, arguments: Arguments, sizes: Mapping[str, int], rng: np.random.Generator
) -> _Place:
    """Return how good a point the arguments are.

    How fast a margin moves is seen from a small nudge of all float arguments; one that does not
    move (a comparison of positions) is no kink.  Values above LARGEST count as a lack of room,
    since no difference is exact there.
    """
    here = watch(program, arguments, sizes)
    broken = _undefined(program, here)
    if broken or here.singular:
        depth = sum(float(np.sum(np.log1p(np.fmax(-m, 0)))) for m in here.margins)
        words = here.faults[0] if here.faults else "a value that is not finite"
        return _Place(2.0 * broken + depth + 1, -1.0, words, here.singular)
    nudged = {
        name: a + _NUDGE * rng.choice([-1.0, 1.0], np.shape(a)) if _is_float(a) else a
        for name, a in arguments.items()
    }
    return _Place(0.0, _room(here, watch(program, nudged, sizes)), "", False)


def room_at(program: Program, arguments: Arguments, sizes: Mapping[str, int]) -> float:
    """Return the distance of arguments from the nearest kink or edge in units of REACH."""
    return _judged(program, arguments, sizes, np.random.default_rng(0)).room


def is_defined(program: Program, watched: Watched) -> bool:
    """Whether every value is finite and no matrix that is inverted is singular."""
    return not watched.singular and not _undefined(program, watched)


def _undefined(program: Program, watched: Watched) -> int:
    """Return how many entries are not finite, infinities that the model sets itself apart."""
    given = _infinities(program)
    values = watched.values.values()
    return sum(int(np.sum(~(np.isfinite(v) | (given & np.isinf(v))))) for v in values)


def _room(here: Watched, there: Watched) -> float:
    """Return the least distance to a kink in units of what is needed."""
    room = np.inf
    for symbol, value in here.values.items():
        moving = np.abs(value[np.isfinite(value) & (value != there.values[symbol])])
        room = min(room, _LARGEST / max(float(np.max(moving, initial=0.0)), 1e-300))
    for margin, moved in zip(here.margins, there.margins, strict=True):
        with np.errstate(invalid="ignore"):  # an edge that is nowhere stays there
            rate = np.abs(moved - margin) / _NUDGE
        ratios = np.where(rate > 0, np.abs(margin) / (REACH * np.maximum(1, rate)), np.inf)
        room = min(room, float(np.min(ratios, initial=np.inf)))
    return float(room)


def _shape(symbol: Symbol, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(d.evaluate(sizes) for d in symbol.shape)


def _point(
    program: Program, sizes: Mapping[str, int], rng: np.random.Generator, attempt: int
) -> Arguments:
    """Draw all from one range in the first attempts, then each argument from one of its own."""
    found = {}
    for argument in program.arguments:
        if argument.default is None:
            spread = RANGES[attempt // 6 if attempt < 30 else rng.integers(len(RANGES))]
            found[argument.name] = sample(argument.symbol, sizes, rng, spread)
    return found


def sample(
    symbol: Symbol, sizes: Mapping[str, int], rng: np.random.Generator, spread: str = "normal"
) -> Array:
    """Return a random array with the symbol's property."""
    shape = _shape(symbol, sizes)
    kind = symbol.kind
    if kind.startswith("int"):
        return rng.integers(0, max(1, bound_of(kind, sizes)), size=shape)
    if kind == "bool":
        return rng.random(shape) < 0.6
    if kind == "simplex":
        weights = rng.uniform(0.2, 1.0, shape)
        return weights / weights.sum(axis=-1, keepdims=True)
    if kind == "positive":
        return rng.uniform(0.4, 1.6, shape)
    if kind in ("symmetric", "posdef"):
        half = rng.standard_normal(shape)
        back = np.swapaxes(half, -1, -2)
        return half + back if kind == "symmetric" else half @ back + np.eye(shape[-1])
    if spread == "normal":
        return np.asarray(rng.standard_normal(shape))
    if spread == "small":
        return np.asarray(rng.standard_normal(shape) / 3)
    low, high = {"unit": (0.15, 0.85), "positive": (0.3, 2.5), "above one": (1.2, 3.0)}[spread]
    return np.asarray(rng.uniform(low, high, shape))


def _infinities(program: Program) -> bool:
    """Whether the model itself sets entries to an infinity, as masks of a softmax do."""
    nodes = (node for equation in program.equations for node in walk(equation.expr))
    return any(isinstance(node, Map) and _INFINITY in repr(node.fn) for node in nodes)


def _is_float(array: Array) -> bool:
    return np.asarray(array).dtype.kind == "f"
