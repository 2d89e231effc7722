"""Jacobians, Hessians and products with Hessians that modules have, against every oracle.

They are compared along probes of their columns: with the complex step of the outputs, or of the
gradient's formulas; with 4-point differences; with PyTorch's autograd; the factors of a Hessian
with the dense one; the formula with the reverse sweep, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from derive.algebra.properties.symmetry import is_symmetric
from derive.derivation.gradient import TIED
from derive.verify import torch_oracles
from derive.verify.admissible import WORST, growth_of, nudged, worse_by
from derive.verify.evaluate import forward
from derive.verify.extra_program import Case, case_of, exactly, with_variable
from derive.verify.extra_values import NumPy, Torch, Values, matched
from derive.verify.modules import call, is_float, outputs_of
from derive.verify.oracles import (
    STEPS,
    along,
    complex_step,
    complex_steps,
    difference,
    four_point,
    probes,
    turned_gradients,
)
from derive.verify.row import BOUNDS, Row
from derive.verify.samples import Point
from derive.verify.signs import NOTE, other_signs
from derive.verify.structure import reads_triangle, symmetric_probes
from derive.verify.subject import FAILURES, MOST_EXACT, Subject, largest, told

Array = Any
FEW = 6  # probes on either side of a Hessian, where each costs four evaluations
DRAWS = 3  # of cotangents for autograd


def extra_rows(subject: Subject, word: str, point: Point) -> Iterator[Row]:
    """Yield every comparison of every extra at the point."""
    for extra in subject.extras:
        case = case_of(subject.derivation.program, extra)
        yield from _Comparison(subject, word, case, _moved(case, subject, point)).rows()


def _moved(case: Case, subject: Subject, point: Point) -> Point:
    """Return the point of the model in the variable; a number has the cotangent 1."""
    program = subject.derivation.program
    arguments = with_variable(program, case.variable, point.arguments, point.sizes)
    given = point.cotangents
    return replace(
        point,
        arguments=arguments,
        cotangents=given if case.extra.kind == "jacobian" else [np.ones(())],
    )


@dataclass(frozen=True)
class _Comparison:
    """One extra at a point, which has the variable among its arguments."""

    subject: Subject
    word: str
    case: Case
    point: Point

    @property
    def name(self) -> str:
        return self.case.extra.name

    @property
    def x(self) -> str:
        return self.case.variable.name

    def rows(self) -> Iterator[Row]:
        """Yield the comparisons, the exact one last."""
        if self.worse <= WORST:
            yield from self._numeric()
        else:
            note = "second derivatives so ill-conditioned that rounding hides them"
            yield self._row("admissible point", None, note=note, undecided=True)
        yield from self._exact()

    def _numeric(self) -> Iterator[Row]:
        module = self.subject.numpy_module
        if module is None:
            return
        try:
            found = NumPy(module, self.subject.program, self.case.extra, self.point)
            ours = found.values(self.directions)
        except FAILURES as error:
            yield self._row("generated NumPy", None, note=told(error), wrong=True)
            return
        yield from self._compared(ours)
        yield from self._torch_rows(ours)

    def _row(self, oracle: str, error: float | None, bound: str = "", **more: Any) -> Row:
        limit = BOUNDS[bound] * self.worse if bound else 0.0
        return Row(self.name, oracle, self.word, error, limit, **more)

    def _against(self, oracle: str, found: Array, expected: Array, bound: str) -> Row:
        scale = max(self.point.scale, largest(expected))
        return self._row(oracle, difference(found, expected, scale), bound)

    def _exact(self) -> Iterator[Row]:
        if max((v.size for v in self.expected), default=0) > MOST_EXACT:
            return
        known = {n: v for n, v in self.point.arguments.items() if n != self.x or self.is_argument}
        verdict = exactly(self.case, self.point.sizes, known)
        wrong = verdict.equal is False
        note = "not what the reverse sweep gives" if wrong else verdict.reason
        yield self._row("reverse sweep, exact", None, note=note, wrong=wrong)

    @property
    def is_argument(self) -> bool:
        """Whether the variable is an argument of the user's model."""
        return any(a.name == self.x and is_float(a) for a in self.subject.program.arguments)

    @property
    def is_tied(self) -> bool:
        """Whether generated gradients rest on a property that an extra does not presume."""
        return self.subject.derivation.program.symbols[self.x].kind in TIED

    @cached_property
    def directions(self) -> list[Array]:
        """Directions of the variable, symmetric ones where one triangle of it is read."""
        program = self.subject.derivation.program
        halves = reads_triangle(program) and is_symmetric(program.symbols[self.x])
        return (symmetric_probes if halves else probes)(np.shape(self.point.arguments[self.x]))

    @cached_property
    def expected(self) -> list[Array]:
        """What the extra makes of each direction, for each output: by complex step."""
        return self._expected(self.point)

    def _expected(self, point: Point) -> list[Array]:
        if self.case.extra.kind == "jacobian":
            return complex_steps(self.case.program, point, self.x, self.directions)
        turned = [
            turned_gradients(self.case.gradient, point, {self.x: v})[self.x]
            for v in self.directions
        ]
        return [np.reshape(turned, (-1, *np.shape(point.arguments[self.x])))]

    @cached_property
    def worse(self) -> float:
        """How many times further apart two right results may be: by conditioning."""
        moved = self._expected(nudged(self.case.program, self.point))
        pairs = zip(self.expected, moved, strict=True)
        growths = [growth_of(here, there, self.point.scale) for here, there in pairs]
        return max([self.point.worse, *(worse_by(growth) for growth in growths)])

    def _compared(self, ours: Values) -> Iterator[Row]:
        shapes = [(*np.shape(e)[1:], *np.shape(self.directions[0])) for e in self.expected]
        if self.case.extra.kind != "hvp" and ours.shapes != shapes:
            note = f"it has shape {ours.shapes}, needs {shapes}"
            yield self._row("shapes of NumPy", None, note=note, wrong=True)
            return
        yield self._against("complex step", *matched(ours.columns, self.expected), "complex step")
        if not self.subject.stops:
            yield self._differences(ours)
        if ours.factors:
            yield self._against("factors", *matched(ours.factors, ours.again), "reference")

    def _differences(self, ours: Values) -> Row:
        """Compare with 4-point differences of the outputs, or of the gradient's complex step."""
        if self.case.extra.kind == "jacobian":
            directions, found = self.directions, ours.columns
            functions = [self._output(k) for k in range(len(found))]
        else:
            chosen = [*range(len(self.directions))][-FEW:]
            directions = [self.directions[k] for k in chosen]
            found = [np.array([along(ours.columns[0][k], directions) for k in chosen])]
            functions = [self._slopes(directions)]
        rows = []
        for step in STEPS:
            tried = [four_point(f, self.point, self.x, directions, step) for f in functions]
            rows.append(self._against("4-point difference", *matched(found, tried), "4-point"))
        return min(rows, key=lambda row: row.error or 0.0)

    def _output(self, k: int) -> Callable[[Mapping[str, Array]], Array]:
        """Return an output as the module computes it; the reference, in a value."""
        program, module = self.subject.derivation.program, self.subject.numpy_module

        def output(arguments: Mapping[str, Array]) -> Array:
            if self.is_argument and module is not None:
                return outputs_of(program, call(module.forward, program, arguments)[0])[k]
            return forward(self.case.program, arguments, self.point.sizes)[program.outputs[k]]

        return output

    def _slopes(self, directions: list[Array]) -> Callable[[Mapping[str, Array]], Array]:
        def slopes(arguments: Mapping[str, Array]) -> Array:
            moved = replace(self.point, arguments=dict(arguments))
            return complex_step(self.case.program, moved, self.x, directions)

        return slopes

    def _torch_rows(self, ours: Values) -> Iterator[Row]:
        module, model = self.subject.torch_module, self.subject.model_function
        if not torch_oracles.installed():
            return
        function = model or self.subject.torch_function
        if function is not None and other_signs(self.subject, function, self.point):
            yield self._row("PyTorch", None, note=NOTE)
            return
        if module is not None:
            try:
                made = Torch(module, self.subject.program, self.case.extra, self.point)
                theirs = made.values(self.directions)
            except FAILURES as error:
                yield self._row("generated PyTorch", None, note=told(error), wrong=True)
                return
            bound = self.subject.bound("torch")
            yield self._against("generated PyTorch", *matched(ours.whole, theirs.whole), bound)
            if ours.factors:
                factors = matched(theirs.factors, theirs.again)
                yield self._against("factors of PyTorch", *factors, "reference")
        function = model or (None if self.is_tied else function)
        if function is not None and self.is_argument:
            oracle = "autograd of the model" if model is not None else "autograd of PyTorch"
            try:
                yield self._autograd(function, ours, oracle)
            except FAILURES as error:
                yield self._row(oracle, None, note=told(error), wrong=model is None)

    def _autograd(self, function: Callable[..., Any], ours: Values, oracle: str) -> Row:
        program = self.subject.derivation.program
        if self.case.extra.kind != "jacobian":
            turned = [
                torch_oracles.second_order(function, program, self.point, {self.x: v})[self.x]
                for v in self.directions[-DRAWS:]
            ]
            bound = self.subject.bound("second order")
            return self._against(oracle, ours.columns[0][-DRAWS:], np.array(turned), bound)
        rng = np.random.default_rng(13)
        found, expected = [], []
        for _ in range(DRAWS):
            given = [np.asarray(rng.standard_normal(np.shape(e)[1:])) for e in self.expected]
            point = replace(self.point, cotangents=given)
            expected.append(torch_oracles.autograd(function, program, point)[self.x])
            pairs = zip(given, ours.whole, strict=True)
            found.append(sum(np.tensordot(u, whole, u.ndim) for u, whole in pairs))
        bound = self.subject.bound("torch")
        return self._against(oracle, np.array(found), np.array(expected), bound)
