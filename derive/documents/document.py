"""A plan as a document: the derivation from variables to checks, in one language.

The blocks are the same for Markdown and LaTeX.  All mathematics comes from the engine's own steps
and is written by one notation; nothing is derived again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby

from derive.algebra.nodes import Apply, walk
from derive.derivation.reason import argue
from derive.documents.blocks import (
    Block,
    Display,
    Document,
    Heading,
    Items,
    Listing,
    Paragraph,
    Table,
)
from derive.documents.evidence import Evidence
from derive.documents.example import example_blocks
from derive.documents.extras import ExtraSections
from derive.documents.forward import ForwardSection
from derive.documents.listing import backward_lines
from derive.documents.plan_sections import PlanSections
from derive.documents.results import Results
from derive.documents.special import conditions, jacobians, stop_deciding
from derive.documents.steps import Steps
from derive.documents.update import update_section
from derive.documents.variables import VariableSection
from derive.formulas.definitions import definitions
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.program.extra import Extra
from derive.program.optimizers import Optimizer

_OF_MATRICES = {
    "ref_cookbook": ("inverse", "solve", "det", "logdet", "logabsdet"),
    "ref_murray": ("cholesky",),
    "ref_golub": ("pinv",),
    "ref_magnus_eigen": ("eigenvalues", "eigenvectors"),
    "ref_townsend": ("singular_values", "left_vectors", "right_vectors"),
    "ref_walter": ("orthonormal_factor", "triangular_factor"),
    "ref_higham": ("expm",),
}


def compose(
    plan: Plan,
    evidence: Evidence,
    lang: str,
    same: Sequence[tuple[str, str]] = (),
    optimizer: Optimizer | None = None,
    extras: Sequence[Extra] = (),
) -> Document:
    """Return the document of a plan; `evidence` is what verification found.

    extras: the Jacobians, Hessians and products with them that have a section each.
    """
    author = _Author(plan, evidence, Words(lang), same, optimizer, extras)
    program = plan.derivation.program
    return Document(
        title=author.words("title", name=program.name),
        subtitle=program.title,
        contents=author.words("contents"),
        lang=lang,
        blocks=tuple(author.blocks()),
    )


_COMPARED = {
    "exactly": "x_exactly",
    "to 40 digits": "x_to_digits",
    "different": "x_different",
    "": "x_undecided",
}


class _Author:
    def __init__(
        self,
        plan: Plan,
        evidence: Evidence,
        words: Words,
        same: Sequence[tuple[str, str]],
        optimizer: Optimizer | None,
        extras: Sequence[Extra],
    ) -> None:
        self.plan = plan
        self.derivation = plan.derivation
        self.program = plan.derivation.program
        self.evidence = evidence
        self.words = words
        self.same = same
        self.optimizer = optimizer
        self.extras = extras
        self.notation = Notation(self.derivation)
        self.arguments = list(argue(self.derivation))
        self.results = Results(plan, self.notation, words)
        self.variables = VariableSection(self.derivation, self.notation, words)
        self.forward = ForwardSection(self.program, self.notation, words)
        self.sections = PlanSections(plan, self.notation, words)

    def blocks(self) -> Iterator[Block]:
        yield Listing(self.program.source)
        result = list(self.results.in_front())
        sections: tuple[tuple[str, Callable[[], Iterator[Block]]], ...] = (
            (self.words("variables"), self.variables.blocks),
            (self.words("forward"), self._forward),
            (self.words("backward"), self._backward),
            (self.words("gradients"), self.results.summary),
            *self._extra_sections(),
            (self.words("code"), self._code),
            (self.words("cache"), self.sections.cache),
            (self.words("update"), self._update),
            (self.words("parallel"), self.sections.parallel),
            (self.words("example"), self._example),
            (self.words("checks"), self._checks),
            (self.words("conditions"), self._conditions),
            (self.words("references"), self._references),
        )
        made = {title: list(section()) for title, section in sections}
        made[self.words("variables")] += self._notation()  # of all sections
        yield from result
        filled = {title: blocks for title, blocks in made.items() if blocks}
        for number, (title, blocks) in enumerate(filled.items(), 1):
            yield Heading(2, f"{number}. {title}")
            yield from blocks

    def _notation(self) -> Iterator[Block]:
        """Yield what the names in formulas stand for that have no standard notation."""
        found = definitions(self.notation.noted, self.words)
        items = tuple(self.words("means", name=f"${latex}$", told=told) for latex, told in found)
        if items:
            yield Paragraph(self.words("notation"))
            yield Items(items)

    def _extra_sections(self) -> list[tuple[str, Callable[[], Iterator[Block]]]]:
        told = ExtraSections(self.plan, self.words, self.notation.noted)
        return [(told.title(extra), partial(told.blocks, extra)) for extra in self.extras]

    def _forward(self) -> Iterator[Block]:
        yield from self.forward.blocks()
        yield self.sections.figure("blocks")
        yield self.sections.modules(state=self.optimizer is not None)

    def _backward(self) -> Iterator[Block]:
        if not self.arguments:
            return
        yield Paragraph(self.words("facts"))
        yield Display(
            (
                r"\langle A,\, BC \rangle = \langle B^{\top}A,\, C \rangle"
                r" = \langle A\,C^{\top},\, B \rangle",
                r"\langle A,\, B \odot C \rangle = \langle A \odot B,\, C \rangle",
            )
        )
        yield Paragraph(self.words("node_text"))
        yield self.sections.figure("node")
        steps, told = Steps(self.notation, self.words), False
        for equation, group in groupby(self.arguments, key=lambda a: a.equation):
            found = list(group)
            yield from steps.equation(equation, found)
            yield from stop_deciding(self.notation, self.words, found)
            true_jacobians = list(jacobians(self.notation, self.words, equation, found))
            if not told:
                yield from true_jacobians
            told = told or bool(true_jacobians)

    def _code(self) -> Iterator[Block]:
        yield Paragraph(self.words("code_text", name=self.program.name))
        yield Listing("\n".join(backward_lines(self.plan)))
        if self.program.is_scalar:
            yield Paragraph(self.words("grad_output_note"))

    def _update(self) -> Iterator[Block]:
        yield from update_section(self.plan, self.notation, self.words, self.optimizer)

    def _example(self) -> Iterator[Block]:
        yield from example_blocks(self.notation, self.words, self.plan, self.evidence)

    def _checks(self) -> Iterator[Block]:
        words, evidence = self.words, self.evidence
        yield Paragraph(words("checks_text", name=self.program.name))
        lines = words(
            "lines_hold" if evidence.exact else "lines_hold_rounded",
            held=evidence.held,
            total=evidence.total,
        )
        below = {power: words("below", power=power) for power in (-8, -11, -12)}
        yield Table(
            (words("check"), words("against"), words("error")),
            (
                (words("check_lines"), words("mod_prime"), lines),
                (words("formulas"), words("complex_step"), below[-12]),
                (words("numpy_code"), words("four_point"), below[-8]),
                (words("both_code"), words("autograd"), below[-11]),
                (words("torch_code"), "`gradgradcheck`", words("passed")),
                *(
                    (f"`{name}`", words("reverse_sweep"), words(_COMPARED[found]))
                    for name, found in evidence.extras
                ),
            ),
        )

    def _conditions(self) -> Iterator[Block]:
        yield from conditions(self.notation, self.words, self.same)

    def _references(self) -> Iterator[Block]:
        rules = [n for e in self.program.equations for n in walk(e.expr)]
        names = ["ref_giles", "ref_magnus"]
        text = repr(rules)
        if "soft" in text or "sigmoid" in text or "logsumexp" in text:
            names.append("ref_bishop")
        found = {n.rule for n in rules if isinstance(n, Apply)}
        names += [key for key, of in _OF_MATRICES.items() if found.intersection(of)]
        if self.optimizer is not None:
            names.append(f"ref_{self.optimizer.name}")
        yield Items(tuple(self.words(name) for name in names))
