"""How far a point lies from where a model has no derivative: kinks, edges of domains, singularity.

A forward pass over doubles notes, for each function that it meets, the distance of its argument
from its kinks (the zero of relu, a tie of maximum) and from the edge of its domain (log at 0), and
for each matrix that is inverted its singular values.  What lies outside is a fault, told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply
from derive.operations.functions import FUNCTIONS
from derive.program.program import Equation, Program
from derive.verify.evaluate import Floats, inputs
from derive.verify.walk import Evaluator

Array = Any
WELL_CONDITIONED = 30  # of a difference's reach: the least singular value of a matrix inverted
SINGULAR = 1e-12  # of the largest singular value


@dataclass
class Watched:
    """A forward pass: values by symbol, distances, and what was met.

    margins: arrays of signed distances, in the order in which they were met; one that is negative
    lies outside of a domain.  faults: why some value is none; edges: where a slope is infinite.
    singular: whether a matrix is, that the model inverts or takes the determinant of.
    condition: the largest quotient of two singular values of such a matrix.
    """

    values: dict[Any, Array] = field(default_factory=dict)
    margins: list[Array] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    singular: bool = False
    condition: float = 1.0


def watch(program: Program, arguments: Mapping[str, Array], sizes: Mapping[str, int]) -> Watched:
    """Run the program at a point and note what lies near or beyond the edge of a domain."""
    arithmetic = _Margins()
    found = arithmetic.found
    found.values = inputs(program, arguments)
    evaluator = Evaluator(arithmetic, found.values, sizes)
    with np.errstate(all="ignore"):
        for equation in program.equations:
            arithmetic.equation = equation
            value = evaluator.value(equation.expr)
            found.values[equation.symbol] = evaluator.known[equation.symbol] = value
            if not found.faults and np.isnan(value).any():
                arithmetic.note(found.faults, "a value that is no number")
    return found


class _Margins(Floats):
    """Doubles that note how far each function's argument is from its kinks and edges."""

    def __init__(self) -> None:
        self.found = Watched()
        self.equation: Equation | None = None

    def power(self, base: Array, exponent: Fraction) -> Array:
        if exponent.denominator > 1:
            self._domain(base, "a root of a number that is negative", open_=exponent < 0)
            if exponent < 1 and np.any(base == 0):
                self.note(self.found.edges, "the slope of a root at 0")
        elif exponent < 0:
            self.found.margins.append(np.abs(base))
            if np.any(base == 0):
                self.note(self.found.faults, "a division by 0")
        return super().power(base, exponent)

    def call(self, name: str, *args: Array) -> Array:
        meaning = FUNCTIONS[name].meaning if FUNCTIONS[name].composed else None
        if meaning is not None:  # its kinks and domains are those of its parts
            Evaluator(self, {}, {}).scalar(meaning, list(args))
        self.found.margins += [np.asarray(m, float) for m in _kinks(name, *args)]
        if name in _DOMAINS:
            distance, words = _DOMAINS[name]
            self._domain(distance(*args), words, open_=name not in _CLOSED)
        if name in ("sqrt", "hypot") and np.any(sum(map(np.abs, args)) == 0):
            self.note(self.found.edges, f"the slope of {name} at 0")
        return super().call(name, *args)

    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array:
        margins = self.found.margins
        if node.rule in ("max", "min", "argmax", "argmin", "argsort"):
            axes = node.params if node.rule in ("max", "min") else (node.params[1],)
            last = np.moveaxis(args[0], axes, range(-len(axes), 0))
            rows = np.sort(last.reshape(*last.shape[: np.ndim(args[0]) - len(axes)], -1), axis=-1)
            margins.append(np.diff(rows, axis=-1))
        if node.rule == "power_norm":
            margins.append(np.abs(args[0]))
        if node.rule in _OF_REGULAR and np.isfinite(args[0]).all():
            self._regular(node, args[0])
        if node.rule == "eigenvectors" and np.isfinite(args[0]).all():
            words = "eigenvectors of a matrix with an eigenvalue that is there twice"
            self._distinct(np.linalg.eigvalsh(args[0]), words)
        if node.rule in _OF_SINGULAR_VALUES and np.isfinite(args[0]).all():
            words = "singular vectors of a matrix with a singular value that is there twice"
            self._distinct(np.linalg.svd(args[0], compute_uv=False)[..., ::-1], words)
        return super().operation(node, sizes, *args)

    def _distinct(self, values: Array, words: str) -> None:
        """Note how far ascending values are from each other."""
        gaps = np.diff(values, axis=-1)
        self.found.margins.append(gaps / WELL_CONDITIONED)
        if np.any(gaps <= SINGULAR * np.max(np.abs(values), initial=0.0)):
            self.note(self.found.faults, words)
            self.found.singular = True

    def _regular(self, node: Apply, matrix: Array) -> None:
        values = np.linalg.svd(matrix, compute_uv=False)
        self.found.margins.append(values / WELL_CONDITIONED)
        ranks = np.sum(values > SINGULAR * np.max(values, axis=-1, initial=0.0)[..., None], axis=-1)
        most = min(np.shape(matrix)[-2:])
        quotients = np.max(values, axis=-1, initial=0.0) / np.min(values, axis=-1, initial=np.inf)
        self.found.condition = max(self.found.condition, float(np.max(quotients, initial=1.0)))
        if np.any(ranks < most):
            words = f"{_OF_REGULAR[node.rule]} is singular (rank {np.min(ranks)} of {most})"
            self.note(self.found.faults, words)
            self.found.singular = True
        elif node.rule == "cholesky":
            least = np.linalg.eigvalsh(matrix) / WELL_CONDITIONED
            self._domain(least, "a matrix to be factored is not positive definite", open_=True)

    def _domain(self, distance: Array, words: str, *, open_: bool) -> None:
        distance = np.asarray(distance, float)
        self.found.margins.append(np.where(np.isnan(distance), -1.0, distance))
        if np.any(distance < 0) or (open_ and np.any(distance == 0)):
            self.note(self.found.faults, words)

    def note(self, notes: list[str], words: str) -> None:
        equation = self.equation
        assert equation is not None
        text = f"{words}, in {equation.text or equation.symbol.name}"
        if text not in notes:
            notes.append(text)


