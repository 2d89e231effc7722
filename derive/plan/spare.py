"""What value_and_grad need not make again, because it can stay at no cost.

Backward makes some values of forward again.  In value_and_grad the value was dropped a few moments
ago; it stays until it would be made again where no moment in between, with it, holds more than
what is there by then when it is made.  The largest moment stays as it was.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from derive.plan.lifetimes import Life, Timeline, timeline
from derive.plan.nouns import Assign, Block, Plan


def without_needless_work(plan: Plan) -> Plan:
    """Return the plan without the statements that make again what may as well stay."""
    line = timeline(plan)
    pairs = _made_again(line)
    if not pairs:
        return plan
    weigh = plan.policy.bytes_of
    lives = [life for life in line.lives if life.base is None]
    alive = _alive(line, [(life, weigh(life.symbol)) for life in lives])
    there = list(alive)  # by the time that all is made again in a moment, nothing new yet
    second = {id(again) for _, again in pairs}
    for life in lives:
        if id(life) not in second:
            there[life.start] -= weigh(life.symbol)
    spared: set[int] = set()
    for first, again in sorted(pairs, key=_gap):
        between = range(first.start if first.end is None else first.end + 1, again.start)
        size = weigh(first.symbol)
        if all(alive[k] + size <= there[again.start] for k in between):
            for k in between:
                alive[k] += size
            spared.add(id(_statement(line, again)))
    return replace(plan, backward=tuple(_without(block, spared) for block in plan.backward))


def _made_again(line: Timeline) -> list[tuple[Life, Life]]:
    """Return each array that is made again, its life and the next one; no view, none viewed."""
    viewed = {life.base for life in line.lives} | {s.symbol for s in line.lives if s.base}
    last: dict[object, Life] = {}
    pairs = []
    for life in line.lives:
        if life.symbol in last and life.symbol not in viewed:
            pairs.append((last[life.symbol], life))
        last[life.symbol] = life
    return pairs


def _gap(pair: tuple[Life, Life]) -> int:
    first, again = pair
    return again.start - (first.end or first.start)


def _alive(line: Timeline, weighed: list[tuple[Life, int]]) -> list[int]:
    """Return the bytes alive in each moment."""
    change = [0] * (len(line.moments) + 1)
    for life, size in weighed:
        change[life.start] += size
        if life.end is not None:
            change[life.end + 1] -= size
    return list(accumulate(change))


def _statement(line: Timeline, life: Life) -> Assign:
    assigns = line.moments[life.start].assigns
    return next(assign for assign in assigns if assign.symbol == life.symbol)


def _without(block: Block, spared: set[int]) -> Block:
    kept = tuple(assign for assign in block.assigns if id(assign) not in spared)
    return replace(block, assigns=kept)
