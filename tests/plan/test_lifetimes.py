"""When arrays are born and freed, and which share memory."""

from __future__ import annotations

import pytest

import derive
from derive.algebra.nodes import Symbol
from derive.dims import shape_of
from derive.plan.lifetimes import timeline
from derive.plan.storage import bytes_of, shown_by

CHAIN = """\
from torch import tanh


def chain(x: "n d", *, w: "d h", v: "h k"):
    a = tanh(x @ w)
    b = tanh(a @ v)
    l = b.sum()
    return l
"""
VIEWS = """\
def views(x: "b c d", *, w: "c d"):
    y = x * w
    t = y.transpose(1, 2)
    z = t * t
    return z.sum()
"""


def test_an_activation_lives_from_forward_to_the_gradient_of_its_weights():
    line = timeline(derive.derive(CHAIN).plan)
    moments = [(moment.side, moment.number) for moment in line.moments]
    a = next(life for life in line.lives if life.symbol.name == "a")
    assert moments[a.start] == ("forward", 2)
    assert a.end is not None and moments[a.end] == ("backward", 2)


def test_only_one_error_lives_at_a_time_and_results_stay():
    line = timeline(derive.derive(CHAIN, wrt=["w", "v"]).plan)
    results = {"w", "v"}
    for moment in range(line.forward, len(line.moments)):
        errors = [
            life.symbol
            for life in line.alive(moment)
            if life.symbol.role == "cotangent" and life.symbol.name not in results
        ]
        assert len(errors) <= 2, "the error that is used and the one that is made"
    ends = {life.symbol.name: life.end for life in line.lives if life.symbol.role == "cotangent"}
    assert ends["w"] is None and ends["v"] is None


def test_a_view_has_no_bytes_of_its_own_and_keeps_its_base():
    line = timeline(derive.derive(VIEWS, wrt=["w"]).plan)
    by_name = {life.symbol.name: life for life in line.lives if life.symbol.role == "value"}
    assert by_name["t"].base is by_name["y"].symbol
    assert by_name["y"].end == by_name["t"].end
    n, d = 3, 5
    alive = line.bytes_alive(line.moments.index(line.moments[1]), 8)
    assert alive.evaluate({"b": 2, "c": n, "d": d}) == 2 * n * d * 8


@pytest.mark.parametrize(
    ("new", "is_view"),
    [(("n", "a", "b"), True), (("n", "a*b"), True), (("n*a", "b"), False), (("n*a*b",), False)],
)
def test_a_reshape_that_only_splits_axes_is_a_view(new, is_view):
    from derive.algebra.build import apply
    from derive.dims import dim

    def size(text):
        total = dim(1)
        for name in text.split("*"):
            total = total * dim(name)
        return total

    x = Symbol("x", (dim("n"), dim("a") * dim("b")))
    shape = tuple(map(size, new))
    made = apply("reshape", [x], shape, shape)
    assert (shown_by(made) is x) == is_view


def test_bytes_follow_the_dtype():
    assert str(bytes_of(Symbol("x", shape_of("n", 3)), 4)) == "12*n"
    assert str(bytes_of(Symbol("m", shape_of("n"), kind="bool"), 4)) == "n"
    assert str(bytes_of(Symbol("k", shape_of("n"), kind="int < v"), 4)) == "8*n"
