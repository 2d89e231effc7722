"""Where a model can be checked: sizes and a point at which its derivatives exist and are told.

A point is not admissible where a matrix that is inverted is singular, a value or a gradient is not
finite, or the gradient is so ill-conditioned that rounding would hide a wrong one.  Other draws
are tried, and other sizes where a matrix is singular.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from derive.program.derivation import Derivation
from derive.program.program import Program
from derive.verify.evaluate import gradients
from derive.verify.margins import watch
from derive.verify.oracles import FLOOR
from derive.verify.row import BOUNDS
from derive.verify.samples import Point, draw
from derive.verify.subject import largest

Array = Any
_SIZES = 8  # sets of them that are tried
SEEDS = 3
_NUDGE = 1e-9  # relative, of every entry
_SMALL = 1e-2  # of an output: below it a gradient counts as zero
SMALLEST = 1e-12  # of a scale
ROUNDINGS = 30  # as many as a gradient entry may have on its way
WORST = 1e3  # times further apart: 1e-5 with differences, which no wrong factor is below


def admissible(derivation: Derivation, choices: Iterable[Mapping[str, int]]) -> Point:
    """Return a point at the first sizes that have an admissible one, else one with its fault."""
    first: Point | None = None
    for sizes in islice(choices, _SIZES):
        point = point_at(derivation, sizes)
        if not point.fault:
            return point
        first = first or point
        if not point.singular:
            break
    assert first is not None
    return first


def point_at(derivation: Derivation, sizes: Mapping[str, int]) -> Point:
    """Return a point at these sizes, admissible where one is found."""
    first: Point | None = None
    for seed in range(SEEDS):
        point = draw(derivation.program, sizes, seed)
        if point.fault:
            return first or point
        point = _told(derivation, point)
        if not point.fault:
            return point
        first = first or point
    assert first is not None
    return first


def _told(derivation: Derivation, point: Point) -> Point:
    """Return the point with what it says of its gradients: a fault, or how they are conditioned."""
    here = _gradients(derivation, point)
    watched = watch(derivation.program, point.arguments, point.sizes)
    if not all(np.isfinite(here[name]).all() for name in derivation.wrt):
        edges = watched.edges
        return replace(point, fault=edges[0] if edges else "a gradient that is not finite")
    outputs = [watched.values[y] for y in derivation.program.outputs]
    point = replace(point, scale=_scale(outputs, [*here.values(), *point.cotangents]))
    moved = _gradients(derivation, nudged(derivation.program, point))
    growths = (growth_of(here[n], moved[n], point.scale) for n in derivation.wrt)
    growth = max([watched.condition, *growths])
    worse = worse_by(growth)
    if not worse <= WORST:
        words = f"gradients so ill-conditioned that rounding errors grow {growth:.0e}-fold"
        return replace(point, fault=words, singular=True)
    return replace(point, worse=worse)


def _scale(outputs: Iterable[Array], on_the_way: Iterable[Array]) -> float:
    sizes = [*(_SMALL * largest(y) for y in outputs), *map(largest, on_the_way)]
    return max([*filter(np.isfinite, sizes), SMALLEST])


def growth_of(here: Array, moved: Array, scale: float) -> float:
    """Return by how much more a derivative changed, relative to its size, than the arguments."""
    return largest(here - moved) / (_NUDGE * max(largest(here), FLOOR * scale))


def worse_by(growth: float) -> float:
    """Return how many times wider a bound must be where rounding errors grow so much."""
    return max(1.0, growth * ROUNDINGS * float(np.finfo(float).eps) / BOUNDS["reference"])


def _gradients(derivation: Derivation, point: Point) -> dict[str, Array]:
    return gradients(derivation, point.arguments, point.cotangents, point.sizes)


def nudged(program: Program, point: Point) -> Point:
    """Return the point with each entry of a float argument changed by a few parts of NUDGE."""
    rng = np.random.default_rng(3)
    floats = {a.name for a in program.arguments if a.default is None and a.symbol.is_float}
    moved = {
        name: value * (1 + _NUDGE * rng.standard_normal(np.shape(value)))
        for name, value in point.arguments.items()
        if name in floats
    }
    return replace(point, arguments={**point.arguments, **moved})
