"""value_and_grad makes nothing again that may stay, and takes no more memory for that."""

from __future__ import annotations

import pytest

import derive
from derive.documents.terminal.memory import needs
from derive.plan import once
from derive.plan.nouns import Plan
from derive.plan.once import plan_of_value_and_grad

NORM = """\
import torch
import torch.nn.functional as F


def norm(x: "n d", t: "n d", *, g: "d", c: "d"):
    y = F.layer_norm(x, (x.shape[1],), g, c)
    return ((torch.relu(y) - t) ** 2).mean()


def deep(x: "n d", *, u: "d d", v: "d d", w: "d d"):
    a = F.silu(x @ u)
    b = F.silu(a @ v)
    c = F.silu(b @ w)
    return (c ** 2).sum()
"""


def again(plan: Plan) -> list[str]:
    """Return the names of the values that backward makes though forward had them."""
    values = {a.symbol for block in plan.forward for a in block.assigns}
    return [a.symbol.name for b in plan.backward for a in b.assigns if a.symbol in values]


def test_what_the_end_of_forward_has_is_not_made_again_at_the_start_of_backward():
    plan = derive.derive(NORM, name="norm").planned("cheap").plan
    assert "terms" in again(plan) or "y" in again(plan)
    assert not {"terms", "y"} & set(again(plan_of_value_and_grad(plan)))


def test_what_would_be_in_the_way_meanwhile_is_made_again():
    plan = derive.derive(NORM, name="deep").planned("cheap").plan
    assert again(plan_of_value_and_grad(plan)), (
        "the first layer's activation is in the way of the others"
    )


@pytest.mark.parametrize("recompute", ["none", "cheap"])
@pytest.mark.parametrize("name", ["norm", "deep"])
def test_the_peak_stays_as_it_was(
    name: str, recompute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {"n": 700, "d": 300}
    made = derive.derive(NORM, name=name).planned(recompute, sizes=sizes)
    with_spared = needs(made.plan, 4, sizes).peak
    monkeypatch.setattr(once, "without_needless_work", lambda plan: plan)
    without = needs(made.plan, 4, sizes).peak
    assert with_spared is not None and without is not None
    assert with_spared.evaluate({}) <= without.evaluate({})
