"""Backward in PyTorch: from the cache and cotangents to the gradients that are needed.

The same printer serves twice: for the gradients of the model, and for what the cotangents of
cached values add when backward is differentiated itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from derive.algebra.build import is_zero
from derive.algebra.nodes import Symbol
from derive.code.expressions import Printer, again
from derive.code.layout import WIDTH, disjoined, statement
from derive.code.module import headed, words_of
from derive.code.names import Names
from derive.code.soft import targets
from derive.code.torch.needs import Flag, Needs, Work, work_of
from derive.code.torch.target import Target, printed
from derive.plan.nouns import Plan


@dataclass(frozen=True)
class BackwardData:
    """What a backward function does, in order.

    told: what it is given, or what it returns, in words.  kept: the names of the cache's values;
    given: those of the cotangents given.  needs, flags: the tests; unset: what they may leave out,
    a line of names each.
    """

    told: str
    kept: Sequence[str]
    given: str
    needs: Sequence[str]
    flags: Sequence[Flag]
    unset: Sequence[Sequence[str]]
    body: str
    returned: Sequence[str]


class Backward:
    """One backward function.

    body is made at once, since its code tells which sizes the cache has to hold; `data` comes
    later, when all of those are known.
    """

    def __init__(self, target: Target, plan: Plan, names: Names, printer: Printer) -> None:
        self.target, self.plan, self.names, self.printer = target, plan, names, printer
        self.given = plan.derivation.given
        self.second = plan is not target.plan
        self.work = [work for work in work_of(plan) if not self._is_given(work)]
        self.needs = Needs(names, target.plan.returned, self.work)
        target.dialect.like = names.of(self.given[0])
        self.code: list[str] = []  # what the statements compute
        self.body = self._body()
        self.returned = [self._returned(name) for name in target.plan.returned]
        used = words_of("\n".join(self.code))
        self.sizes = [name for name, word in names.dimension.items() if word in used]

    def _is_given(self, work: Work) -> bool:
        """Whether no statement is needed: for a cotangent given or zero, or what serves none."""
        symbol, expr = work.assign.symbol, work.assign.expr
        nothing = self.second and is_zero(expr) and symbol not in self.plan.made
        if nothing or not work.serves:
            return True
        if not (isinstance(expr, Symbol) and expr.role == "upstream" and expr.name == symbol.name):
            return False
        self.names.gradient[("upstream", symbol.name)] = self.names.of(symbol)
        return True

    def _body(self) -> list[str]:
        body: list[str] = []
        for number, group in groupby(self.work, key=lambda work: work.equation.number):
            works = list(group)
            body += headed(number, self.target.heading(works[0].equation))
            for serves, same in groupby(works, key=lambda work: work.serves):
                tests = self.needs.tests(serves)
                if tests:
                    body += disjoined(4, "if ", tests, ":")
                for work in same:
                    body += self._assign(work, 8 if tests else 4)
        return body

    def _assign(self, work: Work, indent: int) -> list[str]:
        symbol = work.assign.symbol
        lines = printed(self.printer, symbol, work.assign.expr, room=WIDTH - indent)
        made = self.plan.made.get(symbol)
        lines = again(lines, made.number) if made else lines
        self.code += [line.text for line in lines]
        return [text for k in lines for text in statement(indent, k.target, k.text, k.comment)]

    def _returned(self, name: str) -> str:
        """Return the gradient as it is returned; one that is not needed is None."""
        cotangent = Symbol(name, self.target.symbols[name].shape, "cotangent")
        word = self.names.of(cotangent)
        work = next((w for w in self.work if w.assign.symbol == cotangent), None)
        if work is None:
            given = {s.name: self.names.of(s) for s in self.given}
            return given.get(name, "None")
        if work.serves != {name} and len(work.serves) < len(self.target.plan.returned):
            return f"{word} if {' or '.join(self.needs.tests(frozenset([name])))} else None"
        return word

    def data(self, told: str, upstream: str) -> BackwardData:
        """Return the function; upstream: the parameter that has the given cotangents."""
        like = self.names.local("like") if self.target.like else self.target.first_kept()
        used = words_of("\n".join([*self.code, *self.returned]))
        used |= {like} if self._takes_number() else set()
        kept = [name if name in used else "_" for name in self.target.cache_names(self.names)]
        flags = self.needs.flags_used()
        return BackwardData(
            told=told,
            kept=kept if set(kept) - {"_"} else [],
            given=self._taken(used, self.names.local(upstream)),
            needs=self.needs.targets(self.target.plan.returned),
            flags=flags,
            unset=self._unset(),
            body="\n".join(self.body[1:]),
            returned=self.returned,
        )

    def _takes_number(self) -> bool:
        """Whether a plain number given for the cotangent is turned into a tensor."""
        return self.target.is_number and not self.second

    def _taken(self, used: set[str], upstream: str) -> str:
        """Return the names of the given cotangents, of those that are used."""
        given = [self.names.of(symbol) for symbol in self.given]
        if not self.second and not self.target.several:
            return given[0] if given[0] != upstream else ""
        found = [word if word in used else "_" for word in given]
        return targets(found) if set(found) - {"_"} else ""

    def _unset(self) -> list[list[str]]:
        """Return what a test may leave out, as many names as fit a line with `= None`."""
        guarded = [
            self.names.of(w.assign.symbol)
            for w in self.work
            if w.assign.returned and len(w.serves) < len(self.target.plan.returned)
        ]
        lines: list[list[str]] = []
        for word in self.returned:
            if word not in guarded:
                continue
            if not lines or len(" = ".join([*lines[-1], word, "None"])) + 4 > WIDTH:
                lines.append([])
            lines[-1].append(word)
        return lines


def through_cached(target: Target) -> Backward | None:
    """Return `_backward_cached`, None where no cached value depends on an argument."""
    plan = target.cached.plan
    if plan is None or not plan.backward:
        return None
    names = target.new_names()
    made = Backward(target, plan, names, target.new_printer(names))
    return made if made.body else None
