"""The comparisons at one set of sizes, a row for each gradient and oracle.

A generated module that raises is wrong, not a crash of the check: its message is the row's note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply, Map, walk
from derive.algebra.symmetry import by_one_triangle, is_symmetric
from derive.derivation import Derivation
from derive.program import Program
from derive.ranks import allow, rank_bounds
from derive.verify import torch_oracles
from derive.verify.evaluate import forward, gradients
from derive.verify.exact import check_derivation
from derive.verify.modules import call, gradients_of, is_float, outputs_of
from derive.verify.oracles import STEPS, along, complex_step, difference, four_point, probes
from derive.verify.row import BOUNDS, Row
from derive.verify.samples import Point, draw
from derive.verify.structure import projected_gradients, symmetric_probes

Array = Any
FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
ROUGH = ("hardsigmoid", "digamma", "polygamma")  # PyTorch: 1/6 in float32; short series
SMALLEST = 1e-12  # of a scale
MOST_EXACT = 3000  # entries of the largest array that is evaluated exactly


@dataclass(frozen=True)
class Subject:
    """What is checked, and what it may be checked with."""

    program: Program
    derivation: Derivation
    numpy_module: ModuleType | None
    torch_module: ModuleType | None
    model_function: Callable[..., Any] | None

    @property
    def torch_function(self) -> Callable[..., Any] | None:
        """The generated drop-in for the model."""
        return getattr(self.torch_module, self.program.name, None)

    @property
    def names(self) -> list[str]:
        """The float arguments whose gradient was asked for."""
        wanted = self.derivation.wrt
        return [a.name for a in self.program.arguments if is_float(a) and a.name in wanted]


def rows_at(subject: Subject, word: str, sizes: Mapping[str, int]) -> Iterator[Row]:
    """Yield every comparison at these sizes."""
    if not allow(rank_bounds(subject.derivation.program), sizes):
        note = "a matrix that is inverted is singular at these sizes"
        yield Row("all", "samples", word, None, note=note, wrong=True)
        return
    point = draw(subject.derivation.program, sizes)
    if point.room < 0:
        note = "no arguments found at which every value is finite"
        yield Row("all", "samples", word, None, note=note, wrong=True)
        return
    try:
        outputs, found = _found(subject, point)
    except FAILURES as error:
        yield Row("all", "generated NumPy", word, None, note=_told(error), wrong=True)
        return
    yield from _exact(subject, word, sizes)
    yield from _values(subject, word, point, outputs)
    yield from _shapes(subject, word, point, found)
    comparison = _Comparison(subject, word, point, found, _scale(subject, point, outputs))
    yield from comparison.differences()
    yield from comparison.torch_rows()


def _found(subject: Subject, point: Point) -> tuple[list[Array], dict[str, Array]]:
    """Return outputs and gradients of the generated NumPy, or of the formulas themselves."""
    program, derivation = subject.derivation.program, subject.derivation
    if subject.numpy_module is not None:
        module = subject.numpy_module
        return gradients_of(module, program, derivation.wrt, point.arguments, point.cotangents)
    values = forward(program, point.arguments, point.sizes)
    found = gradients(derivation, point.arguments, point.cotangents, point.sizes)
    return [values[y] for y in program.outputs], {n: found[n] for n in derivation.wrt}


def _scale(subject: Subject, point: Point, outputs: list[Array]) -> float:
    """Return the size of what is summed on the way: a gradient far below it is a zero."""
    on_the_way = gradients(subject.derivation, point.arguments, point.cotangents, point.sizes)
    sizes = [_largest(g) for g in (*on_the_way.values(), *point.cotangents)]
    return max([*sizes, *(1e-2 * _largest(y) for y in outputs), SMALLEST])


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def _exact(subject: Subject, word: str, sizes: Mapping[str, int]) -> Iterator[Row]:
    """Compare each compact gradient with the sum of its steps, exactly."""
    shapes = [e.symbol.shape for e in subject.derivation.program.equations]
    entries = [int(np.prod([d.evaluate(sizes) for d in shape])) for shape in shapes]
    if max(entries, default=0) > MOST_EXACT:
        return
    verdicts = check_derivation(subject.derivation, sizes)
    wrong = [name for name, verdict in verdicts.items() if verdict.equal is False]
    open_ = [f"{n}: {v.reason}" for n, v in verdicts.items() if v.equal is None]
    note = f"not the sum of its steps: {', '.join(wrong)}" if wrong else "; ".join(open_)
    yield Row("all", "sum of steps, exact", word, None, note=note, wrong=bool(wrong))


def _values(subject: Subject, word: str, point: Point, outputs: list[Array]) -> Iterator[Row]:
    values = forward(subject.derivation.program, point.arguments, point.sizes)
    scale = max(_largest(value) for value in values.values())
    for symbol, output in zip(subject.program.outputs, outputs, strict=True):
        error = difference(output, values[symbol], scale)
        name = f"value of {symbol.name}"
        yield Row(name, "reference evaluator", word, error, BOUNDS["reference"])


def _shapes(subject: Subject, word: str, point: Point, found: Mapping[str, Array]) -> Iterator[Row]:
    symbols = subject.derivation.program.symbols
    expected = {n: tuple(d.evaluate(point.sizes) for d in symbols[n].shape) for n in found}
    yield _shape_row("shapes of NumPy", word, {n: np.shape(g) for n, g in found.items()}, expected)
    if subject.torch_module is None or not torch_oracles.installed():
        return
    program, wrt = subject.derivation.program, subject.derivation.wrt
    try:
        shapes = torch_oracles.raw_backward(subject.torch_module, program, wrt, point)
    except FAILURES as error:
        yield Row("all", "shapes of PyTorch", word, None, note=_told(error), wrong=True)
    else:
        yield _shape_row("shapes of PyTorch", word, shapes, expected)


def _shape_row(oracle: str, word: str, found: Mapping, expected: Mapping) -> Row:
    wrong = [f"{n} has {s}, needs {expected[n]}" for n, s in found.items() if s != expected[n]]
    return Row("all", oracle, word, None, note="; ".join(wrong), wrong=bool(wrong))


@dataclass(frozen=True)
class _Comparison:
    """The gradients found at a point, to be compared."""

    subject: Subject
    word: str
    point: Point
    found: Mapping[str, Array]
    scale: float

    def row(self, name: str, oracle: str, expected: Array, found: Array, bound: str) -> Row:
        error = difference(found, expected, self.scale)
        return Row(name, oracle, self.word, error, BOUNDS[bound])

    def differences(self) -> Iterator[Row]:
        """Complex step on the reference evaluator, 4-point differences of what was generated."""
        for name in self.subject.names:
            symbol = self.subject.derivation.program.symbols[name]
            chosen = symmetric_probes if self.halves and is_symmetric(symbol) else probes
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
        if self.stops:
            return  # a difference passes where the model says that no gradient does
        tried = [four_point(self._loss, self.point, name, directions, step) for step in STEPS]
        rows = [self.row(label, "4-point difference", e, slopes, "4-point") for e in tried]
        yield min(rows, key=lambda row: row.error or 0.0)

    @property
    def halves(self) -> bool:
        """Whether the model reads symmetric matrices by one triangle."""
        return by_one_triangle(e.expr for e in self.subject.derivation.program.equations)

    @property
    def stops(self) -> bool:
        """Whether the model takes a value as a constant (detach)."""
        equations = self.subject.derivation.program.equations
        nodes = (node for equation in equations for node in walk(equation.expr))
        return any(isinstance(node, Apply) and node.rule == "stop" for node in nodes)

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
        if generated is not None and model is not None:
            yield from self._second_order(generated, model)

    def _autograd(self, function: Callable[..., Any], oracle: str, *, ours: bool) -> Iterator[Row]:
        program = self.subject.derivation.program
        try:
            expected = torch_oracles.autograd(function, program, self.point)
        except FAILURES as error:
            yield Row("all", oracle, self.word, None, note=_told(error), wrong=ours)
            return
        bound = "torch, rough" if any(map(self._uses, ROUGH)) else "torch"
        for name in self.subject.names:
            yield self.row(name, oracle, expected[name], self.found[name], bound)

    def _uses(self, function: str) -> bool:
        """Whether the model calls a function that PyTorch differentiates roughly."""
        equations = self.subject.derivation.program.equations
        maps = [n for e in equations for n in walk(e.expr) if isinstance(n, Map)]
        return any(function in repr(node.fn) for node in maps)

    def _gradchecks(self, function: Callable[..., Any]) -> Iterator[Row]:
        program = self.subject.derivation.program
        if self.stops:
            return
        for twice, oracle in ((False, "gradcheck"), (True, "gradgradcheck")):
            try:
                said = torch_oracles.gradcheck(
                    function, program, self.point, self.subject.names, twice=twice
                )
            except FAILURES as error:
                said = _told(error)
            yield Row("all", oracle, self.word, None, note=said, wrong=bool(said))

    def _second_order(
        self, generated: Callable[..., Any], model: Callable[..., Any]
    ) -> Iterator[Row]:
        program, point = self.subject.derivation.program, self.point
        rng = np.random.default_rng(11)
        free = [a for a in program.arguments if a.name in self.subject.names]
        plain = [a.name for a in free if a.symbol.kind in ("", "positive")]
        directions = {n: rng.standard_normal(np.shape(point.arguments[n])) for n in plain}
        if not directions:
            return
        oracle = "second order of the model"
        try:
            expected = torch_oracles.second_order(model, program, point, directions)
        except FAILURES:
            return  # its first order told why
        try:
            found = torch_oracles.second_order(generated, program, point, directions)
        except FAILURES as error:
            yield Row("all", oracle, self.word, None, note=_told(error), wrong=True)
            return
        for name in plain:
            yield self.row(name, oracle, expected[name], found[name], "second order")
