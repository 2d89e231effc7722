"""One number for all ways of writing an expression, another for what is not the same."""

from __future__ import annotations

import itertools

import pytest

from derive.algebra.build import add, contract, scale
from derive.algebra.canonical_number import identity
from derive.algebra.nodes import Symbol
from derive.algebra.properties.symmetry import is_symmetric, oriented
from derive.dims import dim

n, d = dim("n"), dim("d")
A, B = Symbol("a", (n, n)), Symbol("b", (n, n))
S, X = Symbol("s", (n, n), "data", "symmetric"), Symbol("x", (n, d))


@pytest.mark.parametrize(
    "factors",
    [
        [(A, (0, 2)), (A, (2, 3)), (A, (3, 1))],
        [(A, (0, 2)), (A, (2, 3)), (B, (3, 1)), (A, (1, 4))],
        [(A, (2, 3)), (A, (3, 4)), (A, (4, 2)), (B, (0, 1))],
        [(A, (2, 3)), (A, (4, 3)), (B, (0, 2)), (B, (1, 4))],
    ],
)
def test_orders_of_factors_and_names_of_labels_do_not_matter(factors):
    sizes = {label: n for _, axes in factors for label in axes}
    found = set()
    for order in itertools.permutations(factors):
        for names in ({}, {2: 3, 3: 2}):
            renamed = [(f, tuple(names.get(k, k) for k in axes)) for f, axes in order]
            found.add(identity(contract((0, 1), renamed, sizes)))
    assert len(found) == 1


def test_products_that_differ_have_different_numbers():
    chains = [
        [(A, (0, 2)), (A, (2, 1))],
        [(A, (0, 2)), (A, (1, 2))],
        [(A, (2, 0)), (A, (2, 1))],
        [(A, (2, 0)), (A, (1, 2))],
        [(A, (0, 2)), (B, (2, 1))],
        [(B, (0, 2)), (A, (2, 1))],
        [(A, (0, 1)), (A, (0, 1))],
    ]
    numbers = [identity(contract((0, 1), c, {k: n for _, x in c for k in x})) for c in chains]
    assert len(set(numbers)) == len(chains)


def test_the_order_of_a_sum_does_not_matter():
    assert identity(add(A, B)) == identity(add(B, A))
    assert identity(add(A, B)) != identity(add(A, A, B))


def test_equal_terms_are_merged_however_they_are_written():
    chain = [(A, (0, 2)), (A, (2, 3)), (A, (3, 1))]
    sizes = dict.fromkeys(range(4), n)
    total = add(*(contract((0, 1), order, sizes) for order in itertools.permutations(chain)))
    assert total == scale(6, contract((0, 1), chain, sizes))


def test_symmetry_is_told_by_annotation_and_by_structure():
    gram = contract((0, 1), [(X, (2, 0)), (X, (2, 1))], {0: d, 1: d, 2: n})
    inner = contract((0, 1), [(X, (2, 0)), (S, (2, 3)), (X, (3, 1))], {0: d, 1: d, 2: n, 3: n})
    both = add(A, contract((1, 0), [(A, (0, 1))], {0: n, 1: n}))
    for node in (S, gram, inner, both):
        assert is_symmetric(node)
    skew = contract((0, 1), [(X, (2, 0)), (A, (2, 3)), (X, (3, 1))], {0: d, 1: d, 2: n, 3: n})
    for node in (A, X, skew):
        assert not is_symmetric(node)


def test_a_symmetric_factor_is_laid_one_way():
    v = Symbol("v", (n,))
    one = contract((0,), [(S, (0, 1)), (v, (1,))], {0: n, 1: n})
    other = contract((0,), [(S, (1, 0)), (v, (1,))], {0: n, 1: n})
    assert one != other
    assert oriented(one) == oriented(other)
