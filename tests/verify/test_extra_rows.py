"""Jacobians, Hessians and products with Hessians: right ones agree, each planted fault is found."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import ModuleType

import pytest

import derive
from derive.algebra.build import scale
from derive.face.api import Derived, module_of
from derive.verify.admissible import admissible
from derive.verify.extra_rows import extra_rows
from derive.verify.row import Row
from derive.verify.samples import Point
from derive.verify.sizes import size_choices
from derive.verify.subject import Subject
from tests.second_models import CURVED, SEVERAL
from tests.verify.mutants import mutants

KINDS = ("jacobian", "hessian", "hvp")
FAULTY = {
    "logistic ridge": KINDS,
    "small network, first weights": ("hessian", "hvp"),
    "matrix factorisation, left": KINDS,
    "norms of rows": ("hessian",),
    "several outputs": ("jacobian",),
}
TIED = (
    "inverse",
    "squares of an inverse",
    "log-determinant of a positive definite matrix",
    "Cholesky factor",
    "entropy of a distribution",
    "targets of cross-entropy",
)
"""Formulas that may use what ties the entries: a symmetric matrix, rows that sum to one."""
HARMLESS = ("rounded", "-x -> x", "self.block.T -> self.block")
"""Changes that leave every number as it is: s(x)(1 - s(x)) is even, a block is symmetric."""


@cache
def derived(case: str) -> Derived:
    text, x = CURVED[case][:2] if case in CURVED else SEVERAL[case][:2]
    kinds = FAULTY.get(case, KINDS if case in CURVED else ("jacobian",))
    return derive.derive(text, extras=[f"{kind}:{x}" for kind in kinds])


@cache
def points(case: str) -> dict[str, Point]:
    d = derived(case)
    choices = size_choices(d.program, {})
    return {word: admissible(d.derivation, found) for word, found in choices.items()}


@cache
def module(case: str, target: str) -> ModuleType:
    return derived(case).compile(target)


def rows(case: str) -> list[Row]:
    """Return the comparisons of a case's modules."""
    d = derived(case)
    modules = module(case, "numpy"), module(case, "torch")
    subject = Subject(d.program, d.derivation, *modules, None, d.extras)
    return [row for word, p in points(case).items() for row in extra_rows(subject, word, p)]


def is_wrong(case: str, target: str, text: str) -> bool:
    """Whether a text in a module's place is found wrong, at sizes that are all different."""
    d, made = derived(case), module_of(text, f"mutant_{target}")
    modules = (made, None) if target == "numpy" else (module(case, "numpy"), made)
    subject = Subject(d.program, d.derivation, *modules, None, d.extras)
    found = extra_rows(subject, "distinct", points(case)["distinct"])
    return any(row.verdict == "WRONG" for row in found)


def verdicts(found: list[Row]) -> set[str]:
    return {row.verdict for row in found}


@pytest.mark.parametrize("case", [*FAULTY, *TIED, "layer", "Gaussian kernel"])
def test_right_ones_pass_every_oracle(case):
    found = rows(case)
    assert verdicts(found) == {"ok"}, [row for row in found if row.verdict != "ok"]
    assert {"reverse sweep, exact", "complex step", "generated PyTorch"} <= {
        row.oracle for row in found
    }
    assert {row.sizes for row in found} == {"distinct", "equal"}


@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("case", FAULTY)
def test_each_changed_factor_sign_and_transposition_is_wrong(case, target):
    d = derived(case)
    text = d.to_numpy() if target == "numpy" else d.to_torch()
    made = list(mutants(text))
    assert made
    for change, mutant in made:
        if any(word in change for word in HARMLESS):
            continue
        assert is_wrong(case, target, mutant), change


@pytest.mark.parametrize("case", ["logistic ridge", *TIED])
def test_a_wrong_formula_is_told_by_the_reverse_sweep_exactly(case):
    d = derived(case)
    for extra in d.extras:
        wrong = replace(extra, values=tuple(scale(2, value) for value in extra.values))
        subject = Subject(d.program, d.derivation, None, None, None, (wrong,))
        (row,) = extra_rows(subject, "distinct", points(case)["distinct"])
        assert (row.oracle, row.verdict) == ("reverse sweep, exact", "WRONG")


def test_a_result_of_another_shape_is_wrong_and_says_so():
    d = derived("layer")
    module = d.compile("numpy")
    module.jacobian_x = lambda *given, **named: d.compile("numpy").jacobian_x(*given, **named)[0]
    subject = Subject(d.program, d.derivation, module, None, None, d.extras)
    found = list(extra_rows(subject, "distinct", points("layer")["distinct"]))
    assert [row.oracle for row in found if row.verdict == "WRONG"] == ["shapes of NumPy"]


def test_one_in_a_value_of_the_model_is_checked_as_well():
    found = rows("small network, hidden values")
    assert verdicts(found) == {"ok"}
    assert {row.gradient for row in found} == {"jacobian_y1", "hessian_y1", "hvp_y1"}


def test_the_report_lists_them_beside_the_gradients():
    report = derived("logistic ridge").check()
    assert report.ok, str(report)
    lines = [line.split() for line in str(report).splitlines()]
    assert ["hessian_w", "reverse", "sweep,", "exact", "passed", "passed", "ok"] in lines
    assert {"jacobian_w", "hessian_w", "hvp_w"} <= {row.gradient for row in report.rows}
