"""What is to be kept of forward for the statements of a derivation, and the program that does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache

from derive.algebra.build import substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.split import fresh, word_for
from derive.dims import size_of
from derive.plan.effort import Effort, own_effort
from derive.plan.keep.choice import Choice, Problem, Serves
from derive.plan.keep.parts import Ask, KeepablePart, KeepableParts, Statistic, Weigh, parts_in
from derive.plan.keep.sources import Sources
from derive.plan.order.statements import bits_of, over, statements
from derive.plan.policy import Policy
from derive.plan.storage import ITEM
from derive.program.derivation import Derivation
from derive.program.program import Equation, Program, with_expr


class Question:
    """The statements of backward, and the choice of what is kept for them.

    idle: values that backward's formulas need no more operations without.
    """

    def __init__(self, derivation: Derivation, idle: Collection[Symbol], policy: Policy) -> None:
        self.program = derivation.program
        self.policy = policy
        self.work = statements(derivation, policy.sizes)
        sources = Sources(self.program, policy, idle)
        weigh = weigher(sources, policy)
        self.parts = KeepableParts(sources.known, weigh, [e.expr for e in self.program.equations])
        self._use_values()
        asks = [self.parts.asked_by(s.assign.expr) for s in self.work]
        serves: dict[Ask, int] = {}
        for statement, asked in zip(self.work, asks, strict=True):
            values = sources.memory_of(ask for ask in asked if isinstance(ask, Symbol))
            found: list[Ask] = [*values, *parts_in(asked)]
            for ask in found:
                serves[ask] = serves.get(ask, 0) | bits_of(statement.assign)
        self.choice = smallest_choice([a for asked in asks for a in asked], serves, sources, weigh)

    def _use_values(self) -> None:
        """Put values that some statement asks for in the place of what computes them anew."""
        asked = {a for s in self.work for a in self.parts.asked_by(s.assign.expr)}
        values: dict[Node, Symbol] = {
            e.expr: e.symbol
            for e in self.program.equations
            if e.symbol in asked and own_effort(e.expr) == Effort.ENTRYWISE
        }
        if values:
            self.work = [over(s, self.parts.kept_in(s.assign.expr, values)) for s in self.work]

    def program_with_parts(self) -> tuple[Program, dict[Node, Symbol]]:
        """Return the program with an equation for each part and statistic kept, and their names.

        A part stands after the last value that it takes, a statistic before the value it is for.
        """
        program = self.program
        names = {s.assign.symbol.name for s in self.work}
        self.taken = {*program.symbols, *program.dimensions, *names}
        self.equations = list(program.equations)
        self.names: dict[Node, Symbol] = {}
        for part in sorted(self.choice.parts, key=lambda p: -len(list(parts_in((p,))))):
            self._insert(part)  # what is within others comes last, and stands before them
        for found in self.choice.statistics:
            self._divide(found)
        return replace(program, equations=tuple(self._shared())), self.names

    def _insert(self, part: KeepablePart) -> None:
        inner = symbols_of(part.expr)
        word = f"{inner[0].name}_mask" if part.is_mask else word_for(part.expr, part.expr)
        kind = "bool" if part.is_mask else ""
        symbol = Symbol(fresh(word, self.taken), part.expr.shape, kind=kind)
        self.names[part.expr] = symbol
        at = max(k for k, e in enumerate(self.equations) if e.symbol in inner)
        self.equations.insert(at + 1, _piece(self.equations[at], symbol, part.expr))

    def _divide(self, found: Statistic) -> None:
        symbol = Symbol(fresh(word_for(found.expr, found.expr), self.taken), found.expr.shape)
        self.names[found.expr] = symbol
        at = next(k for k, e in enumerate(self.equations) if e.symbol == found.value)
        whole = self.equations[at]
        rest = substitute(whole.expr, {found.node: found.put_for(symbol)})
        made = _piece(whole, symbol, found.expr)
        self.equations[at : at + 1] = [made, replace(whole, expr=rest)]

    def _shared(self) -> list[Equation]:
        """Return the equations, parts by their names wherever they are computed again."""
        parts = {self.names[p.expr]: p.expr for p in self.choice.parts if not p.is_mask}
        known: dict[Node, Symbol] = {}
        result = []
        for equation in self.equations:
            expr = self.parts.kept_in(equation.expr, known) if known else equation.expr
            result.append(with_expr(equation, expr))
            if equation.symbol in parts:
                known[parts[equation.symbol]] = equation.symbol
        return result


def _piece(of: Equation, symbol: Symbol, expr: Node) -> Equation:
    return replace(of, symbol=symbol, expr=expr, named=False, inline=True)


def weigher(sources: Sources, policy: Policy) -> Weigh:
    """Return the function that gives the bytes of keeping a value or a part."""

    @cache
    def weigh(ask: Ask) -> int:
        if isinstance(ask, Symbol):
            return sum(policy.bytes_of(s) for s in sources.memory_of((ask,)))
        entries = policy.evaluate(size_of(ask.expr.shape))
        is_mask = isinstance(ask, KeepablePart) and ask.is_mask
        return (entries + 7) // 8 if is_mask else entries * ITEM[policy.dtype]

    return weigh


def smallest_choice(asks: Sequence[Ask], serves: Serves, sources: Sources, weigh: Weigh) -> Choice:
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
    parts = (p for p in problem.recipes if isinstance(p, KeepablePart) and p.is_value)
    asks: list[Ask] = [*values, *parts]
    found = []
    for ask in asks:
        if ask in leaves and ask not in kept:
            extra = [u for u in leaves[ask] if not problem.serve(ask, u)]
            if sum(map(problem.weigh, extra)) > problem.weigh(ask):
                found.append(ask)
    return found
