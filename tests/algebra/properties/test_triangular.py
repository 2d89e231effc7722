"""Triangles are known by their labels, through products, transposes, sums and inverses."""

from __future__ import annotations

import random

import numpy as np
import pytest

from derive.algebra.build import add, apply, contract, hadamard, is_zero
from derive.algebra.forms.inverses import inverse
from derive.algebra.forms.lower_half import with_halves
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Apply, Contract, Node, walk
from derive.algebra.properties.triangular import diagonal, is_lower
from derive.algebra.stacks import product, scaled, turned
from derive.verify.exact import equal_exactly
from tests.programs import array, k, n

SIZES = {"n": 3, "k": 2}
A, B, S, D = array("a", n, n), array("b", n, n), array("s", n, n, kind="posdef"), array("d", n)
X = array("x", n, n)


def tri(size=n) -> Node:
    return apply("tri", [], (True, 0), (size, size))


def lower_half(x: Node) -> Node:
    return apply("lower_half", [x], (), x.shape)


def sym(x: Node) -> Node:
    return apply("sym", [x], (), x.shape)


def diag(vector: Node) -> Node:
    return contract((0, 0), [(vector, (0,))], {0: vector.shape[0]})


L = [hadamard(A, tri()), hadamard(tri(), B), apply("cholesky", [S], (), S.shape)]
LOWER = [*L, inverse(L[0]), lower_half(A), diag(D), product(L[0], diag(D), L[1]), add(L[0], L[1])]


def random_triangle(seed: int) -> Node:
    """Return a product of lower triangular matrices."""
    source = random.Random(seed)
    return product(*(source.choice(LOWER) for _ in range(source.randint(2, 4))))


def triangle(node: Node, part) -> bool:
    """Whether the node equals the triangle of it that NumPy's `part` would take."""
    mask = apply("tri", [], (part is np.tril, 0), node.shape)
    return equal_exactly(node, hadamard(node, mask), SIZES, trials=1).equal is True


@pytest.mark.parametrize("seed", range(30))
def test_a_product_of_lower_triangles_is_lower_and_its_transpose_upper(seed):
    node = random_triangle(seed)
    assert is_lower(node)
    assert triangle(node, np.tril)
    assert triangle(turned(node), np.triu)


@pytest.mark.parametrize("node", [A, turned(L[0]), product(L[0], A), product(L[0], turned(L[1]))])
def test_what_may_stand_above_the_diagonal_is_not_lower(node):
    assert not is_lower(node)
    assert not triangle(node, np.tril)


@pytest.mark.parametrize("seed", range(30))
def test_the_diagonal_of_a_product_is_the_product_of_the_diagonals(seed):
    for node in (random_triangle(seed), turned(random_triangle(seed))):
        if isinstance(node, Contract):
            found = diagonal(node)
            eye = contract((0, 0), [], {0: n})
            assert equal_exactly(found, hadamard(node, eye), SIZES, trials=1)


def test_a_matrix_of_no_triangles_has_no_diagonal_of_that_kind():
    assert diagonal(product(A, B)) is None


def settled(node: Node) -> bool:
    """Whether no half is left in the node."""
    return not any(isinstance(part, Apply) and part.rule == "lower_half" for part in walk(node))


def compact(node: Node) -> Node:
    """Return the node made compact, after checking that it is equal."""
    found = simplify(node, lambda symbol: ())
    assert equal_exactly(node, found, SIZES, trials=2)
    return found


@pytest.mark.parametrize("seed", range(0, 30, 3))
def test_the_half_of_an_upper_triangle_is_half_its_diagonal(seed):
    without_halves = [node for node in LOWER if settled(node)]
    source = random.Random(seed)
    upper = turned(product(*(source.choice(without_halves) for _ in range(3))))
    assert settled(compact(lower_half(upper)))


def test_the_half_of_another_matrix_stays():
    for node in (A, L[0], product(A, turned(L[0]))):
        assert not settled(compact(lower_half(node)))


def test_halves_of_a_symmetric_matrix_are_put_together_under_sym():
    even = product(turned(A), A)
    for outside in (X, inverse(L[2]), product(X, B)):
        whole = sym(product(outside, lower_half(even), turned(outside)))
        assert settled(compact(whole))


def test_halves_under_two_different_matrices_stay():
    assert not settled(compact(sym(product(X, lower_half(product(turned(A), A)), turned(B)))))


def test_numbers_and_terms_come_out_of_a_half():
    number = array("c")
    even = product(turned(A), A)
    inside = scaled(number, add(product(turned(L[0]), diag(D)), even))
    left = inverse(L[2])
    assert settled(compact(sym(product(turned(left), lower_half(inside), left))))


def test_stacks_of_matrices_have_their_halves_settled():
    stack = array("t", k, n, n)
    upper = contract((0, 2, 1), [(stack, (0, 1, 2)), (tri(), (1, 2))], {0: k, 1: n, 2: n})
    assert settled(compact(lower_half(upper)))


def test_the_half_of_nothing_is_nothing():
    zero = add(A, contract((0, 1), [(A, (0, 1))], {0: n, 1: n}, -L[0].coefficient))
    assert is_zero(zero)
    assert is_zero(with_halves(sym(zero), lambda node: node))
