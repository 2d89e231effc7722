"""y = f(x) solved for x: the inverse undoes the function, and none is given where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.build import add, elementwise, expand, hadamard
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.dims import dim
from derive.operations.functions import FUNCTIONS
from derive.plan.planner.solved_for import never_zero, solved
from derive.verify.evaluate import evaluate

ONE_TO_ONE = [name for name, known in FUNCTIONS.items() if known.inverse is not None]

n, d = dim("n"), dim("d")
X, Y, B, R = Symbol("x", (n, d)), Symbol("y", (n, d)), Symbol("b", (n, d)), Symbol("r", (n,))
SIZES = {"n": 4, "d": 3}
POINTS = np.linspace(0.05, 0.95, 12).reshape(4, 3)


def called(name: str):
    return elementwise(sc.call(name, sc.slot(0)), [X], X.shape)


@pytest.mark.parametrize("name", ONE_TO_ONE)
def test_the_inverse_undoes_the_function(name):
    value = evaluate(called(name), {X: POINTS}, SIZES)
    back = solved(Y, called(name), X, set())
    np.testing.assert_allclose(evaluate(back, {Y: value}, SIZES), POINTS, rtol=1e-9)


@pytest.mark.parametrize("name", ["gelu", "silu", "abs", "sin", "cosh", "relu"])
def test_a_function_that_is_not_one_to_one_has_none(name):
    assert solved(Y, called(name), X, set()) is None


def test_a_square_does_not_tell_its_root():
    assert solved(Y, hadamard(X, X), X, set()) is None


def test_a_sum_and_a_quotient_are_solved_for_a_term_and_for_what_is_divided():
    values = {X: POINTS, B: POINTS + 1}
    quotient = elementwise(sc.slot(0) / sc.slot(1), [X, B], X.shape)
    for expr in (add(X, B), quotient):
        back = solved(Y, expr, X, set())
        known = {B: values[B], Y: evaluate(expr, values, SIZES)}
        np.testing.assert_allclose(evaluate(back, known, SIZES), POINTS, rtol=1e-12)


def test_a_product_is_solved_only_where_the_other_factor_is_never_zero():
    expr = hadamard(X, expand(R, X.shape, [0]))
    assert solved(Y, expr, X, set()) is None
    back = solved(Y, expr, X, {R})
    r = np.arange(1.0, 5.0)
    value = POINTS * r[:, None]
    np.testing.assert_allclose(evaluate(back, {Y: value, R: r}, SIZES), POINTS, rtol=1e-12)


def test_a_reciprocal_root_is_never_zero_and_a_hyperbolic_tangent_can_be():
    assert never_zero(elementwise(sc.power(sc.slot(0) + 1, sc.Fraction(-1, 2)), [X], X.shape))
    assert not never_zero(called("tanh"))
