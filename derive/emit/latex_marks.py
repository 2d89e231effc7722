"""The notation of documents: LaTeX in the dialect that KaTeX, MathJax and amsmath share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Inverse, MatrixSymbol, OneMatrix, Transpose

from derive.algebra.expressions import is_matrix
from derive.algebra.nodes import Symbol
from derive.emit.formula import ATOM, COMPARISONS, Formula
from derive.emit.glyphs import name_latex

_LATEX_FUNCTIONS = {
    "sigmoid": r"\sigma",
    "normal_cdf": r"\Phi",
    "normal_pdf": r"\varphi",
    "normal_quantile": r"\Phi^{-1}",
    "log_normal_cdf": r"\log\Phi",
    "tr": r"\mathrm{tr}",
    "lgamma": r"\log\Gamma",
    "digamma": r"\psi",
    "erfinv": r"\mathrm{erf}^{-1}",
    "i0": "I_0",
    "i1": "I_1",
    "exp": r"\exp",
    "log": r"\log",
    "det": r"\det",
    "minimum": r"\min",
    "maximum": r"\max",
    "Φ": r"\Phi",
    "L_exp": r"L_{\exp}",
    **{f: rf"\{f}" for t in ("sin", "cos", "tan") for f in (t, f"{t}h", f"arc{t}")},
}


def _is_turned_symbol(expr: Any) -> bool:
    """Whether it is a transpose or an inverse of a matrix with a name, or both."""
    inner = expr
    while isinstance(inner, Transpose | Inverse):
        inner = inner.arg
    return inner is not expr and isinstance(inner, MatrixSymbol)


class Latex(Formula):
    """LaTeX; `shapes` sets each matrix over its shape."""

    minus = "-"
    times = r" \odot "
    over = r" \oslash "
    infinity = r"\infty"
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
        rows, cols = (self.scalar(d)[0] for d in expr.shape)
        return rf"\underset{{{rows} \times {cols}}}{{{text}}}"

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

    def root(self, text: str) -> str:
        return rf"\sqrt{{{text}}}"

    def floor(self, text: str) -> str:
        return rf"\lfloor {text} \rfloor"

    def absolute(self, text: str) -> str:
        return rf"\left| {text} \right|"

    def norm(self, text: str) -> str:
        return rf"\left\| {text} \right\|"

    def one(self, size: str) -> str:
        return rf"\mathbf{{1}}_{{{size}}}"

    def identity(self, size: str) -> str:
        return f"I_{{{size}}}"

    def relation(self, name: str) -> str:
        return COMPARISONS[name][1]

    def call(self, name: str, args: Sequence[str]) -> str:
        word = name.replace("_", r"\_").replace("₂", "_2")
        head = _LATEX_FUNCTIONS.get(name) or rf"\mathrm{{{word}}}"
        return rf"{head}\left( {', '.join(args)} \right)"


class ShapedLatex(Latex):
    """LaTeX with each matrix set over its shape."""

    shapes = True
