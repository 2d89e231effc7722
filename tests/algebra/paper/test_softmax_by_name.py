"""A softmax that is spelled out gets its name, and nothing else does."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.algebra.build import add, apply, contract, elementwise, expand, negative, ones
from derive.algebra.coefficient import coefficient
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Symbol
from derive.algebra.paper.softmax_by_name import with_softmax
from derive.algebra.scalars import tree as scalar
from derive.dims import dim
from derive.verify.exact import equal_exactly

n, k = map(dim, "nk")
X, Y = Symbol("x", (n, k)), Symbol("y", (n, k))
EXP = scalar.call("exp", scalar.slot(0))
DIFFERENCE = scalar.call("exp", scalar.slot(0) - scalar.slot(1))


def softmax(axis: int):
    return apply("softmax", [X], (axis,), (n, k))


@pytest.mark.parametrize("axis", [0, 1])
def test_the_exponential_of_a_log_softmax_is_the_softmax_of_that_axis(axis):
    log_softmax = apply("log_softmax", [X], (axis,), (n, k))
    assert with_softmax(elementwise(EXP, [log_softmax], (n, k))) == softmax(axis)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_exponential_of_a_difference_to_logsumexp_is_the_softmax(axis):
    kept = 1 - axis
    total = apply("logsumexp", [X], (axis,), ((n, k)[kept],))
    copied = expand(total, (n, k), [kept])
    assert with_softmax(elementwise(DIFFERENCE, [X, copied], (n, k))) == softmax(axis)
    other = elementwise(DIFFERENCE, [Y, copied], (n, k))
    assert with_softmax(other) == other


def test_a_total_copied_along_another_axis_is_none():
    square = Symbol("s", (n, n))
    total = apply("logsumexp", [square], (1,), (n,))
    wrong = elementwise(DIFFERENCE, [square, expand(total, (n, n), [1])], (n, n))
    assert with_softmax(wrong) == wrong


LOGITS = [X, elementwise(scalar.slot(0) / scalar.slot(1), [X, Y], (n, k)), add(X, negative(Y))]
SIZES = {"n": 3, "k": 4}


def total_of(z, axis: int):
    """Return logsumexp(z) along an axis, copied along it."""
    kept = 1 - axis
    return expand(apply("logsumexp", [z], (axis,), ((n, k)[kept],)), (n, k), [kept])


def exponential(z):
    return elementwise(EXP, [z], (n, k))


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("z", LOGITS, ids=["symbol", "quotient", "sum"])
def test_logits_of_any_form_have_a_softmax(z, axis):
    node = exponential(add(z, negative(total_of(z, axis))))
    found = with_softmax(node)
    assert found == apply("softmax", [z], (axis,), (n, k))
    assert equal_exactly(node, found, SIZES)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("number", [1, Fraction(1, 3)])
def test_an_exponential_over_its_sums_is_a_softmax_times_a_number(axis, number):
    top, kept = exponential(X), 1 - axis
    sums = contract((kept,), [(top, (0, 1))], {0: n, 1: k}, coefficient(number))
    below = elementwise(1 / scalar.slot(0), [sums], sums.shape)
    node = contract((0, 1), [(top, (0, 1)), (below, (kept,)), (Y, (0, 1))], {0: n, 1: k})
    found = with_softmax(node)
    assert softmax(axis) in found.children
    assert equal_exactly(node, found, SIZES)


def test_an_exponential_over_the_sums_of_another_is_none():
    sums = contract((0,), [(exponential(Y), (0, 1))], {0: n, 1: k})
    below = elementwise(1 / scalar.slot(0), [sums], (n,))
    node = contract((0, 1), [(exponential(X), (0, 1)), (below, (0,))], {0: n, 1: k})
    assert with_softmax(node) == node


def test_what_is_the_same_along_the_axis_leaves_a_softmax():
    largest = expand(apply("max", [X], (1,), (n,)), (n, k), [0])
    for axis, wanted in ((1, X), (0, add(X, negative(largest)))):
        found = with_softmax(apply("softmax", [add(X, negative(largest))], (axis,), (n, k)))
        assert found == apply("softmax", [wanted], (axis,), (n, k))


def test_a_softmax_sums_to_one_along_its_axis_alone():
    for axis, wanted in ((1, ones((n,))), (0, None)):
        sums = contract((0,), [(softmax(axis), (0, 1))], {0: n, 1: k})
        found = simplify(sums, lambda symbol: ())
        assert found == (sums if wanted is None else wanted)
