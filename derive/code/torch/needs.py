"""Guards of backward: what is computed depends on which gradients are needed.

A statement is needed if any gradient that it serves is.  The tests read like the reverse sweep:
`needs_y2 = needs_y1 or needs_w2` stands for everything that goes through y2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derive.algebra.nodes import Symbol, symbols_of
from derive.code.names import Names
from derive.derivation.split import fresh
from derive.plan.nouns import Assign, Plan
from derive.program.program import Equation

_Serves = frozenset[str]


@dataclass(frozen=True)
class Work:
    """A statement of backward with the returned gradients that need it, directly or not."""

    equation: Equation
    assign: Assign
    serves: _Serves


def work_of(plan: Plan) -> list[Work]:
    """Return the statements of backward in order."""
    order = [(block.equation, assign) for block in plan.backward for assign in block.assigns]
    needed: dict[Symbol, set[str]] = {}
    found = []
    for equation, assign in reversed(order):
        serves = needed.setdefault(assign.symbol, set())
        if assign.returned:
            serves.add(assign.symbol.name)
        for symbol in symbols_of(assign.expr):
            needed.setdefault(symbol, set()).update(serves)
        found.append(Work(equation, assign, frozenset(serves)))
    return found[::-1]


def narrowed(work: Iterable[Work], wanted: Iterable[str]) -> list[Work]:
    """Return the work as if only these gradients could be asked for."""
    return [replace(piece, serves=piece.serves.intersection(wanted)) for piece in work]


def kept_serves(plans: Iterable[Plan]) -> dict[Symbol, _Serves]:
    """Return, for each argument or value that is kept, the returned gradients that need it."""
    found: dict[Symbol, set[str]] = {}
    for plan in plans:
        kept = {k.symbol for k in plan.kept}
        for work in work_of(plan):
            for symbol in kept.intersection(symbols_of(work.assign.expr)):
                found.setdefault(symbol, set()).update(work.serves)
    return {symbol: frozenset(serves) for symbol, serves in found.items()}


Flag = tuple[str, list[str]]
"""A name for the disjunction of its parts, and these."""


class Needs:
    """The tests of one function; `targets` and `flags_used` are what must stand before.

    wanted: the names of all gradients that can be asked for, in order.
    """

    def __init__(self, names: Names, wanted: Sequence[str], work: Sequence[Work]) -> None:
        self.names = names
        self.wanted = tuple(wanted)
        self.flags: dict[_Serves, str] = {}
        # A value that is made again and its cotangent have one name, and serve different gradients.
        taken = {f"needs_{name}" for name in wanted}
        for piece in reversed(work):
            serves = piece.serves
            if 1 < len(serves) < len(self.wanted) and serves not in self.flags:
                name = piece.assign.symbol.name
                word = f"through_{name}" if name in wanted else f"needs_{name}"
                self.flags[serves] = fresh(word, taken)
        self.used: dict[_Serves, None] = {}

    def tests(self, serves: _Serves) -> list[str]:
        """Return the tests, any of which says that work for these gradients is needed.

        There is none where it always is.
        """
        if len(serves) == len(self.wanted):
            return []
        if len(serves) > 1 and serves not in self.flags:
            return self._cover(serves, list(self.flags))
        self.used[serves] = None
        return [self._name(serves)]

    def _name(self, serves: _Serves) -> str:
        if len(serves) == 1:
            (name,) = serves
            return self.names.local(f"needs_{name}")
        return self.names.local(self.flags[serves])

    def _cover(self, serves: _Serves, known: list[_Serves]) -> list[str]:
        """Return tests whose disjunction is that of the gradients, the fewest first."""
        left, parts = set(serves), []
        for flag in sorted(known, key=len, reverse=True):
            if flag < serves and flag & left == flag:
                parts.append(flag)
                left -= flag
        parts += [frozenset([name]) for name in self.wanted if name in left]
        for part in parts:
            self.used[part] = None
        parts.sort(key=lambda part: min(self.wanted.index(name) for name in part))
        return [self._name(part) for part in parts]

    def targets(self, order: Sequence[str]) -> list[str]:
        """Return what a tuple of needs is unpacked to; `order` names its entries."""
        single = {name for serves in self.used if len(serves) == 1 for name in serves}
        return [self._name(frozenset([n])) if n in single else "_" for n in order] if single else []

    def flags_used(self) -> list[Flag]:
        """Return the flags that the tests rest on, each after those that it is made of."""
        found: list[Flag] = []
        known = list(self.flags)
        for serves in reversed(known):
            if serves in self.used:
                parts = self._cover(serves, known[: known.index(serves)])
                found.insert(0, (self._name(serves), parts))
        return found
