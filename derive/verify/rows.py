"""The comparisons at one point, a row for each gradient and oracle.

A generated module that raises is wrong, not a crash of the check: its message is the row's note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from derive.verify import torch_oracles
from derive.verify.comparison import Comparison
from derive.verify.evaluate import forward, gradients
from derive.verify.exact import check_derivation
from derive.verify.extra_rows import extra_rows
from derive.verify.modules import gradients_of, repeated
from derive.verify.oracles import difference
from derive.verify.row import BOUNDS, Row
from derive.verify.samples import Point
from derive.verify.subject import FAILURES, MOST_EXACT, Subject, largest, told

Array = Any


def rows_at(subject: Subject, word: str, point: Point) -> Iterator[Row]:
    """Yield every comparison at the point, or that it is not admissible and why."""
    if point.fault:
        yield Row("all", "admissible point", word, None, note=point.fault, undecided=True)
        return
    try:
        outputs, found = _found(subject, point)
    except FAILURES as error:
        yield Row("all", "generated NumPy", word, None, note=told(error), wrong=True)
        return
    yield from _exact(subject, word, point)
    yield from _values(subject, word, point, outputs)
    yield from _shapes(subject, word, point, found)
    yield from _other_functions(subject, word, point)
    comparison = Comparison(subject, word, point, found)
    yield from comparison.differences()
    yield from comparison.torch_rows()
    yield from extra_rows(subject, word, point)


def _found(subject: Subject, point: Point) -> tuple[list[Array], dict[str, Array]]:
    """Return outputs and gradients of the generated NumPy, or of the formulas themselves."""
    program, derivation = subject.derivation.program, subject.derivation
    if subject.numpy_module is not None:
        module = subject.numpy_module
        return gradients_of(module, program, derivation.wrt, point.arguments, point.cotangents)
    values = forward(program, point.arguments, point.sizes)
    found = gradients(derivation, point.arguments, point.cotangents, point.sizes)
    return [values[y] for y in program.outputs], {n: found[n] for n in derivation.wrt}


def _exact(subject: Subject, word: str, point: Point) -> Iterator[Row]:
    """Compare each compact gradient with the sum of its steps, exactly."""
    shapes = [e.symbol.shape for e in subject.derivation.program.equations]
    entries = [int(np.prod([d.evaluate(point.sizes) for d in shape])) for shape in shapes]
    if max(entries, default=0) > MOST_EXACT:
        return
    verdicts = check_derivation(subject.derivation, point.sizes, point.arguments)
    wrong = [name for name, verdict in verdicts.items() if verdict.equal is False]
    open_ = [f"{n}: {v.reason}" for n, v in verdicts.items() if v.equal is None]
    note = f"not the sum of its steps: {', '.join(wrong)}" if wrong else "; ".join(open_)
    yield Row("all", "sum of steps, exact", word, None, note=note, wrong=bool(wrong))


def _values(subject: Subject, word: str, point: Point, outputs: list[Array]) -> Iterator[Row]:
    values = forward(subject.derivation.program, point.arguments, point.sizes)
    scale = max(largest(value) for value in values.values())
    for symbol, output in zip(subject.program.outputs, outputs, strict=True):
        error = difference(output, values[symbol], scale)
        name = f"value of {symbol.name}"
        bound = BOUNDS["reference"] * point.worse
        yield Row(name, "reference evaluator", word, error, bound)


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
        yield Row("all", "shapes of PyTorch", word, None, note=told(error), wrong=True)
    else:
        yield _shape_row("shapes of PyTorch", word, shapes, expected)


def _other_functions(subject: Subject, word: str, point: Point) -> Iterator[Row]:
    """Compare predict, value_and_grad and backward's own cotangent with forward and backward."""
    modules = {"NumPy": subject.numpy_module, "PyTorch": subject.torch_module}
    for target, module in modules.items():
        if module is None or not hasattr(module, "predict"):
            continue
        if target == "PyTorch" and not torch_oracles.installed():
            continue
        oracle = f"other functions, {target}"
        program, given = subject.derivation.program, point.arguments
        try:
            if target == "PyTorch":
                given = torch_oracles.detached(program, given)
            pairs = repeated(module, program, given)
        except FAILURES as error:
            yield Row("all", oracle, word, None, note=told(error), wrong=True)
            continue
        errors = [difference(found, expected, point.scale) for found, expected in pairs]
        bound = BOUNDS["reference"] * point.worse
        yield Row("all", oracle, word, max(errors, default=0.0), bound)


def _shape_row(oracle: str, word: str, found: Mapping, expected: Mapping) -> Row:
    wrong = [f"{n} has {s}, needs {expected[n]}" for n, s in found.items() if s != expected[n]]
    return Row("all", oracle, word, None, note="; ".join(wrong), wrong=bool(wrong))
