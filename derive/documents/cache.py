"""The section of a document on the cache: what is kept, made again or not needed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from derive.algebra.build import cotangent, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.reverse import reverse
from derive.dims import dim
from derive.documents.blocks import Block, Paragraph, Table
from derive.documents.spared import told_by_output
from derive.formulas.notation import Notation, covered, dimension_latex
from derive.formulas.words.words import Words
from derive.plan.effort import price_of
from derive.plan.nouns import Kept, Plan
from derive.plan.planner.planner import make_plan
from derive.plan.storage import ITEM, Storage, bytes_of
from derive.program.program import Equation, Program

MOST_USES = 3
MOST_ROWS = 6
MOST_LISTED = 8  # gradients or values that stand in one cell
_LONGEST = 60  # equations of a program that is planned anew for each choice of gradients


class CacheSection:
    """Writes what the plan keeps, in one language."""

    def __init__(self, plan: Plan, notation: Notation, words: Words) -> None:
        self.plan = plan
        self.derivation = plan.derivation
        self.notation = notation
        self.words = words
        equations = plan.derivation.program.equations
        self.storage = Storage((e.symbol, e.expr) for e in equations)

    def blocks(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words("cache_text_made" if self.plan.made else "cache_text"))
        head = (words("symbol"), words("kept"), words("because"), words("bytes"))
        yield Table(head, (*self._kept_rows(), *self._made_rows(), *self._spared_rows()))
        yield Paragraph(self._total())
        yield Paragraph(words("which_end"))
        yield from self._asked()

    def _math(self, symbol: Symbol) -> str:
        return f"${self.notation.latex(symbol)}$"

    def _kept_rows(self) -> Iterator[tuple[str, ...]]:
        for kept in self.plan.kept:
            uses = list(self._uses(kept))
            more = len(uses) - MOST_USES
            told = ", ".join(uses[:MOST_USES])
            told += self.words("and_more", count=more) if more > 0 else ""
            yield self._math(kept.symbol), self.words("yes"), told, self._size(kept)

    def _uses(self, kept: Kept) -> Iterator[str]:
        """Yield the gradients that have the value, and what is made again of it."""
        reasons = self.plan.reasons(kept)
        made = [self._math(s) for s in reasons if s in self.plan.made]
        if made:
            yield self.words("for_making", symbols=self.words.listed(made))
        for symbol in reasons:
            if symbol.name in self.derivation.gradients and symbol.role == "cotangent":
                gradient = self.derivation.gradients[symbol.name]
                yield f"${self.notation.equation(symbol, gradient.expr, 'latex')}$"
            elif symbol not in self.plan.made:
                yield self.words("for_value", symbol=self._math(symbol))

    def _size(self, kept: Kept) -> str:
        size = f"${_bytes(kept.symbol)}$"
        if kept.held:
            return self.words(f"held_{kept.held}", bytes=size)
        owner = self.storage.owner(kept.symbol)
        if owner != kept.symbol:
            return self.words("view_of", bytes=f"${_bytes(owner)}$", owner=self._math(owner))
        return self.words("mask_size", bytes=size) if kept.is_mask else size

    def _made_rows(self) -> Iterator[tuple[str, ...]]:
        for symbol, equation in self.plan.made.items():
            price = price_of(equation.expr)
            why = [self.words("operations", count=f"${dimension_latex(price)}$")]
            if not symbols_of(equation.expr):
                why = [self.words("from_sizes")]
            elif symbol not in self.notation.values:
                formula = self.notation.equation(symbol, equation.expr, "latex")
                why = [f"${formula}$", *(why if price != 0 else [])]
            yield self._math(symbol), self.words("made"), ", ".join(why), ""

    def _spared_rows(self) -> Iterator[tuple[str, ...]]:
        sums, outputs = covered(self.plan), told_by_output(self.plan)
        for symbol in self.plan.unkept:
            if symbol in self.notation.values:
                continue
            if symbol in sums:
                why = self.words("sum_enough", sum=self._math(sums[symbol]))
            elif symbol in outputs:
                equation = outputs[symbol]
                why = self.words(
                    "output_enough", number=equation.number, output=self._math(equation.symbol)
                )
            else:
                why = self.words("in_no_gradient")
            yield self._math(symbol), self.words("no"), why, ""

    def _total(self) -> str:
        """Tell the new memory, what shares memory counted once."""
        owners = {self.storage.owner(k.symbol) for k in self.plan.kept if not k.held}
        total = sum((bytes_of(s, ITEM["float32"]) for s in owners), dim(0))
        told = self.words("new_memory", bytes=f"${dimension_latex(total)}$")
        return told + (self.words("judged_at", sizes=self._sizes()) if self.plan.judged else "")

    def _sizes(self) -> str:
        """Write the sizes at which the choice was weighed."""
        sizes = self.plan.sizes
        names = self.derivation.program.dimensions
        return self.words.listed([f"${dimension_latex(dim(n))} = {sizes[n]}$" for n in names])

    def _asked(self) -> Iterator[Block]:
        """Tell what is kept for other choices of gradients, planned anew for each."""
        program = _as_written(self.plan)
        if len(program.equations) > _LONGEST or len(self.plan.returned) < 2:
            return
        rows = []
        for names, remark in self._choices(program):
            gradients = [self._math(cotangent(program.symbols[name])) for name in names]
            label = self._short(gradients) + (self.words(remark) if remark else "")
            rows.append((label, self._kept_for(program, names)))
        yield Paragraph(self.words("asked_text"))
        yield Table((self.words("asked"), self.words("kept")), tuple(rows))

    def _choices(self, program: Program) -> list[tuple[tuple[str, ...], str]]:
        """Return names of gradients: all, those of parameters, those of data, each."""
        every = self.plan.returned
        roles = {name: program.symbols[name].role for name in every}
        parameters = tuple(n for n in every if roles[n] == "parameter")
        data = tuple(n for n in every if roles[n] == "data")
        found = {every: ""}
        for names, remark in ((parameters, "asked_parameters"), (data, "asked_data")):
            if names:
                found.setdefault(names, remark)
        for name in reversed(every):
            found.setdefault((name,), "")
        return list(found.items())[:MOST_ROWS]

    def _kept_for(self, program: Program, names: tuple[str, ...]) -> str:
        narrow = make_plan(reverse(program, names), self.plan.policy)
        notation = Notation(narrow.derivation)
        return self._short([f"${notation.latex(k.symbol)}$" for k in narrow.kept])

    def _short(self, items: Sequence[str]) -> str:
        if not items:
            return self.words("nothing")
        more = len(items) - MOST_LISTED
        if more <= 1:
            return self.words.listed(list(items))
        return ", ".join(items[:MOST_LISTED]) + self.words("and_more", count=more)


def _as_written(plan: Plan) -> Program:
    """Return the program without the equations that name what the plan keeps of others."""
    values: dict[Node, Node] = {symbol: expr for expr, symbol in plan.parts.items()}
    values.update(plan.stages.items())
    equations = [
        e if values.keys().isdisjoint(symbols_of(e.expr)) else _over(e, values)
        for e in plan.derivation.program.equations
        if e.symbol not in values
    ]
    return replace(plan.derivation.program, equations=tuple(equations))


def _over(equation: Equation, values: Mapping[Node, Node]) -> Equation:
    return replace(equation, expr=substitute(equation.expr, values))


def _bytes(symbol: Symbol) -> str:
    return dimension_latex(bytes_of(symbol, ITEM["float32"]))
