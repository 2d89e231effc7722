"""The notation of a terminal: plain characters, with or without what lies beyond ASCII."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from derive.algebra.nodes import Symbol
from derive.emit.formula import COMPARISONS, Formula
from derive.emit.glyphs import GREEK


class Text(Formula):
    """Plain characters; with `ascii_only` nothing beyond ASCII."""

    ascii_only = False

    @property
    def minus(self) -> str:
        return "-" if self.ascii_only else "−"

    @property
    def times(self) -> str:
        return " .* " if self.ascii_only else " ⊙ "

    @property
    def over(self) -> str:
        return " ./ " if self.ascii_only else " ⊘ "

    @property
    def infinity(self) -> str:
        return "inf" if self.ascii_only else "∞"

    def symbol(self, symbol: Symbol, expr: Any) -> str:
        glyph = self.glyphs[symbol].text(self.ascii_only)
        nabla = "grad_" if self.ascii_only else "∇"
        marks = {"cotangent": nabla, "differential": "d", "upstream": nabla}
        marks |= {"projected": f"sym({nabla}", "moved": f"d{nabla}"}
        end = {"upstream": "'", "projected": ")"}.get(symbol.role, "")
        return marks.get(symbol.role, "") + glyph + end

    def name(self, name: str) -> str:
        return name

    def greek(self, name: str) -> str:
        return name if self.ascii_only else GREEK[name]

    def juxtapose(self, parts: Sequence[str]) -> str:
        return " ".join(part for part in parts if part)

    def parentheses(self, text: str) -> str:
        return f"({text})"

    def bracket(self, text: str) -> str:
        return f"[{text}]"

    def transpose(self, text: str) -> str:
        return f"{text}^T" if self.ascii_only else f"{text}ᵀ"

    def inverse(self, text: str, *, transposed: bool) -> str:
        if self.ascii_only:
            return f"{text}^-T" if transposed else f"{text}^-1"
        return f"{text}⁻ᵀ" if transposed else f"{text}⁻¹"

    def pseudoinverse(self, text: str) -> str:
        return f"{text}^+" if self.ascii_only else f"{text}⁺"

    def exponential(self, text: str) -> str:
        return f"expm({text})"

    def superscript(self, base: str, exponent: str) -> str:
        if not self.ascii_only and exponent in ("2", "3"):
            return base + {"2": "²", "3": "³"}[exponent]
        return f"{base}^{exponent}" if exponent.isalnum() else f"{base}^({exponent})"

    def entry_power(self, base: str, exponent: str) -> str:
        return self.superscript(base, exponent)

    def fraction(self, above: str, below: str) -> str:
        below = below if _is_short(below) else f"({below})"
        return f"{above}/{below}"

    def numerator(self, text: str) -> str:
        return self.parentheses(text)

    def coefficient(self, fraction: str) -> str:
        return self.parentheses(fraction) if " " in fraction else fraction

    def has_fraction(self, text: str) -> bool:
        return "/" in text

    def root(self, text: str) -> str:
        if self.ascii_only:
            return f"sqrt({text})"
        return f"√{text}" if text.isalnum() else f"√({text})"

    def floor(self, text: str) -> str:
        return f"floor({text})" if self.ascii_only else f"⌊{text}⌋"

    def absolute(self, text: str) -> str:
        return f"|{text}|"

    def norm(self, text: str) -> str:
        return f"||{text}||" if self.ascii_only else f"‖{text}‖"

    def one(self, size: str) -> str:
        return "1"

    def identity(self, size: str) -> str:
        return "I"

    def relation(self, name: str) -> str:
        plain = {"≥": ">=", "≤": "<=", "≠": "!="}
        mark = COMPARISONS[name][0]
        return plain.get(mark, mark) if self.ascii_only else mark

    def call(self, name: str, args: Sequence[str]) -> str:
        names = {"sigmoid": "σ", "normal_cdf": "Φ", "normal_pdf": "φ"}
        plain = {"Φ": "Phi"}
        head = plain.get(name, name) if self.ascii_only else names.get(name, name)
        return f"{head}({', '.join(args)})"


def _is_short(text: str) -> bool:
    """Whether the text is one name, number, norm or root: a quotient needs no parentheses."""
    whole = re.fullmatch(r"(\|\||‖)[^|‖]*(\|\||‖)[²³]?|√?\([^()]*\)[²³]?|√\w+", text)
    return whole is not None or text.replace("_", "").isalnum()


class AsciiText(Text):
    """The terminal's notation without characters beyond ASCII."""

    ascii_only = True
