"""Which one-hot factors only pick entries of a product, and what that does to its best order."""

from __future__ import annotations

import pytest

from derive.algebra.build import apply, contract
from derive.algebra.forms.association import cost, order
from derive.algebra.moves.one_hot import picks
from derive.algebra.nodes import Symbol
from derive.dims import dim, shape_of

N, D, K, M = map(dim, "ndkm")
INDEX = Symbol("i", (K,), "data", "int < n")
HOT = apply("onehot", [INDEX], (N,), (K, N))
X = Symbol("x", shape_of("n", "d"))
Y = Symbol("y", shape_of("k", "d"))
W = Symbol("w", shape_of("d", "m"))
SIZES = {0: K, 1: N, 2: D, 3: M}


@pytest.mark.parametrize(
    ("out", "factors", "found"),
    [
        ((0, 2), [(HOT, (0, 1)), (X, (1, 2))], True),  # X[i]
        ((1, 2), [(HOT, (0, 1)), (Y, (0, 2))], True),  # added up
        ((0, 1, 2), [(HOT, (0, 1)), (Y, (0, 2))], False),  # laid out
        ((1,), [(HOT, (0, 1))], False),  # counted
        ((0, 2), [(HOT, (0, 1)), (X, (1, 2)), (X, (1, 2))], False),
    ],
)
def test_a_factor_picks_where_the_others_have_its_depth_or_its_rows(out, factors, found):
    sizes = {label: SIZES[label] for _, axes in factors for label in axes}
    assert picks(contract(out, factors, sizes), 0) is found


def test_picking_is_as_cheap_as_what_is_picked():
    node = contract((0, 2), [(HOT, (0, 1)), (X, (1, 2))], {k: SIZES[k] for k in (0, 1, 2)})
    assert cost(node, {"n": 10_000, "d": 3, "k": 5}) == 15


def test_a_few_rows_are_picked_before_they_are_multiplied():
    node = contract((0, 3), [(HOT, (0, 1)), (X, (1, 2)), (W, (2, 3))], SIZES)
    assert order(node, {"n": 10_000, "d": 8, "k": 5, "m": 8})[0] == (0, 1)
    assert order(node, {"n": 5, "d": 8, "k": 10_000, "m": 8})[0] == (1, 2)
