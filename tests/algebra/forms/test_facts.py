"""Matrices are put together again from what they were taken apart into."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.algebra.build import add, apply, contract, elementwise, expand, hadamard, scale
from derive.algebra.counting import operations
from derive.algebra.forms.inverses import inverse
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Apply, Node, walk
from derive.algebra.paper.on_paper import on_paper
from derive.algebra.scalars import tree as sc
from derive.algebra.stacks import identity, product, turned
from derive.verify.exact import equal_exactly
from tests.programs import array, k, n

SIZES = {"n": 3, "k": 2}
A, S = array("a", n, n, kind="symmetric"), array("s", n, n, kind="posdef")
X, B, C = array("x", n, n), array("b", n, k), array("c", n)
E = array("e", k, n, n, kind="symmetric")
NUMBER = array("r", kind="positive")


def vectors(matrix: Node) -> Node:
    return apply("eigenvectors", [matrix], (), matrix.shape)


def values(matrix: Node) -> Node:
    return apply("eigenvalues", [matrix], (), matrix.shape[:-1])


def diag(vector: Node) -> Node:
    *lead, last = range(vector.rank)
    return contract((*lead, last, last), [(vector, (*lead, last))], dict(enumerate(vector.shape)))


def around(matrix: Node, inside: Node) -> Node:
    """Return V diag(inside) Vᵀ."""
    return product(vectors(matrix), diag(inside), turned(vectors(matrix)))


def no_sums(symbol):
    return ()


def paper(node: Node) -> Node:
    """Return the form on paper, after checking that it is equal and no longer."""
    found = on_paper(node, no_sums)
    assert operations(found) <= operations(node)
    assert equal_exactly(node, found, SIZES, trials=2)
    return found


def made_of_factors(node: Node) -> bool:
    """Whether eigenvectors, eigenvalues or a Cholesky factor are left in the node."""
    rules = ("eigenvectors", "eigenvalues", "cholesky")
    return any(isinstance(part, Apply) and part.rule in rules for part in walk(node))


@pytest.mark.parametrize("matrix", [A, E, product(turned(X), X)], ids=["one", "stack", "product"])
def test_eigenvectors_are_orthonormal_by_rows_and_by_columns(matrix):
    v = vectors(matrix)
    for node in (product(v, turned(v)), product(turned(v), v)):
        assert simplify(node, no_sums) == identity(matrix.shape)
        assert equal_exactly(node, identity(matrix.shape), SIZES, trials=1)


def test_eigenvectors_of_two_matrices_are_not():
    node = product(vectors(A), turned(vectors(S)))
    assert simplify(node, no_sums) == node


def test_eigenvectors_inside_a_longer_product_go_as_well():
    v = vectors(A)
    node = product(X, turned(v), v, B)
    assert simplify(node, no_sums) == product(X, B)


x = sc.slot(0)
FUNCTIONS = {
    "identity": (x, A),
    "square": (x**2, product(A, A)),
    "reciprocal": (1 / x, inverse(A)),
    "exponential": (sc.call("exp", x), apply("expm", [A], (), A.shape)),
    "polynomial": (2 * x**3 - x, add(scale(2, product(A, A, A)), scale(-1, A))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_the_eigenvalues_is_one_of_the_matrix(name):
    fn, wanted = FUNCTIONS[name]
    found = paper(around(A, elementwise(fn, [values(A)], (n,))))
    assert not made_of_factors(found)
    assert equal_exactly(found, wanted, SIZES, trials=1)


def test_a_shifted_eigenvalue_is_that_of_a_shifted_matrix():
    shifted = add(values(S), expand(NUMBER, (n,), ()))
    node = around(S, elementwise(1 / x, [shifted], (n,)))
    eye = contract((0, 0), [(NUMBER, ())], {0: n})
    assert paper(node) == inverse(add(S, eye))


def test_functions_of_each_matrix_of_a_stack_are_found():
    assert paper(around(E, values(E))) == E


@pytest.mark.parametrize(
    "inside",
    [
        elementwise(sc.call("tanh", x), [values(A)], (n,)),
        elementwise(sc.power(x, Fraction(1, 2)), [values(S)], (n,)),
        hadamard(values(A), C),
        values(S),
    ],
    ids=["tanh", "root", "weighted", "of another"],
)
def test_what_is_no_such_function_stays(inside):
    assert made_of_factors(paper(around(A, inside)))


def root(matrix: Node) -> Node:
    return apply("cholesky", [matrix], (), matrix.shape)


@pytest.mark.parametrize("matrix", [S, add(S, product(X, turned(X)))], ids=["one", "sum"])
def test_choleskys_factor_times_its_transpose_is_the_matrix(matrix):
    whole, left = root(matrix), inverse(root(matrix))
    for node, wanted in (
        (product(whole, turned(whole)), matrix),
        (product(turned(left), left), inverse(matrix)),
        (product(X, turned(left), left, B), product(X, inverse(matrix), B)),
        (product(inverse(matrix), whole, B), product(turned(left), B)),
    ):
        assert equal_exactly(paper(node), wanted, SIZES, trials=1)
        assert operations(paper(node)) <= operations(wanted)


def test_the_other_products_of_choleskys_factor_stay():
    whole = root(S)
    for node in (product(turned(whole), whole), product(whole, whole)):
        assert made_of_factors(paper(node))


def test_code_keeps_the_factor_that_it_has():
    whole = root(S)
    assert simplify(product(whole, turned(whole)), no_sums) == product(whole, turned(whole))


def test_the_trace_of_a_square_is_that_of_the_matrix():
    left = inverse(root(S))
    square = contract((), [(left, (0, 1)), (left, (0, 1))], {0: n, 1: n})
    assert paper(square) == contract((), [(inverse(S), (0, 0))], {0: n})
