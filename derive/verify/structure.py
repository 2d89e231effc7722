"""Gradients projected on symmetric matrices: their values, and the directions to check along."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.algebra.nodes import Symbol
from derive.algebra.properties.symmetry import by_one_triangle
from derive.derivation.projection import closed_projection, projection, structured
from derive.program.derivation import Derivation
from derive.program.program import Program
from derive.verify.evaluate import as_floats, evaluate, forward, gradients
from derive.verify.oracles import probes
from derive.verify.samples import Point

Array = Any


def projected_gradients(derivation: Derivation, point: Point) -> dict[str, Array]:
    """Return sym(∇A) of each symmetric argument asked for, by the formula that is shown."""
    symbols = structured(derivation)
    if not symbols:
        return {}
    known = forward(derivation.program, point.arguments, point.sizes)
    known |= zip(derivation.given, map(as_floats, point.cotangents), strict=True)
    free = gradients(derivation, point.arguments, point.cotangents, point.sizes)
    known |= {g.symbol: free[name] for name, g in derivation.gradients.items()}
    return {s.name: evaluate(_formula(derivation, s), known, point.sizes) for s in symbols}


def _formula(derivation: Derivation, symbol: Symbol) -> Any:
    closed = closed_projection(derivation, symbol.name)
    return projection(derivation, symbol.name) if closed is None else closed


def symmetric_probes(shape: tuple[int, ...]) -> list[Array]:
    """Return symmetric directions: two mirrored entries at a time, and dense random ones."""
    return [(v + np.swapaxes(v, -1, -2)) / 2 for v in probes(shape)]


def reads_triangle(program: Program) -> bool:
    """Whether the model reads symmetric matrices by one triangle."""
    return by_one_triangle(equation.expr for equation in program.equations)
