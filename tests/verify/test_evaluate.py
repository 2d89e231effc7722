"""The reference evaluator against NumPy's own operations, PyTorch, and its own complex steps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from derive.algebra.build import apply, contract, scale
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Symbol
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.dims import dim
from derive.verify.evaluate import evaluate, gradients, run_program
from derive.verify.functions import TABLE
from tests import programs

n, d, h = map(dim, "ndh")
SIZES = {"n": 2, "d": 3, "h": 5}
RNG = np.random.default_rng(3)
X, W, S = Symbol("x", (n, d)), Symbol("w", (d, h)), Symbol("s", (d, d))
VALUES = {
    X: RNG.standard_normal((2, 3)),
    W: RNG.standard_normal((3, 5)),
    S: RNG.standard_normal((3, 3)),
}

PRODUCTS = {
    "ij,jk->ik": (contract((0, 2), [(X, (0, 1)), (W, (1, 2))], {0: n, 1: d, 2: h}), (X, W)),
    "ij,jk->ki": (contract((2, 0), [(X, (0, 1)), (W, (1, 2))], {0: n, 1: d, 2: h}), (X, W)),
    "ii->": (contract((), [(S, (0, 0))], {0: d}), (S,)),
    "ii->i": (contract((0,), [(S, (0, 0))], {0: d}), (S,)),
    "ij,ij->ij": (contract((0, 1), [(X, (0, 1)), (X, (0, 1))], {0: n, 1: d}), (X, X)),
    "ij,jj,jk->k": (
        contract((2,), [(X, (0, 1)), (S, (1, 1)), (W, (1, 2))], {0: n, 1: d, 2: h}),
        (X, S, W),
    ),
    "ij,kl->jl": (
        contract((1, 3), [(X, (0, 1)), (W, (2, 3))], {0: n, 1: d, 2: d, 3: h}),
        (X, W),
    ),
}


@pytest.mark.parametrize("letters", PRODUCTS)
def test_products_are_those_of_einsum(letters):
    node, factors = PRODUCTS[letters]
    expected = np.einsum(letters, *(VALUES[f] for f in factors))
    np.testing.assert_allclose(evaluate(node, VALUES, SIZES), expected, atol=1e-14)


def test_a_label_that_is_repeated_in_the_result_makes_a_diagonal():
    v = Symbol("v", (d,))
    node = contract((0, 0), [(v, (0,))], {0: d})
    values = {v: np.array([1.0, 2, 3])}
    np.testing.assert_array_equal(evaluate(node, values, SIZES), np.diag([1.0, 2, 3]))


def test_a_label_that_no_factor_has_makes_copies_and_a_bound_one_counts():
    v = Symbol("v", (d,))
    values = {v: np.array([1.0, 2, 3])}
    copies = contract((1, 0), [(v, (0,))], {0: d, 1: n})
    np.testing.assert_array_equal(evaluate(copies, values, SIZES), [[1, 2, 3], [1, 2, 3]])
    counted = contract((0,), [(v, (0,))], {0: d, 1: n})
    np.testing.assert_array_equal(evaluate(counted, values, SIZES), [2, 4, 6])


def test_coefficients_are_taken_at_the_sizes():
    half = scale(dimension_power(d, Fraction(-1, 2)), X)
    np.testing.assert_allclose(evaluate(half, VALUES, SIZES), VALUES[X] / np.sqrt(3))


def test_layout_operations_move_entries_as_numpy_does():
    zero, one, two = dim(0), dim(1), dim(2)
    ranges = ((zero, n, 1), (one, d, 1))
    piece = apply("slice", [X], ranges, (n, d - 1))
    np.testing.assert_array_equal(evaluate(piece, VALUES, SIZES), VALUES[X][:, 1:])
    placed = apply("place", [piece], (*ranges, (n, d)), (n, d))
    found = evaluate(placed, VALUES, SIZES)
    np.testing.assert_array_equal(found[:, 1:], VALUES[X][:, 1:])
    assert not found[:, 0].any()
    stacked = apply("stack", [X, X], (0,), (two, n, d))
    np.testing.assert_array_equal(evaluate(stacked, VALUES, SIZES), np.stack([VALUES[X]] * 2))
    joined = apply("concatenate", [X, X], (1,), (n, 2 * d))
    np.testing.assert_array_equal(
        evaluate(joined, VALUES, SIZES), np.concatenate([VALUES[X]] * 2, axis=1)
    )


def test_softmax_and_its_kin_are_stable_at_ten_thousand():
    far = {X: np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]])}
    softmax = evaluate(apply("softmax", [X], (1,), (n, d)), far, SIZES)
    np.testing.assert_allclose(softmax, [[1, 0, 0], [1 / 3] * 3])
    log = evaluate(apply("log_softmax", [X], (1,), (n, d)), far, SIZES)
    np.testing.assert_allclose(log, [[0, -2e4, -1e4], [-np.log(3)] * 3])
    total = evaluate(apply("logsumexp", [X], (1,), (n,)), far, SIZES)
    np.testing.assert_allclose(total, [1e4, -1e4 + np.log(3)])


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "logsigmoid", "silu", "mish", "gelu"])
def test_functions_are_finite_at_a_thousand(name):
    at = np.array([-1000.0, -800, 800, 1000])
    assert np.isfinite(TABLE[name](at)).all()
    assert np.isfinite(TABLE[name](at + 1e-200j)).all()


def test_small_results_keep_their_digits():
    np.testing.assert_allclose(TABLE["erfc"](np.array([10.0])), [2.088487583762545e-45])
    np.testing.assert_allclose(TABLE["softplus"](np.array([-50.0])), [1.928749847963918e-22])
    np.testing.assert_allclose(TABLE["normal_cdf"](np.array([-10.0])), [7.619853024160527e-24])


def test_integers_and_truth_values_select():
    condition, a = Symbol("c", (n, d), "data", "bool"), VALUES[X]
    node = programs.function("where", condition, X, Symbol("z", (n, d)))
    truth = a > 0
    values = {condition: truth, X: a, Symbol("z", (n, d)): -a}
    np.testing.assert_array_equal(evaluate(node, values, SIZES), np.abs(a))


def test_one_hot_has_a_one_at_the_integer():
    labels = Symbol("labels", (n,), "data", "int < 3")
    node = apply("onehot", [labels], (dim(3),), (n, dim(3)))
    found = evaluate(node, {labels: np.array([2.0, 0.0])}, SIZES)
    np.testing.assert_array_equal(found, [[0, 0, 1], [1, 0, 0]])


def test_extremes_places_counts_and_triangles_are_numpys():
    x = VALUES[X]
    for rule, axes, shape in (("max", (1,), (n,)), ("min", (0,), (d,)), ("max", (0, 1), ())):
        node = apply(rule, [X], axes, shape)
        np.testing.assert_array_equal(evaluate(node, VALUES, SIZES), getattr(x, rule)(axis=axes))
    place = apply("argmax", [X], (d, 1), (n,))
    np.testing.assert_array_equal(evaluate(place, VALUES, SIZES), x.argmax(axis=1))
    np.testing.assert_array_equal(evaluate(apply("iota", [], (d,), (d,)), {}, SIZES), [0, 1, 2])
    for lower, k, expected in ((True, 0, np.tril), (True, 1, np.tril), (False, 1, np.triu)):
        node = apply("tri", [], (lower, k), (d, h))
        np.testing.assert_array_equal(evaluate(node, {}, SIZES), expected(np.ones((3, 5)), k))


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"evaluates to|broadcast|shape"):
        evaluate(PRODUCTS["ij,jk->ik"][0], {**VALUES, W: np.ones((4, 5))}, SIZES)


def test_a_symbol_without_a_value_is_named():
    with pytest.raises(KeyError, match="no value is given for w"):
        evaluate(W, {}, SIZES)


def test_gradients_of_the_mlp_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    made = split(programs.mlp())
    derivation = reverse(made, ("x", "y", "w1", "b1", "w2", "b2"))
    arrays = {
        a.name: RNG.standard_normal([q.evaluate(SIZES) for q in a.symbol.shape])
        for a in made.arguments
    }
    leaves = {name: torch.tensor(a, requires_grad=True) for name, a in arrays.items()}
    y2 = (leaves["x"] @ leaves["w1"] + leaves["b1"]) @ leaves["w2"] + leaves["b2"]
    loss = ((leaves["y"] - y2.squeeze(1)) ** 2).sum()
    loss.backward()
    np.testing.assert_allclose(run_program(made, arrays, SIZES)["l"], loss.item())
    for name, found in gradients(derivation, arrays, [1.0], SIZES).items():
        if name in leaves:
            np.testing.assert_allclose(found, leaves[name].grad.numpy(), rtol=1e-12)
