"""Outer products that only a step without a name would need are never multiplied out."""

from __future__ import annotations

import pytest

import derive
from derive.plan.nouns import Plan
from derive.plan.order.statements import multiplications

HEAD = "import torch\n\n\n"
AFFINE = 'def affine(a: "n m", b: "m k", c: "n k", v: "k"):\n    return (a @ b + c) @ v\n'
NAMED = """def named(a: "n m", b: "m k", c: "n k", v: "k"):
    z = a @ b + c
    return z @ v
"""
LAYERS = """def layers(x: "n d", *, a: "d h", b: "h k"):
    return torch.tanh((torch.tanh(x @ a) + x @ a) @ b).sum()
"""


def planned(text: str, wrt: list[str] | None = None) -> Plan:
    return derive.derive(HEAD + text, wrt=wrt).plan


def names(plan: Plan) -> list[str]:
    return [assign.symbol.name for block in plan.backward for assign in block.assigns]


def total(plan: Plan) -> int:
    assigns = [assign for block in plan.backward for assign in block.assigns]
    return sum(multiplications(assign.expr, plan.sizes) for assign in assigns)


def test_the_gradient_of_an_unnamed_sum_is_merged_where_it_is_an_outer_product() -> None:
    plan = planned(AFFINE)
    assert "affine_2" not in names(plan)
    n, m, k = (plan.sizes[name] for name in "nmk")
    assert total(plan) < n * m * k


def test_a_value_that_the_user_named_keeps_its_gradient() -> None:
    assert "z" in names(planned(NAMED))


def test_a_product_that_is_cheaper_once_computed_keeps_its_name() -> None:
    plan = planned(LAYERS)
    assert any(name.startswith("affine") or name == "total" for name in names(plan))


@pytest.mark.parametrize("text", [AFFINE, NAMED, LAYERS])
@pytest.mark.parametrize("wrt", [None, ["a"], ["a", "b"]])
def test_what_is_computed_stays_right(text: str, wrt: list[str] | None) -> None:
    assert derive.derive(HEAD + text, wrt=wrt).check().ok


def test_the_reason_for_a_kept_value_is_the_formula_on_paper_that_has_it() -> None:
    plan = planned(AFFINE)
    reasons = {kept.symbol.name: plan.reasons(kept) for kept in plan.kept}
    assert [repr(symbol) for symbol in reasons["v"]] == ["∇affine_2"]
    assert [repr(symbol) for symbol in reasons["a"]] == ["∇b"]
