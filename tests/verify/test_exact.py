"""Exact equality: what is equal is found so, what differs by anything at all is not."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from derive.algebra.build import add, apply, contract, hadamard, negative, scale
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node, Symbol
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.dims import dim
from derive.verify.exact import check_derivation, equal_exactly
from derive.verify.modular import PRIME, Residues, Undecided
from derive.verify.walk import Evaluator
from tests import programs
from tests.programs import function, times
from tests.random_programs import random_expression

n, d, k = map(dim, "ndk")
X, Y, W = Symbol("x", (n, d)), Symbol("y", (n, d)), Symbol("w", (d, d))
SIZES = {"n": 2, "d": 3, "h": 5, "k": 5}
T = Symbol("t", (n, k), "data", "simplex")


def test_the_trace_is_cyclic_and_the_wrong_order_is_not_the_same():
    a, b, c = (Symbol(name, (d, d)) for name in "abc")

    def trace(*factors: Node) -> Node:
        labels = range(len(factors))
        around = [(f, (i, (i + 1) % len(factors))) for i, f in enumerate(factors)]
        return contract((), around, dict.fromkeys(labels, d))

    assert equal_exactly(trace(a, b, c), trace(c, a, b), SIZES)
    assert equal_exactly(trace(a, b, c), trace(b, a, c), SIZES).equal is False


def test_every_random_expression_equals_itself_and_no_multiple_of_itself():
    for seed in range(100):
        expression = random_expression(seed)
        assert equal_exactly(expression, expression, SIZES, trials=1), seed
        near = scale(Fraction(2001, 2000), expression)
        assert equal_exactly(near, expression, SIZES, trials=1).equal is False, seed


def test_a_difference_in_one_coefficient_is_seen():
    tiny = scale(Fraction(1, 10**18), Y)
    assert equal_exactly(add(X, tiny), X, SIZES).equal is False


def test_equal_values_of_equal_sizes_do_not_hide_a_transpose():
    flipped = contract((0, 1), [(W, (1, 0))], {0: d, 1: d})
    assert equal_exactly(flipped, W, {"d": 3}).equal is False


def test_a_simplex_sums_to_one_and_another_array_does_not():
    rows = contract((0,), [(T, (0, 1))], {0: n, 1: k})
    one = contract((0,), [], {0: n})
    assert equal_exactly(rows, one, SIZES)
    other = contract((0,), [(Symbol("u", (n, k)), (0, 1))], {0: n, 1: k})
    assert equal_exactly(other, one, SIZES).equal is False
    facts = {"u": (1,)}
    assert equal_exactly(other, one, SIZES, unit_sums=lambda s: facts.get(s.name, ()))


def test_softmax_rows_sum_to_one_modulo_a_prime():
    rows = contract((0,), [(apply("softmax", [X], (1,), (n, d)), (0, 1))], {0: n, 1: d})
    verdict = equal_exactly(rows, contract((0,), [], {0: n}), SIZES)
    assert verdict.equal
    assert verdict.by == "prime"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (hadamard(function("exp", X), function("exp", Y)), function("exp", add(X, Y))),
        (
            add(function("erf", X), function("erfc", X)),
            contract((0, 1), [], {0: n, 1: d}),
        ),
        (
            add(
                hadamard(function("sin", X), function("sin", X)),
                hadamard(function("cos", X), function("cos", X)),
            ),
            contract((0, 1), [], {0: n, 1: d}),
        ),
        (
            function("exp", apply("log_softmax", [X], (1,), (n, d))),
            apply("softmax", [X], (1,), (n, d)),
        ),
        (function("softplus", X), add(X, function("softplus", negative(X)))),
    ],
    ids=["exp of a sum", "erf and erfc", "sine and cosine", "log-softmax", "softplus"],
)
def test_identities_of_functions_are_decided_at_many_digits(left, right):
    verdict = equal_exactly(left, right, SIZES)
    assert verdict.equal
    assert verdict.by == "digits"


def test_roots_of_dimensions_cancel():
    root = scale(dimension_power("n", Fraction(-1, 2)), X)
    twice = scale(dimension_power("n", Fraction(-1, 2)), root)
    assert equal_exactly(twice, scale(dimension_power("n", -1), X), {"n": 3, "d": 5})
    assert equal_exactly(root, X, {"n": 3, "d": 5}).equal is False


def test_an_operation_without_a_definition_is_declined_with_a_reason():
    unknown = apply("fourier", [X], (), (n, d))
    verdict = equal_exactly(unknown, X, SIZES)
    assert verdict.equal is None
    assert "fourier" in verdict.reason
    assert not verdict


def test_definitions_are_computed_and_not_drawn():
    s = Symbol("s", (n, d))
    softmax = apply("softmax", [X], (1,), (n, d))
    rows = contract((0,), [(s, (0, 1))], {0: n, 1: d})
    one = contract((0,), [], {0: n})
    assert equal_exactly(rows, one, SIZES, definitions=[(s, softmax)])
    assert equal_exactly(rows, one, SIZES).equal is False


@pytest.mark.parametrize("make", programs.ALL, ids=lambda make: make.__name__)
def test_each_compact_gradient_is_the_sum_of_its_steps(make):
    made = make()
    derivation = reverse(split(made), tuple(a.name for a in made.arguments))
    verdicts = check_derivation(derivation, {"n": 2, "d": 3, "h": 5, "k": 7, "m": 11})
    assert set(verdicts) == {n for n, g in derivation.gradients.items() if g.steps}
    assert all(verdicts.values()), verdicts


def test_residues_obey_the_laws_of_a_field_and_of_exp_and_log():
    field, source = Residues(1), random.Random(0)
    for _ in range(50):
        x = source.randrange(2, PRIME)
        assert x * field.inverse(x) % PRIME == 1
        assert field.log(field.exp(x)) == x
        assert field.exp(x) * field.exp(-x % PRIME) % PRIME == 1
        assert field.exp(field.log(x)) == x
        square = x * x % PRIME
        assert field.root(square) in (x, PRIME - x)


def test_a_division_by_zero_and_a_missing_root_are_not_given_a_value():
    field = Residues(0)
    with pytest.raises(Undecided):
        field.inverse(0)
    with pytest.raises(Undecided):
        field.root(PRIME - 1)


def test_residues_of_a_product_are_those_of_integers():
    a, b = (np.array([[1, 2, 3], [4, 5, 6]], object), np.array([[7, 8], [9, 1], [2, 3]], object))
    x, w = Symbol("x", (n, d)), Symbol("v", (d, k))
    found = Evaluator(Residues(0), {x: a, w: b}, {"n": 2, "d": 3, "k": 2}).value(times(x, w))
    assert found.tolist() == a.dot(b).tolist()
