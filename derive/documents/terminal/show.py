"""A derivation and a plan as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from derive.algebra.build import cotangent, differential
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.reason import argue, total_differential
from derive.derivation.reverse import closed_form
from derive.dims import show_shape
from derive.documents.evidence import Evidence
from derive.documents.projections import formulas
from derive.documents.terminal.cache import cache_lines
from derive.documents.terminal.extras import brief_lines, full_lines, latex_lines
from derive.documents.terminal.planning import plan_lines
from derive.documents.terminal.steps import Steps
from derive.documents.terminal.variables import Variables
from derive.formulas.columns import RIGHT, WIDTH, beside, columns, wrapped
from derive.formulas.definitions import defined
from derive.formulas.extras import ExtraFormulas
from derive.formulas.notation import Notation, copied
from derive.formulas.shapes import read_off
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.program.extra import Extra

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
        yield from Variables(self.derivation, self.notation, self.words).lines()
        yield ""
        yield self.words("t_forward")
        yield from self._forward()
        steps = Steps(self.derivation, self.notation, self.words)
        for equation, group in groupby(self.arguments, key=lambda a: a.equation):
            yield ""
            head = self.words("t_through", number=equation.number)
            change = total_differential(self.derivation, equation)
            left = self.notation.text(differential(equation.symbol))
            shown = f"{left} = {self.notation.text(change)}" if change is not None else ""
            yield beside(head, shown)
            for argument in group:
                yield ""
                yield from steps.lines(argument)
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
