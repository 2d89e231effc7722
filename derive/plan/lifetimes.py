"""When each array of value_and_grad is born, used last and freed, and what is alive meanwhile.

Forward and backward are one timeline here: nothing outlives its last use, as no caller holds a
cache.  A moment is one numbered equation, forward or backward; what it uses last is freed when it
is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from derive.algebra.nodes import Symbol, symbols_of
from derive.dims import Dim, dim
from derive.plan.nouns import Assign, Block, Plan
from derive.plan.storage import Storage, bytes_of
from derive.program.program import Equation


@dataclass(frozen=True)
class Moment:
    """The statements of one equation's number: side is "forward" or "backward"."""

    side: str
    equation: Equation
    assigns: tuple[Assign, ...]

    @property
    def number(self) -> int:
        return self.equation.number


@dataclass(frozen=True)
class Life:
    """An array that value_and_grad makes.

    start, end: the moments that make it and that use it last, itself or by a view of it; end is
    None where it is returned.  base: the symbol whose memory it shows, None if it has its own.
    """

    symbol: Symbol
    start: int
    end: int | None
    base: Symbol | None = None

    def is_alive(self, moment: int) -> bool:
        """Whether it holds memory while the moment's statements run."""
        return self.start <= moment and (self.end is None or moment <= self.end)


@dataclass(frozen=True)
class Timeline:
    """The moments in order, and every array's life, in order of birth."""

    moments: tuple[Moment, ...]
    lives: tuple[Life, ...]

    @cached_property
    def forward(self) -> int:
        """How many moments are forward ones: they come first."""
        return sum(moment.side == "forward" for moment in self.moments)

    def alive(self, moment: int) -> tuple[Life, ...]:
        """Return the arrays that hold memory in the moment, its own results included."""
        return tuple(life for life in self.lives if life.is_alive(moment))

    def freed(self, moment: int) -> tuple[Symbol, ...]:
        """Return the arrays that are dropped when the moment is done."""
        return tuple(self._ends.get(moment, ()))

    @cached_property
    def _ends(self) -> dict[int | None, list[Symbol]]:
        ends: dict[int | None, list[Symbol]] = {}
        for life in self.lives:
            ends.setdefault(life.end, []).append(life.symbol)
        return ends

    def bytes_alive(self, moment: int, item: int) -> Dim:
        """Return the bytes alive in the moment, views counted with what they show."""
        total = dim(0)
        for life in self.alive(moment):
            if life.base is None:
                total = total + bytes_of(life.symbol, item)
        return total


def timeline(plan: Plan) -> Timeline:
    """Return the timeline of value_and_grad, forward and backward as the plan has them."""
    moments = tuple(_moments(plan))
    returned = {*plan.derivation.program.outputs}
    returned |= {a.symbol for m in moments for a in m.assigns if a.returned}
    storage = Storage(())
    owned_by_caller = {a.symbol for a in plan.derivation.program.arguments}
    open_lives: dict[Symbol, Life] = {}
    done: list[Life] = []

    def use(symbol: Symbol, moment: int) -> None:
        for name in {symbol, storage.owner(symbol)}:
            if name in open_lives:
                open_lives[name] = replace(open_lives[name], end=moment)

    for k, moment in enumerate(moments):
        for assign in moment.assigns:
            for symbol in symbols_of(assign.expr):
                use(symbol, k)
            if assign.symbol in open_lives:
                done.append(open_lives.pop(assign.symbol))
            storage.enter(assign.symbol, assign.expr)
            owner = storage.owner(assign.symbol)
            base = None if owner is assign.symbol or owner in owned_by_caller else owner
            open_lives[assign.symbol] = Life(assign.symbol, k, k, base)
    kept_by_caller = {storage.owner(symbol) for symbol in returned} | returned
    for symbol, life in open_lives.items():
        done.append(replace(life, end=None) if symbol in kept_by_caller else life)
    return Timeline(moments, tuple(sorted(done, key=lambda life: life.start)))


def _moments(plan: Plan) -> Iterator[Moment]:
    for side, blocks in (("forward", plan.forward), ("backward", plan.backward)):
        for _, group in groupby(blocks, key=lambda block: block.equation.number):
            same: list[Block] = list(group)
            shown = next((b.equation for b in same if not b.equation.inline), same[0].equation)
            yield Moment(side, shown, tuple(a for block in same for a in block.assigns))
