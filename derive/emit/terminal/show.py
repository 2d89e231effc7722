"""A derivation and a plan as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from derive.algebra.build import cotangent
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.candidates import Factor
from derive.dims import show_shape
from derive.emit.document.evidence import Evidence
from derive.emit.document.projections import formulas
from derive.emit.formulas.columns import RIGHT, WIDTH, beside, columns, wrapped
from derive.emit.formulas.definitions import defined
from derive.emit.formulas.extras import ExtraFormulas
from derive.emit.formulas.notation import Notation, copied
from derive.emit.formulas.shapes import read_off, text_matrix_shape, text_shape2
from derive.emit.terminal.cache import cache_lines
from derive.emit.terminal.extras import brief_lines, full_lines, latex_lines
from derive.emit.terminal.planning import plan_lines
from derive.emit.words.words import Words
from derive.extra import Extra
from derive.plan.nouns import Plan
from derive.reason import Argument, argue, total_differential
from derive.reverse import closed_form

LONGEST_CLOSED = 20  # operations of a gradient that is shown in the arguments alone


def show(derived: Any, *, ascii: bool, lang: str, brief: bool, latex: bool) -> str:
    """Return the derivation of a model.

    derived: an object with `.program`, `.derivation`, `.plan`, `.evidence` and `.extras`.
    brief: the results alone; latex: they alone, as LaTeX lines.
    """
    page = _Page(derived.plan, Words(lang), ascii)
    if latex:
        written = [ExtraFormulas(derived.derivation, extra) for extra in derived.extras]
        extras = [line for formulas in written for line in latex_lines(formulas)]
        return "\n".join([*page.latex_lines(), *extras])
    lines = page.brief_lines() if brief else page.lines(derived.evidence)
    text = "\n".join([*lines, *page.extra_lines(derived.extras, brief)])
    return to_ascii(text) if ascii else text


def plan_text(derived: Any, *, sizes: dict[str, int], dtype: str, ascii: bool) -> str:
    """Return what is cached, why, how many bytes, and the lifetimes."""
    notation = Notation(derived.derivation, ascii_only=ascii)
    text = "\n".join(plan_lines(derived.plan, notation, sizes, dtype))
    return to_ascii(text) if ascii else text


_ASCII = str.maketrans(
    {"×": "x", "∇": "grad_", "∂": "d", "²": "^2", "⟨": "<", "⟩": ">", "─": "-", "●": "o", "○": "x",
     "▸": ">", "−": "-", "≠": "!=", "ᵀ": "^T", "·": "*"}
)  # fmt: skip


def to_ascii(text: str) -> str:
    """Return the text without characters beyond ASCII."""
    return text.translate(_ASCII).encode("ascii", "replace").decode()


class _Page:
    def __init__(self, plan: Plan, words: Words, ascii_only: bool) -> None:
        self.plan = plan
        self.words = words
        self.derivation = plan.derivation
        self.program = plan.derivation.program
        self.notation = Notation(self.derivation, ascii_only=ascii_only)
        self.arguments = list(argue(self.derivation))

    def lines(self, evidence: Evidence) -> Iterator[str]:
        yield self._head()
        if self.program.title:
            yield self.program.title
        yield ""
        yield from self._variables()
        yield ""
        yield self.words("t_forward")
        yield from self._forward()
        for equation, group in groupby(self.arguments, key=lambda a: a.equation):
            yield ""
            head = self.words("t_through", number=equation.number)
            change = total_differential(self.derivation, equation)
            left = self.notation.text(_moved(equation.symbol))
            shown = f"{left} = {self.notation.text(change)}" if change is not None else ""
            yield beside(head, shown)
            for argument in group:
                yield ""
                yield from self._argument(argument)
        yield ""
        yield self.words("t_gradients")
        yield from self.gradient_lines()
        yield from defined(self.notation, self.words)
        yield ""
        yield self.words("t_cache")
        yield from cache_lines(self.plan, self.notation, self.words)
        yield ""
        if evidence.total and evidence.held == evidence.total:
            yield self.words("t_checked" if evidence.exact else "t_checked_rounded")
        yield self.words("t_more", name=self.program.name)

    def extra_lines(self, extras: Sequence[Extra], brief: bool) -> Iterator[str]:
        """Yield the Jacobians, Hessians and products with them."""
        for extra in extras:
            formulas = ExtraFormulas(self.derivation, extra, ascii_only=self.notation.ascii_only)
            if brief:
                yield from brief_lines(formulas, self.words)
            else:
                yield ""
                yield from full_lines(formulas, self.words)
            yield from defined(formulas.notation, self.words, self.notation.noted)
            self.notation.noted.update(formulas.notation.noted)

    def _head(self) -> str:
        place = f"{self.program.path}:{self.program.line}" if self.program.path else ""
        return beside(self.program.name, place, WIDTH - columns(place))

    def brief_lines(self) -> Iterator[str]:
        """Yield the gradients, and what the names in them stand for that the model has not."""
        yield from self.gradient_lines()
        if not self.closed:
            yield from self._values()
        yield from defined(self.notation, self.words)

    def gradient_lines(self) -> Iterator[str]:
        for symbol, line in self._gradients("text"):
            yield "  " + beside(line, show_shape(symbol.shape), RIGHT - 2)
        yield from self._projections()

    def latex_lines(self) -> Iterator[str]:
        yield from (line for _, line in self._gradients("latex"))

    def _gradients(self, how: str) -> Iterator[tuple[Symbol, str]]:
        """Yield each variable and its gradient: in the arguments alone, or all on the way too."""
        if self.closed:
            for name, expr in self.closed.items():
                symbol = self.program.symbols[name]
                yield symbol, self.notation.equation(cotangent(symbol), expr, how)
            return
        hidden = {s.name for s in self.notation.values if isinstance(s, Symbol)}
        for name in dict.fromkeys([*self.derivation.gradients, *self.plan.returned]):
            if name not in hidden:
                yield self.program.symbols[name], self._gradient(name, how)

    @cached_property
    def closed(self) -> dict[str, Node]:
        """The gradients in the arguments alone, none where one of them is long."""
        with self.notation.trial():
            found = {name: self._closed(name) for name in self.plan.returned}
        shown = {name: expr for name, expr in found.items() if expr is not None}
        return shown if len(shown) == len(found) else {}

    def _values(self) -> Iterator[str]:
        """Yield what the values are that the gradients use and the user has not named."""
        waiting: list[Node] = [g.expr for g in self.derivation.gradients.values()]
        used: set[Symbol] = set()
        unnamed = {e.symbol: e for e in self.program.equations if not e.named and not e.inline}
        while waiting:
            for symbol in symbols_of(self.notation.shown(waiting.pop())):
                if symbol in unnamed and symbol not in used:
                    used.add(symbol)
                    waiting.append(unnamed[symbol].expr)
        for symbol, equation in unnamed.items():
            if symbol in used:
                told = self.notation.equation(symbol, equation.expr, "text")
                yield f"  {self.words('t_where', told=told)}"

    def _projections(self) -> Iterator[str]:
        """Tell which gradient of a symmetric argument is meant, and what its projection is."""
        found = list(formulas(self.notation, self.derivation, "text", LONGEST_CLOSED))
        if found:
            names = [self.notation.text(cotangent(symbol)) for symbol, _ in found]
            yield from wrapped(self.words("t_free", names=self.words.listed(names)))
        for symbol, line in found:
            yield "  " + beside(line, show_shape(symbol.shape), RIGHT - 2)

    def _closed(self, name: str) -> Node | None:
        """Return the gradient in the arguments alone, None where that is long."""
        given = cotangent(self.program.symbols[name])
        if name not in self.derivation.gradients:
            return given
        expr = closed_form(self.derivation, name, LONGEST_CLOSED)
        if expr is None:
            return None
        line = self.notation.equation(given, expr, "text")
        return expr if columns(line) < WIDTH - 12 else None

    def _gradient(self, name: str, how: str) -> str:
        gradient = self.derivation.gradients.get(name)
        symbol = self.program.symbols[name]
        if gradient is None:
            given = cotangent(symbol)
            return self.notation.equation(given, given, how)
        return self.notation.equation(gradient.symbol, gradient.expr, how)

    def _variables(self) -> Iterator[str]:
        left = [
            (self.notation.text(s), s.name, show_shape(s.shape), self._role(s))
            for s in (a.symbol for a in self.program.arguments)
        ]
        right = [
            (self.notation.text(s), s.name, show_shape(s.shape), self.words("output"))
            for s in self.program.outputs
        ]
        if not self.program.is_scalar:
            names = ", ".join(self.notation.text(s) for s in self.program.outputs)
            right.append(("L", "", "", self.words("t_any_scalar", names=names)))
            for given, output in zip(self.derivation.given, self.program.outputs, strict=True):
                remark = self.words("t_given", name=self.notation.text(output))
                right.append((self.notation.text(given), "", show_shape(given.shape), remark))
        rows_left, rows_right = _columns_of(left), _columns_of(right)
        at = max(RIGHT, 4 + max(map(columns, rows_left), default=0))
        for k in range(max(len(rows_left), len(rows_right))):
            first = "  " + rows_left[k] if k < len(rows_left) else ""
            yield beside(first, rows_right[k] if k < len(rows_right) else "", at).rstrip()

    def _role(self, symbol: Symbol) -> str:
        defaults = {a.symbol: a.default for a in self.program.arguments}
        default = defaults[symbol]
        value = "" if default is None else f"{float(default):g}"
        role = self.words(symbol.role, value=value)
        return f"{role}, {symbol.kind}" if symbol.kind else role

    def _forward(self) -> Iterator[str]:
        for equation in self.program.equations:
            if equation.inline:
                continue
            left = self.notation.equation(equation.symbol, equation.expr, "text")
            right = read_off(self.notation, equation.expr, latex=False) or show_shape(
                equation.symbol.shape
            )
            yield beside(f"  ({equation.number})  {left}", right)
            for symbol in copied(equation.expr):
                told = self.words("t_copies", name=self.notation.text(symbol))
                yield f"       {told}"

    def _argument(self, argument: Argument) -> Iterator[str]:
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

    def _proof(self, argument: Argument) -> Iterator[str]:
        notation = self.notation
        change, pulled = notation.text(argument.differential), notation.text(argument.pullback)
        moved = notation.text(argument.moved)
        if argument.ybar in notation.values:
            left = notation.text(_moved(argument.equation.symbol))
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

    def _factor(self, factor: Factor) -> str:
        texts = [self.notation.text(node) for node, _ in factor.parts]
        return " ".join(texts)


def _moved(symbol: Symbol) -> Symbol:
    return Symbol(symbol.name, symbol.shape, "differential")


def _columns_of(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(columns(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "   ".join(
            cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
