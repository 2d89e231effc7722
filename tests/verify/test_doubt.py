"""Two inputs of one output with different slopes: found where the output does not suffice."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.build import cotangent, elementwise, hadamard
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.dims import dim
from derive.rules.elementwise import slope_of
from derive.verify.doubt import doubt
from derive.verify.functions import TABLE

X = Symbol("x", (dim("n"), dim("d")))


def judged(name: str):
    value = elementwise(sc.call(name, sc.slot(0)), [X], X.shape)
    return doubt(value, hadamard(cotangent(X), slope_of(value, 0, None)))


@pytest.mark.parametrize("name", ["gelu", "silu", "abs", "sin", "cosh", "mish"])
def test_a_pair_is_found_and_has_one_output_and_two_slopes(name):
    inputs, output, slopes = judged(name)
    f = TABLE[name]
    for x, slope in zip(inputs, slopes, strict=True):
        assert f(np.array(x)) == pytest.approx(output)
        measured = (f(np.array(x + 1e-6)) - f(np.array(x - 1e-6))) / 2e-6
        assert measured == pytest.approx(slope, rel=1e-6)
    assert abs(slopes[0] - slopes[1]) > 0.1


@pytest.mark.parametrize("name", ["tanh", "exp", "sigmoid", "relu", "softplus"])
def test_none_is_found_where_the_output_tells_the_slope(name):
    assert judged(name) is None
