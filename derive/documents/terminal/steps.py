"""The steps of the backward pass in a terminal: the dimension argument and the proof of each."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.build import cotangent, differential
from derive.derivation.candidates import CandidateFactor
from derive.derivation.reason import StepProof
from derive.formulas.columns import beside
from derive.formulas.notation import Notation
from derive.formulas.shapes import read_off, text_matrix_shape, text_shape2
from derive.formulas.words.words import Words
from derive.program.derivation import Derivation


class Steps:
    """Writes the arguments of one derivation."""

    def __init__(self, derivation: Derivation, notation: Notation, words: Words) -> None:
        self.derivation = derivation
        self.notation = notation
        self.words = words

    def lines(self, argument: StepProof) -> Iterator[str]:
        """Yield what must be found, how many products fit, and the proof."""
        words, notation = self.words, self.notation
        gradient = notation.text(cotangent(argument.variable))
        target = text_matrix_shape(argument.variable)
        dimensions = argument.dimensions
        if dimensions is None:
            yield f"  {gradient}   {words('t_must_plain', shape=target)}"
            yield f"       {words('t_entrywise')}"
        else:
            ordered = sorted(dimensions.factors, key=lambda f: not f.is_cotangent)
            factors = words.listed([f"{self._factor(f)} ({text_shape2(f.shape)})" for f in ordered])
            yield f"  {gradient}   {words('t_must', shape=target, factors=factors)}"
            counted = words(
                "t_products",
                total=len(dimensions.candidates),
                formable=dimensions.formable,
                fitting=dimensions.fitting,
                verb="is" if dimensions.fitting == 1 else "are",
                shape=target,
            )
            verdict = words("t_decide" if dimensions.decide else "t_candidates")
            yield f"       {counted} {verdict}"
        yield from self._proof(argument)

    def _proof(self, argument: StepProof) -> Iterator[str]:
        notation = self.notation
        change, pulled = notation.text(argument.differential), notation.text(argument.pullback)
        moved = notation.text(argument.moved)
        if argument.ybar in notation.values:
            left = notation.text(differential(argument.equation.symbol))
            yield f"       {left} = {change} = ⟨{pulled}, {moved}⟩"
        else:
            ybar = notation.text(argument.ybar)
            yield f"       ⟨{ybar}, {change}⟩ = ⟨{pulled}, {moved}⟩"
        found = self.derivation.gradients[argument.variable.name]
        last = found.steps[-1].equation
        is_last = last.inline or last.symbol == argument.equation.symbol
        if not is_last:
            return
        if len(found.steps) > 1:
            numbers = ", ".join(str(s.equation.number) for s in found.steps)
            yield f"       {self.words('t_sum', numbers=numbers)}"
        line = notation.equation(found.symbol, found.expr, "text")
        yield beside(f"       {line}", read_off(notation, found.expr, latex=False))

    def _factor(self, factor: CandidateFactor) -> str:
        texts = [self.notation.text(node) for node, _ in factor.parts]
        return " ".join(texts)
