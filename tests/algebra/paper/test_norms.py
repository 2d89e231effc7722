"""Norms are the same however they were spelled: by ‖x‖, by √(xᵀx), by the square or its root."""

from __future__ import annotations

import pytest

from derive.algebra.build import add, apply, contract, elementwise, expand, hadamard, scale
from derive.algebra.counting import operations
from derive.algebra.nodes import Apply, Map, Node, walk
from derive.algebra.paper.norms import with_norms
from derive.algebra.paper.on_paper import on_paper
from derive.algebra.scalars import tree as sc
from derive.verify.exact import equal_exactly
from tests.programs import array, d, n

SIZES = {"n": 3, "d": 2}
X, Y, M = array("x", n), array("y", n), array("m", n, d)
x, y = sc.slot(0), sc.slot(1)


def norm(of: Node) -> Node:
    return apply("norm", [of], tuple(range(of.rank)), ())


def row_norms(of: Node) -> Node:
    return apply("norm", [of], (1,), of.shape[:1])


def square(of: Node, kept: tuple[int, ...] = ()) -> Node:
    axes = tuple(range(of.rank))
    return contract(kept, [(of, axes), (of, axes)], dict(enumerate(of.shape)))


def number(fn: sc.Scalar, *args: Node) -> Node:
    return elementwise(fn, args, ())


def paper(node: Node) -> Node:
    """Return the form on paper, after checking that it is equal and no longer."""
    found = on_paper(node, lambda symbol: ())
    assert operations(found) <= operations(node)
    assert equal_exactly(node, found, SIZES)
    return found


def rules(node: Node) -> set[str]:
    return {part.rule for part in walk(node) if isinstance(part, Apply)}


ROOT = sc.call("sqrt", x)
ALIKE = {
    "1/‖x‖": (
        number(1 / x, norm(X)),
        number(1 / ROOT, square(X)),
        number(sc.call("rsqrt", x), square(X)),
    ),
    "1/‖x‖²": (number(x**-2, norm(X)), number(1 / x, square(X)), number(ROOT**-2, square(X))),
    "1/‖x‖³": (number(x**-3, norm(X)), number(ROOT**-3, square(X))),
    "1/(‖x‖ ‖y‖)": (
        number(1 / (x * y), norm(X), norm(Y)),
        number(1 / (sc.call("sqrt", x) * sc.call("sqrt", y)), square(X), square(Y)),
        number(1 / sc.call("sqrt", x * y), square(X), square(Y)),
    ),
    "rows": (
        elementwise(1 / x, [row_norms(M)], (n,)),
        elementwise(1 / ROOT, [square(M, (0,))], (n,)),
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_spellings_of_one_function_of_norms_have_one_form(name):
    first, *others = map(paper, ALIKE[name])
    for other in others:
        assert equal_exactly(first, other, SIZES)
        assert other == first


def test_a_norm_to_an_even_power_is_a_sum_of_squares_of_a_named_array_alone():
    assert rules(with_norms(number(x**-2, norm(X)))) == set()
    longer = norm(add(X, scale(-1, hadamard(X, Y))))
    assert rules(with_norms(number(x**-2, longer))) == {"norm"}


def test_the_root_of_what_is_no_sum_of_squares_stays():
    for inside in (
        contract((), [(X, (0,)), (Y, (0,))], {0: n}),
        scale(3, square(X)),
        contract((), [(X, (0,)), (X, (1,))], {0: n, 1: n}),
    ):
        assert with_norms(number(ROOT, inside)) == number(ROOT, inside)


def test_a_square_beside_a_power_of_its_norm_cancels():
    whole = contract((), [(X, (0,)), (X, (0,)), (number(x**-3, norm(X)), ())], {0: n})
    assert paper(whole) == paper(number(1 / x, norm(X)))


def test_the_power_of_a_root_has_no_root_where_it_is_even():
    assert paper(elementwise(ROOT**4, [X], (n,))) == elementwise(x**2, [X], (n,))


@pytest.mark.parametrize("fn", [1 / x, sc.call("safe_reciprocal", x)])
def test_a_number_taken_from_a_copy_stands_before_the_array_inside_a_sum_too(fn):
    copied = [expand(norm(X), (n,), ()), X, Y]
    for node in (elementwise(y * fn, copied, (n,)), elementwise(y * fn - sc.slot(2), copied, (n,))):
        found = paper(node)
        maps = [part for part in walk(found) if isinstance(part, Map)]
        assert [part.rank for part in maps] == [0]
