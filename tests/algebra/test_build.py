"""The constructors keep a normal form, and the value."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from derive.algebra.build import (
    add,
    contract,
    elementwise,
    expand,
    hadamard,
    is_zero,
    negative,
    ones,
    scale,
    substitute,
    zero,
)
from derive.algebra.nodes import Contract, Map, Symbol, walk
from derive.algebra.scalars import tree as sc
from derive.dims import dim
from derive.verify.exact import equal_exactly
from tests.random_programs import random_expression

n, d = map(dim, "nd")
X, Y = Symbol("x", (n, d)), Symbol("y", (n, d))
SIZES = {"n": 2, "d": 3, "h": 5}


def test_a_transpose_of_a_transpose_is_the_array_itself():
    once = contract((0, 1), [(X, (1, 0))], {0: d, 1: n})
    assert contract((0, 1), [(once, (1, 0))], {0: n, 1: d}) == X


def test_a_function_of_the_identity_matrix_is_not_that_of_ones():
    unit = contract((0, 0), [], {0: n})
    node = elementwise(sc.call("exp", sc.slot(0)), [unit], (n, n))
    ones_there = elementwise(sc.call("exp", sc.slot(0)), [ones((n, n))], (n, n))
    assert not equal_exactly(node, ones_there, SIZES)
    assert node.children == (unit,)


def test_a_product_of_products_is_one_product():
    product = contract((0, 2), [(X, (0, 1)), (Y, (2, 1))], {0: n, 1: d, 2: n})
    whole = contract((0, 2), [(product, (0, 1)), (X, (1, 2))], {0: n, 1: n, 2: d})
    assert isinstance(whole, Contract)
    assert all(isinstance(child, Symbol) for child in whole.children)


def test_a_sum_used_twice_is_not_merged_so_that_it_is_computed_once():
    rows = contract((0,), [(X, (0, 1))], {0: n, 1: d})
    square = contract((), [(rows, (0,)), (rows, (0,))], {0: n})
    assert [child for child in square.children] == [rows, rows]


def test_like_terms_merge_and_opposites_vanish():
    assert add(X, X) == scale(2, X)
    assert is_zero(add(X, negative(X)))
    assert add(X, zero((n, d))) == X


def test_the_order_in_which_terms_were_written_stays():
    assert add(X, Y).children == (X, Y)
    assert add(Y, X).children == (Y, X)


def test_a_sum_over_a_missing_label_counts_with_its_dimension():
    total = contract((), [], {0: n})
    assert total.coefficient.powers == ((n, Fraction(1)),)
    assert equal_exactly(total, contract((), [(ones((n,)), (0,))], {0: n}), SIZES)


def test_maps_of_maps_are_one_map_with_shared_slots():
    tanh = elementwise(sc.call("tanh", sc.slot(0)), [X], (n, d))
    product = elementwise(sc.slot(0) * sc.call("exp", sc.slot(1)), [tanh, X], (n, d))
    assert isinstance(product, Map)
    assert product.args == (X,)


def test_a_mismatched_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        add(X, Symbol("z", (d, n)))
    with pytest.raises(ValueError, match="labels"):
        contract((0, 1), [(X, (0, 1))], {0: d, 1: n})
    with pytest.raises(ValueError, match="stretch"):
        expand(X, (n, n), (0, 1))


def test_a_name_is_never_stretched_but_a_one_is():
    row = Symbol("row", (dim(1), d))
    assert expand(row, (n, d), (0, 1)).shape == (n, d)


def test_equal_nodes_are_equal_and_hash_alike():
    left, right = (hadamard(Symbol("x", (n, d)), Symbol("y", (n, d))) for _ in range(2))
    assert left == right
    assert hash(left) == hash(right)


def test_putting_an_expression_for_a_symbol_is_the_same_as_naming_it():
    for seed in range(150):
        expression = random_expression(seed, depth=3)
        source = random.Random(seed)
        inner = source.choice(list(walk(expression)))
        name = Symbol("named", inner.shape)
        outer = substitute(expression, {inner: name})
        again = substitute(outer, {name: inner})
        assert equal_exactly(outer, expression, SIZES, trials=2, definitions=[(name, inner)]), seed
        assert equal_exactly(again, expression, SIZES, trials=2), seed
