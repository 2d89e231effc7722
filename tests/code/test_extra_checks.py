"""A module's self-check covers its Jacobians and Hessians: it passes, and sees planted faults."""

from __future__ import annotations

from functools import cache

import pytest

import derive
from derive.face.api import Derived, module_of
from tests.second_models import CURVED, SEVERAL
from tests.verify.mutants import mutants

CASES = {
    "logistic ridge": ("jacobian", "hessian", "hvp"),
    "norms of rows": ("hessian",),
    "several outputs": ("jacobian",),
    "integers beside floats": ("jacobian",),
    "symmetric quadratic form": ("hessian", "hvp"),
}
HARMLESS = ("rounded", "-x -> x")
FAULTS = 12


@cache
def derived(case: str) -> Derived:
    text, x = CURVED[case][:2] if case in CURVED else SEVERAL[case][:2]
    return derive.derive(text, extras=[f"{kind}:{x}" for kind in CASES[case]])


def text_of(case: str, target: str) -> str:
    return derived(case).to_numpy() if target == "numpy" else derived(case).to_torch()


def fails(text: str, target: str) -> bool:
    """Whether the self-check of a module's text ends in an error."""
    try:
        module_of(text, target)._self_check()
    except (Exception, SystemExit):
        return True
    return False


@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("case", CASES)
def test_a_module_checks_its_extras_and_says_so(case, target, capsys):
    module_of(text_of(case, target), target)._self_check()
    told = capsys.readouterr().out
    assert all(extra.name in told for extra in derived(case).extras)


@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("case", ["logistic ridge", "norms of rows", "several outputs"])
def test_a_changed_factor_or_sign_fails_the_self_check(case, target):
    made = [m for m in mutants(text_of(case, target)) if not any(w in m[0] for w in HARMLESS)]
    for change, text in made[:: max(1, len(made) // FAULTS)]:
        assert fails(text, target), change


def test_a_keyword_that_gives_way_to_a_value_of_that_name_is_used():
    text = 'def model(x: "n", dense: "n"):\n    return ((x - dense) ** 2).sum()\n'
    d = derive.derive(text, extras=["hessian:x"])
    for target in ("numpy", "torch"):
        d.compile(target)._self_check()
