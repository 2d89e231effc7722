"""The smallest set of forward values that suffices for backward, as an integer programme.

For each value v that backward may want, kept(v) or made(v) is 1:

    minimise  Σ bytes(v)·kept(v),  then  Σ operations(v)·made(v)
    where     kept(v) + made(v) ≥ 1                       for each v that a statement asks for,
              made(v) ≤ kept(u) + made(u)                 for each u that v's equation takes,

and likewise for the parts of statements, which are kept or computed from what they ask for.  What
the caller holds costs nothing and is left out.  Values whose lot needs no weighing are settled
first, so that the programme has only the true choices, and is none in a plain network.  Solved
exactly by HiGHS (Huangfu and Hall 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from derive.algebra.nodes import Symbol
from derive.dims import Dim, size_of
from derive.plan.keep.parts import Ask, KeepablePart, Statistic, Weigh
from derive.plan.keep.sources import Sources

Serves = Mapping[Ask, int]
"""The gradients that ask for each value or part as it stands, as bits."""


@dataclass(frozen=True)
class Choice:
    """What is kept: values that have memory of their own, parts of statements, statistics.

    judged: whether sizes had to be compared, so that other sizes may call for another choice.
    """

    kept: frozenset[Symbol]
    parts: tuple[KeepablePart, ...]
    statistics: tuple[Statistic, ...]
    judged: bool


class Problem:
    """The values and parts in question, and how they hang together.

    wanted: values that some statement asks for as they are.  parts: those in question.
    recipes: what each value's equation takes, where it may be made again, and each part.
    """

    def __init__(
        self, asks: Iterable[Ask], sources: Sources, weigh: Weigh, serves: Serves | None = None
    ) -> None:
        self.sources = sources
        self.weigh = weigh
        self.serves = serves or {}
        self.wanted: dict[Symbol, None] = {}
        self.parts: dict[KeepablePart, None] = {}
        self.judged = False
        for ask in asks:
            self._ask(ask)
        self.recipes: dict[Ask, tuple[Ask, ...]] = {
            v: sources.recipes[v] for v in self._reached() if v in sources.recipes
        }
        self._settle_parts()
        self._settle_values()
        for part in self.parts:
            self._enter(part)

    def _ask(self, ask: Ask) -> None:
        if isinstance(ask, KeepablePart):
            self.parts[ask] = None
        elif isinstance(ask, Symbol):
            self.wanted.update(dict.fromkeys(self.sources.memory_of((ask,))))

    def memory_of(self, ask: Ask) -> tuple[Symbol, ...]:
        """Return the values that an ask rests on, parts taken as not kept."""
        if isinstance(ask, Symbol):
            return self.sources.memory_of((ask,))
        inner = ask.asks if isinstance(ask, KeepablePart) else ()
        return tuple(dict.fromkeys(s for a in inner for s in self.memory_of(a)))

    def _reached(self) -> list[Symbol]:
        """Return what is wanted and what that may be made from, in the order of the program."""
        found = dict(self.wanted)
        for part in self.parts:
            found.update(dict.fromkeys(self.memory_of(part)))
        waiting = list(found)
        while waiting:
            for ask in self.sources.recipes.get(waiting.pop(), ()):
                if isinstance(ask, Symbol) and ask not in found:
                    found[ask] = None
                    waiting.append(ask)
        return sorted(found, key=self.sources.order.__getitem__)

    def _enter(self, part: KeepablePart) -> None:
        """Note what a part is computed from, parts within it first."""
        for ask in part.asks:
            if isinstance(ask, KeepablePart):
                self._enter(ask)
        memory = self.sources.memory_of
        inputs = (memory((a,)) if isinstance(a, Symbol) else (a,) for a in part.asks)
        self.recipes[part] = tuple(dict.fromkeys(u for found in inputs for u in found))

    def _settle_parts(self) -> None:
        """Drop the parts whose values are all wanted anyway: they come for nothing.

        One that autograd would keep stays, if some gradient wants it and not what it is made of.
        """
        for part in list(self.parts):
            memory = self.memory_of(part)
            alone = part.is_value and any(not self.serve(part, s) for s in memory)
            if self.wanted.keys() >= set(memory) and not alone:
                del self.parts[part]

    def serve(self, ask: Ask, other: Ask) -> bool:
        """Whether every gradient that asks for the first as it stands asks for the other too."""
        own = self.serves.get(ask, 0)
        return self.serves.get(other, 0) & own == own

    def _settle_values(self) -> None:
        """Forbid to make what rests on a value that serves nothing else and is as large."""
        users: dict[Ask, int] = {}
        of_parts = {s for part in self.parts for s in self.memory_of(part)}
        for inputs in self.recipes.values():
            for ask in inputs:
                users[ask] = users.get(ask, 0) + 1
        for value in list(self.recipes):
            for ask in self.recipes[value]:
                alone = users[ask] == 1 and ask not in self.wanted and ask not in self.recipes
                if alone and ask not in of_parts and self.weigh(ask) >= self.weigh(value):
                    self.judged |= _entries(ask) != _entries(value)
                    self.forbid(value)
                    break

    def forbid(self, ask: Ask) -> None:
        """Take away the way to make a value again, or to compute a part from others."""
        del self.recipes[ask]

    def solve(self) -> Choice:
        """Return the best choice."""
        sure = self._sure()
        if sure.keys() >= self.wanted.keys() and not self.parts:
            kept = frozenset(value for value in self.wanted if sure[value])
            return Choice(kept, (), (), self.judged)
        return _Programme(self).solve()

    def _sure(self) -> dict[Ask, bool]:
        """Return the values whose lot is clear, and whether they are kept.

        One that cannot be made is kept; one that is made of these alone costs no memory.
        """
        found: dict[Ask, bool] = {v: True for v in self.wanted if v not in self.recipes}
        for value, inputs in self.recipes.items():
            if found.keys() >= set(inputs):
                found[value] = False
        return found

    def leaves(self, choice: Choice) -> dict[Ask, frozenset[Ask]]:
        """Return, for each value that is had, what is kept and it is had from."""
        kept: list[Ask] = [*choice.kept, *choice.parts, *choice.statistics]
        found: dict[Ask, frozenset[Ask]] = {ask: frozenset((ask,)) for ask in kept}
        for value, inputs in self.recipes.items():
            if value not in found and found.keys() >= set(inputs):
                found[value] = frozenset().union(*(found[u] for u in inputs))
        return found


def _entries(ask: Ask) -> Dim:
    return size_of(ask.shape if isinstance(ask, Symbol) else ask.expr.shape)


class _Programme:
    """The integer programme of a problem: columns are choices, rows what must hold."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.columns: dict[tuple[str, Ask], int] = {}
        self.rows: list[Mapping[int, float]] = []
        self.least: list[float] = []
        demanded: list[Ask] = [*problem.wanted, *problem.parts]
        for ask in demanded:
            self._row(dict.fromkeys(self._ways(ask), 1), 1)
        waiting: list[Ask] = list(demanded)
        for ask in waiting:
            for u in self._inputs(ask) or ():
                known = ("keep", u) in self.columns
                self._row({**dict.fromkeys(self._ways(u), 1), self._column("make", ask): -1}, 0)
                if not known:
                    waiting.append(u)

    def _ways(self, ask: Ask) -> list[int]:
        """Return the columns that make the ask available."""
        can_make = self._inputs(ask) is not None
        return [self._column(how, ask) for how in ("keep", "make")[: 1 + can_make]]

    def _inputs(self, ask: Ask) -> Sequence[Ask] | None:
        return self.problem.recipes.get(ask)

    def _column(self, how: str, ask: Ask) -> int:
        return self.columns.setdefault((how, ask), len(self.columns))

    def _row(self, row: Mapping[int, float], least: float) -> None:
        self.rows.append(row)
        self.least.append(least)

    def solve(self) -> Choice:
        bytes_kept = [self.problem.weigh(ask) if how == "keep" else 0 for how, ask in self.columns]
        best = minimise(bytes_kept, self.rows, self.least)
        no_more = {k: -b for k, b in enumerate(bytes_kept) if b}
        total = sum(no_more[k] for k, x in enumerate(best) if x and k in no_more)
        best = minimise(self._work(), [*self.rows, no_more], [*self.least, total])
        chosen = [key for key, x in zip(self.columns, best, strict=True) if x]
        kept = [ask for how, ask in chosen if how == "keep"]
        return Choice(
            frozenset(ask for ask in kept if isinstance(ask, Symbol)),
            tuple(ask for ask in kept if isinstance(ask, KeepablePart)),
            tuple(ask for ask in kept if isinstance(ask, Statistic)),
            judged=True,
        )

    def _work(self) -> list[float]:
        """Return the price of each column; among equals an earlier value is kept.

        What forward has at hand costs nothing to keep, another part is computed for that.
        """
        order = self.problem.sources.order
        cost = []
        for how, ask in self.columns:
            if how == "make":
                cost.append(1.0 + self._price(ask))
            elif isinstance(ask, Symbol):
                cost.append(order[ask] / len(order) / 16)
            else:
                is_made = isinstance(ask, KeepablePart) and not ask.is_value
                cost.append(0.1 + is_made * self.problem.sources.price_of(ask.expr))
        return cost

    def _price(self, ask: Ask) -> int:
        """Return the operations that an ask takes beside those of the parts within it."""
        sources = self.problem.sources
        if not isinstance(ask, KeepablePart):
            return sources.price[ask] if isinstance(ask, Symbol) else 0
        inner = (sources.price_of(a.expr) for a in ask.asks if isinstance(a, KeepablePart))
        return max(0, sources.price_of(ask.expr) - sum(inner))


def minimise(
    cost: Sequence[float], rows: Sequence[Mapping[int, float]], least: Sequence[float]
) -> list[bool]:
    """Return the 0/1 columns of least cost with every row at least its bound."""
    import highspy  # brings NumPy: only where there is something to weigh

    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(cost), len(rows)
    programme.col_cost_ = list(cost)
    programme.col_lower_, programme.col_upper_ = [0.0] * len(cost), [1.0] * len(cost)
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    programme.row_lower_, programme.row_upper_ = list(least), [highspy.kHighsInf] * len(rows)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = [0, *accumulate(map(len, rows))]
    programme.a_matrix_.index_ = [column for row in rows for column in row]
    programme.a_matrix_.value_ = [value for row in rows for value in row.values()]
    solver = highspy.Highs()
    solver.silent()
    for option, value in (("threads", 1), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "all kept is a solution"
    return [x > 0.5 for x in solver.getSolution().col_value]
