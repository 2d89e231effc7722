"""Derivation to Plan: the statements of backward, what they have of forward, and what they make.

What occurs in backward's statements is the cache, or is made from it: nothing is listed by hand.
A value that is made again is made just before the first statement that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from derive.algebra.nodes import Apply, Contract, Node, Symbol, symbols_of, walk
from derive.dims import Dim
from derive.plan.keep.budget import Segments, cheapest
from derive.plan.keep.parts import KeepableParts, Weigh
from derive.plan.keep.question import Question, weigher
from derive.plan.keep.sources import Sources
from derive.plan.nouns import Assign, Block, Kept, Plan, Selection
from derive.plan.order.chains import share_chains
from derive.plan.order.stages import Stages
from derive.plan.order.statements import BackwardStatement, bits_of, over, returned, statements
from derive.plan.policy import Policy
from derive.plan.policy import policy as make_policy
from derive.program.derivation import Derivation
from derive.program.program import Equation, Program


def make_plan(derivation: Derivation, policy: Policy | None = None) -> Plan:
    """Lay out forward and backward for the gradients that the derivation was asked for.

    Without a policy nothing is made again but plain arithmetic, judged at the reference sizes.
    """
    policy = policy or make_policy(dimensions=derivation.program.dimensions)
    if policy.budget is not None:
        return _within(policy.budget, derivation, policy)
    stages = Stages(derivation, policy.sizes)
    while True:
        question = Question(stages.applied(), stages.idle, policy)
        if question.choice.kept >= stages.named.keys():
            return replace(_answered(question, derivation), stages=stages.named)
        stages.only(question.choice.kept)


def _within(budget: int, derivation: Derivation, policy: Policy) -> Plan:
    """Return the plan of the least work that holds no more bytes of forward than the budget."""
    work = statements(derivation, policy.sizes)
    sources = Sources(derivation.program, policy)
    trade = cheapest(segments(work, sources, weigher(sources, policy)), budget)
    layout = _Layout(derivation, policy, sources, set(trade.kept))
    return replace(layout.plan(work, set()), judged=True)


def _answered(question: Question, derivation: Derivation) -> Plan:
    """Return the plan that keeps what was chosen; the derivation is as it reads on paper."""
    choice, policy = question.choice, question.policy
    program, names = question.program_with_parts()
    work = [over(s, question.parts.kept_in(s.assign.expr, names)) for s in question.work]
    kept = {*choice.kept, *names.values()}
    extended = replace(derivation, program=program)
    layout = _Layout(extended, policy, Sources(program, policy), kept)
    masks = {names[part.expr] for part in choice.parts if part.is_mask}
    return replace(layout.plan(work, masks), parts=names, judged=choice.judged)


def segments(work: Sequence[BackwardStatement], sources: Sources, weigh: Weigh) -> Segments:
    """Return the program's equations as what a budget can be shared among."""
    wanted: dict[Symbol, list[Symbol]] = {}
    for statement in work:
        used = wanted.setdefault(statement.equation.symbol, [])
        used += symbols_of(statement.assign.expr)
    return Segments(wanted, sources, weigh)


def plan_with(derivation: Derivation, first: Plan) -> Plan:
    """Lay out backward for a derivation that has what another plan keeps, and makes the rest.

    A gradient uses only what the first plan keeps for that gradient: no more is kept for its sake.
    """
    policy = replace(first.policy, recompute="budget")
    sources = Sources(derivation.program, policy)
    parts = KeepableParts(sources.known, weigher(sources, policy))
    work = [
        over(s, parts.kept_in(s.assign.expr, first.parts))
        for s in statements(derivation, policy.sizes)
    ]
    serves = {k.symbol: set(k.serves) for k in first.kept}
    kept = set(serves)
    while True:
        made = _FromCache(derivation, policy, sources, kept).plan(work, set())
        beside = {k.symbol for k in made.kept if not (k.held or serves[k.symbol] >= set(k.serves))}
        if not beside:
            return replace(made, parts=first.parts)
        kept -= beside


