"""Arguments and cotangents to check at: random, obeying their properties, away from kinks.

A point is taken when every value is finite and no kink of a function (the zero of relu, a tie of
maximum) lies within reach of a finite difference; else another is drawn, over other ranges, since
a model may take a logarithm of an argument that is not annotated as positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply, Map, Symbol, walk
from derive.algebra.scalar import call
from derive.program import Program
from derive.verify.evaluate import Floats, forward
from derive.verify.integers import bound_of

Array = Any
Arguments = dict[str, Array]
ATTEMPTS = 120
REACH = 1e-2  # how far a difference may move an entry, with room to spare
NUDGE = 1e-6
LARGEST = 30.0  # of a value: far from it, sums cancel and exponentials saturate
INFINITY = repr(call("inf"))
WELL_CONDITIONED = 30  # times REACH: the least singular value of a matrix that is inverted
RANGES = ("normal", "small", "unit", "positive", "above one")


@dataclass(frozen=True)
class Point:
    """Where gradients are compared.

    room: the distance to the nearest kink in units of REACH, at most 1; negative where no point
    was found at which every value is finite.
    """

    arguments: Arguments
    cotangents: list[Array]
    sizes: Mapping[str, int]
    room: float


def draw(program: Program, sizes: Mapping[str, int], seed: int = 0) -> Point:
    """Return arrays for every argument that is no constant, and a cotangent for each output."""
    best: tuple[float, Arguments] | None = None
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, attempt])
        arguments = _point(program, sizes, rng, attempt)
        room = _room(program, arguments, sizes, rng)
        if best is None or room > best[0]:
            best = room, arguments
        if room >= 1:
            break
    assert best is not None
    rng = np.random.default_rng([seed, ATTEMPTS])
    upstream = [np.asarray(rng.standard_normal(_shape(o, sizes))) for o in program.outputs]
    return Point(best[1], upstream, sizes, min(best[0], 1.0))


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


class _Margins(Floats):
    """Doubles that note how far each function's argument is from its kinks."""

    def __init__(self) -> None:
        self.noted: list[Array] = []

    def call(self, name: str, *args: Array) -> Array:
        self.noted += [np.asarray(m, float) for m in _margins(name, *args)]
        return super().call(name, *args)

    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array:
        if node.rule in ("max", "min", "argmax", "argmin", "argsort"):
            axes = node.params if node.rule in ("max", "min") else (node.params[1],)
            last = np.moveaxis(args[0], axes, range(-len(axes), 0))
            rows = np.sort(last.reshape(*last.shape[: np.ndim(args[0]) - len(axes)], -1), axis=-1)
            self.noted.append(np.diff(rows, axis=-1))
        if node.rule == "power_norm":
            self.noted.append(args[0])
        if node.rule in _OF_REGULAR:
            self.noted.append(np.linalg.svd(args[0], compute_uv=False) / WELL_CONDITIONED)
        if node.rule == "eigenvectors":
            values = np.linalg.eigvalsh(args[0])
            self.noted.append(np.diff(values, axis=-1) / WELL_CONDITIONED)
        return super().operation(node, sizes, *args)


_OF_REGULAR = frozenset({"inverse", "solve", "det", "logdet", "logabsdet", "cholesky", "pinv"})
_AT: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(("abs", "relu", "leaky_relu", "elu", "sign", "step", "cbrt"), (0.0,)),
    **dict.fromkeys(("softsign", "safe_reciprocal", "copysign", "i0e", "i1e"), (0.0,)),
    "relu6": (0.0, 6.0),
    "hardtanh": (-1.0, 1.0),
    "hardsigmoid": (-3.0, 3.0),
    "hardswish": (-3.0, 3.0),
}
_PAIRS: tuple[str, ...] = (
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "wins",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
)
_PAIRS += ("equal", "not_equal")


def _margins(name: str, *args: Array) -> list[Array]:
    if name in _AT:
        return [args[0] - kink for kink in _AT[name]]
    if name in _PAIRS:
        return [args[0] - args[1]]
    if name == "clip":
        return [args[0] - args[1], args[0] - args[2]]
    if name in ("floor", "ceil", "trunc"):
        return [args[0] - np.round(args[0])]
    if name in ("lgamma", "digamma"):
        return [args[0] - np.minimum(np.round(args[0]), 0)]
    if name in ("fmod", "remainder"):
        turns = args[0] / args[1]
        return [turns - np.round(turns)]
    if name == "round":
        return [args[0] - np.floor(args[0]) - 0.5]
    return []


def _room(
    program: Program, arguments: Arguments, sizes: Mapping[str, int], rng: np.random.Generator
) -> float:
    """Return the least distance to a kink in units of what is needed; -1 where not finite.

    Values above LARGEST count as a lack of room, since no difference is exact there.
    How fast a margin moves is seen from a small nudge of all float arguments; one that does not
    move (a comparison of positions) is no kink.
    """
    here, there = _Margins(), _Margins()
    values = forward(program, arguments, sizes, here)
    given = _infinities(program)
    if not all((np.isfinite(v) | (given & np.isinf(v))).all() for v in values.values()):
        return -1.0
    nudged = {
        name: a + NUDGE * rng.choice([-1.0, 1.0], np.shape(a)) if _is_float(a) else a
        for name, a in arguments.items()
    }
    forward(program, nudged, sizes, there)
    finite = [np.abs(value[np.isfinite(value)]) for value in values.values()]
    largest = max(float(np.max(value, initial=0.0)) for value in finite)
    room = LARGEST / max(largest, 1e-300)
    for margin, moved in zip(here.noted, there.noted, strict=True):
        rate = np.abs(moved - margin) / NUDGE
        needed = REACH * np.maximum(1, rate)
        ratios = np.where(rate > 0, np.abs(margin) / needed, np.inf)
        room = min(room, float(np.min(ratios, initial=np.inf)))
    return room


def _infinities(program: Program) -> bool:
    """Whether the model itself sets entries to an infinity, as masks of a softmax do."""
    nodes = (node for equation in program.equations for node in walk(equation.expr))
    return any(isinstance(node, Map) and INFINITY in repr(node.fn) for node in nodes)


def _is_float(array: Array) -> bool:
    return np.asarray(array).dtype.kind == "f"
