"""The plan of a function that runs once: nobody keeps a cache, nothing comes from above.

`plan_of_value_and_grad` has forward, then backward of the loss itself, whose cotangent is 1 and so
stands in no formula.  `plan_of_predict` has what the outputs are made from, and no more.  Both are
plans, so that lifetimes and code are made of them as of any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate

from derive.algebra.build import constant, cotangent, elementwise, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.algebra.scalars.tree import call, slot
from derive.plan.lifetimes import Life, Timeline, timeline
from derive.plan.nouns import Assign, Block, Plan


def plan_of_value_and_grad(plan: Plan) -> Plan:
    """Return the plan of value_and_grad of a model whose output is a number."""
    one = constant(1)
    values: dict[Node, Node] = dict.fromkeys(plan.derivation.given, one)
    backward = [_settled(block, values) for block in plan.backward]
    (output,) = plan.derivation.program.outputs
    given = cotangent(output)
    if output.name in plan.returned and given in values:
        own = Assign(given, one, returned=True)
        last = plan.derivation.program.equations[-1]
        backward.insert(0, Block(last, (own,)))
    return _pruned(without_needless_work(_pruned(replace(plan, backward=tuple(backward)))))


def plan_of_predict(plan: Plan) -> Plan:
    """Return the plan of predict."""
    return _pruned(replace(plan, kept=(), unkept=(), backward=(), returned=()))


def _settled(block: Block, values: dict[Node, Node]) -> Block:
    """Put in what is known by now; a statement that says no more than that is known as well."""
    assigns = []
    for assign in block.assigns:
        expr = _as_floats(_known(assign.expr, values), assign.symbol)
        if not assign.returned and (isinstance(expr, Symbol) or not symbols_of(expr)):
            values[assign.symbol] = expr
        else:
            values.pop(assign.symbol, None)
            assigns.append(replace(assign, expr=expr))
    return replace(block, assigns=tuple(assigns))


def _as_floats(expr: Node, target: Symbol) -> Node:
    """Return truth values that are left alone where 1 was dropped beside them as numbers."""
    if isinstance(expr, Symbol) and target.is_float and not expr.is_float:
        return elementwise(call("float", slot(0)), [expr], expr.shape)
    return expr


def _known(expr: Node, values: Mapping[Node, Node]) -> Node:
    return expr if values.keys().isdisjoint(symbols_of(expr)) else substitute(expr, values)


def _pruned(plan: Plan) -> Plan:
    """Drop the statements, last first, whose values nobody uses."""
    needed = {*plan.derivation.program.outputs}
    backward = _used(plan.backward, needed)
    forward = _used(plan.forward, needed)
    return replace(plan, forward=forward, backward=backward)


def _used(blocks: Iterable[Block], needed: set[Symbol]) -> tuple[Block, ...]:
    found = []
    for block in reversed(tuple(blocks)):
        assigns = []
        for assign in reversed(block.assigns):
            if assign.returned or assign.symbol in needed:
                needed.discard(assign.symbol)
                needed.update(symbols_of(assign.expr))
                assigns.append(assign)
        if assigns:
            found.append(replace(block, assigns=tuple(assigns[::-1])))
    return tuple(found[::-1])


def without_needless_work(plan: Plan) -> Plan:
    """Return the plan without the statements that make again what can stay at no cost.

    Backward makes some values of forward again.  Here such a value was dropped a few moments ago;
    it stays where no moment in between, with it, holds more than what is there by the time that it
    would be made again.  The largest moment stays as it was.
    """
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
