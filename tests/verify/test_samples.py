"""Arguments to check at obey their properties, and lie where differences can be trusted."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.algebra.build import elementwise
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.dims import Dim, dim
from derive.program.program import Program
from derive.verify.evaluate import run_program
from derive.verify.integers import bound_of, names_of
from derive.verify.samples import draw, sample
from derive.verify.sizes import dimensions, size_sets
from tests.programs import array, n, program, total, value

SIZES = {"n": 5, "d": 3, "v": 7}
RNG = np.random.default_rng(0)


def of_kind(kind: str, *dims: Dim | int | str) -> np.ndarray:
    shape = tuple(map(dim, dims))
    return sample(Symbol("x", shape, "data", kind), SIZES, np.random.default_rng(1))


def test_a_simplex_sums_to_one_along_its_last_axis():
    rows = of_kind("simplex", "n", "d")
    np.testing.assert_allclose(rows.sum(axis=-1), 1)
    assert (rows > 0).all()


def test_integers_stay_below_their_bound():
    found = of_kind("int < v", "n", 40)
    assert found.dtype.kind == "i"
    assert set(np.unique(found)) == set(range(7))


def test_a_symmetric_matrix_is_symmetric_and_a_posdef_one_has_positive_eigenvalues():
    symmetric, posdef = of_kind("symmetric", "d", "d"), of_kind("posdef", "d", "d")
    np.testing.assert_array_equal(symmetric, symmetric.T)
    assert np.linalg.eigvalsh(posdef).min() > 0.5


def test_positive_and_bool_are_what_they_say():
    assert (of_kind("positive", "n", "d") > 0).all()
    assert of_kind("bool", "n", "d").dtype == bool


def test_the_bound_of_an_integer_may_be_an_expression():
    assert bound_of("int < 2*v - 1", {"v": 5}) == 9
    assert bound_of("int < v//2 + 3", {"v": 5}) == 5
    assert bound_of("int < 10", {}) == 10
    assert names_of("int < 2*v + k") == {"v", "k"}


def test_a_bound_is_never_executed():
    with pytest.raises(ValueError, match="not a dimension expression"):
        bound_of("int < __import__('os').getpid()", {})


def one_map(name: str, *extra: sc.Operand, kind: str = "") -> Program:
    x = array("x", n, 7, kind=kind)
    y, loss = value("y", n, 7), value("loss")
    expr = elementwise(sc.call(name, sc.slot(0), *extra), [x], x.shape)
    return program([x], [(y, expr), (loss, total(y))], [loss])


@pytest.mark.parametrize("name", ["log", "sqrt", "arccosh", "arcsin", "log1p", "arctanh"])
def test_a_point_lies_in_the_domain_of_a_function_that_is_not_annotated(name):
    made = one_map(name)
    point = draw(made, SIZES)
    assert point.room > 0.5
    assert np.isfinite(run_program(made, point.arguments, SIZES)["y"]).all()


@pytest.mark.parametrize(
    ("name", "kinks"), [("relu", [0]), ("abs", [0]), ("hardtanh", [-1, 1]), ("relu6", [0, 6])]
)
def test_a_point_lies_away_from_kinks(name, kinks):
    x = draw(one_map(name), SIZES).arguments["x"]
    assert min(abs(x - kink).min() for kink in kinks) >= 0.01


def test_a_comparison_of_what_does_not_move_is_no_kink():
    made = one_map("maximum", sc.call("greater", sc.number(1), 1))
    assert draw(made, SIZES).room > 0.5
    same = one_map("where", 1, 2, kind="bool")
    assert draw(same, SIZES).room > 0.5


def test_a_point_is_the_same_on_every_run():
    first, second = (draw(one_map("relu"), SIZES).arguments["x"] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_derived_dimensions_come_out_positive_and_distinct():
    h, k = dim("h"), dim("k")
    x = array("x", "n", h, 4 * k)
    y = value("y", h - k + 1, h // 2)
    made = program([x], [(y, Symbol("x2", y.shape))], [y])
    sets = size_sets(made, {})
    for sizes in sets.values():
        assert min(d.evaluate(sizes) for d in dimensions(made)) >= 1
    distinct = [d.evaluate(sets["distinct"]) for d in dimensions(made)]
    assert len(set(distinct)) == len(distinct)


def test_a_point_is_found_where_a_clamp_hides_what_is_no_number():
    text = "import torch\n\ndef f(x: 'n d'):\n    return torch.clamp_min(torch.log(x), -100)\n"
    point = draw(derive.derive(text).program, {"n": 2, "d": 3})
    assert not point.fault and (point.arguments["x"] > 0).all()
