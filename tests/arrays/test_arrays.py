"""Array operations on nodes mean what NumPy means, for any rank; misfits are faults."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.nodes import Apply, Contract, Symbol
from derive.arrays import (
    arranging,
    creation,
    diagonals,
    elementwise,
    indexing,
    layout,
    linear,
    losses,
    norms,
    pieces,
    reduce,
    replacing,
    select,
)
from derive.arrays.einsum import einsum
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.values import kind_of
from derive.dims import dim, shape_of
from tests.reader import numeric

SIZES = {"n": 3, "d": 4, "m": 5, "b": 2}
X = Symbol("x", shape_of("n", "d"))
Y = Symbol("y", shape_of("n", "d"))
W = Symbol("w", shape_of("d", "m"))
V = Symbol("v", shape_of("d"))
U = Symbol("u", shape_of("n", 1))
S = Symbol("s", ())
A = Symbol("a", shape_of("n", "n"))
C = Symbol("c", shape_of("b", "n", "d"))
Q = Symbol("q", shape_of("b", 1, "d", "m"))
MASK = Symbol("mask", shape_of("n", "d"), "data", "bool")
VECTOR = Symbol("k", shape_of("n"))
PAIRED = ([0, 1], [1, 2])
INDEX = Symbol("index", shape_of("n"), "data", "int < d")


def values() -> dict:
    rng = np.random.default_rng(0)
    found = {
        s.name: rng.standard_normal([d.evaluate(SIZES) for d in s.shape])
        for s in (X, Y, W, V, U, S, A, C, Q)
    }
    return found | {"mask": rng.random((3, 4)) > 0.5, "index": np.array([3, 0, 2])}


CASES = {
    "add a row": (elementwise.add(X, V), lambda v: v["x"] + v["v"]),
    "add a column": (elementwise.add(U, X), lambda v: v["u"] + v["x"]),
    "add two numbers' worth": (elementwise.add(S, 2), lambda v: v["s"] + 2),
    "multiply columns": (elementwise.multiply(U, X), lambda v: v["u"] * v["x"]),
    "multiply by a mask": (elementwise.multiply(X, MASK), lambda v: v["x"] * v["mask"]),
    "divide": (elementwise.divide(X, U), lambda v: v["x"] / v["u"]),
    "power": (elementwise.power_of(X, 3), lambda v: v["x"] ** 3),
    "clip": (elementwise.clip(X, 0, S), lambda v: np.minimum(np.maximum(v["x"], 0), v["s"])),
    "vector by vector": (linear.matmul(V, V), lambda v: v["v"] @ v["v"]),
    "vector by matrix": (linear.matmul(V, W), lambda v: v["v"] @ v["w"]),
    "matrix by vector": (linear.matmul(X, V), lambda v: v["x"] @ v["v"]),
    "batch by matrix": (linear.matmul(C, W), lambda v: v["c"] @ v["w"]),
    "vector by batch": (linear.matmul(V, Q), lambda v: v["v"] @ v["q"]),
    "stretched batches": (linear.matmul(C, Q), lambda v: v["c"] @ v["q"]),
    "dot of rank 3": (linear.dot(C, W), lambda v: np.dot(v["c"], v["w"])),
    "tensordot": (
        linear.tensordot(X, C, PAIRED),
        lambda v: np.tensordot(v["x"], v["c"], PAIRED),
    ),
    "kron": (linear.kron(X, W), lambda v: np.kron(v["x"], v["w"])),
    "transpose of rank 3": (linear.transpose(C), lambda v: v["c"].T),
    "moveaxis": (linear.moveaxis(C, 0, -1), lambda v: np.moveaxis(v["c"], 0, -1)),
    "diagonal": (linear.diagonal(A), lambda v: np.diagonal(v["a"])),
    "diagonal matrix": (diagonals.diag(V), lambda v: np.diag(v["v"])),
    "trace": (diagonals.trace(A), lambda v: np.trace(v["a"])),
    "einsum with dots": (einsum("...ij,jk->...ik", C, W), lambda v: v["c"] @ v["w"]),
    "einsum of a diagonal": (einsum("ii->i", A), lambda v: np.diagonal(v["a"])),
    "einsum without output": (einsum("ij,kj", X, Y), lambda v: v["x"] @ v["y"].T),
    "sum of two axes": (reduce.total(C, (0, -1)), lambda v: v["c"].sum((0, 2))),
    "mean kept": (reduce.mean(X, 1, True), lambda v: v["x"].mean(1, keepdims=True)),
    "variance": (reduce.variance(X, 0, 1), lambda v: v["x"].var(0, ddof=1)),
    "norm by axis": (norms.norm(C, None, 2), lambda v: np.linalg.norm(v["c"], axis=2)),
    "cumulative sum": (reduce.cumulative_sum(C, 1), lambda v: v["c"].cumsum(1)),
    "largest": (select.largest(C, (0, 2)), lambda v: v["c"].max((0, 2))),
    "squeeze": (layout.squeeze(U), lambda v: v["u"][:, 0]),
    "reshape": (layout.reshape(C, [-1, dim("d")]), lambda v: v["c"].reshape(-1, 4)),
    "stack": (pieces.stack([X, Y], -1), lambda v: np.stack([v["x"], v["y"]], -1)),
    "concatenate": (pieces.concatenate([X, Y], 1), lambda v: np.concatenate([v["x"], v["y"]], 1)),
    "repeat": (pieces.repeat(X, [2, 3]), lambda v: np.tile(v["x"], (2, 3))),
    "roll": (arranging.roll(X, -1, 1), lambda v: np.roll(v["x"], -1, 1)),
    "an entry": (indexing.take_key(C, [0, ..., -1]), lambda v: v["c"][0, ..., -1]),
    "a slice": (indexing.take_key(X, [slice(1, None), None]), lambda v: v["x"][1:, None]),
    "picked": (
        indexing.take_key(X, [creation.arange([dim("n")]), INDEX]),
        lambda v: v["x"][np.arange(3), v["index"]],
    ),
    "picked columns": (indexing.take_key(X, [slice(None), INDEX]), lambda v: v["x"][:, v["index"]]),
    "gathered": (
        indexing.gather(X, layout.unsqueeze(INDEX, 1), 1),
        lambda v: np.take_along_axis(v["x"], v["index"][:, None], 1),
    ),
    "identity": (creation.eye(dim("n")), lambda v: np.eye(3)),
    "upper triangle": (creation.upper(A, 1), lambda v: np.triu(v["a"], 1)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_operation_has_numpys_value(case):
    node, expected = CASES[case]
    given = values()
    found = numeric.value(node, given, SIZES)
    np.testing.assert_allclose(found, expected(given), rtol=1e-12, atol=1e-12)
    assert np.shape(found) == tuple(d.evaluate(SIZES) for d in node.shape)


def test_replaced_entries_are_those_of_an_assignment():
    given = values()
    cases = (
        (X, [0], V),
        (X, [slice(None), 1], S),
        (X, [slice(1, None), slice(None, 2)], 0),
        (C, [1, slice(None), -1], 2),
        (X, [MASK], 0),
        (X, [creation.arange([dim("n")]), INDEX], S),
    )
    for x, key, value in cases:
        expected = given[x.name].copy()
        index = tuple(
            numeric.value(k, given, SIZES) if not isinstance(k, int | slice) else k for k in key
        )
        expected[index] = given[value.name] if isinstance(value, Symbol) else value
        found = numeric.value(replacing.replaced(x, key, value), given, SIZES)
        np.testing.assert_array_equal(found, expected)


def test_a_product_stays_one_product_so_that_sums_read_as_norms():
    loss = reduce.total(elementwise.square(elementwise.subtract(X, Y)))
    assert isinstance(loss, Contract)
    assert len(loss.factors) == 2
    assert not loss.out


def test_an_index_in_order_is_its_axis_and_needs_no_one_hot():
    picked = indexing.take_key(X, [creation.arange([dim("n")]), INDEX])
    operations = [f for f in picked.children if isinstance(f, Apply)]
    assert [node.rule for node in operations] == ["onehot"]


def test_kinds_follow_the_operations():
    assert kind_of(elementwise.compare("greater", X, 0)) == "bool"
    assert kind_of(linear.transpose(MASK)) == "bool"
    assert kind_of(INDEX) == "int < d"
    assert kind_of(elementwise.multiply(X, MASK)) == ""
    assert kind_of(select.position(X, 1)) == "int < d"


@pytest.mark.parametrize(
    ("build", "clash"),
    [
        (lambda: linear.matmul(X, X), "{0} has d columns, {1} has n rows"),
        (lambda: linear.matmul(X, VECTOR), "{0} has d columns, {1} has n entries"),
        (lambda: elementwise.add(X, W), "{0} has n rows, {1} has d rows"),
        (lambda: elementwise.add(X, VECTOR), "{0} has d columns, {1} has n entries"),
        (lambda: layout.squeeze(X, 0), "axis 0 of {0} is n, squeeze needs 1"),
        (lambda: reduce.total(X, 2), "{0} has 2 axes, and none is number 2"),
        (lambda: einsum("ij,jk", X, A), "j is d in {0} and n in {1}"),
        (lambda: losses.squared_error(X, V), "{0} and {1} have different shapes"),
        (lambda: indexing.take_key(A, [INDEX]), "{0} holds integers below d, axis 0 of {1} is n"),
    ],
)  # fmt: skip
def test_a_misfit_names_its_operands(build, clash):
    with pytest.raises(ShapeFault) as caught:
        build()
    assert caught.value.clash == clash


def test_a_named_dimension_is_never_stretched():
    with pytest.raises(ShapeFault):
        elementwise.add(X, Symbol("k", shape_of("m", 1)))


def test_what_has_no_rule_is_refused():
    with pytest.raises(Refused, match="norm of order -3"):
        norms.entry_norm(X, -3)
    with pytest.raises(Refused, match="size of its result"):
        indexing.take_key(X, [MASK])
