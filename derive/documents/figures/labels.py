"""What figures say of symbols, shapes and equations, in plain characters and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.dims import Shape, show_shape
from derive.documents.figures.drawing import Label
from derive.documents.figures.extent import NORMAL, SMALL, shortest
from derive.formulas.glyphs import SPELLED, letters_latex
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan

NAME, SIDE = 104.0, 96.0  # the most room for a name, and for what stands below it
_LATEX = {"…": r"\ldots{}", "–": "--", "·": r"$\cdot$", "∇": r"$\nabla$", "_": r"\_"}


class Labels:
    """Writes the labels of one plan in one language."""

    def __init__(self, plan: Plan, notation: Notation, words: Words) -> None:
        self.plan = plan
        self.notation = notation
        self.words = words

    def word(self, key: str, **values: object) -> Label:
        """Return words of the language."""
        return plain(self.words(key, **values))

    def symbol(self, symbol: Symbol, room: float = NAME, size: float = NORMAL) -> Label:
        """Return a symbol as formulas have it: its short sum, else its name, cut to the room."""
        for label in (self._written(symbol), self._named(symbol)):
            if label.width(size) <= room:
                return label
        mark = "∇" if symbol.role == "cotangent" else ""
        return plain(mark + shortest(symbol.name, 0.8 * room, size))

    def _written(self, symbol: Symbol) -> Label:
        """Return the short sum that stands for the symbol, if there is one, else its name."""
        if symbol not in self.notation.values or symbol.role == "cotangent":
            return self._named(symbol)
        return self._formula(self.notation.text(symbol), self.notation.latex(symbol))

    def _named(self, symbol: Symbol) -> Label:
        glyph = self.notation.glyphs[symbol]
        mark, command = ("∇", r"\nabla ") if symbol.role == "cotangent" else ("", "")
        return self._formula(mark + glyph.text(False), command + glyph.latex())

    def _formula(self, text: str, latex: str) -> Label:
        return Label(text, f"${latex}$")

    def shape(self, shape: Shape, room: float = SIDE) -> Label:
        """Return a shape: n×d."""
        text = show_shape(shape).replace("*", "·")
        latex = r"{\times}".join(dimension_latex(d) for d in shape) or r"1{\times}1"
        label = Label(text, f"${latex}$")
        if label.width(SMALL) <= room:
            return label
        return self.word("fig_axes", count=len(shape))

    def span(self, symbols: Sequence[Symbol], room: float = NAME, size: float = NORMAL) -> Label:
        """Return one symbol; several as a list, or as the first and the last, or counted."""
        if len(symbols) == 1:
            return self.symbol(symbols[0], room, size)
        first, last = (self._written(s) for s in (symbols[0], symbols[-1]))
        ends = beside(first, plain(", " if len(symbols) == 2 else " … "), last)
        if 2 < len(symbols) <= 5:
            every = beside(*separated([self._written(s) for s in symbols], ", "))
            ends = every if every.width(size) <= room else ends
        if ends.width(size) <= room:
            return ends
        return self.word("fig_arrays", count=len(symbols))

    def equation(self, symbol: Symbol, node: Node, room: float, joined: str = "=") -> Label:
        """Return `symbol = node`, or which symbols it is made from, or the symbol alone."""
        text, latex = (self.notation.equation(symbol, node, how) for how in ("text", "latex"))
        if joined != "=":
            text, latex = (t.replace(" = ", f" {joined} ", 1) for t in (text, latex))
        label = Label(text, f"${latex}$")
        if label.width() <= room:
            return label
        left = self.symbol(symbol)
        parts = [self.symbol(part) for part in symbols_of(self.notation.shown(node))]
        head = beside(left, self.word("fig_made_from"), plain(" "))
        label = beside(head, *separated(parts, ", "))
        return label if label.width() <= room else left

    def one(self, output: Symbol) -> Label:
        """Return the derivative of a loss by itself."""
        text, latex = self.notation.text(output), self.notation.latex(output)
        label = self._formula(f"∂{text}/∂{text} = 1", rf"\partial {latex}/\partial {latex} = 1")
        return label if label.width() <= 1.3 * NAME else plain("1")

    @cached_property
    def made_in(self) -> dict[Symbol, int]:
        """The number of the equation that makes each value of forward."""
        return {
            assign.symbol: block.equation.number
            for block in self.plan.forward
            for assign in block.assigns
        }

    @cached_property
    def masks(self) -> set[Symbol]:
        """The cached truth values."""
        return {kept.symbol for kept in self.plan.kept if kept.is_mask}

    def origin(self, symbol: Symbol) -> Label:
        """Say what a cached array is: an argument, a mask, the output of an equation."""
        if symbol not in self.made_in:
            return self.word(f"fig_is_{symbol.role}")
        key = "fig_is_mask" if symbol in self.masks else "fig_is_output"
        return self.word(key, number=self.made_in[symbol])


def plain(text: str) -> Label:
    """Return words, which LaTeX sets as they are."""
    return Label(text, "".join(_LATEX.get(c) or _letter(c) for c in text))


def _letter(character: str) -> str:
    return f"${letters_latex(character)}$" if character.upper().lower() in SPELLED else character


def beside(*labels: Label) -> Label:
    """Return labels one after the other."""
    return Label("".join(x.text for x in labels), "".join(x.latex for x in labels))


def separated(labels: Sequence[Label], mark: str) -> Iterator[Label]:
    """Yield labels with a mark between them."""
    for k, label in enumerate(labels):
        if k:
            yield plain(mark)
        yield label
