"""No set of gradients of a network saves more than autograd does, for networks that do not ship."""

from __future__ import annotations

import inspect

import pytest
import torch

import derive
from derive.dims import reference_sizes
from tests.acceptance import memory_models
from tests.acceptance.saved_bytes import draw, generated, predicted, run, subsets

MODELS = [f for f in vars(memory_models).values() if inspect.isfunction(f)]
SMALL = {"b": 2, "t": 12, "s": 5, "r": 4}


@pytest.mark.parametrize("model", MODELS, ids=lambda f: f.__name__)
def test_no_set_of_gradients_saves_more_than_eager_or_other_than_planned(model):
    program = derive.derive(model).program
    reference = reference_sizes(program.dimensions)
    sizes = {name: SMALL.get(name, size // 8) for name, size in reference.items()}
    made = derive.derive(model).planned("none", sizes=sizes)
    function = generated(made)
    values = draw(program, sizes, torch.float64)
    for needs in subsets(program):
        eager = run(model, program, values, needs)
        ours = run(function, program, values, needs)
        assert ours.saved <= eager.saved, needs
        assert ours.saved == predicted(made.plan, sizes, 8, needs), needs
        for found, expected in zip(ours.gradients, eager.gradients, strict=True):
            torch.testing.assert_close(found, expected, atol=1e-10, rtol=1e-9)
