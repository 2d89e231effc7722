"""Functions by cases: each condition once, clamps and clips by their names."""

from __future__ import annotations

import pytest

from derive.algebra.build import elementwise
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.algebra.scalars.cases import by_cases
from derive.dims import dim
from derive.operations.functions import slope
from derive.verify.exact import equal_exactly

x, y = sc.slot(0), sc.slot(1)
n = dim("n")
ARRAYS = [Symbol("x", (n,)), Symbol("y", (n,))]
INSIDE = sc.call("less_equal", sc.call("abs", x), 2)
HUBER = sc.call("where", INSIDE, x**2 / 2, 2 * (sc.call("abs", x) - 1))


def mask(condition: sc.Scalar, *, inside: bool = True) -> sc.Scalar:
    return sc.call("where", condition, int(inside), int(not inside))


CASES = {
    "the slope of Huber's loss": (slope(HUBER, 0), sc.call("clip", x, -2, 2)),
    "masks of one condition": (
        mask(INSIDE) * y + mask(INSIDE, inside=False) * x,
        sc.call("where", INSIDE, y, x),
    ),
    "masks of two conditions": (
        mask(INSIDE) * y + mask(sc.call("less", x, y)) * x,
        mask(INSIDE) * y + mask(sc.call("less", x, y)) * x,
    ),
    "the step of a clamp": (sc.call("step", sc.call("relu", x)) * y, sc.call("step", x) * y),
    "a clamp and its step": (sc.call("relu", x) * sc.call("step", x), sc.call("relu", x)),
    "a power of a clamp and its step": (
        sc.call("relu", x) ** 2 * sc.call("step", x),
        sc.call("relu", x) ** 2,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_condition_stands_once(case):
    given, wanted = CASES[case]
    assert by_cases(given) == wanted
    left, right = (elementwise(fn, ARRAYS, (n,)) for fn in (given, wanted))
    assert equal_exactly(left, right, {"n": 5})
