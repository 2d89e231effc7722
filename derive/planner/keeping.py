"""What a plan keeps of forward: the smallest choice that is good for each gradient by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from derive.algebra.nodes import Symbol
from derive.dims import size_of
from derive.plan.policy import Policy
from derive.plan.storage import ITEM
from derive.planner.choice import Choice, Problem
from derive.planner.parts import Ask, Part, Weigh
from derive.planner.sources import Sources

Serves = Mapping[Symbol, int]
"""The gradients that ask for each value as it stands, as bits."""


def weigher(sources: Sources, policy: Policy) -> Weigh:
    """Return the function that gives the bytes of keeping a value or a part."""

    @cache
    def weigh(ask: Ask) -> int:
        if isinstance(ask, Symbol):
            return sum(policy.bytes_of(s) for s in sources.memory_of((ask,)))
        entries = policy.evaluate(size_of(ask.expr.shape))
        is_mask = isinstance(ask, Part) and ask.is_mask
        return (entries + 7) // 8 if is_mask else entries * ITEM[policy.dtype]

    return weigh


def choose(asks: Sequence[Ask], serves: Serves, sources: Sources, weigh: Weigh) -> Choice:
    """Return the smallest choice.

    Where nothing is made again on purpose, a value is made from others only if these are no
    larger, or are kept for the same gradients anyway: whichever gradients are asked for, no more
    is kept than what their formulas name.
    """
    problem = Problem(asks, sources, weigh)
    while True:
        choice = problem.solve()
        dear = _dearer(problem, choice, serves) if sources.policy.recompute == "none" else []
        if not dear:
            return choice
        for value in dear:
            problem.forbid(value)


def _dearer(problem: Problem, choice: Choice, serves: Serves) -> list[Symbol]:
    """Return the wanted values that are made from more bytes than they have."""
    found = []
    leaves = problem.leaves(choice)
    for value in problem.wanted:
        if value in choice.kept or value in problem.sources.again:
            continue
        own = serves.get(value, 0)
        extra = [
            u for u in leaves[value] if not isinstance(u, Symbol) or serves.get(u, 0) & own != own
        ]
        if sum(map(problem.weigh, extra)) > problem.weigh(value):
            found.append(value)
    return found
