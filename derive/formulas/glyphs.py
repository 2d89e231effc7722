"""How a symbol looks on the page: W₁ for `w1`, bold b for a vector, ∇Y for a cotangent.

One alphabet for all documents: matrices upper case, vectors bold lower case, numbers lower case;
digits at the end of a name are a subscript; a name of several letters stays a word.  If two names
would look alike, both keep the user's spelling.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from derive.algebra.nodes import Symbol
from derive.program.program import Program

_LETTERS = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon"),
    *("phi", "chi", "psi", "omega"),
)
GREEK = dict(zip(_LETTERS, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
SPELLED = {letter: word for word, letter in GREEK.items()}
_PLAIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
_PLAIN |= {"_": r"\_", "ς": r"\varsigma"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SHORT = re.compile(r"([A-Za-zα-ωΑ-Ω])_?(\d*)\Z")
_GREEK_WORD = re.compile(rf"({'|'.join(GREEK)})_?(\d*)\Z")


@dataclass(frozen=True)
class Glyph:
    """A letter or a word, an index, and whether it is set bold."""

    letter: str
    index: str
    bold: bool

    def text(self, ascii_only: bool) -> str:
        """Return it as a terminal shows it."""
        if ascii_only:
            return SPELLED.get(self.letter, self.letter) + self.index
        return self.letter + self.index.translate(SUBSCRIPTS)

    def latex(self) -> str:
        """Return it as LaTeX."""
        head = letters_latex(self.letter, "mathbf" if self.bold else "mathit")
        return f"{head}_{{{self.index}}}" if self.index else head


class Glyphs:
    """The glyph of every symbol of a program, the same in formula, figure and table."""

    def __init__(self, program: Program) -> None:
        symbols = program.symbols.values()
        self._sizes = program.dimensions
        proposed = {symbol.name: _propose(symbol) for symbol in symbols}
        counts = Counter((g.letter, g.index) for g in proposed.values())
        self._glyphs = {
            symbol.name: proposed[symbol.name]
            if counts[proposed[symbol.name].letter, proposed[symbol.name].index] == 1
            else Glyph(symbol.name, "", symbol.rank == 1)
            for symbol in symbols
        }

    @property
    def letters(self) -> frozenset[str]:
        """The letters that stand for a size or a value."""
        return frozenset(g.letter for g in self._glyphs.values()).union(self._sizes)

    def __getitem__(self, symbol: Symbol) -> Glyph:
        return self._glyphs.get(symbol.name) or _propose(symbol)

    def plain(self, symbol: Symbol) -> str:
        """Return the name under which SymPy holds the symbol: `W1`, `∇W1`, `dW1`."""
        glyph = self[symbol]
        marks = {"cotangent": "∇", "differential": "d", "upstream": "∇", "projected": "sym(∇"}
        marks["moved"] = "d∇"
        mark = marks.get(symbol.role, "")
        end = {"upstream": "_out", "projected": ")"}.get(symbol.role, "")
        return f"{mark}{glyph.letter}{glyph.index}{end}"


def letters_latex(name: str, style: str = "mathit") -> str:
    """Write a name for LaTeX's mathematics, in italics ("mathit") or bold ("mathbf").

    Alphabets lack Greek letters: these stand outside, bold by a command of their own.
    """
    if style == "mathit" and len(name) == 1:
        return _letter_latex(name)
    parts: list[str] = []
    for is_greek, letters in groupby(name, key=_is_greek):
        text = "".join(map(_letter_latex, letters))
        if is_greek and style == "mathit":
            parts.append(f"{text} " if len(parts) + 1 < len(name) else text)
        else:
            parts.append(rf"\{'boldsymbol' if is_greek else style}{{{text}}}")
    return "".join(parts).strip()


def _is_greek(letter: str) -> bool:
    return letter.upper().lower() in SPELLED


def _letter_latex(letter: str) -> str:
    if letter in _PLAIN or not _is_greek(letter):
        return _PLAIN.get(letter, letter)
    word = SPELLED[letter.lower()]
    return rf"\{word if letter in SPELLED else word.capitalize()}"


def name_latex(name: str) -> str:
    """Write the name of a dimension: n, a Greek letter also by its name, a word in italics."""
    return letters_latex(GREEK.get(name, name))


def _propose(symbol: Symbol) -> Glyph:
    bold = symbol.rank == 1
    match = _SHORT.match(symbol.name)
    if match:
        letter = match[1].upper() if symbol.rank > 1 and match[1].isascii() else match[1]
        return Glyph(letter, match[2], bold)
    match = _GREEK_WORD.match(symbol.name)
    if match:
        return Glyph(GREEK[match[1]], match[2], bold)
    match = re.match(r"([A-Za-z_]+?)_?(\d+)\Z", symbol.name)
    return Glyph(match[1], match[2], bold) if match else Glyph(symbol.name, "", bold)
