"""The parts of a document that the plan decides: modules, cache, parallel execution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.build import cotangent
from derive.algebra.nodes import Add, Apply, Contract, Node, Symbol, symbols_of, walk
from derive.dims import Dim
from derive.documents.blocks import Block, Figure, Paragraph, Table
from derive.documents.cache import CacheSection
from derive.documents.figures.gallery import FIGURES, file_name
from derive.documents.figures.labels import Labels
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.plan.trained import trained
from derive.program.program import Program


class PlanSections:
    """Writes what the plan says, in one language."""

    def __init__(self, plan: Plan, notation: Notation, words: Words) -> None:
        self.plan = plan
        self.derivation = plan.derivation
        self.program = plan.derivation.program
        self.notation = notation
        self.words = words

    def math(self, symbol: Symbol) -> str:
        """Write a symbol within a text."""
        return f"${self.notation.latex(symbol)}$"

    def listed(self, symbols: Sequence[Symbol]) -> str:
        """Write symbols as a list within a text."""
        return self.words.listed([self.math(symbol) for symbol in symbols])

    def figure(self, kind: str) -> Figure:
        """Return one of the model's figures."""
        drawing = FIGURES[kind](self.plan, Labels(self.plan, self.notation, self.words))
        return Figure(file_name(self.program, kind, self.words.lang), drawing)

    def modules(self, *, state: bool) -> Table:
        """Return who takes what from whom; `state`: whether the optimizer keeps one."""
        words, program = self.words, self.program
        arguments = [a.symbol for a in program.arguments]
        kept = [k.symbol for k in self.plan.kept]
        outputs = self.listed(program.outputs)
        before = [s for s in arguments if s.role == "data" and s.name in self.plan.returned]
        tuned = trained(self.plan)
        gives = []
        if before:
            gives.append(words("to_before", names=self.listed([cotangent(s) for s in before])))
        if tuned:
            gives.append(words("to_optimizer", names=self.listed([cotangent(s) for s in tuned])))
        given = self.words.listed([self._given(s) for s in program.outputs])
        suffix = "" if kept else "_only"
        names = {"kept": self.listed(kept), "outputs": outputs, "given": given}
        rows = [
            (
                words("fig_forward"),
                self.listed(arguments),
                words("forward_gives" + suffix, **names),
            ),
            (words("fig_backward"), words("backward_takes" + suffix, **names), ", ".join(gives)),
        ]
        if tuned:
            gradients = self.listed([cotangent(s) for s in tuned])
            kind = "_state" if state else ""
            names = {"parameters": self.listed(tuned), "gradients": gradients}
            takes = words(f"optimizer_takes{kind}", **names)
            gives_new = words(f"optimizer_gives{kind}", **names)
            rows.append((words("fig_optimizer"), takes, gives_new))
        return Table((words("module"), words("takes"), words("gives")), tuple(rows))

    def _given(self, output: Symbol) -> str:
        symbol = self.notation.latex(output)
        if self.program.is_scalar:
            return rf"$\partial {symbol}/\partial {symbol} = 1$"
        return rf"$\nabla {symbol}$"

    def cache(self) -> Iterator[Block]:
        yield from CacheSection(self.plan, self.notation, self.words).blocks()
        yield from self._lifetimes()

    def _lifetimes(self) -> Iterator[Block]:
        last: dict[Symbol, int] = {}
        kept = {k.symbol for k in self.plan.kept if k.symbol.role == "value"}
        for block in self.plan.backward:
            for assign in block.assigns:
                for symbol in symbols_of(assign.expr):
                    if symbol in kept:
                        last[symbol] = block.equation.number
        if last:
            items = [
                self.words("until_item", symbol=self.math(s), number=number)
                for s, number in last.items()
            ]
            yield Paragraph(self.words("until", lifetimes=self.words.listed(items)))
        yield Paragraph(self.words("pebbles_text"))
        yield self.figure("pebbles")
        yield self.figure("pebbles_animated")

    def parallel(self) -> Iterator[Block]:
        data = [a.symbol for a in self.program.arguments if a.symbol.role == "data"]
        tuned = trained(self.plan)
        shared = set(data[0].shape[:1]) if data and data[0].rank else set()
        for along in shared:
            split_data = [s for s in data if s.rank and s.shape[0] == along]
            sums = [s for s in tuned if self._adds_up(s, along)]
            if sums and len(sums) == len(tuned) and rows_apart(self.program, along):
                yield Paragraph(
                    self.words(
                        "parallel_text",
                        data=self.listed(split_data),
                        dim=dimension_latex(along),
                        gradients=self.listed([cotangent(s) for s in sums]),
                    )
                )

    def _adds_up(self, symbol: Symbol, along: Dim) -> bool:
        """Whether every term of the gradient is a sum along the dimension."""
        if along in symbol.shape:
            return False
        return _all_sum(self.derivation.gradients[symbol.name].expr, along)


def _all_sum(expr: Node, along: Dim) -> bool:
    if isinstance(expr, Add):
        return all(_all_sum(term, along) for term in expr.terms)
    if isinstance(expr, Contract) and not any(expr.sizes[k] == along for k in expr.bound):
        return any(isinstance(f, Add | Contract) and _all_sum(f, along) for f in expr.children)
    return isinstance(expr, Contract)


def rows_apart(program: Program, along: Dim) -> bool:
    """Whether rows meet only where the loss adds them up, each counted once."""
    for equation in program.equations:
        for node in walk(equation.expr):
            if isinstance(node, Contract) and any(d == along for d, _ in node.coefficient.powers):
                return False
            if isinstance(node, Apply) and _mixes(node, along):
                return False
            sums = isinstance(node, Contract) and any(node.sizes[k] == along for k in node.bound)
            if sums and equation.symbol.rank:
                return False
        if not equation.symbol.rank and not _all_sum(equation.expr, along):
            return False
    return True


def _mixes(node: Apply, dim: object) -> bool:
    """Whether an operation runs along its first axis, of that dimension."""
    return 0 in node.params and any(a.shape and a.shape[0] == dim for a in node.args)
