"""What is kept is the least that suffices: against every subset, on small random programs."""

from __future__ import annotations

from itertools import combinations

import pytest

from derive.algebra.nodes import Symbol
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.plan.keep.choice import Choice, Problem, minimise
from derive.plan.keep.parts import Ask, KeepablePart, KeepableParts, Statistic
from derive.plan.keep.question import smallest_choice, weigher
from derive.plan.keep.sources import Sources
from derive.plan.order.statements import statements
from derive.plan.policy import policy
from tests.random_programs import random_program, random_wrt

FUNCTIONS = ("relu", "relu", "tanh", "sigmoid", "sin", "silu", "exp_of_tanh", "abs")
MOST = 13  # things that may be kept: their subsets are all tried


class Small:
    """A random program's question: what backward asks of forward."""

    def __init__(self, seed: int, mode: str) -> None:
        made = random_program(seed, FUNCTIONS)
        program = split(made)
        derivation = reverse(program, random_wrt(seed, made))
        goes_by = policy(mode, program.dimensions)
        self.sources = Sources(program, goes_by)
        self.weigh = weigher(self.sources, goes_by)
        parts = KeepableParts(self.sources.known, self.weigh)
        work = statements(derivation, goes_by.sizes)
        self.named = [parts.asked_by(s.assign.expr) for s in work]
        self.bits = [s.assign.serves.bits for s in work]
        self.asks = [ask for asked in self.named for ask in asked]

    def keepable(self) -> list[Ask]:
        """Return every value, part and statistic that could be kept to any use."""
        found: dict[Ask, None] = {}
        waiting = list(self.asks)
        while waiting:
            for ask in self.memory(waiting.pop()):
                if ask not in found:
                    found[ask] = None
                    waiting += self.made_of(ask) or ()
        return list(found)

    def memory(self, ask: Ask) -> tuple[Ask, ...]:
        return self.sources.memory_of((ask,)) if isinstance(ask, Symbol) else (ask,)

    def made_of(self, ask: Ask) -> tuple[Ask, ...] | None:
        """Return what an ask can be made of; None where it cannot."""
        if isinstance(ask, KeepablePart):
            return ask.asks
        return self.sources.recipes.get(ask) if isinstance(ask, Symbol) else None

    def suffices(self, kept: frozenset[Ask]) -> bool:
        """Whether all that is asked for can be had, by the definition alone."""

        def had(ask: Ask) -> bool:
            return all(
                one in kept or ((inner := self.made_of(one)) is not None and all(map(had, inner)))
                for one in self.memory(ask)
            )

        return all(map(had, self.asks))

    def least(self, keepable: list[Ask]) -> int:
        """Return the least bytes over all subsets."""
        best = None
        for count in range(len(keepable) + 1):
            for subset in combinations(keepable, count):
                total = sum(map(self.weigh, subset))
                if (best is None or total < best) and self.suffices(frozenset(subset)):
                    best = total
        assert best is not None
        return best


def kept_by(choice: Choice) -> frozenset[Ask]:
    return frozenset((*choice.kept, *choice.parts, *choice.statistics))


def smalls(mode: str, count: int) -> list[tuple[Small, list[Ask]]]:
    found = []
    seed = 0
    while len(found) < count:
        small = Small(seed, mode)
        keepable = small.keepable()
        if keepable and len(keepable) <= MOST:
            found.append((small, keepable))
        seed += 1
    return found


@pytest.mark.parametrize("mode", ["none", "cheap"])
def test_no_subset_of_what_could_be_kept_is_smaller(mode):
    weighed = 0
    for small, keepable in smalls(mode, 250):
        choice = Problem(small.asks, small.sources, small.weigh).solve()
        kept = kept_by(choice)
        assert small.suffices(kept)
        assert sum(map(small.weigh, kept)) == small.least(keepable)
        weighed += choice.judged
    assert weighed > 40, "most programs left nothing to weigh"


def test_masks_and_statistics_are_among_the_choices():
    kinds = {type(ask) for small, keepable in smalls("none", 250) for ask in keepable}
    assert kinds == {Symbol, KeepablePart, Statistic}


def test_no_gradient_alone_keeps_more_than_its_formulas_name():
    for small, _ in smalls("none", 250):
        serves: dict[Symbol, int] = {}
        for asked, bits in zip(small.named, small.bits, strict=True):
            for symbol in small.sources.memory_of([a for a in asked if isinstance(a, Symbol)]):
                serves[symbol] = serves.get(symbol, 0) | bits
        choice = smallest_choice(small.asks, serves, small.sources, small.weigh)
        kept = kept_by(choice)
        assert small.suffices(kept)
        for bit in range(max(small.bits).bit_length()):
            named = {s for s, bits in serves.items() if bits >> bit & 1}
            needed = set()
            waiting = [
                ask
                for asked, bits in zip(small.named, small.bits, strict=True)
                if bits >> bit & 1
                for ask in asked
            ]
            parts = {a for a in waiting if isinstance(a, KeepablePart)}
            while waiting:
                for one in small.memory(waiting.pop()):
                    if one in kept:
                        needed.add(one)
                    else:
                        waiting += small.made_of(one) or ()
            most = sum(map(small.weigh, named)) + sum(
                small.weigh(s)
                for part in parts
                for s in small.sources.memory_of(_symbols(part))
                if s not in named
            )
            assert sum(map(small.weigh, needed)) <= most


def _symbols(part: KeepablePart) -> list[Symbol]:
    found: list[Symbol] = []
    for ask in part.asks:
        found += [ask] if isinstance(ask, Symbol) else _symbols(ask)
    return found


def test_the_solver_says_nothing_on_a_stream_that_a_document_is_written_to(capfd):
    assert minimise([1.0, 2.0], [{0: 1.0, 1: 1.0}], [1.0]) == [True, False]
    assert capfd.readouterr() == ("", "")
