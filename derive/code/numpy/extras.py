"""Jacobians, Hessians and products with them in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.algebra.hessian.layouts import Layout
from derive.algebra.nodes import Node, Symbol
from derive.code.expressions import Line, Printer
from derive.code.extras import AllExtras, Extras
from derive.code.layout import WIDTH, statement
from derive.code.module import Module
from derive.code.moves import places_of
from derive.code.numpy.dialect import NumPy
from derive.code.structures import Structures
from derive.dims import Dim
from derive.plan.nouns import Piece, Routine

_LETTERS = "ijklmnopqrstuvwxyz"


class NumPyStructures(Structures):
    """Entries are written into views of an array of zeros."""

    def spread_out(
        self,
        printer: Printer,
        shape: Sequence[Dim],
        entries: Node,
        labels: Sequence[int],
        like: str,
    ) -> list[str]:
        code = printer.broadcast(entries).text
        if len(labels) == 2:
            return [f"        return np.diag({code})"]
        whole = printer.names.fresh("dense")
        for d in shape:
            printer.size(d)
        view, lines = diagonals("np", whole, labels), []
        if len(view) + len(code) + 11 > WIDTH:
            name = printer.names.fresh("entries")
            lines, code = statement(8, name, code, ""), name
        return [
            *lines,
            f"        {whole} = np.zeros({printer.names.shape(shape)}, {like}.dtype)",
            f"        {view} = {code}",
            f"        return {whole}",
        ]

    def gram(self, rows: str, weights: str, weighted: bool) -> str:
        if not weighted:
            return f"{weights} * ({rows}.T @ {rows})"
        return f"{self.dialect.helper('_gram')}({rows}, {weights})"

    def band_dense(self, rank: int) -> list[str]:
        self.dialect.helper("_placed")
        view = diagonals("np", "dense[where]", (*range(rank), *range(rank)))
        return [
            "        dense = np.zeros(self.shape + self.shape, self.entries.dtype)",
            "        for where in (self.rows + self.columns, self.columns + self.rows):",
            f"            {view} += self.entries",
            "        return dense",
        ]


class NumPyExtras(Extras):
    """The functions, with the helpers of a module."""

    def __init__(self, module: Module, routines: Sequence[Routine]) -> None:
        super().__init__(module, routines)
        assert isinstance(module.dialect, NumPy)
        self.numpy = module.dialect
        self.structures = NumPyStructures(module.dialect, module.plan.sizes, module.words)

    def collected(self) -> AllExtras:
        dtype = self.numpy.dtype
        found = super().collected()
        self.numpy.dtype = dtype
        return found

    def enter(self, values: Sequence[str]) -> None:
        super().enter(values)
        self.numpy.dtype, self.numpy.uses_dtype = self.names.local("dtype"), False

    def opening(self, sizes: list[str]) -> dict[str, Any]:
        return self.module.opening(sizes, self.numpy.uses_dtype, self.names)

    def printed(self, symbol: Symbol, expr: Node, own: bool) -> list[Line]:
        return self.printer.lines(symbol, expr, own=own)

    def quotient(self, above: str, below: str) -> str:
        below = below.removeprefix("(").removesuffix(")")
        dtype = dtype_of(self.module.floats, self.numpy.np)
        return f"{self.names.outer('np')}.divide({above}, {below}, dtype={dtype})"

    def shape_of(self, name: str) -> str:
        return f"{self.names.outer('np')}.shape({name})"

    def spread_out(self, shape: Sequence[Dim], pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        np = self.names.outer("np")
        full = [piece for piece in pieces if piece.layout.is_plain]
        rest = [piece for piece in pieces if piece not in full]
        lines: list[str] = []
        if full:
            name = self.names.of(full[0].entries)
        else:
            name = self.names.fresh("jacobian")
            first = self.names.of(rest[0].entries)
            if len(pieces) == 1 and rest[0].layout == Layout((0, 0), (None, None)):
                return name, [f"    {name} = {np}.diag({first})"]
            for d in shape:
                self.printer.size(d)
            lines.append(f"    {name} = {np}.zeros({self.names.shape(shape)}, {first}.dtype)")
        for piece in rest:
            sign = "+=" if full or piece is not rest[0] else "="
            view = diagonals(np, self._within(name, shape, piece.layout), piece.layout.labels)
            lines.append(f"    {view} {sign} {self.names.of(piece.entries)}")
        return name, lines

    def _within(self, array: str, shape: Sequence[Dim], layout: Layout) -> str:
        """Return the part of an array that the ranges of a layout take."""
        if not any(layout.ranges):
            return array
        places = places_of(layout.whole_ranges(shape), tuple(shape), self.printer.size)
        while places[-1] == ":":
            places.pop()
        return f"{array}[{', '.join(places)}]"


def diagonals(np: str, array: str, labels: Sequence[int]) -> str:
    """Return the entries of an array where axes of equal labels agree, to be assigned to."""
    if len(set(labels)) == len(labels):
        return array if array.endswith("]") else f"{array}[...]"
    letter = dict(zip(dict.fromkeys(labels), _LETTERS, strict=False))
    axes, kept = "".join(letter[label] for label in labels), "".join(letter.values())
    return f'{np}.einsum("{axes}->{kept}", {array})[...]'


def dtype_of(floats: Sequence[Symbol], np: str) -> str:
    """Return how the dtype of the floats is read off the arguments."""
    arrays = [symbol for symbol in floats if symbol.rank]
    if arrays:
        return f"{arrays[0].name}.dtype"
    return f"{np}.result_type({floats[0].name})" if floats else f"{np}.dtype(float)"
