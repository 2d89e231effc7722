"""vec and ⊗ are taken apart into products of matrices, and what needs a new shape keeps it."""

from __future__ import annotations

import pytest

from derive.algebra.build import add, apply, contract, elementwise, hadamard, scale
from derive.algebra.canonical_number import identity
from derive.algebra.counting import operations
from derive.algebra.moves.regrouping import taken_apart
from derive.algebra.nodes import Apply, Node, walk
from derive.algebra.paper.flattening import flattened, is_flat
from derive.algebra.paper.on_paper import on_paper
from derive.algebra.scalars import tree as sc
from derive.algebra.stacks import product, turned
from derive.verify.exact import equal_exactly
from tests.programs import array, d, h, k, m, n

SIZES = [{"n": 2, "d": 3, "h": 5, "k": 4, "m": 3}, dict.fromkeys("ndhkm", 3)]
A, B, X = array("a", n, n), array("b", m, m), array("x", n, m)
C, D, Y = array("c", k, n), array("d", d, m), array("y", k, d)
FLAT = array("flat", n * m)
LONG = array("long", n * m)


def vec(matrix: Node) -> Node:
    size = matrix.shape[0] * matrix.shape[1]
    return apply("reshape", [matrix], (size,), (size,))


def unvec(vector: Node, *shape) -> Node:
    return apply("reshape", [vector], shape, shape)


def kron(a: Node, b: Node) -> Node:
    sizes = {0: a.shape[0], 1: b.shape[0], 2: a.shape[1], 3: b.shape[1]}
    blocks = contract((0, 1, 2, 3), [(a, (0, 2)), (b, (1, 3))], sizes)
    shape = (sizes[0] * sizes[1], sizes[2] * sizes[3])
    return apply("reshape", [blocks], shape, shape)


def total(node: Node) -> Node:
    axes = tuple(range(node.rank))
    return contract((), [(node, axes)], dict(enumerate(node.shape)))


def trace(node: Node) -> Node:
    return contract((), [(node, (0, 0))], {0: node.shape[0]})


def paper(node: Node) -> Node:
    """Return the form on paper, after checking that it is equal and no longer."""
    found = on_paper(node, lambda symbol: ())
    assert operations(found) <= operations(node)
    for sizes in SIZES:
        assert equal_exactly(node, found, sizes, trials=2)
    return found


def new_shapes(node: Node) -> int:
    return sum(isinstance(part, Apply) and part.rule == "reshape" for part in walk(node))


KRON = kron(A, B)
tanh = sc.call("tanh", sc.slot(0))
GONE = {
    "quadratic form": total(hadamard(vec(X), product(kron(A, B), vec(X)))),
    "both ways round": total(
        hadamard(vec(X), product(add(kron(A, B), turned(kron(A, B))), vec(X)))
    ),
    "bilinear": total(hadamard(vec(Y), product(kron(C, D), vec(X)))),
    "trace": trace(kron(A, B)),
    "squares": total(hadamard(kron(A, B), kron(A, B))),
    "product of two": trace(product(kron(A, B), kron(A, B))),
    "back again": unvec(scale(2, vec(X)), n, m),
    "entry by entry": unvec(elementwise(tanh, [vec(X)], (n * m,)), n, m),
    "a sum": unvec(add(vec(X), vec(product(A, X))), n, m),
    "an identity": unvec(contract((0, 0), [], {0: n * m}), n, m, n, m),
    "twice": unvec(unvec(X, m, n), n, m),
}


@pytest.mark.parametrize("name", GONE)
def test_new_shapes_that_meet_go(name):
    assert new_shapes(paper(GONE[name])) == 0


def test_a_kronecker_product_times_a_vector_is_a_product_of_matrices():
    found = paper(unvec(product(kron(C, D), vec(X)), k, d))
    assert identity(found) == identity(product(C, X, turned(D)))


def test_what_is_joined_in_the_result_is_joined_at_the_end():
    found = paper(product(kron(C, D), vec(X)))
    assert new_shapes(found) == 1
    assert isinstance(found, Apply)


KEPT = {
    "a vector of its own": hadamard(vec(X), FLAT),
    "the other order": unvec(X, m, n),
    "a symbol": unvec(FLAT, n, m),
    "two of them": total(hadamard(product(kron(A, B), LONG), FLAT)),
}


@pytest.mark.parametrize("name", KEPT)
def test_an_array_that_has_the_joined_axis_itself_keeps_it(name):
    node = KEPT[name]
    assert new_shapes(paper(node)) == new_shapes(node)


def test_taking_apart_is_done_after_once():
    for node in (*GONE.values(), *KEPT.values()):
        once = taken_apart(node)
        assert taken_apart(once) == once


def squared_distances(x: Node, y: Node) -> Node:
    sizes = {0: x.shape[0], 1: y.shape[0], 2: x.shape[1]}
    rows = contract((0, 1, 2), [(x, (0, 2))], sizes)
    others = contract((0, 1, 2), [(y, (1, 2))], sizes)
    apart = add(rows, scale(-1, others))
    return contract((0, 1), [(apart, (0, 1, 2)), (apart, (0, 1, 2))], sizes)


def test_squared_distances_are_written_in_matrices():
    found = flattened(squared_distances(array("p", n, h), array("q", k, h)))
    assert is_flat(found)
    for sizes in SIZES:
        assert equal_exactly(found, squared_distances(array("p", n, h), array("q", k, h)), sizes)


def test_a_function_of_squared_distances_is_one_of_matrices_on_paper():
    distances = squared_distances(array("p", n, h), array("q", k, h))
    kernel = elementwise(sc.call("exp", -sc.slot(0)), [distances], (n, k))
    found = on_paper(kernel, lambda symbol: ())
    assert is_flat(found)
    assert equal_exactly(found, kernel, SIZES[0])


def test_what_no_matrix_says_stays_in_indices():
    stack = array("s", n, d, k)
    node = contract((0,), [(add(stack, stack, array("t", n, d, k)), (0, 1, 2))], {0: n, 1: d, 2: k})
    assert not is_flat(on_paper(node, lambda symbol: ()))
