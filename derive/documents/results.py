"""The gradients of a document: the result in front, and the summary behind the derivation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.derivation.reverse import LONGEST_UNFOLDED, closed_form
from derive.documents.blocks import Block, Display, Paragraph
from derive.documents.projections import projection_blocks
from derive.formulas.fit import LINE, broken, width
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan

MOST_RESULTS = 12
SHORT = 6  # operations of a closed form that stands in the result


class Results:
    """Writes gradients, in the arguments alone or in the program's symbols."""

    def __init__(self, plan: Plan, notation: Notation, words: Words) -> None:
        self.plan = plan
        self.derivation = plan.derivation
        self.program = plan.derivation.program
        self.notation = notation
        self.words = words

    def in_front(self) -> Iterator[Block]:
        """Yield what comes out, before all sections."""
        words, program = self.words, self.program
        outputs = self._listed(program.outputs)
        if program.is_scalar:
            text = words("result_scalar", outputs=outputs)
        else:
            names = [self.notation.latex(s) for s in program.outputs]
            given = [rf"$\nabla {name} = \partial L/\partial {name}$" for name in names]
            text = words("result_given", outputs=outputs, given=words.listed(given))
        yield Paragraph(f"**{words('result')}** {text}")
        shown = self.plan.returned[:MOST_RESULTS]
        yield Display(tuple(self._closed(n, SHORT) or self._formula(n) for n in shown))
        kept = self._listed([k.symbol for k in self.plan.kept])
        yield Paragraph(words("result_keeps", kept=kept) if kept else words("result_keeps_none"))

    def _listed(self, symbols: Sequence[Symbol]) -> str:
        return self.words.listed([f"${self.notation.latex(symbol)}$" for symbol in symbols])

    def summary(self) -> Iterator[Block]:
        """Yield every gradient, those on the way too, and in the arguments alone where short."""
        if len(self.derivation.gradients) > 1:
            names = [
                g.variable.name
                for g in self.derivation.gradients.values()
                if g.variable not in self.notation.values
            ]
            yield Display(tuple(self._formula(name) for name in names))
            closed = [
                form
                for name in self.plan.returned
                if (form := self._closed(name, LONGEST_UNFOLDED)) and form != self._formula(name)
            ]
            if closed:
                yield Paragraph(self.words("closed"))
                yield Display(tuple(closed))
        yield from projection_blocks(self.notation, self.words, self.derivation, LONGEST_UNFOLDED)

    def _closed(self, name: str, most: int) -> str:
        """Return the gradient in the arguments alone, "" where that takes more operations."""
        if name not in self.derivation.gradients:
            return ""
        expr = closed_form(self.derivation, name, most)
        if expr is None:
            return ""
        with self.notation.trial() as trial:
            form = self.notation.equation(cotangent(self.program.symbols[name]), expr, "shaped")
            trial.succeeded = all(width(line) <= LINE for line in broken(form))
        return form if trial.succeeded else ""

    def _formula(self, name: str) -> str:
        if name not in self.derivation.gradients:
            symbol = self.program.symbols[name]
            given = cotangent(symbol)
            return self.notation.equation(given, given, "shaped")
        gradient = self.derivation.gradients[name]
        return self.notation.equation(gradient.symbol, gradient.expr, "shaped")
