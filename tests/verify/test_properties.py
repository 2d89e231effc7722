"""Draws have the property of their symbol exactly, modulo a prime and at many digits."""

from __future__ import annotations

import random
from functools import partial

import numpy as np
import pytest
from mpmath import mp, mpf

from derive.algebra.build import add, apply, contract, negative
from derive.algebra.nodes import Node, Symbol
from derive.dims import dim
from derive.verify.digits import DIGITS, Digits
from derive.verify.exact import Points
from derive.verify.matrices import cholesky
from derive.verify.modular import PRIME, Residues
from derive.verify.properties import drawn, obeying
from tests.programs import function

b, n, k = map(dim, "bnk")
SIZES = {"b": 2, "n": 4, "k": 3}
NARROW, AROUND_ZERO = (0.1, 0.9), (-2, 2)
FREE = Symbol("a", (n, n))


def residues(symbol: Symbol, seed: int = 0):
    return drawn(symbol, SIZES, Residues(seed), partial(random.Random(seed).randrange, 1, PRIME))


def numbers(symbol: Symbol, spread: tuple[float, float]):
    source = random.Random(0)
    return drawn(symbol, SIZES, Digits(), lambda: mpf(source.uniform(*spread)))


def turned(array):
    return np.swapaxes(array, -1, -2)


def inverse(node: Node) -> Node:
    return apply("inverse", [node], (), node.shape)


def transpose(node: Node) -> Node:
    return contract((1, 0), [(node, (0, 1))], {0: n, 1: n})


@pytest.mark.parametrize("kind", ["symmetric", "posdef"])
@pytest.mark.parametrize("shape", [(n, n), (b, n, n)], ids=["matrix", "stack"])
def test_symmetric_draws_equal_their_transpose(kind, shape):
    symbol = Symbol("a", shape, "data", kind)
    with mp.workdps(DIGITS):
        for draw in (residues(symbol), numbers(symbol, AROUND_ZERO)):
            assert draw.shape == tuple(d.evaluate(SIZES) for d in shape)
            assert (draw == turned(draw)).all()
            assert len(set(draw.ravel())) > draw.size / 2 - 1


def test_a_matrix_without_a_property_is_not_symmetric():
    assert (residues(FREE) != turned(residues(FREE))).any()


@pytest.mark.parametrize("spread", [NARROW, AROUND_ZERO, (1.1, 3)])
def test_positive_definite_draws_have_positive_eigenvalues(spread):
    with mp.workdps(DIGITS):
        draw = numbers(Symbol("a", (n, n), "data", "posdef"), spread)
    assert np.linalg.eigvalsh(draw.astype(float)).min() > 0.1


def test_positive_definite_residues_have_a_cholesky_factor():
    for seed in range(20):
        field, draw = Residues(seed), residues(Symbol("a", (b, n, n), "data", "posdef"), seed)
        factor = cholesky(field, apply("cholesky", [FREE], (), FREE.shape), draw)
        assert ((factor @ turned(factor) - draw) % PRIME == 0).all()


def test_rows_of_a_simplex_sum_to_one():
    symbol = Symbol("t", (n, k), "data", "simplex")
    assert (residues(symbol).sum(axis=-1) % PRIME == 1).all()
    with mp.workdps(DIGITS):
        draw = numbers(symbol, AROUND_ZERO)
        assert (draw >= 0).all()
        assert all(abs(row - 1) < mpf(10) ** -55 for row in draw.sum(axis=-1))


def test_floats_are_given_the_property_that_they_have_up_to_rounding():
    rng = np.random.default_rng(0)
    rows = rng.dirichlet(np.ones(3), 4)
    square = rng.standard_normal((4, 4))
    posdef = square @ square.T + np.triu(np.full((4, 4), 1e-16), 1)
    with mp.workdps(DIGITS):
        many = np.vectorize(mpf, otypes=[object])
        given = obeying("simplex", many(rows), Digits())
        assert all(abs(row - 1) < mpf(10) ** -55 for row in given.sum(axis=-1))
        np.testing.assert_allclose(given.astype(float), rows, rtol=1e-14)
        given = obeying("posdef", many(posdef), Digits())
        assert (given == given.T).all()
        np.testing.assert_allclose(given.astype(float), posdef, rtol=1e-13)
        assert (obeying("", many(square), Digits()) == many(square)).all()


@pytest.mark.parametrize("kind", ["symmetric", "posdef"])
def test_expressions_of_free_entries_meet_at_draws_of_the_annotated_symbol(kind):
    left, right = inverse(transpose(FREE)), inverse(FREE)
    assert Points((), SIZES).equal(left, right).equal is False
    annotated = (Symbol("a", (n, n), "value", kind),)
    verdict = Points((), SIZES, annotated=annotated).equal(left, right)
    assert verdict.equal
    assert verdict.by == "prime"
    assert Points((), SIZES, annotated=annotated).equal(left, FREE).equal is False


def test_values_given_for_an_annotated_symbol_obey_it_too():
    """Only the values given lie in the domain, and their last bits are not symmetric."""
    g, h = Symbol("g", (n, n)), Symbol("h", (n, n), "data", "positive")
    ones = contract((0, 1), [], {0: n, 1: n})
    outside = function("log", negative(h))
    left = add(transpose(FREE), outside, function("erf", g), function("erfc", g))
    right = add(FREE, outside, ones)
    values = {"a": np.array([[2.0, 0.3 + 1e-16], [0.3, 1.0]]), "h": -np.ones((2, 2))}
    annotated = (Symbol("a", (n, n), "value", "symmetric"),)
    assert Points((), {"n": 2}, annotated=annotated).equal(left, right).equal is None
    verdict = Points((), {"n": 2}, arguments=values, annotated=annotated).equal(left, right)
    assert verdict.equal
    assert verdict.by == "digits"
