"""Derivatives found without the derivation: by complex step and by finite differences.

A gradient is compared along probes: single entries (a few, where there are many) and dense random
directions, which every entry has a part in.  L = Σ ⟨cotangent, output⟩ throughout.
Complex step: Squire and Trapp 1998; the 4-point difference has an error of order h⁴.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from derive.program.derivation import Derivation
from derive.program.program import Program
from derive.verify.evaluate import forward, gradients
from derive.verify.samples import Point

Array = Any
Loss = Callable[[Mapping[str, Array]], Any]
_ENTRIES = 24
DIRECTIONS = 2
IMAGINARY = 1e-200
STEPS = (1e-3, 1e-4, 1e-5)  # a truncation error falls with the step, rounding grows
FLOOR = 1e-2  # of the scale: below it a gradient counts as zero


def probes(shape: tuple[int, ...], seed: int = 0) -> list[Array]:
    """Return directions to compare along: unit ones and dense random ones."""
    rng = np.random.default_rng([seed, 7])
    size = int(np.prod(shape, dtype=int))
    chosen = range(size) if size <= _ENTRIES else sorted(rng.choice(size, _ENTRIES, replace=False))
    found = [np.eye(1, size, k).reshape(shape) for k in chosen]
    if size > 1:
        found += [rng.standard_normal(shape) / np.sqrt(size) for _ in range(DIRECTIONS)]
    return found


def along(gradient: Array, directions: Sequence[Array]) -> Array:
    """Return the gradient's slope in each direction."""
    return np.array([np.sum(np.asarray(gradient) * v) for v in directions])


def complex_step(program: Program, point: Point, name: str, directions: Sequence[Array]) -> Array:
    """Return dL along each direction of the argument, by the reference evaluator."""
    changes = complex_steps(program, point, name, directions)
    return sum(
        np.sum(c * dy, axis=tuple(range(1, dy.ndim)))
        for c, dy in zip(point.cotangents, changes, strict=True)
    )


def complex_steps(
    program: Program, point: Point, name: str, directions: Sequence[Array]
) -> list[Array]:
    """Return, for each output, its change along each direction of the argument."""
    base = np.asarray(point.arguments[name], complex)
    changes: list[list[Array]] = [[] for _ in program.outputs]
    for v in directions:
        moved = {**point.arguments, name: base + 1j * IMAGINARY * v}
        values = forward(program, moved, point.sizes)
        for found, output in zip(changes, program.outputs, strict=True):
            found.append(np.imag(values[output]) / IMAGINARY)
    shapes = [tuple(d.evaluate(point.sizes) for d in y.shape) for y in program.outputs]
    return [np.reshape(c, (-1, *shape)) for c, shape in zip(changes, shapes, strict=True)]


def turned_gradients(
    derivation: Derivation, point: Point, directions: Mapping[str, Array]
) -> dict[str, Array]:
    """Return how the gradients of arguments change along directions of all of them at once.

    By complex step on the formulas of the gradients; as the Hessian is symmetric, that is also
    the gradient of Σ ⟨direction, gradient⟩.
    """
    moved = {n: point.arguments[n] + 1j * IMAGINARY * v for n, v in directions.items()}
    arguments = {**point.arguments, **moved}
    found = gradients(derivation, arguments, point.cotangents, point.sizes)
    return {name: np.imag(found[name]) / IMAGINARY for name in directions}


def four_point(
    loss: Loss, point: Point, name: str, directions: Sequence[Array], step: float
) -> Array:
    """Return the 4-point difference of `loss`, a number or an array, along each direction."""
    h = step * max(point.room, 0.03)
    base = np.asarray(point.arguments[name], float)
    slopes = []
    for v in directions:

        def at(steps: int, v: Array = v) -> Any:
            return loss({**point.arguments, name: base + steps * h * v})

        slopes.append((8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h))
    return np.array(slopes)


def difference(found: Array, expected: Array, scale: float) -> float:
    """Return the largest error, relative to the largest entry or to a small part of the scale.

    Truth values count as 0 and 1.
    """
    found, expected = np.asarray(found) + 0.0, np.asarray(expected) + 0.0
    if found.shape != expected.shape:
        return float("inf")
    if not found.size:
        return 0.0
    size = max(float(np.max(np.abs(expected))), FLOOR * scale)
    error = float(np.max(np.abs(found - expected))) / size if size else 0.0
    return error if np.isfinite(error) else float("inf")
