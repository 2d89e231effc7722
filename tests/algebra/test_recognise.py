"""A softmax that is spelled out gets its name, and nothing else does."""

from __future__ import annotations

import pytest

from derive.algebra import scalar
from derive.algebra.build import apply, elementwise, expand
from derive.algebra.nodes import Symbol
from derive.algebra.recognise import with_softmax
from derive.dims import dim

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
