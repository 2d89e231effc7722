"""Backward in PyTorch: from the cache and cotangents to the gradients that are needed.

The same printer serves twice: for the gradients of the model, and for what the cotangents of
cached values add when backward is differentiated itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from derive.algebra.build import is_zero
from derive.algebra.nodes import Symbol
from derive.code.expressions import Line, Printer, again
from derive.code.layout import WIDTH, bracketed, commented, docstring, listed, statement, unpacked
from derive.code.names import Names
from derive.code.torch.needs import Needs, Work, work_of
from derive.code.torch.target import Target, printed, words_of
from derive.plan.nouns import Plan


class _Backward:
    """One backward function.

    body is made at once, since its text tells which sizes the cache has to hold; `lines` comes
    later, when all of those are known.
    """

    def __init__(self, target: Target, plan: Plan, names: Names, printer: Printer) -> None:
        self.target, self.plan, self.names, self.printer = target, plan, names, printer
        self.given = plan.derivation.given
        self.second = plan is not target.plan
        self.work = [work for work in work_of(plan) if not self._is_given(work)]
        self.needs = Needs(names, target.plan.returned, self.work)
        target.dialect.like = names.of(self.given[0])
        self.body = self._body()
        self.returned = [self._returned(name) for name in target.plan.returned]
        text = "\n".join(line.split("  #")[0] for line in self.body)
        used = words_of(text)
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
        for _, group in groupby(self.work, key=lambda work: work.equation.number):
            works = list(group)
            first = works[0].equation
            heading = f"({first.number}) {self.target.statement(first)}".rstrip()
            body += ["", *commented(4, heading)]
            for serves, same in groupby(works, key=lambda work: work.serves):
                test = self.needs.test(serves)
                if test:
                    body += self._condition(test)
                for work in same:
                    body += self._assign(work, 8 if test else 4)
        return body

    def _condition(self, test: str) -> list[str]:
        line = f"    if {test}:"
        if len(line) <= WIDTH:
            return [line]
        first, *rest = test.split(" or ")
        return ["    if (", f"        {first}", *(f"        or {r}" for r in rest), "    ):"]

    def _assign(self, work: Work, indent: int) -> list[str]:
        lines: list[Line] = printed(
            self.printer, work.assign.symbol, work.assign.expr, room=WIDTH - indent
        )
        made = self.plan.made.get(work.assign.symbol)
        lines = again(lines, made.number) if made else lines
        return [text for k in lines for text in statement(indent, k.target, k.text, k.comment)]

    def _returned(self, name: str) -> str:
        """Return the gradient as it is returned; one that is not needed is None."""
        symbol = self.target.program.symbols[name]
        cotangent = Symbol(name, symbol.shape, "cotangent")
        word = self.names.of(cotangent)
        work = next((w for w in self.work if w.assign.symbol == cotangent), None)
        if work is None:
            given = {s.name: self.names.of(s) for s in self.given}
            return given.get(name, "None")
        if work.serves != {name} and len(work.serves) < len(self.target.plan.returned):
            return f"{word} if {self.needs.test(frozenset([name]))} else None"
        return word

    def lines(self, head: list[str], words: list[str], opening: list[str]) -> list[str]:
        """Return the function: `opening` names the given cotangents."""
        wanted = self.target.plan.returned
        tests = self.needs.lines(4, self.names.local("needs"), wanted)
        unset = self._unset()
        gradients = self.names.outer("Gradients")
        end = bracketed(4, f"return {gradients}(", self.returned, ")")
        rest = [*opening, *tests, *unset, *self.body, "", *end]
        return [*head, *words, *self._unpacked(rest), *rest]

    def _unset(self) -> list[str]:
        """Return the lines that set to None what a test may leave out."""
        guarded = [
            self.names.of(w.assign.symbol)
            for w in self.work
            if w.assign.returned and len(w.serves) < len(self.target.plan.returned)
        ]
        order = [word for word in self.returned if word in guarded]
        lines, line = [], "   "
        for word in order:
            if len(f"{line} {word} = None") > WIDTH:
                lines.append(f"{line} None")
                line = "   "
            line += f" {word} ="
        return [*lines, f"{line} None"] if order else []

    def _unpacked(self, body: Sequence[str]) -> list[str]:
        fields = self.target.cache_names(self.names)
        used = words_of("\n".join(line.split("  #")[0] for line in body))
        targets = [name if name in used else "_" for name in fields]
        if not set(targets) - {"_"}:
            return []
        return unpacked(4, targets, self.names.local("cache"))


def first_order(target: Target) -> _Backward:
    """Return the body of `backward`."""
    return _Backward(target, target.plan, target.names, target.printer)


def backward_lines(target: Target, made: _Backward) -> list[str]:
    """Return `backward`, whose gradients are those of the model."""
    names = target.names
    cache, upstream = names.local("cache"), names.local("grad_output")
    count = len(target.plan.returned)
    every = f"(True,) * {count}" if count > 1 else "(True,)" * count or "()"
    needs = f"{names.local('needs')}={every}"
    parameters = [cache, upstream + "=1.0" * target.is_number, "*", needs]
    parts = [f"dL/d{target.described([s])}" for s in target.outputs]
    given = [names.of(s) for s in made.given]
    if target.several:
        opening = _taken(made, given, upstream)
        words = f"Return the gradients that are needed, from the cache and ({', '.join(parts)})."
    else:
        opening = [*_as_tensor(target, upstream), f"    {given[0]} = {upstream}"]
        opening = opening if given[0] != upstream else opening[:-1]
        words = f"Return the gradients that are needed, from the cache and {parts[0]}."
    if len(words) > WIDTH - 10:
        words = "Return the gradients that are needed, from the cache and those of the outputs."
    head = bracketed(0, "def backward(", parameters, "):")
    return made.lines(head, docstring(4, words), opening)


def _taken(made: _Backward, given: list[str], upstream: str) -> list[str]:
    text = "\n".join([*made.body, *made.returned])
    used = words_of(text)
    targets = [word if word in used else "_" for word in given]
    return unpacked(4, targets, upstream) if set(targets) - {"_"} else []


def _as_tensor(target: Target, upstream: str) -> list[str]:
    """Return the lines that turn a plain number given for the cotangent into a tensor."""
    if not target.is_number:
        return []
    names = target.names
    floats = [s.name for s in target.kept if s.is_float]
    like = names.local("like") if target.like else floats[0]
    test = f"    if not {names.outer('isinstance')}({upstream}, {names.outer('Tensor')}):"
    return [test, f"        {upstream} = {like}.new_full((), {upstream})"]


def through_cached(target: Target) -> _Backward | None:
    """Return the body of `_backward_cached`, None where no cached value depends on an argument."""
    plan = target.cached.plan
    if plan is None or not plan.backward:
        return None
    names = target.new_names()
    names.aliased = target.names.aliased
    made = _Backward(target, plan, names, target.new_printer(names))
    return made if made.body else None


def cached_lines(target: Target, made: _Backward) -> list[str]:
    """Return `_backward_cached`, for second derivatives."""
    names = made.names
    given = [names.of(s) for s in made.given]
    upstream = names.local("grad_cached")
    parameters = [names.local("cache"), upstream, "*", names.local("needs")]
    head = bracketed(0, "def _backward_cached(", parameters, "):")
    values = [s.name for s in target.cached.moving]
    first = f"Return what the cotangents of the cached {listed(values)} add."
    if len(values) == 1:
        first = f"Return what the cotangent of the cached {values[0]} adds."
    if len(first) > WIDTH - 10:
        first = "Return what the cotangents of the cached values add."
    rest = ["Autograd asks for this when it differentiates backward itself."]
    return made.lines(head, docstring(4, first, rest), _taken(made, given, upstream))
