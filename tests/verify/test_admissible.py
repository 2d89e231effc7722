"""Where a model has no derivative, a check says what is singular and at which sizes."""

from __future__ import annotations

import numpy as np
import pytest

from derive.face.api import Derived, load_models
from derive.verify.admissible import admissible, point_at
from derive.verify.sizes import size_choices

CENTRED = "np.linalg.slogdet((x - x.mean(axis=0)).T @ (x - x.mean(axis=0)))[1]"


def derived(expression: str, **shapes: str) -> Derived:
    return load_models(expression, expression_shapes=shapes)[0]


def test_a_gram_matrix_of_centred_rows_is_checked_with_more_rows_than_columns():
    report = derived(CENTRED, x="n d").check()
    assert report.ok, str(report)
    assert all(sizes["n"] > sizes["d"] for sizes in report.sizes.values())


def test_sizes_at_which_a_matrix_is_singular_are_neither_right_nor_wrong():
    report = derived(CENTRED, x="n d").check(sizes={"n": 3, "d": 3})
    assert report.verdict == "undetermined"
    assert not report.ok
    text = str(report)
    assert "n=3, d=3" in text
    assert "singular (rank 2 of 3)" in text
    assert text.endswith("UNDETERMINED: no point was found at which the model has derivatives")


def test_one_set_of_sizes_is_enough():
    report = derived("np.linalg.inv(a @ b)", a="n k", b="k n").check(sizes={"k": 2})
    assert report.ok, str(report)
    assert report.sizes["equal"] == {"n": 2, "k": 2}


@pytest.mark.parametrize(
    ("expression", "shapes", "words"),
    [
        ("np.linalg.det(np.outer(x, x))", {"x": "n"}, "whose determinant is taken is singular"),
        ("np.linalg.inv(np.outer(x, y))", {"x": "n", "y": "n"}, "inverted is singular (rank 1"),
        ("np.log(-x**2).sum()", {"x": "n"}, "log of a number that is not positive"),
        ("np.arcsin(2 + x**2).sum()", {"x": "n"}, "arcsin of a number beyond 1"),
        (
            "np.sqrt(((x[:, None] - x[None, :])**2).sum(-1)).sum()",
            {"x": "n d"},
            "the slope of sqrt at 0",
        ),
    ],
)
def test_a_model_without_derivatives_is_undetermined_and_says_why(expression, shapes, words):
    report = derived(expression, **shapes).check()
    assert report.verdict == "undetermined", str(report)
    assert words in str(report)


@pytest.mark.parametrize(
    "expression",
    [
        "np.log(np.log(np.log(x))).sum()",
        "np.arccos(x @ x.T / 2).sum()",
        "np.sqrt(1 - x**2 - (x - 0.2)**2).sum()",
        "np.log(x - 7).sum()",
        "np.arccosh(x @ x.T + 1).sum()",
        "np.linalg.cholesky(x[:, :] @ x.T - 3 * np.eye(x.shape[0])).sum()",
    ],
)
def test_a_point_in_a_narrow_domain_is_found(expression):
    found = derived(expression, x="n d")
    for choices in size_choices(found.program, {}).values():
        point = admissible(found.derivation, choices)
        assert not point.fault


def test_a_badly_conditioned_point_widens_the_bounds_up_to_a_limit():
    worse = []
    for power in (0, 3, 5, 9):
        scaled = f"np.linalg.inv(a @ a.T + 1e-{power} * np.eye(a.shape[0])).sum()"
        point = point_at(derived(scaled, a="n d").derivation, {"n": 4, "d": 2})
        worse.append(np.inf if point.fault else point.worse)
    assert worse == sorted(worse)
    assert worse[0] < 10
    assert worse[-1] == np.inf


def test_the_same_check_gives_the_same_table_each_time():
    first, second = (
        str(derived("np.linalg.det(a @ x @ b)", a="k n", x="n m", b="m k").check())
        for _ in range(2)
    )
    assert first == second
    assert first.endswith("every gradient agrees")


@pytest.mark.parametrize(
    "expression", ["np.linalg.svd(x, full_matrices=False)[0]", "np.linalg.eigh(x @ x.T)[1]"]
)
def test_a_vector_of_the_other_sign_is_not_called_wrong(expression):
    report = derived(expression, x="n d").check()
    assert report.ok, str(report)
