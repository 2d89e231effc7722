"""A plan as a document: the derivation from variables to checks, in one language.

The blocks are the same for Markdown and LaTeX.  All mathematics comes from the engine's own steps
and is written by one notation; nothing is derived again here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from derive.algebra.build import cotangent
from derive.algebra.nodes import Apply, Contract, Symbol, symbols_of, walk
from derive.algebra.simplify import operations
from derive.dims import size_of
from derive.emit.blocks import (
    Block,
    Display,
    Document,
    Heading,
    Items,
    Listing,
    Paragraph,
    Table,
)
from derive.emit.evidence import Evidence
from derive.emit.example import example_blocks
from derive.emit.fit import LINE, broken, width
from derive.emit.listing import backward_lines
from derive.emit.notation import Notation, covered, dimension_latex
from derive.emit.shapes import latex_shape, latex_shape2
from derive.emit.special import conditions, jacobians, stop_deciding
from derive.emit.steps import Steps
from derive.emit.words import Words
from derive.plan.nouns import Plan
from derive.program import Equation
from derive.reason import argue, shape2
from derive.reverse import LONGEST_UNFOLDED, closed_form

MOST_RESULTS = 12
SHORT = 6  # operations of a closed form that stands in the result


def compose(
    plan: Plan, evidence: Evidence, lang: str, same: Sequence[tuple[str, str]] = ()
) -> Document:
    """Return the document of a plan; `evidence` is what verification found."""
    author = _Author(plan, evidence, Words(lang), same)
    program = plan.derivation.program
    return Document(
        title=author.words("title", name=program.name),
        subtitle=program.title,
        contents=author.words("contents"),
        lang=lang,
        blocks=tuple(author.blocks()),
    )


class _Author:
    def __init__(
        self, plan: Plan, evidence: Evidence, words: Words, same: Sequence[tuple[str, str]]
    ) -> None:
        self.plan = plan
        self.derivation = plan.derivation
        self.program = plan.derivation.program
        self.evidence = evidence
        self.words = words
        self.same = same
        self.notation = Notation(self.derivation)
        self.arguments = list(argue(self.derivation))
        self.told_broadcast = False

    def blocks(self) -> Iterator[Block]:
        yield Listing(self.program.source)
        yield from self._result()
        sections = (
            ("variables", self._variables),
            ("forward", self._forward),
            ("backward", self._backward),
            ("gradients", self._gradients),
            ("code", self._code),
            ("cache", self._cache),
            ("update", self._update),
            ("parallel", self._parallel),
            ("example", self._example),
            ("checks", self._checks),
            ("conditions", self._conditions),
            ("references", self._references),
        )
        number = 0
        for key, section in sections:
            blocks = list(section())
            if blocks:
                number += 1
                yield Heading(2, f"{number}. {self.words(key)}")
                yield from blocks

    def math(self, symbol: Symbol) -> str:
        return f"${self.notation.latex(symbol)}$"

    def listed(self, symbols: Sequence[Symbol]) -> str:
        return self.words.listed([self.math(symbol) for symbol in symbols])

    def _result(self) -> Iterator[Block]:
        words, program = self.words, self.program
        outputs = self.listed(program.outputs)
        if program.is_scalar:
            text = words("result_scalar", outputs=outputs)
        else:
            names = [self.notation.latex(s) for s in program.outputs]
            given = [rf"$\nabla {name} = \partial L/\partial {name}$" for name in names]
            text = words("result_given", outputs=outputs, given=words.listed(given))
        yield Paragraph(f"**{words('result')}** {text}")
        shown = self.plan.returned[:MOST_RESULTS]
        yield Display(tuple(self._closed(n, SHORT) or self._formula(n) for n in shown))
        kept = self._kept_list([k.symbol for k in self.plan.kept])
        yield Paragraph(words("result_keeps", kept=kept) if kept else words("result_keeps_none"))

    def _kept_list(self, kept: Sequence[Symbol]) -> str:
        return self.words.listed([self.math(s) for s in kept])

    def _closed(self, name: str, most: int) -> str:
        """Return the gradient in the arguments alone, "" where that takes more operations."""
        if name not in self.derivation.gradients:
            return ""
        expr = closed_form(self.derivation, name)
        if operations(expr) > most:
            return ""
        form = self.notation.equation(cotangent(self.program.symbols[name]), expr, "shaped")
        return form if all(width(line) <= LINE for line in broken(form)) else ""

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
                tuple((f"${_name(n)}$", program.words.get(n, "")) for n in program.dimensions),
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
                    gradient=self.math(cotangent(example)),
                    symbol=self.math(example),
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
        return self.math(symbol), f"`{symbol.name}`", shape, role, meaning

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
                yield Paragraph(self.words("simplex_fact", symbol=self.math(symbol)))
            elif not symbol.is_float:
                kind = self.words("truths" if symbol.kind == "bool" else "integers")
                yield Paragraph(self.words("no_gradient", names=self.math(symbol), kind=kind))

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
        yield self._modules()

    def _is_only_inline(self, equation: Equation) -> bool:
        same = [e for e in self.program.equations if e.text == equation.text and e.split]
        return sum(not e.inline for e in same) == 1

    def _broadcast(self, equation: Equation) -> Iterator[Block]:
        for node in walk(equation.expr):
            if isinstance(node, Contract) and len(node.factors) == 1 and not node.bound:
                inner, axes = node.factors[0]
                copied = [k for k in node.out if k not in axes and node.sizes[k] != 1]
                if copied and isinstance(inner, Symbol) and inner.rank and not self.told_broadcast:
                    self.told_broadcast = True
                    yield Paragraph(self.words("broadcast", vector=self.math(inner)))
                    return

    def _modules(self) -> Table:
        words, program = self.words, self.program
        arguments = [a.symbol for a in program.arguments]
        kept = [k.symbol for k in self.plan.kept]
        outputs = self.listed(program.outputs)
        parameters = [s for s in arguments if s.role == "parameter" and s.is_float]
        before = [s for s in arguments if s.role == "data" and s.name in self.plan.returned]
        tuned = [s for s in parameters if s.name in self.plan.returned]
        gives = []
        if before:
            gives.append(words("to_before", names=self.listed([cotangent(s) for s in before])))
        if tuned:
            gives.append(words("to_optimizer", names=self.listed([cotangent(s) for s in tuned])))
        given = self.words.listed([self._given(s) for s in program.outputs])
        suffix = "" if kept else "_only"
        names = {"kept": self._kept_list(kept), "outputs": outputs, "given": given}
        rows = [
            ("Forward", self.listed(arguments), words("forward_gives" + suffix, **names)),
            ("Backward", words("backward_takes" + suffix, **names), ", ".join(gives)),
        ]
        if tuned:
            gradients = self.listed([cotangent(s) for s in tuned])
            takes = words("optimizer_takes", parameters=self.listed(tuned), gradients=gradients)
            gives_new = words("optimizer_gives", parameters=self.listed(tuned))
            rows.append(("Optimizer", takes, gives_new))
        return Table((words("module"), words("takes"), words("gives")), tuple(rows))

    def _given(self, output: Symbol) -> str:
        symbol = self.notation.latex(output)
        if self.program.is_scalar:
            return rf"$\partial {symbol}/\partial {symbol} = 1$"
        return rf"$\nabla {symbol}$"

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

    def _code(self) -> Iterator[Block]:
        yield Paragraph(self.words("code_text", name=self.program.name))
        yield Listing("\n".join(backward_lines(self.plan)))
        if self.program.is_scalar:
            yield Paragraph(self.words("grad_output_note"))

    def _cache(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words("cache_text"))
        rows = []
        for kept in self.plan.kept:
            uses = [self._use(s) for s in kept.uses]
            size = f"${_bytes(kept.symbol)}$"
            held = words(f"held_{kept.held}", bytes=size) if kept.held else size
            rows.append((self.math(kept.symbol), words("yes"), ", ".join(uses[:3]), held))
        sums = covered(self.plan)
        for symbol in self.plan.unkept:
            if symbol not in self.notation.values:
                key = "sum_enough" if symbol in sums else "in_no_gradient"
                why = words(key, sum=self.math(sums[symbol]) if symbol in sums else "")
                rows.append((self.math(symbol), words("no"), why, ""))
        yield Table((words("symbol"), words("kept"), words("because"), words("bytes")), tuple(rows))
        yield from self._lifetimes()

    def _use(self, symbol: Symbol) -> str:
        if symbol.role == "cotangent" and symbol.name in self.derivation.gradients:
            return f"${self._formula(symbol.name, 'latex')}$"
        return self.math(symbol)

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

    def _update(self) -> Iterator[Block]:
        tuned = [
            a.symbol
            for a in self.program.arguments
            if a.symbol.role == "parameter" and a.name in self.plan.returned
        ]
        if not tuned:
            return
        yield Paragraph(self.words("update_text"))
        write = self.notation.latex
        yield Display(
            tuple(rf"{write(s)} \leftarrow {write(s)} - \eta\,{write(cotangent(s))}" for s in tuned)
        )

    def _parallel(self) -> Iterator[Block]:
        data = [a.symbol for a in self.program.arguments if a.symbol.role == "data"]
        tuned = [a.symbol for a in self.program.arguments if a.symbol.role == "parameter"]
        tuned = [s for s in tuned if s.name in self.plan.returned]
        shared = set(data[0].shape[:1]) if data and data[0].rank else set()
        for dim in shared:
            split_data = [s for s in data if s.rank and s.shape[0] == dim]
            sums = [s for s in tuned if dim not in s.shape and self._sums_over(s, dim)]
            if sums and len(sums) == len(tuned) and self._rows_apart(dim):
                yield Paragraph(
                    self.words(
                        "parallel_text",
                        data=self.listed(split_data),
                        dim=dimension_latex(dim),
                        gradients=self.listed([cotangent(s) for s in sums]),
                    )
                )

    def _sums_over(self, symbol: Symbol, dim: object) -> bool:
        expr = self.derivation.gradients[symbol.name].expr
        return any(
            isinstance(n, Contract) and any(n.sizes[k] == dim for k in n.bound) for n in walk(expr)
        )

    def _rows_apart(self, dim: object) -> bool:
        """Whether no forward step but the last mixes entries along the dimension."""
        for equation in self.program.equations:
            if not equation.symbol.rank:
                continue
            for node in walk(equation.expr):
                if isinstance(node, Contract) and any(node.sizes[k] == dim for k in node.bound):
                    return False
                if isinstance(node, Apply) and _mixes(node, dim):
                    return False
        return not any(
            isinstance(n, Contract) and any(d == dim for d, _ in n.coefficient.powers)
            for e in self.program.equations
            for n in walk(e.expr)
        )

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
        yield Items(tuple(self.words(name) for name in names))


def _mixes(node: Apply, dim: object) -> bool:
    """Whether an operation runs along its first axis, of that dimension."""
    return 0 in node.params and any(a.shape and a.shape[0] == dim for a in node.args)


def _name(name: str) -> str:
    return name if len(name) == 1 else rf"\mathit{{{name}}}".replace("_", r"\_")


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else f"${float(value):g}$"


def _bytes(symbol: Symbol) -> str:
    return dimension_latex(size_of(symbol.shape) * 4)
