"""The dimension argument: every product is formed, counted, and judged; the verdict is computed."""

from __future__ import annotations

import itertools

import pytest

from derive.algebra.build import add, contract, elementwise, expand, negative
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as scalar
from derive.derivation.candidates import counted_products, factors_of, shape2
from derive.derivation.reason import argue
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.dims import dim, shape_of
from tests.programs import program

N, D, M = map(dim, "ndm")
X = Symbol("x", (N, D), "data")
W = Symbol("w", (D, M), "parameter")
B = Symbol("b", (M,), "parameter")
Y = Symbol("y", (N, M))

AFFINE = add(
    contract((0, 2), [(X, (0, 1)), (W, (1, 2))], {0: N, 1: D, 2: M}), expand(B, (N, M), (1,))
)


def arguments_of(made):
    found = argue(reverse(split(made), tuple(a.name for a in made.arguments)))
    return {argument.variable.name: argument for argument in found}


@pytest.fixture(scope="module")
def linear():
    return arguments_of(program([X, W, B], [(Y, AFFINE)], [Y]))


def test_with_different_letters_the_dimensions_decide(linear):
    for name, target in (("x", "n d"), ("w", "d m"), ("b", "m 1")):
        dimensions = linear[name].dimensions
        assert len(dimensions.candidates) == 8
        assert (dimensions.formable, dimensions.fitting) == (2, 1)
        words = [dim(int(w) if w.isdigit() else w) for w in target.split()]
        assert dimensions.target == tuple(words)
        assert dimensions.decide


def test_the_candidate_that_fits_is_the_gradient(linear):
    dimensions = linear["w"].dimensions
    (fits,) = [c for c in dimensions.candidates if c.fits]
    first, second = (dimensions.factors[k] for k in fits.order)
    assert [first.parts[0][0].name, second.parts[0][0].name] == ["x", "y"]
    assert fits.flips == (True, False)


def test_a_clash_names_the_dimensions_that_differ(linear):
    dimensions = linear["x"].dimensions
    clash = {(c.order, c.flips): tuple(map(str, c.clash)) for c in dimensions.candidates if c.clash}
    assert clash[(0, 1), (False, False)] == ("m", "d")  # ∇Y W
    assert clash[(1, 0), (False, False)] == ("m", "n")  # W ∇Y


@pytest.mark.parametrize(
    ("names", "expected"),
    [("nd", (2, 2, 1)), ("nm", (2, 2, 2)), ("dm", (2, 2, 1)), ("ndm", (8, 8, 2))],
)
def test_declared_equal_more_products_fit(linear, names, expected):
    assert tuple(linear[v].fitting_when_equal(set(names)) for v in "xwb") == expected


def test_a_symmetric_factor_is_its_own_transpose():
    s = Symbol("s", (N, N), "parameter", "symmetric")
    g = Symbol("y", (N, M), "cotangent")
    product = contract((0, 2), [(s, (1, 0)), (g, (1, 2))], {0: N, 1: N, 2: M})
    plain = Symbol("s", (N, N), "parameter")
    general = contract((0, 2), [(plain, (1, 0)), (g, (1, 2))], {0: N, 1: N, 2: M})
    target = shape2(product)
    assert counted_products(factors_of(product), target, {}).fitting == 1
    assert counted_products(factors_of(general), target, {}).fitting == 2


def test_three_factors_make_48_products():
    a, b, c = (
        Symbol(name, shape_of(*shape), "data")
        for name, shape in (("a", "nd"), ("b", "dm"), ("c", "mk"))
    )
    y = Symbol("y", shape_of("n", "k"))
    sizes = {0: N, 1: D, 2: M, 3: dim("k")}
    chain = contract((0, 3), [(a, (0, 1)), (b, (1, 2)), (c, (2, 3))], sizes)
    found = arguments_of(program([a, b, c], [(y, chain)], [y]))
    middle = found["b"].dimensions
    assert len(middle.candidates) == 48
    assert middle.fitting == 1


def test_a_longer_chain_is_taken_pair_by_pair():
    letters = "ndmkh"
    links = [
        Symbol(f"a{i}", shape_of(*pair), "data")
        for i, pair in enumerate(itertools.pairwise(letters))
    ]
    factors = [(link, (i, i + 1)) for i, link in enumerate(links)]
    chain = contract((0, 4), factors, {i: dim(c) for i, c in enumerate(letters)})
    y = Symbol("y", shape_of("n", "h"))
    found = arguments_of(program(links, [(y, chain)], [y]))
    assert [len(f.parts) for f in found["a1"].dimensions.factors] == [1, 1, 2]


def test_an_entrywise_step_has_no_table():
    h = Symbol("h", (N, D))
    tanh = elementwise(scalar.call("tanh", scalar.slot(0)), [X], X.shape)
    found = arguments_of(program([X], [(h, tanh)], [h]))
    assert found["x"].dimensions is None


def test_an_inline_value_is_part_of_the_equation_that_uses_it():
    t = Symbol("t", (N, D), "data")
    e = add(X, negative(t))
    loss = Symbol("loss", ())
    squared = contract((), [(e, (0, 1)), (e, (0, 1))], {0: N, 1: D})
    found = arguments_of(program([X, t], [(loss, squared)], [loss]))
    assert set(found) == {"x", "t"}
    assert all(a.equation.symbol == loss and a.ybar.name == "loss" for a in found.values())
