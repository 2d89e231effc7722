"""The notation of a terminal: plain characters, with or without what lies beyond ASCII."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from derive.algebra.nodes import Symbol
from derive.formulas.formula import Formula
from derive.formulas.functions import RELATIONS
from derive.formulas.glyphs import GREEK, SUBSCRIPTS
from derive.operations.spelled_out import SIGNS


class Text(Formula):
    """Plain characters; with `ascii_only` nothing beyond ASCII."""

    ascii_only = False
    first = 0

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
    def tensor(self) -> str:
        return " kron " if self.ascii_only else " ⊗ "

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
        is_told = exponent.isalnum() or (exponent[0] == "(" and exponent[-1] == ")")
        return f"{base}^{exponent}" if is_told else f"{base}^({exponent})"

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

    def root(self, text: str, degree: str = "") -> str:
        sign, word = ("∛", "cbrt") if degree else ("√", "sqrt")
        if self.ascii_only:
            return f"{word}({text})"
        return f"{sign}{text}" if text.isalnum() else f"{sign}({text})"

    def floor(self, text: str) -> str:
        return f"floor({text})" if self.ascii_only else f"⌊{text}⌋"

    def ceiling(self, text: str) -> str:
        return f"ceil({text})" if self.ascii_only else f"⌈{text}⌉"

    def absolute(self, text: str) -> str:
        return f"|{text}|"

    def norm(self, text: str) -> str:
        return f"||{text}||" if self.ascii_only else f"‖{text}‖"

    def one(self, size: str) -> str:
        return "1"

    def identity(self, size: str) -> str:
        return "I"

    def relation(self, name: str) -> str:
        plain = {"≥": ">=", "≤": "<=", "≠": "!=", "∧": "and", "∨": "or"}
        mark = RELATIONS[name][0]
        return plain.get(mark, mark) if self.ascii_only else mark

    def sized_identity(self, size: str) -> str:
        return f"I({size})"

    def zeros(self, shape: Sequence[str]) -> str:
        return f"0({self.shape(shape)})" if shape else "0"

    def blocks(self, rows: Sequence[Sequence[str]]) -> str:
        return f"[{'; '.join(', '.join(row) for row in rows)}]"

    def part(self, text: str, places: Sequence[str]) -> str:
        return f"{text}[{', '.join(places)}]"

    def range(self, low: str, high: str, step: str, size: str) -> str:
        colon = " : " if " " in low + high else ":"
        return f"{low}{colon}{high}".strip() + (f":{step}" if step else "")

    def cases(self, choices: Sequence[tuple[str, str]]) -> str:
        (yes, condition), (no, _) = choices
        return f"({yes} if {condition} else {no})"

    def subscript(self, base: str, indices: Sequence[str]) -> str:
        if not indices:
            return base
        joined = ",".join(indices)
        if joined.isdigit() and not self.ascii_only:
            return base + joined.translate(SUBSCRIPTS)
        return f"{base}_{joined}"

    def upright(self, word: str) -> str:
        return word

    def shape(self, sizes: Sequence[str]) -> str:
        told = [f"({size})" if " " in size else size for size in sizes]
        return ("x" if self.ascii_only else "×").join(told)

    @property
    def dots(self) -> str:
        return "..." if self.ascii_only else "…"

    def head(self, name: str) -> str:
        return (_NAMES_ASCII if self.ascii_only else _NAMES).get(name, name)

    def applied(self, head: str, args: Sequence[str]) -> str:
        return f"{head}({', '.join(args)})"


_NAMES = {name: text for name, (text, _) in SIGNS.items()}
"""What functions are called in a terminal."""
_NAMES_ASCII = {name: text for name, text in _NAMES.items() if text.isascii()} | {"Φ": "Phi"}


def _is_short(text: str) -> bool:
    """Whether the text is one name, number, norm or root: a quotient needs no parentheses."""
    whole = re.fullmatch(
        r"(\|\||‖)[^|‖]*(\|\||‖)[\w,]*[²³]?|\w+\[[^\[\]]*\]|[√\w]*\([^()]*\)[²³]?|√\w+", text
    )
    return whole is not None or text.replace("_", "").isalnum()


class AsciiText(Text):
    """The terminal's notation without characters beyond ASCII."""

    ascii_only = True
