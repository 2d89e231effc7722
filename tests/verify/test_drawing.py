"""Self-checks draw arguments in intervals in which the model is defined."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.face.api import load_models
from derive.verify.drawing import drawing_of

MASKED = """
import torch

def model(x: "n d", mask: "n n: bool"):
    return torch.softmax((x @ x.T).masked_fill(mask, float("-inf")), dim=1) @ x
"""


@pytest.mark.parametrize(
    "expression",
    [
        "np.log(-x).sum() + (y * y).sum()",
        "np.sqrt(x - y).sum()",
        "np.arccosh(x + y).sum()",
        "np.log(1 - x @ y.T).sum()",
        "np.log(np.log(np.log(x))).sum() * y.sum()",
    ],
)
def test_generated_modules_of_narrow_domains_pass_their_self_checks(expression):
    d = load_models(expression, expression_shapes={"x": "n d", "y": "n d"})[0]
    for target in ("numpy", "torch"):
        d.compile(target)._self_check()


def test_usual_values_stay_where_they_suffice():
    d = load_models("np.log(x).sum()", expression_shapes={"x": "n"})[0]
    assert drawing_of(d.program, {"n": 3}, (0.2, 0.9)) == {}
    assert "rng.uniform(0.2, 0.9, (n,))" in d.to_numpy()


def test_intervals_stand_in_both_modules():
    d = load_models("np.log(-x).sum()", expression_shapes={"x": "n"})[0]
    (low, high) = drawing_of(d.program, {"n": 3}, (0.2, 0.9))["x"]
    assert low < high < 0
    assert f"rng.uniform({low:g}, {high:g}, (n,))" in d.to_numpy()
    assert f"{low:g} + {high - low:g} * torch.rand" in d.to_torch()


def test_a_mask_leaves_an_entry_in_each_row():
    d = derive.derive(MASKED)
    assert drawing_of(d.program, {"n": 2, "d": 3}, None) == {"mask": (0.0, 0.1)}
    for target in ("numpy", "torch"):
        d.compile(target)._self_check()


def test_a_model_that_is_defined_nowhere_has_none():
    d = load_models("np.log(-x**2).sum()", expression_shapes={"x": "n"})[0]
    with np.errstate(all="ignore"):
        assert drawing_of(d.program, {"n": 3}, (0.2, 0.9)) == {}
