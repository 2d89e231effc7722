"""Every operation of the list on paper: its formulas have the right values, and no name of ours."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.cli.one_liners import one_liner
from derive.face.api import Derived
from derive.formulas.definitions import DEFINITIONS
from derive.formulas.matrices.kinds import Indexed
from derive.formulas.notation import Notation
from derive.program.program import Program
from derive.reader.library import Entry, entries
from derive.verify.evaluate import evaluate
from derive.verify.samples import sample
from tests.matrix_values import value_of

STANDARD = [
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arcsin",
    "arccos",
    "arctan",
    "arcsinh",
    "arccosh",
    "arctanh",
    "exp",
    "log",
    "log2",
    "log10",
    "sigmoid",
    "erf",
    "erfinv",
    "lgamma",
    "sign",
    "min",
    "max",
    "minimum",
    "maximum",
    "round",
    "relu",
    "tr",
    "det",
    "diag",
]
SIZES = (3, 2, 4, 5)
EXAMPLES = {entry: one_liner(entry) for entry in entries()}


def spelled(entry: Entry) -> str:
    return entry.spellings[0]


def derived_of(entry: Entry) -> Derived:
    example = EXAMPLES[entry]
    assert example is not None
    return Derived(example.program)


def inside_its_domain(program: Program, sizes: dict[str, int]) -> dict[Symbol, np.ndarray]:
    """Return arguments at which each value is finite, and cotangents of the outputs."""
    rng = np.random.default_rng(0)
    given = {cotangent(o): sample(cotangent(o), sizes, rng) for o in program.outputs}
    for spread in ("unit", "above one", "normal"):
        found = {a.symbol: sample(a.symbol, sizes, rng, spread) for a in program.arguments}
        values = dict(found)
        for equation in program.equations:
            values[equation.symbol] = np.asarray(evaluate(equation.expr, values, sizes))
        if all(np.isfinite(value).all() for value in values.values()):
            break
    return found | given


@pytest.mark.parametrize("entry", EXAMPLES, ids=spelled)
def test_the_sympy_expressions_have_the_values_of_what_they_stand_for(entry):
    derived = derived_of(entry)
    program, gradients = derived.program, derived.derivation.gradients.values()
    sizes = dict(zip(program.dimensions, SIZES, strict=False))
    steps = [(e.symbol, e.expr) for e in program.equations] + [
        (g.symbol, g.expr) for g in gradients
    ]
    values = inside_its_domain(program, sizes)
    notation = Notation(derived.derivation)
    for symbol, node in steps:
        values[symbol] = np.asarray(evaluate(node, values, sizes))
        expr = notation.view(node)
        if isinstance(expr, Indexed):
            continue
        known = {k: values[s] for k, s in notation.view.symbols.items() if s in values}
        with np.errstate(all="ignore"):
            found = np.asarray(value_of(expr, known, sizes), dtype=float)
        expected = np.asarray(values[symbol], dtype=float).reshape(found.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=str(expr))


@pytest.mark.parametrize("entry", EXAMPLES, ids=spelled)
@pytest.mark.parametrize("how", ["text", "latex"])
def test_each_name_on_paper_is_standard_or_defined(entry, how):
    derived = derived_of(entry)
    notation = Notation(derived.derivation)
    for equation in derived.program.equations:
        notation.equation(equation.symbol, equation.expr, how)
    for gradient in derived.derivation.gradients.values():
        notation.equation(gradient.symbol, gradient.expr, how)
    assert set(notation.noted) <= {*STANDARD, *DEFINITIONS}
