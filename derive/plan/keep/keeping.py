"""What a plan keeps of forward: the smallest choice that is good for each gradient by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from derive.algebra.nodes import Symbol
from derive.dims import size_of
from derive.plan.keep.choice import Choice, Problem, Serves
from derive.plan.keep.parts import Ask, Part, Weigh
from derive.plan.keep.sources import Sources
from derive.plan.policy import Policy
from derive.plan.storage import ITEM


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
    if sources.policy.recompute != "none":
        return Problem(asks, sources, weigh).solve()
    problem = Problem(asks, sources, weigh, serves)
    while True:
        choice = problem.solve()
        dear = _dearer(problem, choice)
        if not dear:
            return choice
        for ask in dear:
            problem.forbid(ask)


def _dearer(problem: Problem, choice: Choice) -> list[Ask]:
    """Return the values, also those within statements, that are made from more than they take."""
    leaves = problem.leaves(choice)
    kept: set[Ask] = {*choice.kept, *choice.parts}
    values = (v for v in problem.wanted if v not in problem.sources.again)
    parts = (p for p in problem.recipes if isinstance(p, Part) and p.is_value)
    asks: list[Ask] = [*values, *parts]
    found = []
    for ask in asks:
        if ask in leaves and ask not in kept:
            extra = [u for u in leaves[ask] if not problem.serve(ask, u)]
            if sum(map(problem.weigh, extra)) > problem.weigh(ask):
                found.append(ask)
    return found
