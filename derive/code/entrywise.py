"""Sums and elementwise functions of arrays as code, joined entry by entry.

Each array is laid out along the axes that any of them has; the library broadcasts the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from derive.algebra.nodes import Add, Map, Node
from derive.algebra.scalars.tree import Scalar
from derive.code.contraction import Contraction
from derive.code.dialect import Dialect
from derive.code.elementwise import ScalarPrinter, Typed, repeated
from derive.code.operand import Operand
from derive.code.patterns import Patterns
from derive.code.precedence import Code, is_plain, negative, total
from derive.code.products import Value, kind_of, moves_kind
from derive.dims import Dim, Shape


class _Prints(Protocol):
    """What is needed of the printer."""

    dialect: Dialect
    patterns: Patterns

    def value(self, node: Node) -> Value: ...

    def weight(self, d: Dim) -> int: ...

    def shape(self, shape: Shape) -> str: ...

    def named(self, word: str, text: str, shape: str) -> str: ...


class Entrywise:
    """Prints sums and elementwise functions for one printer."""

    def __init__(self, printer: _Prints) -> None:
        self.printer = printer
        self.dialect = printer.dialect
        self.shape = printer.shape

    def sum(self, node: Add) -> Value:
        """Print a sum of arrays."""
        values = [self.printer.value(term) for term in node.terms]

        def summed(codes: list[Code]) -> Code:
            terms = []
            for term, value, code in zip(node.terms, values, codes, strict=True):
                code = self.dialect.cast(code) if moves_kind(term) else code
                terms.append((value.minus, code))
            return total(terms)

        operand = self._joined(node, values, summed, both=True)
        return Value(operand, shapes=self._sum_shapes(node, values))

    def _joined(
        self, node: Node, values: list[Value], make: Callable[[list[Code]], Code], *, both: bool
    ) -> Operand:
        """Join arrays entry by entry, each laid out along the axes that any of them has.

        both: where axes of size 1 are at hand, give the result with them as well.
        """
        weight = self.printer.weight
        layout = Contraction(self.dialect, range(node.rank), lambda k: weight(node.shape[k]))
        labels = sorted({k for v in values for k in v.operand.labels})
        code = make([layout.aligned(v.operand, labels) for v in values])
        if not both or len(labels) == node.rank or not any(v.operand.kept for v in values):
            return Operand(code, tuple(labels))
        full = range(node.rank)
        wide = make([layout.aligned(v.operand, full) for v in values])
        have = tuple(k if k in labels else None for k in full)
        return Operand(code, tuple(labels), kept=(wide, have))

    def _sum_shapes(self, node: Add, values: list[Value]) -> str:
        if not any(")(" in value.shapes for value in values) or len(values) > 3:
            return ""
        parts = []
        for value in values:
            have = tuple(node.shape[k] for k in value.operand.labels)
            parts.append(value.shapes.split(" -> ")[0] or self.shape(have))
        return f"{' + '.join(parts)} -> {self.shape(node.shape)}"

    def map(self, node: Map, *, truth: bool = False) -> Value:
        """Print an elementwise function, from its pattern where no part of it needs a name.

        truth: truth values are wanted, not numbers.
        """
        values = [self.printer.value(arg) for arg in node.args]
        if any(v.minus or v.operand.kept for v in values) or repeated(node.fn):
            return self._mapped(node, values, truth)
        key = (
            node.fn,
            node.shape,
            truth,
            self.dialect.like,
            tuple(
                (v.operand.code.level, is_plain(v.operand.code), v.operand.labels, kind_of(arg))
                for arg, v in zip(node.args, values, strict=True)
            ),
        )
        return self.printer.patterns.filled(key, values, lambda v: self._mapped(node, v, truth))

    def _mapped(self, node: Map, values: list[Value], truth: bool) -> Value:
        labels = sorted({k for v in values for k in v.operand.labels})
        shape = self.shape(tuple(node.shape[k] for k in labels))

        def mapped(codes: list[Code]) -> Code:
            slots: list[Typed] = [
                (negative(code) if value.minus else code, kind_of(arg))
                for arg, value, code in zip(node.args, values, codes, strict=True)
            ]

            def bind(part: Scalar, code: Code) -> Code:
                return Code(self.printer.named(_word(part, slots), code.text, shape))

            return ScalarPrinter(self.dialect, slots, bind).print(node.fn, truth=truth)

        return Value(self._joined(node, values, mapped, both=not repeated(node.fn)))


def _word(part: Scalar, slots: list[Typed]) -> str:
    """Return a name for a repeated part of an elementwise function: `sigmoid_x`."""
    if part.op != "call":
        return "inner"
    inner = part.args[1]
    if inner.op == "slot" and slots[inner.args[0]][0].text.isidentifier():
        return f"{part.args[0]}_{slots[inner.args[0]][0].text}"
    return part.args[0]
