"""The least work that keeps the values of forward within a budget of bytes, all through backward.

The program is cut into segments of consecutive equations.  At a cut p forward keeps

    boundary(p) = the values from before p that an equation from p on takes, or its backward uses,

and nothing else but what backward uses in the last segment.  When backward comes to a segment, it
makes the values that it needs there again, from what is kept at the segment's beginning.  For a
segment [a, b) that takes memory for all of these and for what is kept so far, and work once.

    best(b) = the pairs (bytes kept, work) that no other pair is better than,
              over all a < b and pairs of best(a) that fit into the budget with [a, b).

This is the dynamic programme of Kusumoto et al. 2019 (section 4) over the beginnings of the
program, exact over all cuts; with equal layers it finds the cuts at every √n-th of them (Chen et
al. 2016).  An integer programme over all schedules (Jain et al. 2020) took a minute for nine
layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from derive.algebra.nodes import Symbol
from derive.errors import DeriveError
from derive.plan.keep.parts import Weigh
from derive.plan.keep.sources import Sources

_LARGEST = 600
"""Values of the longest program whose cuts are weighed: the time grows with their square."""


@dataclass(frozen=True)
class Trade:
    """What forward keeps, and the price of it.

    alive: the most bytes of forward's values in memory during backward.  work: operations that are
    done again.
    """

    kept: frozenset[Symbol]
    alive: int
    work: int


@dataclass(frozen=True)
class _Label:
    """A way to cut the equations before some position: bytes kept, work, and the way itself."""

    kept: int
    work: int
    alive: int
    cuts: tuple[int, ...]


class Segments:
    """The equations of a program as positions, and what each value costs and is used for.

    wanted: for the equations whose backward uses values, these values.
    """

    def __init__(
        self, wanted: Mapping[Symbol, Iterable[Symbol]], sources: Sources, weigh: Weigh
    ) -> None:
        self.values = list(sources.recipes)
        if len(self.values) > _LARGEST:
            raise DeriveError(
                f"{len(self.values)} values are too many to share a budget among",
                needed=(f"At most {_LARGEST} are.",),
                hint="recompute=cheap has no such limit",
            )
        self.at = {value: k for k, value in enumerate(self.values)}
        self.bytes = [weigh(value) for value in self.values]
        self.price = [sources.price[value] for value in self.values]
        self.inputs = [
            [self.at[u] for u in sources.recipes[value] if isinstance(u, Symbol)]
            for value in self.values
        ]
        self.wanted: set[int] = set()
        self.reach = list(range(len(self.values)))  # the last position that needs each value
        for k, inputs in enumerate(self.inputs):
            self._needed(inputs, k)
        for equation, symbols in wanted.items():
            (owner,) = sources.memory_of((equation,)) or (None,)
            used = [self.at[v] for v in sources.memory_of(symbols)]
            self.wanted.update(used)
            self._needed(used, self.at.get(owner, 0) if owner else 0)

    def _needed(self, values: Iterable[int], at: int) -> None:
        for value in values:
            self.reach[value] = max(self.reach[value], at)

    def within(self, budget: int) -> Trade | None:
        """Return the least work within the budget; None where no cuts fit."""
        best: list[list[_Label]] = [[] for _ in range(len(self.values) + 1)]
        best[0] = [_Label(0, 0, 0, ())]
        final: _Label | None = None
        for a, labels in enumerate(best):
            best[a] = labels = _undominated(labels)
            for label in labels:
                last = self._finished(label, a, budget)
                if last is not None and (final is None or last.work < final.work):
                    final = last
            for b in range(a + 1, len(self.values)):
                longer = (self._extended(label, a, b, budget) for label in labels)
                best[b] += [label for label in longer if label is not None]
        if final is None:
            return None
        return Trade(frozenset(self._kept(final.cuts)), final.alive, final.work)

    @cached_property
    def _costs(self) -> list[list[tuple[int, int, int]]]:
        """The bytes kept, the bytes made and the work of [a, b), by b and then by a."""
        table = []
        for b in range(len(self.values)):
            kept = made = work = 0
            needed: set[int] = set()
            row = []
            for value in range(b - 1, -1, -1):
                if self.reach[value] >= b:
                    kept += self.bytes[value]
                elif value in self.wanted or value in needed:
                    made += self.bytes[value]
                    work += self.price[value]
                    needed.update(self.inputs[value])
                row.append((kept, made, work))
            table.append(row[::-1])
        return table

    def _extended(self, label: _Label, a: int, b: int, budget: int) -> _Label | None:
        """Return the label with the segment [a, b); None where that does not fit."""
        kept, made, work = self._costs[b][a]
        alive = label.kept + kept + made
        if alive > budget:
            return None
        most = max(alive, label.alive)
        return _Label(label.kept + kept, label.work + work, most, (*label.cuts, b))

    def _finished(self, label: _Label, a: int, budget: int) -> _Label | None:
        """Return the label with the last segment, whose values are kept."""
        kept = label.kept + sum(self.bytes[v] for v in self.wanted if v >= a)
        if kept > budget:
            return None
        return _Label(kept, label.work, max(kept, label.alive), label.cuts)

    def _kept(self, cuts: tuple[int, ...]) -> Iterable[Symbol]:
        last = cuts[-1] if cuts else 0
        for k, value in enumerate(self.values):
            if (k >= last and k in self.wanted) or any(k < b <= self.reach[k] for b in cuts):
                yield value

    def trades(self, points: int = 12) -> list[Trade]:
        """Return trades from no work done again down to the least memory, about `points`."""
        found: list[Trade] = []
        budget, too_small = sum(self.bytes), -1
        for _ in range(2 * points):
            trade = self.within(budget)
            if trade is None:
                too_small = budget
            else:
                found.append(trade)
            least = found[-1].alive
            step = max(1, found[0].alive // points)
            budget = max(least - step, (least + too_small) // 2)
            if budget <= too_small or budget >= least:
                break
        return found


def _undominated(labels: list[_Label]) -> list[_Label]:
    """Return the labels that no other one is better than in bytes and work."""
    found: list[_Label] = []
    for label in sorted(labels, key=lambda one: (one.kept, one.work)):
        if not found or label.work < found[-1].work:
            found.append(label)
    return found


def cheapest(segments: Segments, budget: int) -> Trade:
    """Return the trade of least work within a budget; raise DeriveError where there is none."""
    trade = segments.within(budget)
    if trade is not None:
        return trade
    least = segments.trades()[-1].alive
    raise DeriveError(
        f"backward cannot do with {budget} bytes of forward's values",
        hint=f"budget={least} is enough" if least > budget else "allow more",
    )
