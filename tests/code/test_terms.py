"""Typed expressions and statements: what they compute, and what they refuse."""

from __future__ import annotations

import pytest

from derive.code import terms
from derive.code.statements import Assignment, Definition, Invocation, Loop
from derive.code.terms import ALL, FRESH, GIVEN, NEW, REST, CodeError, Cut, Kind, Var, make
from derive.dims import dim, shape_of

X = Var("x", shape_of("n", "d")).expr
W = Var("w", shape_of("d", "m")).expr
MASK = Var("mask", shape_of("n"), Kind.BOOL).expr
AT = Var("at", shape_of("n"), Kind.INT).expr
TWO = terms.number(2)


def test_shapes_are_computed_from_the_operands():
    assert make("matmul", X, W).shape == shape_of("n", "m")
    assert make("sum", X, params=((0,), False)).shape == shape_of("d")
    assert make("sum", X, params=((0,), True)).shape == shape_of(1, "d")
    assert make("permute", X, params=(1, 0)).shape == shape_of("d", "n")
    assert make("add", X, Var("b", shape_of("d")).expr).shape == X.shape
    assert make("index", X, params=(ALL, NEW)).shape == shape_of("n", 1, "d")
    assert make("index", X, params=(REST, NEW)).shape == shape_of("n", "d", 1)
    assert make("index", X, params=(dim(0),)).shape == shape_of("d")
    assert make("index", X, params=(Cut(dim(1), None),)).shape == (dim("n") - 1, dim("d"))
    assert make("index", W, AT, params=(GIVEN,)).shape == shape_of("n", "m")
    assert make("einsum", X, W, params=("ab", "bc", "ca")).shape == shape_of("m", "n")


@pytest.mark.parametrize(
    ("op", "args", "params"),
    [
        ("matmul", (X, X), ()),
        ("matmul", (X, make("index", MASK, params=(ALL, NEW))), ()),
        ("add", (X, W), ()),
        ("add", (MASK, TWO), ()),
        ("mul", (MASK, TWO), ()),
        ("mul", (AT, Var("y", shape_of("n")).expr), ()),
        ("call", (TWO,), ("exp",)),
        ("call", (TWO, TWO), ("greater",)),
        ("where", (MASK, TWO, TWO), ()),
        ("index", (X, MASK), (GIVEN,)),
        ("sum", (MASK,), ((0,), False)),
    ],
)
def test_what_libraries_compute_otherwise_is_refused(op, args, params):
    with pytest.raises(CodeError):
        make(op, *args, params=params)


def test_memory_is_fresh_or_that_of_a_name():
    assert make("permute", X, params=(1, 0)).memory == {"x"}
    assert make("add", X, TWO).memory == FRESH
    assert make("index", X, AT, params=(GIVEN,)).memory == FRESH
    one = Var("one", (), Kind.INT).expr
    assert make("index", X, one, params=(ALL, GIVEN)).memory == {"x"}
    assert make("cast", X).memory == {"x"}
    assert make("cast", MASK).memory == FRESH


def test_where_a_float_type_comes_from():
    product = make("mul", make("cast", MASK), Var("y", shape_of("n")).expr)
    assert terms.float_sources(product) == {"y", terms.FROM_MODULE}
    assert terms.float_sources(make("call", X, TWO, params=("greater",))) == frozenset()


def test_a_statement_is_what_the_plan_says():
    Assignment(Var("y", shape_of("n", "m")), make("matmul", X, W))
    with pytest.raises(CodeError, match=r"y \(n,\) is given \(n, m\)"):
        Assignment(Var("y", shape_of("n")), make("matmul", X, W))
    with pytest.raises(CodeError, match="FLOAT, is given BOOL"):
        Assignment(Var("y", shape_of("n")), MASK)


def test_calls_bind_dimensions_and_loops_keep_types():
    y = Var("y", shape_of("n", "m"))
    layer = Definition("_layer", (Var("x", X.shape), Var("w", W.shape)), (), (y,))
    square = Var("u", shape_of("k", "k")).expr
    h = Var("h", shape_of("b", "k"))
    turn = Invocation((h,), layer, (h.expr, square))
    Loop("i", dim("layers"), (turn,), (h,))
    with pytest.raises(CodeError, match="d of _layer"):
        Invocation((h,), layer, (h.expr, W))
    with pytest.raises(CodeError, match="another type after the turn"):
        Loop("i", dim("layers"), (turn,), (Var("h", shape_of("b", "m")),))
