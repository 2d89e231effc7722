"""Generated modules of random programs agree with every oracle, at distinct and equal sizes."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from derive.code.numpy.module import emit_numpy
from derive.code.torch.module import emit_torch
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.face.api import module_of
from derive.plan.planner.planner import make_plan
from derive.program.derivation import Derivation
from derive.verify import check
from tests.random_programs import random_program


def derived(seed: int) -> Derivation:
    """Return the derivation of a random program whose statements have some text."""
    made = random_program(seed)
    equations = tuple(replace(e, text=f"{e.symbol.name} = ...") for e in made.equations)
    made = replace(made, source="def model(): ...", equations=equations)
    return reverse(split(made), tuple(a.name for a in made.arguments))


def numpy_of(derivation: Derivation) -> ModuleType:
    return module_of(emit_numpy(make_plan(derivation)), "model_numpy")


@pytest.mark.parametrize("block", range(4))
def test_generated_numpy_agrees_with_every_oracle(block):
    for seed in range(15 * block, 15 * block + 15):
        derivation = derived(seed)
        report = check(derivation.program, derivation, numpy_of(derivation))
        assert report.ok, (seed, report.table())


@pytest.mark.parametrize("block", range(3))
def test_generated_pytorch_agrees_with_every_oracle_in_first_and_second_order(block):
    pytest.importorskip("torch")
    for seed in range(100 + 6 * block, 106 + 6 * block):
        derivation = derived(seed)
        torch_module = module_of(emit_torch(make_plan(derivation)), "model_torch")
        report = check(derivation.program, derivation, numpy_of(derivation), torch_module)
        assert report.ok, (seed, report.table())
        assert "gradgradcheck" in {row.oracle for row in report.rows}
