"""Bytes against work: what a plan that keeps less of forward costs in operations done again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.errors import DeriveError
from derive.plan.effort import price_of
from derive.plan.keep.question import weigher
from derive.plan.keep.sources import Sources
from derive.plan.nouns import Plan
from derive.plan.order.statements import statements
from derive.plan.planner.planner import make_plan, segments
from derive.plan.policy import Policy
from derive.plan.storage import Storage
from derive.program.derivation import Derivation


@dataclass(frozen=True)
class Offer:
    """A choice of what is kept: its name for --recompute, the bytes kept, operations done again."""

    name: str
    kept: int
    again: int


def offers(derivation: Derivation, policy: Policy) -> list[Offer]:
    """Return the offers at the policy's sizes, from the most memory to the least.

    Only those that no other one is better than in both are given, beside "none" and "cheap".
    """
    named = [
        _offer(name, make_plan(derivation, replace(policy, recompute=name, budget=None)))
        for name in ("none", "cheap")
    ]
    found = {(o.kept, o.again): o for o in (*_budgets(derivation, policy), *named[::-1])}
    ordered = sorted(found.values(), key=lambda offer: (-offer.kept, offer.again))
    return [o for o in ordered if o in named or not any(_is_better(p, o) for p in ordered)]


def _budgets(derivation: Derivation, policy: Policy) -> list[Offer]:
    policy = replace(policy, recompute="budget")
    sources = Sources(derivation.program, policy)
    try:
        parts = segments(statements(derivation, policy.sizes), sources, weigher(sources, policy))
    except DeriveError:  # a long program: a budget is not offered
        return []
    return [
        _offer(f"budget={trade.alive}", make_plan(derivation, replace(policy, budget=trade.alive)))
        for trade in parts.trades()
    ]


def _offer(name: str, made: Plan) -> Offer:
    policy = made.policy
    storage = Storage((e.symbol, e.expr) for e in made.derivation.program.equations)
    owners = {storage.owner(k.symbol): k.is_mask for k in made.kept if not k.held}
    masks = sum((policy.bytes_of(s) + 7) // 8 for s, is_mask in owners.items() if is_mask)
    kept = masks + sum(policy.bytes_of(s) for s, is_mask in owners.items() if not is_mask)
    again = sum(policy.evaluate(price_of(e.expr)) for e in made.made.values())
    return Offer(name, kept, again)


def _is_better(one: Offer, other: Offer) -> bool:
    return one != other and one.kept <= other.kept and one.again <= other.again
