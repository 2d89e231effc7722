"""The update section of a document: what the optimizer does with the gradients.

Without an optimizer asked for, gradient descent is told for each parameter.  With one, its step
is told for one entry, with its state and its keywords; the formulas are the equations that
`derive.code.numpy.training` writes as code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sympy

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.algebra.scalars.tree import Scalar
from derive.documents.blocks import Block, Display, Paragraph, Table
from derive.formulas.glyphs import Glyphs
from derive.formulas.latex_marks import Latex
from derive.formulas.matrices.view import scalar_expression
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.plan.trained import need_trainable, trained
from derive.program.optimizers import (
    CLIPPING,
    DESCENT,
    QUANTITIES,
    Optimizer,
    UpdateEquation,
    g,
    max_norm,
    norm,
    quantity,
    t,
    w,
)
from derive.program.program import Program


def update_section(
    plan: Plan, notation: Notation, words: Words, optimizer: Optimizer | None
) -> Iterator[Block]:
    """Yield the section; DeriveError where an optimizer is asked for that has nothing to do."""
    if optimizer is not None:
        need_trainable(plan, optimizer)
        yield from _Step(plan, notation, words, optimizer).blocks()
    elif tuned := trained(plan):
        yield Paragraph(words("update_text"))
        yield Display(tuple(_descent(symbol, notation.glyphs) for symbol in tuned))


def _descent(weight: Symbol, glyphs: Glyphs) -> str:
    """Return gradient descent for a whole array."""
    return _Entries(glyphs, {w: weight, g: cotangent(weight)}).equation(DESCENT)


class _Entries:
    """Writes equations of steps; `symbols` are for slots that are no numbers of their own."""

    def __init__(self, glyphs: Glyphs, symbols: Mapping[Scalar, Symbol]) -> None:
        self.slots = [sympy.Dummy(q.letter, real=True) for q in QUANTITIES]
        shown = [
            symbols.get(Scalar("slot", (k,)), Symbol(q.letter, ()))
            for k, q in enumerate(QUANTITIES)
        ]
        self.write = Latex(glyphs, dict(zip(self.slots, shown, strict=True)))

    def __call__(self, tree: Scalar) -> str:
        return self.write(scalar_expression(tree, self.slots))

    def equation(self, equation: UpdateEquation) -> str:
        return rf"{self(equation.target)} \leftarrow {self(equation.value)}"


class _Step:
    """A step of an optimizer, told for one entry of the parameters."""

    def __init__(self, plan: Plan, notation: Notation, words: Words, optimizer: Optimizer) -> None:
        self.program = plan.derivation.program
        self.parameters = trained(plan)
        self.notation = notation
        self.words = words
        self.optimizer = optimizer
        self.entry = _Entries(Glyphs(_without_names(self.program)), {})

    def blocks(self) -> Iterator[Block]:
        words, entry, optimizer = self.words, self.entry, self.optimizer
        arrays = words.listed([f"${self.notation.latex(s)}$" for s in self.parameters])
        yield Paragraph(words("step_text", name=words(optimizer.name), parameters=arrays))
        yield Paragraph(words("step_state", state=words.listed(self._state())))
        formulas = [rf"{entry(t)} \leftarrow {entry(t + 1)}"]
        yield Display((*formulas, *map(entry.equation, optimizer.equations)))
        yield self._keywords()
        yield Paragraph(words("clip_text", bound=entry(max_norm), norm=entry(norm)))
        squares = " + ".join(
            rf"\left\| {self.notation.latex(cotangent(s))} \right\|^{{2}}" for s in self.parameters
        )
        yield Display(
            (
                f"{entry(norm)}^{{2}} = {squares}",
                entry.equation(UpdateEquation(g, CLIPPING * g)),
            )
        )
        yield from self._annotated()
        yield Paragraph(words("step_code", name=self.program.name, torch=optimizer.torch))

    def _annotated(self) -> Iterator[Block]:
        """Tell of parameters with a property, which a step may lose."""
        found = [s for s in self.parameters if s.kind]
        if found:
            kinds = ", ".join(dict.fromkeys(f"`{s.kind}`" for s in found))
            arrays = self.words.listed([f"${self.notation.latex(s)}$" for s in found])
            yield Paragraph(self.words("step_free", parameters=arrays, kinds=kinds))

    def _state(self) -> list[str]:
        slots = [t, *self.optimizer.state]
        return [
            self.words(
                "state_item",
                symbol=f"${self.entry(slot)}$",
                meaning=self.words(f"state_{quantity(slot).name}"),
            )
            for slot in slots
        ]

    def _keywords(self) -> Table:
        words, rows = self.words, []
        for keyword in self.optimizer.keywords:
            letters = ", ".join(self.entry(slot) for slot in keyword.holds)
            meaning = words(f"keyword_{keyword.name}")
            rows.append((f"${letters}$", f"`{keyword.name}`", f"`{keyword.default}`", meaning))
        head = words("symbol"), words("in_code"), words("preset"), words("meaning")
        return Table(head, tuple(rows))


def _without_names(program: Program) -> Program:
    """Return the program without its symbols, so that ours are written by their own letters."""
    return replace(program, arguments=(), equations=())
