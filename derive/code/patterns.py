"""What is printed once for a pattern of labels, with holes where its operands stand.

The same product or elementwise function comes again and again: a network of a thousand equal
layers costs little more than its text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from derive.code.dialect import Dialect
from derive.code.operand import Operand
from derive.code.precedence import Code, is_plain
from derive.code.products import Value

HOLE = 0xA000  # letters that no name has (Yi) stand for the operands of a printed pattern
_ROUGH = "[]"  # stands behind the letter of an operand that is more than a name


class Pattern(NamedTuple):
    """A value whose operands are holes; the dimensions it prints, whether it names the dtype."""

    value: Value
    sizes: tuple[str, ...]
    dtype: bool


class Notes(Protocol):
    """What patterns need of the printer that they belong to."""

    dialect: Dialect
    sizes_used: dict[str, None]


class Patterns:
    """The patterns of one printer."""

    def __init__(self, printer: Notes) -> None:
        self.printer = printer
        self.dialect = printer.dialect
        self.known: dict[tuple, Pattern] = {}

    def filled(
        self, key: tuple, values: list[Value], make: Callable[[list[Value]], Value]
    ) -> Value:
        """Return what `make` prints of the values; for each key it is called once, at holes."""
        found = self.known.get(key)
        if found is None:
            holes = [
                Value(v.operand._replace(code=_hole(k, v.operand.code)))
                for k, v in enumerate(values)
            ]
            found = self.known[key] = self._noted(make, holes)
        return self._with_words(found, [v.operand.code.text for v in values])

    def _noted(self, make: Callable[[list[Value]], Value], holes: list[Value]) -> Pattern:
        """Return what is made, with the sizes and the dtype that it uses."""
        printer, dialect = self.printer, self.dialect
        sizes, printer.sizes_used = printer.sizes_used, {}
        dtype, dialect.uses_dtype = dialect.uses_dtype, False
        made = Pattern(make(holes), tuple(printer.sizes_used), dialect.uses_dtype)
        printer.sizes_used, dialect.uses_dtype = sizes, dtype
        return made

    def _with_words(self, pattern: Pattern, words: list[str]) -> Value:
        """Return the pattern with words in its holes, and note what it uses."""
        if pattern.sizes:
            self.printer.sizes_used.update(dict.fromkeys(pattern.sizes))
        self.dialect.uses_dtype |= pattern.dtype
        value = pattern.value
        operand = value.operand
        kept = operand.kept and (_fill(operand.kept[0], words), operand.kept[1])
        filled = Operand(_fill(operand.code, words), operand.labels, kept, operand.view)
        return Value(filled, value.minus, value.shapes)


def _hole(k: int, code: Code) -> Code:
    """Return what stands for operand k in a pattern."""
    return Code(chr(HOLE + k) + ("" if is_plain(code) else _ROUGH), code.level)


def _fill(code: Code, words: list[str]) -> Code:
    text = code.text
    for k, word in enumerate(words):
        text = text.replace(chr(HOLE + k) + _ROUGH, word).replace(chr(HOLE + k), word)
    return Code(text, code.level)
