"""Gradients found at a point, compared with every oracle: a row for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.algebra.properties.symmetry import is_symmetric
from derive.verify import torch_oracles
from derive.verify.evaluate import forward
from derive.verify.modules import call, outputs_of
from derive.verify.oracles import (
    STEPS,
    along,
    complex_step,
    difference,
    four_point,
    probes,
    turned_gradients,
)
from derive.verify.row import BOUNDS, Row
from derive.verify.samples import Point
from derive.verify.signs import NOTE, other_signs
from derive.verify.structure import projected_gradients, reads_triangle, symmetric_probes
from derive.verify.subject import FAILURES, Subject, told

Array = Any


@dataclass(frozen=True)
class Comparison:
    """The gradients found at a point, to be compared."""

    subject: Subject
    word: str
    point: Point
    found: Mapping[str, Array]

    def row(self, name: str, oracle: str, expected: Array, found: Array, bound: str) -> Row:
        """Return the comparison of two arrays; a bound is wider where rounding errors grow."""
        error = difference(found, expected, self.point.scale)
        return Row(name, oracle, self.word, error, BOUNDS[bound] * self.point.worse)

    def differences(self) -> Iterator[Row]:
        """Complex step on the reference evaluator, 4-point differences of what was generated."""
        halves = reads_triangle(self.subject.derivation.program)
        for name in self.subject.names:
            symbol = self.subject.derivation.program.symbols[name]
            chosen = symmetric_probes if halves and is_symmetric(symbol) else probes
            directions = chosen(np.shape(self.point.arguments[name]))
            yield from self._along(name, name, self.found[name], directions)
        for name, gradient in projected_gradients(self.subject.derivation, self.point).items():
            directions = symmetric_probes(np.shape(self.point.arguments[name]))
            yield from self._along(f"sym({name})", name, gradient, directions)
            turned = np.swapaxes(gradient, -1, -2)
            yield self.row(f"sym({name})", "its transpose", turned, gradient, "reference")

    def _along(
        self, label: str, name: str, gradient: Array, directions: Sequence[Array]
    ) -> Iterator[Row]:
        slopes = along(gradient, directions)
        program = self.subject.derivation.program
        expected = complex_step(program, self.point, name, directions)
        yield self.row(label, "complex step", expected, slopes, "complex step")
        if self.subject.stops:
            return  # a difference passes where the model says that no gradient does
        tried = [four_point(self._loss, self.point, name, directions, step) for step in STEPS]
        rows = [self.row(label, "4-point difference", e, slopes, "4-point") for e in tried]
        yield min(rows, key=lambda row: row.error or 0.0)

    def _loss(self, arguments: Mapping[str, Array]) -> Any:
        program, module = self.subject.derivation.program, self.subject.numpy_module
        if module is None:
            values = forward(program, arguments, self.point.sizes)
            outputs = [values[y] for y in program.outputs]
        else:
            outputs = outputs_of(program, call(module.forward, program, arguments)[0])
        return sum(np.sum(c * y) for c, y in zip(self.point.cotangents, outputs, strict=True))

    def torch_rows(self) -> Iterator[Row]:
        """What PyTorch says, as far as it is there."""
        generated, model = self.subject.torch_function, self.subject.model_function
        if self.subject.torch_module is None and model is None:
            return
        if not torch_oracles.installed():
            yield Row("all", "PyTorch", self.word, None, note="torch is not installed")
            return
        if model is not None:
            yield from self._autograd(model, "autograd of the model", ours=False)
        if generated is not None:
            yield from self._autograd(generated, "generated PyTorch", ours=True)
            yield from self._gradchecks(generated)
            yield from self._second_order(generated)
        if generated is not None and model is not None:
            yield from self._second_order_of_model(generated, model)

    def _autograd(self, function: Callable[..., Any], oracle: str, *, ours: bool) -> Iterator[Row]:
        program = self.subject.derivation.program
        try:
            expected = torch_oracles.autograd(function, program, self.point)
        except FAILURES as error:
            yield Row("all", oracle, self.word, None, note=told(error), wrong=ours)
            return
        if other_signs(self.subject, function, self.point):
            yield Row("all", oracle, self.word, None, note=NOTE)
            return
        bound = self.subject.bound("torch")
        for name in self.subject.names:
            yield self.row(name, oracle, expected[name], self.found[name], bound)

    def _gradchecks(self, function: Callable[..., Any]) -> Iterator[Row]:
        program = self.subject.derivation.program
        if self.subject.stops:
            return
        for twice, oracle in ((False, "gradcheck"), (True, "gradgradcheck")):
            try:
                said = torch_oracles.gradcheck(
                    function, program, self.point, self.subject.names, twice=twice
                )
            except FAILURES as error:
                said = told(error)
            yield Row("all", oracle, self.word, None, note=said, wrong=bool(said))

    def _directions(self) -> dict[str, Array]:
        """Return a direction for each argument whose entries are free of each other."""
        rng = np.random.default_rng(11)
        free = [a for a in self.subject.program.arguments if a.name in self.subject.names]
        plain = [a.name for a in free if a.symbol.kind in ("", "positive")]
        shapes = {name: np.shape(self.point.arguments[name]) for name in plain}
        return {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    def _second_order(self, generated: Callable[..., Any]) -> Iterator[Row]:
        """Compare with the complex step of the gradients' formulas: a Hessian is symmetric."""
        directions = self._directions()
        if not directions or self.subject.stops:
            return
        if other_signs(self.subject, generated, self.point):
            return  # its first order told why
        expected = turned_gradients(self.subject.derivation, self.point, directions)
        yield from self._seconds(generated, directions, expected, "second order")

    def _second_order_of_model(
        self, generated: Callable[..., Any], model: Callable[..., Any]
    ) -> Iterator[Row]:
        directions = self._directions()
        if not directions:
            return
        program = self.subject.derivation.program
        try:
            expected = torch_oracles.second_order(model, program, self.point, directions)
        except FAILURES:
            return  # its first order told why
        yield from self._seconds(generated, directions, expected, "second order of the model")

    def _seconds(
        self,
        generated: Callable[..., Any],
        directions: Mapping[str, Array],
        expected: Mapping[str, Array],
        oracle: str,
    ) -> Iterator[Row]:
        program = self.subject.derivation.program
        try:
            found = torch_oracles.second_order(generated, program, self.point, directions)
        except FAILURES as failure:
            yield Row("all", oracle, self.word, None, note=told(failure), wrong=True)
            return
        scale = max(
            [self.point.scale, *(float(np.max(np.abs(e), initial=0)) for e in expected.values())]
        )
        for name in directions:
            error = difference(found[name], expected[name], scale)
            bound = BOUNDS[self.subject.bound("second order")] * self.point.worse
            yield Row(name, oracle, self.word, error, bound)
