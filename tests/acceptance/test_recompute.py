"""What is recomputed changes no gradient: plan, show and generate for every shipped model."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from torch.autograd import gradgradcheck

from derive.cli import main
from derive.face import shipped
from derive.plan.planner.trades import offers
from derive.plan.policy import policy
from tests.acceptance.saved_bytes import asked, derived, draw, generated, run

SHIPPED = shipped.names()
SMALL = [name for name in SHIPPED if name != "transformer_block"]


@cache
def modes(name: str) -> tuple[str, ...]:
    """Return every way to recompute: the budget is the least that some plan keeps to."""
    derivation = derived(name).derivation
    found = offers(derivation, policy(dimensions=derivation.program.dimensions))
    budgets = [offer.name for offer in found if offer.name.startswith("budget=")]
    return ("none", "cheap", *(budgets[-1:] or ["budget=1GB"]))


def sizes_of(name: str) -> dict[str, int]:
    return {d: 2 + k for k, d in enumerate(derived(name).program.dimensions)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_commands_take_every_way_to_recompute(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = [["show", name]]
    for mode in modes(name):
        commands.append(["plan", name, "--recompute", mode])
        commands.append(["generate", name, "--to", "torch", "--recompute", mode, "--out", mode])
    for command in commands:
        found = CliRunner().invoke(main, command)
        assert found.exit_code == 0, f"{command}: {found.output}"


@pytest.mark.parametrize("name", SHIPPED)
def test_gradients_in_numpy_do_not_depend_on_what_is_made_again(name):
    made = derived(name)
    drawn = draw(made.program, sizes_of(name), torch.float64)
    values = {key: value.numpy() for key, value in drawn.items()}
    expected = None
    for mode in modes(name):
        module = made.planned(mode).compile("numpy")
        output, cache = module.forward(**values)
        found = module.backward(cache, np.ones(np.shape(output)))
        expected = found if expected is None else expected
        for ours, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(ours, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", SHIPPED)
def test_gradients_in_pytorch_do_not_depend_on_what_is_made_again(name):
    made = derived(name)
    values = draw(made.program, sizes_of(name), torch.float64)
    needs = asked(made.program)
    expected, *others = [
        run(generated(made.planned(mode)), made.program, values, needs) for mode in modes(name)
    ]
    for found in others:
        for ours, other in zip(found.gradients, expected.gradients, strict=True):
            torch.testing.assert_close(ours, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", SMALL)
def test_second_derivatives_are_right_where_values_are_made_again(name):
    made = derived(name)
    values = draw(made.program, sizes_of(name), torch.float64)
    function = generated(made.planned("cheap"))
    names = [n for n in asked(made.program) if made.program.symbols[n].kind != "simplex"]

    def moved(*given):
        return function(**{**values, **dict(zip(names, given, strict=True))})

    assert gradgradcheck(moved, [values[n].requires_grad_() for n in names], fast_mode=True)