class _Layout:
    """Completes the statements of backward: what is made again stands before its first use."""

    def __init__(
        self, derivation: Derivation, policy: Policy, sources: Sources, kept: set[Symbol]
    ) -> None:
        self.derivation = derivation
        self.program = derivation.program
        self.policy = policy
        self.sources = sources
        self.memory = kept
        self.equations = {e.symbol: e for e in self.program.equations}
        self.taken = {*self.program.symbols, *self.program.dimensions}
        self.names = returned(derivation)
        self.kept: set[Symbol] = set()
        self.done: list[BackwardStatement] = []

    def plan(self, work: Sequence[BackwardStatement], masks: set[Symbol]) -> Plan:
        """Return the plan; masks are kept as bits."""
        made: set[Symbol] = set()
        self.taken.update(statement.assign.symbol.name for statement in work)
        for statement in work:
            self._have(symbols_of(statement.assign.expr), statement.equation, made)
            self.done.append(statement)
        done = self._served()
        kept = self._kept(done, masks)
        held = {k.symbol for k in kept}
        forward = [self._forward(e) for e in _live(self.program, held)]
        done = share_chains(done, self.taken, self.policy.sizes)
        everything = [a.symbol for a in self.program.arguments] + list(self.equations)
        return Plan(
            derivation=self.derivation,
            forward=tuple(forward),
            kept=kept,
            unkept=tuple(s for s in everything if s not in held and s not in made),
            backward=tuple(
                Block(equation, tuple(s.assign for s in group))
                for equation, group in _by_equation(done)
            ),
            returned=self.names,
            dimensions=_dimensions([s.assign.expr for s in done], self.derivation),
            zeros=self.derivation.unused,
            policy=self.policy,
        )

    def _forward(self, equation: Equation) -> Block:
        """Return the statements of an equation: chains that its terms share come first."""
        own = [BackwardStatement(equation, Assign(equation.symbol, equation.expr))]
        found = share_chains(own, self.taken, self.policy.sizes)
        return Block(equation, tuple(statement.assign for statement in found))

    def _have(self, symbols: Iterable[Symbol], equation: Equation, made: set[Symbol]) -> None:
        """Keep the symbols, or make them before the statement that comes next."""
        waiting = list(reversed([s for s in symbols if s in self.sources.known]))
        while waiting:
            symbol = waiting[-1]
            if symbol in made or self._is_kept(symbol):
                waiting.pop()
                continue
            own = self.equations[symbol]
            missing = [s for s in symbols_of(own.expr) if s not in made and not self._is_kept(s)]
            if missing:
                waiting += reversed(missing)
            else:
                self.done.append(BackwardStatement(equation, Assign(symbol, own.expr)))
                made.add(waiting.pop())

    def _is_kept(self, symbol: Symbol) -> bool:
        """Whether the symbol's memory is there; note that it is kept then."""
        owner = self.sources.storage.owner(symbol)
        if owner in self.memory or owner in self.sources.arguments:
            self.kept.add(symbol)
            return True
        return False

    def _served(self) -> list[BackwardStatement]:
        """Return the statements, those that make a value again with the gradients they serve."""
        needed: dict[Symbol, Selection] = {}
        found = []
        for statement in reversed(self.done):
            assign = statement.assign
            if not isinstance(assign.serves, Selection):
                assign = replace(assign, serves=needed[assign.symbol])
            own = Selection(self.names, bits_of(assign))
            for symbol in symbols_of(assign.expr):
                needed[symbol] = needed.get(symbol, own) | own
            found.append(replace(statement, assign=assign))
        return found[::-1]

    def _kept(self, done: Sequence[BackwardStatement], masks: set[Symbol]) -> tuple[Kept, ...]:
        uses: dict[Symbol, dict[Symbol, None]] = {}
        serves: dict[Symbol, Selection] = {}
        for assign in (statement.assign for statement in done):
            own = Selection(self.names, bits_of(assign))
            for symbol in symbols_of(assign.expr):
                uses.setdefault(symbol, {})[assign.symbol] = None
                serves[symbol] = serves.get(symbol, own) | own
        return tuple(
            Kept(symbol, tuple(uses[symbol]), serves[symbol], self._held(symbol), symbol in masks)
            for symbol in self.program.symbols.values()
            if symbol in self.kept
        )

    def _held(self, symbol: Symbol) -> str:
        owner = self.sources.storage.owner(symbol)
        return "" if owner.role == "value" else owner.role


class _FromCache(_Layout):
    """A layout over a cache that is given: other views of the memory in it are not at hand."""

    def _is_kept(self, symbol: Symbol) -> bool:
        if symbol in self.memory or symbol in self.sources.arguments:
            self.kept.add(symbol)
            return True
        return False


def _by_equation(
    done: Sequence[BackwardStatement],
) -> Iterable[tuple[Equation, list[BackwardStatement]]]:
    for _, group in groupby(done, key=lambda s: s.equation.symbol):
        found = list(group)
        yield found[0].equation, found


def _live(program: Program, kept: set[Symbol]) -> list[Equation]:
    """Return the equations whose values reach an output or the cache."""
    needed = {*program.outputs, *kept}
    live = []
    for equation in reversed(program.equations):
        if equation.symbol in needed:
            needed.update(symbols_of(equation.expr))
            live.append(equation)
    return live[::-1]


def _dimensions(exprs: list[Node], derivation: Derivation) -> tuple[str, ...]:
    """Return the dimensions that occur as numbers: in coefficients, and where arrays are copied."""
    needed: set[str] = set()
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, Contract):
                have = {label for _, axes in node.factors for label in axes}
                copied = [node.sizes[label] for label in node.out if label not in have]
                numbers: list[Dim] = [*copied, *(d for d, _ in node.coefficient.powers)]
                needed.update(name for d in numbers for name in d.names)
            elif isinstance(node, Apply):
                needed.update(name for d in node.shape for name in d.names)
    return tuple(name for name in derivation.program.dimensions if name in needed)
