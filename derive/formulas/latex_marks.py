"""The notation of documents: LaTeX in the dialect that KaTeX, MathJax and amsmath share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sympy import Inverse, MatrixSymbol, OneMatrix, Transpose
from sympy.matrices.expressions.slice import MatrixSlice

from derive.algebra.nodes import Symbol
from derive.formulas.formula import ATOM, Formula
from derive.formulas.functions import RELATIONS
from derive.formulas.glyphs import name_latex
from derive.formulas.matrices.kinds import Operation, is_matrix
from derive.operations.spelled_out import SIGNS

_OWN_WORDS = "exp log det max min sin cos tan sinh cosh tanh arcsin arccos arctan"
_HEADS = {word: rf"\{word}" for word in _OWN_WORDS.split()} | {"tr": r"\mathrm{tr}"}
_HEADS |= {name: latex for name, (_, latex) in SIGNS.items()}


SUBSCRIPT = re.compile(r"_\{[^{}]*\}$")


def _is_turned_symbol(expr: Any) -> bool:
    """Whether it is a transpose, an inverse or a part of a matrix with a name, or several."""
    inner = expr
    while isinstance(inner, Transpose | Inverse | MatrixSlice) or _is_flipped(inner):
        inner = inner.operands[0] if isinstance(inner, Operation) else inner.args[0]
    return inner is not expr and isinstance(inner, MatrixSymbol)


def _is_flipped(expr: Any) -> bool:
    return isinstance(expr, Operation) and expr.name == "flip"


class Latex(Formula):
    """LaTeX; `shapes` sets each matrix over its shape."""

    minus = "-"
    times = r" \odot "
    over = r" \oslash "
    tensor = r" \otimes "
    infinity = r"\infty"
    dots = r"\dots"
    first = 1
    shapes = False

    def symbol(self, symbol: Symbol, expr: Any) -> str:
        marks = {"cotangent": r"\nabla ", "differential": r"\mathrm{d}", "upstream": r"\nabla "}
        marks["projected"] = r"\mathrm{sym}(\nabla "
        marks["moved"] = r"\mathrm{d}\nabla "
        glyph = self.glyphs[symbol].latex()
        end = {"upstream": r"^{\mathrm{out}}", "projected": ")"}.get(symbol.role, "")
        return self._set(marks.get(symbol.role, "") + glyph + end, expr)

    def _set(self, text: str, expr: Any) -> str:
        if not (self.shapes and is_matrix(expr)):
            return text
        sizes = self.shape([self.scalar(d)[0] for d in expr.shape])
        return rf"\underset{{{sizes}}}{{{text}}}"

    def write(self, expr: Any) -> tuple[str, int]:
        if self.shapes and _is_turned_symbol(expr):
            self.shapes = False
            text = super().write(expr)[0]
            self.shapes = True
            return self._set(text, expr), ATOM
        if self.shapes and isinstance(expr, OneMatrix) and 1 in expr.shape:
            cols = expr.shape[1]
            text = r"\mathbf{1}" if cols == 1 else r"\mathbf{1}^{\top}"
            return self._set(text, expr), ATOM
        return super().write(expr)

    def name(self, name: str) -> str:
        return name_latex(name)

    def greek(self, name: str) -> str:
        return rf"\{name}"

    def juxtapose(self, parts: Sequence[str]) -> str:
        kept = [part for part in parts if part]
        return (r"\;" if self.shapes else r"\,").join(kept)

    def parentheses(self, text: str) -> str:
        return rf"\left( {text} \right)"

    def bracket(self, text: str) -> str:
        return rf"\left[ {text} \right]"

    def transpose(self, text: str) -> str:
        return rf"{text}^{{\top}}"

    def inverse(self, text: str, *, transposed: bool) -> str:
        return rf"{text}^{{-\top}}" if transposed else f"{text}^{{-1}}"

    def pseudoinverse(self, text: str) -> str:
        return f"{text}^{{+}}"

    def exponential(self, text: str) -> str:
        return f"e^{{{text}}}"

    def superscript(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def entry_power(self, base: str, exponent: str) -> str:
        exponent = f"({exponent})" if " - " in exponent else exponent
        return rf"{base}^{{\odot {exponent}}}"

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def numerator(self, text: str) -> str:
        return text

    def coefficient(self, fraction: str) -> str:
        return fraction

    def has_fraction(self, text: str) -> bool:
        return r"\frac" in text

    def root(self, text: str, degree: str = "") -> str:
        return rf"\sqrt[{degree}]{{{text}}}" if degree else rf"\sqrt{{{text}}}"

    def floor(self, text: str) -> str:
        return rf"\lfloor {text} \rfloor"

    def ceiling(self, text: str) -> str:
        return rf"\lceil {text} \rceil"

    def absolute(self, text: str) -> str:
        return rf"\left| {text} \right|"

    def norm(self, text: str) -> str:
        return rf"\left\| {text} \right\|"

    def one(self, size: str) -> str:
        return rf"\mathbf{{1}}_{{{size}}}"

    def identity(self, size: str) -> str:
        return f"I_{{{size}}}"

    def relation(self, name: str) -> str:
        return RELATIONS[name][1]

    def sized_identity(self, size: str) -> str:
        return self.identity(size)

    def zeros(self, shape: Sequence[str]) -> str:
        return f"0_{{{self.shape(shape)}}}" if shape else "0"

    def blocks(self, rows: Sequence[Sequence[str]]) -> str:
        body = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"

    def part(self, text: str, places: Sequence[str]) -> str:
        self.note("part")
        inner = r",\,".join(places)
        whole = self.parentheses(text) if SUBSCRIPT.search(text) else f"{{{text}}}"
        return f"{whole}_{{{inner}}}"

    def range(self, low: str, high: str, step: str, size: str) -> str:
        if not (low or high or step):
            return ":"
        if step == "-1":
            return f"{size}:-1:1"
        middle = f"{step}:" if step else ""
        return f"{low or 1}:{middle}{high or size}"

    def cases(self, choices: Sequence[tuple[str, str]]) -> str:
        body = r" \\ ".join(" & ".join(choice) for choice in choices)
        return rf"\begin{{cases}} {body} \end{{cases}}"

    def subscript(self, base: str, indices: Sequence[str]) -> str:
        told = [rf"\mathrm{{{i}}}" if i in ("rows", "columns", "vec") else i for i in indices]
        if told and SUBSCRIPT.search(base):  # no second subscript stands below the first
            base, _, below = base[:-1].rpartition("_{")
            told.insert(0, below)
        inner = r",\,".join(told)
        return f"{base}_{{{inner}}}" if told else base

    def upright(self, word: str) -> str:
        return rf"\mathrm{{{word}}}"

    def shape(self, sizes: Sequence[str]) -> str:
        return r" \times ".join(rf"({size})" if " " in size else size for size in sizes)

    def head(self, name: str) -> str:
        word = name.replace("_", r"\_")
        return _HEADS.get(name) or rf"\mathrm{{{word}}}"

    def applied(self, head: str, args: Sequence[str]) -> str:
        return rf"{head}\left( {', '.join(args)} \right)"


class ShapedLatex(Latex):
    """LaTeX with each matrix set over its shape."""

    shapes = True