_OF_SINGULAR_VALUES = ("singular_values", "left_vectors", "right_vectors")
_OF_REGULAR = {
    "inverse": "a matrix that is inverted",
    "solve": "the matrix of a linear system",
    "det": "a matrix whose determinant is taken",
    "logdet": "a matrix whose determinant is taken",
    "logabsdet": "a matrix whose determinant is taken",
    "cholesky": "a matrix to be factored",
    "pinv": "a matrix whose pseudoinverse is taken",
    **dict.fromkeys(("orthonormal_factor", "triangular_factor"), "a matrix that is written as Q R"),
    **dict.fromkeys(_OF_SINGULAR_VALUES, "a matrix whose singular values are taken"),
}


def _above_zero(x: Array, *_: Array) -> Array:
    return x


def _within_one(x: Array) -> Array:
    return 1 - np.abs(x)


_DOMAINS: dict[str, tuple[Callable[..., Array], str]] = {
    name: (_above_zero, f"{name} of a number that is not positive")
    for name in ("log", "log2", "log10", "rsqrt", "powlog")
}
_DOMAINS |= {
    "sqrt": (_above_zero, "sqrt of a number that is negative"),
    "log1p": (lambda x: 1 + x, "log1p of a number that is not above -1"),
    "arcsin": (_within_one, "arcsin of a number beyond 1"),
    "arccos": (_within_one, "arccos of a number beyond 1"),
    "arctanh": (_within_one, "arctanh of a number that is not within -1 and 1"),
    "erfinv": (_within_one, "erfinv of a number that is not within -1 and 1"),
    "arccosh": (lambda x: x - 1, "arccosh of a number below 1"),
    "normal_quantile": (lambda p: 0.5 - np.abs(p - 0.5), "a quantile that is not within 0 and 1"),
}
_DOMAINS["pow"] = (
    lambda x, y: np.where(y == np.round(y), np.inf, x),
    "a power, not whole, of a number that is negative",
)
_CLOSED = ("pow", "sqrt", "arcsin", "arccos", "arccosh")
_AT_ZERO = ["abs", "sign", "step", "cbrt", "safe_reciprocal", "copysign", "i0e", "i1e"]
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
    "equal",
    "not_equal",
)


def _kinks(name: str, *args: Array) -> list[Array]:
    """Return the distances of a function's arguments from its kinks."""
    if name in _AT_ZERO:
        return [np.abs(args[0])]
    if name in _PAIRS:
        return [np.abs(args[0] - args[1])]
    if name == "clip":
        return [np.abs(args[0] - args[1]), np.abs(args[0] - args[2])]
    if name in ("floor", "ceil", "trunc"):
        return [np.abs(args[0] - np.round(args[0]))]
    if name in ("lgamma", "digamma"):
        return [np.abs(args[0] - np.minimum(np.round(args[0]), 0))]
    if name in ("fmod", "remainder"):
        turns = args[0] / args[1]
        return [np.abs(turns - np.round(turns))]
    if name == "round":
        return [np.abs(args[0] - np.floor(args[0]) - 0.5)]
    return []
