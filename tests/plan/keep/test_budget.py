"""A budget: the cuts of least work among all cuts, and plans that stay within it."""

from __future__ import annotations

from itertools import combinations
from math import isqrt

import numpy as np
import pytest

import derive
from derive.algebra.nodes import Symbol, symbols_of
from derive.errors import DeriveError
from derive.face.api import Derived
from derive.plan.keep.budget import Segments
from derive.plan.keep.question import weigher
from derive.plan.keep.sources import Sources
from derive.plan.nouns import Plan
from derive.plan.order.statements import statements
from derive.plan.planner.planner import segments
from derive.plan.policy import policy
from tests.plan.keep.test_choice import FUNCTIONS
from tests.random_programs import random_program, random_wrt

UNIT = 128 * 64 * 4  # bytes of an n×d array at the reference sizes


def layers(count: int, *, branch: bool = False) -> str:
    weights = ", ".join(f'w{k}: "d d"' for k in range(count))
    lines = ["from torch import tanh", f'def net(x: "n d", y: "n d", *, {weights}):', "    h0 = x"]
    for k in range(count):
        plus = f" + h{k}" if branch and k else ""
        lines.append(f"    h{k + 1} = tanh(h{k} @ w{k}){plus}")
    return "\n".join([*lines, f"    l = ((h{count} - y) ** 2).sum()", "    return l", ""])


def asked(derivation) -> Segments:
    goes_by = policy("budget=1GB", derivation.program.dimensions)
    sources = Sources(derivation.program, goes_by)
    return segments(statements(derivation, goes_by.sizes), sources, weigher(sources, goes_by))


def by_hand(parts: Segments, cuts: tuple[int, ...]) -> tuple[int, int]:
    """Return the bytes alive and the work of some cuts, straight from their definition."""
    last = cuts[-1] if cuts else 0
    kept = {v for v in parts.wanted if v >= last}
    kept |= {v for b in cuts for v in range(b) if parts.reach[v] >= b}
    alive, work = sum(parts.bytes[v] for v in kept), 0
    for a, b in zip((0, *cuts), cuts, strict=False):
        needed = {v for v in parts.wanted if a <= v < b and v not in kept}
        while more := {u for v in needed for u in parts.inputs[v] if u >= a} - needed - kept:
            needed |= more
        before = {v for v in kept if v < b and (v < a or v in kept)}
        alive = max(alive, sum(parts.bytes[v] for v in before | needed))
        work += sum(parts.price[v] for v in needed)
    return alive, work


@pytest.mark.parametrize("seed", range(60))
def test_no_cuts_within_the_budget_do_less_work(seed):
    made = random_program(seed, FUNCTIONS)
    derivation = Derived(made, [n for n in random_wrt(seed, made)]).derivation
    parts = asked(derivation)
    places = range(1, len(parts.values))
    every = [
        by_hand(parts, cuts)
        for count in range(min(4, len(parts.values)))
        for cuts in combinations(places, count)
    ]
    for budget in sorted({alive for alive, _ in every}):
        best = min(work for alive, work in every if alive <= budget)
        trade = parts.within(budget)
        assert trade is not None and trade.alive <= budget
        assert trade.work <= best
        if len(parts.values) <= 4:
            assert trade.work == best


@pytest.mark.parametrize("count", [4, 9, 16, 25])
def test_equal_layers_are_kept_at_every_root_th(count):
    parts = asked(derive.derive(layers(count), wrt="params").derivation)
    least = parts.trades()[-1]
    assert least.alive <= (2 * isqrt(count) + 1) * UNIT
    assert len(least.kept) <= 2 * isqrt(count) + 1


@pytest.mark.parametrize("branch", [False, True])
@pytest.mark.parametrize("budget", [12, 10, 9])
def test_what_backward_holds_of_forward_stays_within_the_budget(branch, budget):
    d = derive.derive(layers(12, branch=branch)).planned(f"budget={budget * UNIT}")
    assert alive(d.plan) <= budget * UNIT
    assert d.plan.made


def alive(plan: Plan) -> int:
    """Return the most bytes of forward's values that backward holds at once."""
    steps = [assign for block in plan.backward for assign in block.assigns]
    values = {e.symbol for e in plan.derivation.program.equations}
    last: dict[Symbol, int] = {}
    for k, assign in enumerate(steps):
        last.update(dict.fromkeys(values.intersection(symbols_of(assign.expr)), k))
    here = {k.symbol for k in plan.kept if k.symbol in values}
    most = sum(map(plan.policy.bytes_of, here))
    for k, assign in enumerate(steps):
        here |= {assign.symbol} & values
        most = max(most, sum(map(plan.policy.bytes_of, here)))
        here = {s for s in here if last.get(s, -1) > k}
    return most


@pytest.mark.parametrize("recompute", ["cheap", f"budget={9 * UNIT}"])
@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_gradients_do_not_depend_on_what_is_made_again(recompute, target):
    d = derive.derive(layers(6, branch=True))
    plain, again = d.compile(target), d.planned(recompute).compile(target)
    rng = np.random.default_rng(0)
    shapes = {"x": (3, 4), "y": (3, 4), **{f"w{k}": (4, 4) for k in range(6)}}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    if target == "torch":
        import torch

        values = {name: torch.from_numpy(value) for name, value in values.items()}
    found = [module.backward(module.forward(**values)[1], 1.0) for module in (plain, again)]
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-13, atol=1e-15)


def test_a_budget_that_is_too_small_says_what_is_enough():
    d = derive.derive(layers(4)).planned("budget=10kB")
    with pytest.raises(DeriveError, match="cannot do with 10000 bytes") as fault:
        _ = d.plan
    least = int(str(fault.value).partition("budget=")[2].split()[0])
    assert derive.derive(layers(4)).planned(f"budget={least}").plan.made


@pytest.mark.parametrize("text", ["some", "budget", "budget=", "budget=-3", "budget=4XB"])
def test_an_unknown_way_to_recompute_is_refused(text):
    with pytest.raises(DeriveError, match="needs none, cheap or budget=BYTES"):
        derive.derive(layers(2)).planned(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("budget=64MB", 64 * 10**6), ("budget=1.5k", 1500), ("budget=2KiB", 2048), ("budget=7", 7)],
)
def test_a_budget_is_read_with_its_unit(text, count):
    assert policy(text).budget == count
