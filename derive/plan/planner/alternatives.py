"""Which sets of forward values suffice for a gradient, found by trying every set.

A set suffices when every formula on the way to the gradient can be written in it, where each slope
may be told by the operation's arguments or by its output, and a value that is not in the set may
be had from the set entry by entry: by its own equation, or by solving the equation of a value that
is there (x = log y).  Sums, products and other operations of forward are not done again: what is
made of these is at hand only if it is kept.  Masks and other parts count as values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from derive.algebra.build import add, cotangent, substitute
from derive.algebra.counting import operations
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.reverse import pull, reverse, unit_sums
from derive.dims import size_of
from derive.plan.effort import Effort, effort_of
from derive.plan.keep.parts import Ask, KeepablePart, KeepableParts
from derive.plan.keep.sources import Sources
from derive.plan.planner.planner import make_plan
from derive.plan.planner.solved_for import never_zero, solved
from derive.plan.policy import policy
from derive.program.derivation import Derivation, Gradient
from derive.program.program import Equation, Program


@dataclass(frozen=True)
class Sufficient:
    """A smallest set of forward values that a gradient can be written in.

    kept: symbols, and parts as expressions; masks: those of them that are truth values.
    formulas: the gradient and the cotangents before it, as they read over what is kept.
    """

    kept: tuple[Node, ...]
    masks: frozenset[Node]
    formulas: Mapping[Symbol, Node]


def alternatives(program: Program, name: str) -> list[Sufficient]:
    """Return the smallest sets that suffice for the gradient of one variable, fewest values first.

    None is contained in another.  A value that two sets could hold in two forms that tell each
    other, a variance or a reciprocal deviation, stands there in the last form.
    """
    return _Search(reverse(program, (name,))).run()


class _Search:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.program = derivation.program
        self.policy = policy(dimensions=self.program.dimensions)
        self.sources = Sources(self.program, self.policy)
        self.parts = KeepableParts(self.sources.known, self._weigh)
        self.inner = {e.symbol for e in self.program.equations} - set(self.program.outputs)
        self.nonzero = {e.symbol for e in self.program.equations if never_zero(e.expr)}
        self.names: dict[Node, Node] = {e.expr: e.symbol for e in self.program.equations}
        self.forms = {g.symbol: list(self._forms(g)) for g in derivation.gradients.values()}

    def run(self) -> list[Sufficient]:
        planned = [part for part in make_plan(self.derivation).parts if part not in self._masks]
        offers: list[Node] = [*self._values, *sorted(self._masks, key=repr), *planned]
        found: list[Sufficient] = []
        for size in range(len(offers) + 1):
            for kept in combinations(offers, size):
                if any(set(kept).issuperset(other.kept) for other in found):
                    continue
                formulas = self._written(kept)
                if formulas is not None:
                    found.append(Sufficient(kept, self._masks.intersection(kept), formulas))
        return found

    def _forms(self, gradient: Gradient) -> Iterator[Node]:
        """Yield the gradient's formula, and as it reads with slopes told by arguments alone."""
        yield self._named(gradient.expr)
        active = {gradient.variable}
        parts = [
            pull(step.equation, cotangent(step.equation.symbol), active, by_output=False)
            for step in gradient.steps
        ]
        if parts:
            whole = add(*(part[gradient.variable] for part in parts))
            yield self._named(simplify(whole, unit_sums(self.program)))

    def _named(self, expr: Node) -> Node:
        """Return the expression with a forward value's name where it is computed again."""
        return substitute(expr, self.names)

    @cached_property
    def _values(self) -> list[Symbol]:
        """Return the values that may be kept, without those that another tells in fewer bytes."""
        found = [s for s in self.program.symbols.values() if s.role != "constant"]
        return [s for k, s in enumerate(found) if not self._is_told(s, found[:k], found[k + 1 :])]

    def _is_told(self, symbol: Symbol, before: list[Symbol], after: list[Symbol]) -> bool:
        """Whether an inner value is at hand where another one is, no larger; the last one stays."""
        if symbol not in self.inner:
            return False
        told = [s for s in (*before, *after) if symbol in self._had([s])]
        return any(
            self._weigh(s) <= self._weigh(symbol) and (s in after or s not in self._had([symbol]))
            for s in told
        )

    @cached_property
    def _masks(self) -> frozenset[Node]:
        """Return the truth values that formulas rest on, slopes told by arguments if they can."""
        found: set[Node] = set()
        for forms in self.forms.values():
            by_form = [frozenset(self._masks_of(form)) for form in reversed(forms)]
            found |= next(filter(None, by_form), frozenset())
        return frozenset(found)

    def _masks_of(self, form: Node) -> Iterator[Node]:
        for ask in self.parts.asked_by(form):
            yield from (part.expr for part in _masks_in(ask))

    def _weigh(self, ask: Ask) -> int:
        """Return the bytes of a value or a part, whoever holds it."""
        if isinstance(ask, Symbol):
            return self.policy.bytes_of(ask)
        entries = self.policy.evaluate(size_of(ask.expr.shape))
        return entries // 8 if isinstance(ask, KeepablePart) and ask.is_mask else entries * 4

    def _had(self, kept: Iterable[Node]) -> dict[Node, Node]:
        """Return each forward value that follows entry by entry from what is kept."""
        have: dict[Node, Node] = {s: s for s in kept if isinstance(s, Symbol)}
        have.update((a.symbol, a.symbol) for a in self.program.arguments if a.default is not None)
        before = -1
        while before < len(have):
            before = len(have)
            for equation in self.program.equations:
                self._have_value(equation, have)
                self._have_argument(equation, have)
        return have

    def _have_value(self, equation: Equation, have: dict[Node, Node]) -> None:
        """Add the equation's value where its arguments are there and it is no sum or product."""
        known = have.keys() >= set(symbols_of(equation.expr))
        if known and equation.symbol not in have and effort_of(equation.expr) <= Effort.ENTRYWISE:
            have[equation.symbol] = substitute(equation.expr, have)

    def _have_argument(self, equation: Equation, have: dict[Node, Node]) -> None:
        """Add the equation's only unknown argument where its value tells it."""
        missing = [s for s in symbols_of(equation.expr) if s not in have]
        if equation.symbol in have and len(missing) == 1:
            found = solved(equation.symbol, equation.expr, missing[0], self.nonzero)
            if found is not None:
                have[missing[0]] = substitute(found, have)

    def _written(self, kept: tuple[Node, ...]) -> dict[Symbol, Node] | None:
        """Return the formulas over what is kept, the gradient's last; None where there are none.

        Where a formula can be written in two ways, the one of fewer operations is taken.
        """
        parts = [node for node in kept if not isinstance(node, Symbol)]
        stand_ins = {node: Symbol(f"part {k}", node.shape) for k, node in enumerate(parts)}
        values = self._had(kept)
        values.update((symbol, node) for node, symbol in stand_ins.items())
        written: dict[Symbol, Node] = {}
        work: dict[Symbol, int] = {}
        for symbol, forms in self.forms.items():
            known = {*values, *written, *self.derivation.given}
            for form in (self.parts.kept_in(f, stand_ins) if parts else f for f in forms):
                if known.issuperset(symbols_of(form)):
                    expr = substitute(form, values)
                    count = operations(expr) + sum(work.get(s, 0) for s in symbols_of(expr))
                    if count < work.get(symbol, count + 1):
                        written[symbol], work[symbol] = expr, count
        asked = cotangent(self.program.symbols[self.derivation.wrt[0]])
        return _needed(asked, written) if asked in written else None


def _masks_in(ask: Ask) -> Iterator[KeepablePart]:
    if isinstance(ask, KeepablePart):
        if ask.is_mask and any(symbol.is_float for symbol in symbols_of(ask.expr)):
            yield ask
        for inner in ask.asks:
            yield from _masks_in(inner)


def _needed(asked: Symbol, written: Mapping[Symbol, Node]) -> dict[Symbol, Node]:
    """Return the formulas that the one asked for rests on, in their order."""
    needed = {asked}
    for symbol in reversed(list(written)):
        if symbol in needed:
            needed.update(symbols_of(written[symbol]))
    return {symbol: expr for symbol, expr in written.items() if symbol in needed}
