"""The reverse sweep: right on random programs, linear in their length, the same on every run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import derive.derivation.reverse as sweep
from derive.algebra.build import elementwise, substitute
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.errors import DeriveError
from derive.program.derivation import Derivation
from derive.program.program import Equation, Program
from derive.verify import check
from derive.verify.evaluate import forward, gradients, run_program
from derive.verify.exact import check_derivation
from derive.verify.report import Report
from derive.verify.samples import Point, draw
from derive.verify.sizes import size_sets
from tests import programs
from tests.programs import PLACE, array, program, times, total, value, weight
from tests.random_programs import random_program, random_wrt

SIZES = {"n": 2, "d": 3, "h": 5, "k": 7, "m": 11}


def derived(made: Program, wrt: tuple[str, ...] | None = None) -> Derivation:
    return reverse(split(made), wrt or tuple(a.name for a in made.arguments))


@pytest.mark.parametrize("make", programs.ALL, ids=lambda make: make.__name__)
def test_gradients_of_common_models_agree_with_every_oracle(make):
    made = make()
    report = check(made, derived(made))
    assert report.ok, report.table()


@pytest.mark.parametrize("block", range(6))
def test_gradients_of_random_programs_agree_with_every_oracle(block):
    for seed in range(25 * block, 25 * block + 25):
        made = random_program(seed)
        report = check(made, derived(made, random_wrt(seed, made)))
        assert report.ok or _close(report), (seed, report.table())


def _close(report: Report) -> bool:
    """Whether errors stay within ten bounds: a random softmax may be saturated to rounding."""
    return all(
        (row.error is not None and row.error < 10 * row.bound) or not row.bound
        for row in report.rows
    )


def test_a_gradient_has_the_shape_of_its_variable():
    for seed in range(200):
        for gradient in derived(random_program(seed)).gradients.values():
            assert gradient.expr.shape == gradient.variable.shape


def test_asking_for_fewer_gradients_does_not_change_those_that_are_asked_for():
    for seed in range(60):
        made = random_program(seed)
        whole = derived(made)
        sizes = next(iter(size_sets(whole.program, {}).values()))
        point = draw(whole.program, sizes)
        for name in whole.wrt:
            few = derived(made, (name,))
            np.testing.assert_allclose(
                at(few, point)[name], at(whole, point)[name], rtol=1e-9, atol=1e-11
            )


def at(derivation: Derivation, point: Point) -> dict[str, np.ndarray]:
    return gradients(derivation, point.arguments, point.cotangents, point.sizes)


def test_the_gradient_of_a_value_in_between_is_that_of_an_argument_in_its_place():
    made = split(programs.tanh_network())
    derivation = reverse(made, ("a", "x"))
    first = next(k for k, e in enumerate(made.equations) if e.symbol.name == "a")
    a = made.equations[first].symbol
    from_a = replace(
        made,
        arguments=(
            *made.arguments,
            replace(made.arguments[0], symbol=a),
        ),
        equations=made.equations[first + 1 :],
    )
    point = draw(made, SIZES)
    values = run_program(made, point.arguments, SIZES)
    cut = reverse(from_a, ("a",))
    expected = gradients(cut, {**point.arguments, "a": values["a"]}, point.cotangents, SIZES)
    np.testing.assert_allclose(at(derivation, point)["a"], expected["a"], rtol=1e-12)


def of_gradients(derivation: Derivation) -> Program:
    """Return the program that computes the gradients, so that it can be differentiated again."""
    made = derivation.program
    renamed = {
        g.symbol: Symbol(f"grad_{g.variable.name}", g.symbol.shape)
        for g in derivation.gradients.values()
    }
    given = [Symbol(f"given_{s.name}", s.shape, "data") for s in derivation.given]
    names = {**dict(zip(derivation.given, given, strict=True)), **renamed}
    further = [
        Equation(0, names[g.symbol], substitute(g.expr, names), "", PLACE)
        for g in derivation.gradients.values()
    ]
    return replace(
        made,
        arguments=(*made.arguments, *(replace(made.arguments[0], symbol=s) for s in given)),
        equations=(*made.equations, *further),
        outputs=tuple(renamed[derivation.gradients[n].symbol] for n in derivation.wrt),
    )


@pytest.mark.parametrize("block", range(4))
def test_gradients_can_be_differentiated_again(block):
    for seed in range(12 * block, 12 * block + 12):
        made = random_program(seed)
        simplexes = [a for a in made.arguments if a.symbol.kind == "simplex"]
        names = tuple(a.name for a in made.arguments if a not in simplexes)
        first = derived(made, names)
        wanted = tuple(name for name in names if name in first.gradients)
        if simplexes or wanted != names:
            continue
        second = of_gradients(first)
        report = check(second, derived(second, wanted))
        assert report.ok, (seed, report.table())


def test_a_value_used_twice_collects_both_parts():
    derivation = derived(programs.tanh_network())
    assert len(derivation.gradients["a"].steps) == 3
    assert check(derivation.program, derivation).ok


def test_an_argument_that_no_output_depends_on_has_gradient_zero():
    x, w = array("x", "n"), weight("w", "n")
    loss = value("loss")
    derivation = derived(program([x, w], [(loss, total(x, x))], [loss]))
    assert derivation.unused == ("w",)
    point = draw(derivation.program, SIZES)
    assert not at(derivation, point)["w"].any()


def test_an_output_that_is_used_further_receives_both_cotangents():
    x = array("x", "n")
    y, loss = value("y", "n"), value("loss")
    tanh = elementwise(sc.call("tanh", sc.slot(0)), [x], x.shape)
    made = program([x], [(y, tanh), (loss, total(y, y))], [y, loss])
    report = check(made, derived(made))
    assert report.ok, report.table()


def test_an_argument_that_is_returned_as_it_is_receives_its_cotangent():
    x = array("x", "n")
    loss = value("loss")
    made = program([x], [(loss, total(x, x))], [loss, x])
    report = check(made, derived(made))
    assert report.ok, report.table()


def test_an_output_returned_twice_is_refused():
    x, y = array("x", "n"), value("y", "n")
    tanh = elementwise(sc.call("tanh", sc.slot(0)), [x], x.shape)
    with pytest.raises(DeriveError, match="y is returned twice"):
        derived(program([x], [(y, tanh)], [y, y]))


def chain(length: int) -> Program:
    """Return that many tanh layers on end."""
    h = weight("x", "n", "h")
    w = weight("w", "h", "h")
    statements = []
    for k in range(length):
        after = value(f"h{k}", "n", "h")
        product = times(h, w)
        statements.append((after, elementwise(sc.call("tanh", sc.slot(0)), [product], after.shape)))
        h = after
    loss = value("loss")
    return program([weight("x", "n", "h"), w], [*statements, (loss, total(h, h))], [loss])


def test_work_grows_with_the_number_of_equations_alone(monkeypatch):
    counts: Counter[int] = Counter()
    original = sweep.pull

    def counted(equation, ybar, active):
        counts[len(made.equations)] += 1
        return original(equation, ybar, active)

    monkeypatch.setattr(sweep, "pull", counted)
    for length in (5, 10, 20, 40):
        made = split(chain(length))
        reverse(made, ("x", "w"))
    for equations, count in counts.items():
        assert count <= 2 * equations


def test_every_compact_gradient_is_the_sum_of_its_steps_exactly():
    for seed in range(100):
        derivation = derived(random_program(seed))
        sizes = next(iter(size_sets(derivation.program, {}).values()))
        for name, verdict in check_derivation(derivation, sizes).items():
            assert verdict.equal, (seed, name, verdict)


def test_zero_samples_give_zero_gradients():
    made = split(programs.mlp())
    derivation = reverse(made, ("w1", "x"))
    sizes = {"n": 0, "d": 3, "h": 5}
    arguments = {
        a.name: np.zeros([d.evaluate(sizes) for d in a.symbol.shape]) for a in made.arguments
    }
    found = gradients(derivation, arguments, [np.array(1.0)], sizes)
    assert found["x"].shape == (0, 3)
    assert not found["w1"].any()
    assert forward(made, arguments, sizes)[made.outputs[0]] == 0


SHOW = """
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from tests.random_programs import random_program
for seed in range(40):
    made = random_program(seed)
    derivation = reverse(split(made), tuple(a.name for a in made.arguments))
    for equation in derivation.program.equations:
        print(equation)
    for gradient in derivation.gradients.values():
        print(gradient)
"""


def test_the_derivation_is_the_same_under_every_hash_seed():
    texts = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()}
        found = subprocess.run(
            [sys.executable, "-c", SHOW],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        texts.add(found.stdout)
    assert len(texts) == 1
    assert len(texts.pop()) > 1000
