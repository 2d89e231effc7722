"""A plan as a document: the derivation from variables to checks, in one language.

The blocks are the same for Markdown and LaTeX.  All mathematics comes from the engine's own steps
and is written by one notation; nothing is derived again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import groupby

from derive.algebra.build import cotangent
from derive.algebra.nodes import Apply, Symbol, walk
from derive.candidates import shape2
from derive.emit.document.blocks import (
    Block,
    Display,
    Document,
    Heading,
    Items,
    Listing,
    Paragraph,
    Table,
)
from derive.emit.document.evidence import Evidence
from derive.emit.document.example import example_blocks
from derive.emit.document.extras import ExtraSections
from derive.emit.document.listing import backward_lines
from derive.emit.document.plan_sections import PlanSections
from derive.emit.document.projections import projection_blocks
from derive.emit.document.special import conditions, jacobians, stop_deciding
from derive.emit.document.steps import Steps
from derive.emit.document.update import update_section
from derive.emit.formulas.definitions import definitions
from derive.emit.formulas.fit import LINE, broken, width
from derive.emit.formulas.glyphs import name_latex
from derive.emit.formulas.notation import Notation, copied
from derive.emit.formulas.shapes import latex_shape, latex_shape2
from derive.emit.words.words import Words
from derive.extra import Extra
from derive.optimizers import Optimizer
from derive.plan.nouns import Plan
from derive.program import Equation
from derive.reason import argue
from derive.reverse import LONGEST_UNFOLDED, closed_form

MOST_RESULTS = 12
OF_MATRICES = {
    "ref_cookbook": ("inverse", "solve", "det", "logdet", "logabsdet"),
    "ref_murray": ("cholesky",),
    "ref_golub": ("pinv",),
    "ref_magnus_eigen": ("eigenvalues", "eigenvectors"),
    "ref_townsend": ("singular_values", "left_vectors", "right_vectors"),
    "ref_walter": ("orthonormal_factor", "triangular_factor"),
    "ref_higham": ("expm",),
}
SHORT = 6  # operations of a closed form that stands in the result


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
        self.told_broadcast = False
        self.sections = PlanSections(plan, self.notation, words)

    def blocks(self) -> Iterator[Block]:
        yield Listing(self.program.source)
        result = list(self._result())
        sections: tuple[tuple[str, Callable[[], Iterator[Block]]], ...] = (
            (self.words("variables"), self._variables),
            (self.words("forward"), self._forward),
            (self.words("backward"), self._backward),
            (self.words("gradients"), self._gradients),
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

    def _result(self) -> Iterator[Block]:
        words, program = self.words, self.program
        outputs = self.sections.listed(program.outputs)
        if program.is_scalar:
            text = words("result_scalar", outputs=outputs)
        else:
            names = [self.notation.latex(s) for s in program.outputs]
            given = [rf"$\nabla {name} = \partial L/\partial {name}$" for name in names]
            text = words("result_given", outputs=outputs, given=words.listed(given))
        yield Paragraph(f"**{words('result')}** {text}")
        shown = self.plan.returned[:MOST_RESULTS]
        yield Display(tuple(self._closed(n, SHORT) or self._formula(n) for n in shown))
        kept = self.sections.listed([k.symbol for k in self.plan.kept])
        yield Paragraph(words("result_keeps", kept=kept) if kept else words("result_keeps_none"))

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

    def _formula(self, name: str, how: str = "shaped") -> str:
        if name not in self.derivation.gradients:
            symbol = self.program.symbols[name]
            given = cotangent(symbol)
            return self.notation.equation(given, given, how)
        gradient = self.derivation.gradients[name]
        return self.notation.equation(gradient.symbol, gradient.expr, how)

    def _variables(self) -> Iterator[Block]:
        words, program = self.words, self.program
        if any(name in program.words for name in program.dimensions):
            yield Table(
                (words("dimension"), words("meaning")),
                tuple((f"${name_latex(n)}$", program.words.get(n, "")) for n in program.dimensions),
            )
        described = any(s in program.words for s in program.symbols)
        head = [words("symbol"), words("in_code"), words("shape"), words("role")]
        yield Table(
            tuple(head + [words("meaning")] * described),
            tuple(
                row if described else row[:4]
                for row in map(self._variable_row, program.symbols.values())
                if row is not None
            )
            + tuple(self._given_rows(described)),
        )
        example = next((s for s in program.symbols.values() if s.rank and s.is_float), None)
        if example is not None:
            yield Paragraph(
                words(
                    "shape_rule",
                    gradient=self.sections.math(cotangent(example)),
                    symbol=self.sections.math(example),
                    shape=f"${latex_shape(example.shape)}$",
                )
            )
        yield from self._properties()

    def _variable_row(self, symbol: Symbol) -> tuple[str, ...] | None:
        words = self.words
        if symbol in self.notation.values:
            return None
        shape = f"${latex_shape(symbol.shape)}$"
        if symbol.rank == 1:
            column = f"${latex_shape2(shape2(symbol))}$"
            shape = words("column", shape=shape, column=column)
        role = words("output") if symbol in self.program.outputs else ""
        if not role:
            constants = {a.symbol: a.default for a in self.program.arguments}
            role = words(symbol.role, value=_decimal(constants.get(symbol)))
        meaning = self.program.words.get(symbol.name, "")
        return self.sections.math(symbol), f"`{symbol.name}`", shape, role, meaning

    def _given_rows(self, described: bool) -> Iterator[tuple[str, ...]]:
        if self.program.is_scalar:
            return
        for given, output in zip(self.derivation.given, self.program.outputs, strict=True):
            gradient, symbol = self.notation.latex(given), self.notation.latex(output)
            row = (
                f"${gradient}$",
                "`grad_output`",
                f"${latex_shape(given.shape)}$",
                self.words("given", gradient=gradient, symbol=symbol),
            )
            yield (*row, "") if described else row

    def _properties(self) -> Iterator[Block]:
        for argument in self.program.arguments:
            symbol = argument.symbol
            if symbol.kind == "simplex":
                yield Paragraph(self.words("simplex_fact", symbol=self.sections.math(symbol)))
            elif not symbol.is_float:
                kind = self.words("truths" if symbol.kind == "bool" else "integers")
                yield Paragraph(
                    self.words("no_gradient", names=self.sections.math(symbol), kind=kind)
                )

    def _forward(self) -> Iterator[Block]:
        words = self.words
        told: set[str] = set()
        for equation in self.program.equations:
            if equation.inline:
                continue
            if equation.split and equation.text not in told:
                told.add(equation.text)
                if not self._is_only_inline(equation):
                    yield Paragraph(words("split", text=equation.text))
            code = "" if equation.split and not self._is_only_inline(equation) else equation.text
            yield Paragraph(f"**({equation.number})**" + (f" `{code}`" if code else ""))
            yield Display((self.notation.equation(equation.symbol, equation.expr, "shaped"),))
            yield from self._broadcast(equation)
        yield self.sections.figure("blocks")
        yield self.sections.modules(state=self.optimizer is not None)

    def _is_only_inline(self, equation: Equation) -> bool:
        same = [e for e in self.program.equations if e.text == equation.text and e.split]
        return sum(not e.inline for e in same) == 1

    def _broadcast(self, equation: Equation) -> Iterator[Block]:
        """Tell, once in a document, what copies a vector into the rows of a matrix."""
        symbol = next(copied(equation.expr), None)
        if symbol is not None and not self.told_broadcast:
            self.told_broadcast = True
            yield Paragraph(self.words("broadcast", vector=self.sections.math(symbol)))

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

    def _gradients(self) -> Iterator[Block]:
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
        names += [key for key, of in OF_MATRICES.items() if found.intersection(of)]
        if self.optimizer is not None:
            names.append(f"ref_{self.optimizer.name}")
        yield Items(tuple(self.words(name) for name in names))


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else f"${float(value):g}$"
