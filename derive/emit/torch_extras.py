"""Jacobians, Hessians and products with them in PyTorch, with no write in place: all transforms
(`vmap`, `compile`, differentiation once more) go through."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

from derive.algebra.nodes import Node, Symbol
from derive.dims import Dim
from derive.emit.code import Line, Printer
from derive.emit.extras import Extras, is_plain
from derive.emit.layout import statement
from derive.emit.names import Names
from derive.emit.structures import NAMES, TOTAL, Structures
from derive.emit.torch_target import MODULE, Target, printed
from derive.plan.routine import Piece, Routine


class TorchStructures(Structures):
    """Entries are laid out by `diag_embed`."""

    array = "Tensor"

    def spread_out(
        self,
        printer: Printer,
        shape: Sequence[Dim],
        entries: Node,
        labels: Sequence[int],
        like: str,
    ) -> list[str]:
        word, lines = "entries", []
        if isinstance(entries, Symbol):
            word = entries.name
        else:
            lines = statement(8, word, printer.whole(entries).text, "")
        return [*lines, f"        return {embedded('torch', word, labels)}"]

    def gram(self, rows: str, weights: str, weighted: bool) -> str:
        return f"{self.dialect.helper('_gram')}({rows}, {weights})"


class TorchExtras(Extras):
    """The functions, with the helpers of a module."""

    def __init__(self, target: Target, routines: Sequence[Routine]) -> None:
        super().__init__(routines)
        self.target = target
        self.dialect = target.dialect
        self.structures = TorchStructures(target.dialect, target.plan.sizes, MODULE)

    def enter(self, values: Sequence[str]) -> None:
        target = self.target
        self.scope = copy.copy(target)
        module = [*MODULE, target.model, target.module_class, target.function_class]
        dimensions = target.program.dimensions
        self.names = self.scope.names = Names(values, dimensions, [*module, *NAMES, TOTAL])
        self.names.aliased = target.names.aliased
        self.printer = Printer(target.dialect, self.names, target.plan.sizes)
        target.dialect.like = target.floats[0].name if target.floats else ""

    def parameters(self) -> list[str]:
        return self.scope.parameters()

    def opening(self, sizes: Iterable[str]) -> list[str]:
        return self.scope.opening(sizes)

    def printed(self, symbol: Symbol, expr: Node, own: bool) -> list[Line]:
        return printed(self.printer, symbol, expr)

    def quotient(self, above: str, below: str) -> str:
        return f"{self.target.dialect.like}.new_full((), {above}) / {below}"

    def shape_of(self, name: str) -> str:
        return f"{self.names.outer('tuple')}({name}.shape)"

    def spread_out(self, shape: Sequence[Dim], pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        if len(pieces) == 1 and is_plain(pieces[0].labels):
            return self.names.of(pieces[0].entries), []
        name, torch = self.names.fresh("jacobian"), self.names.outer("torch")
        terms = [embedded(torch, self.names.of(p.entries), p.labels) for p in pieces]
        return name, statement(4, name, " + ".join(terms), "")


def embedded(torch: str, entries: str, labels: Sequence[int]) -> str:
    """Return an array with axes of equal labels made of its entries, which have each label once."""
    order = tuple(dict.fromkeys(labels))
    return _embedded(torch, entries, order, tuple(labels))


def _embedded(torch: str, entries: str, have: Sequence[int], labels: Sequence[int]) -> str:
    last = next((k for k in reversed(range(len(labels))) if labels[k] in labels[:k]), None)
    if last is None:
        axes = [have.index(label) for label in labels]
        plain = axes == list(range(len(axes)))
        return entries if plain else f"{entries}.permute({', '.join(map(str, axes))})"
    first = labels.index(labels[last])
    rest = [label for k, label in enumerate(labels) if k not in (first, last)]
    inner = _embedded(torch, entries, have, [*rest, labels[last]])
    where = "" if (first, last) == (len(labels) - 2, len(labels) - 1) else f", 0, {first}, {last}"
    return f"{torch}.diag_embed({inner}{where})"
