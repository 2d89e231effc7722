"""Jacobians, Hessians and products with them in PyTorch, with no write in place: all transforms
(`vmap`, `compile`, differentiation once more) go through."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.nodes import Node, Symbol
from derive.code.expressions import Line, Printer
from derive.code.extras import Extras
from derive.code.layout import statement
from derive.code.moves import placement
from derive.code.precedence import Code
from derive.code.structures import Structures
from derive.code.torch.target import Target, printed
from derive.dims import Dim
from derive.plan.nouns import Piece, Routine


class TorchStructures(Structures):
    """Entries are laid out by `diag_embed`."""

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
        *before, last = embeddings("torch", word, labels, "dense")
        for code in before:
            lines += statement(8, "dense", code, "")
        return [*lines, f"        return {last}"]

    def gram(self, rows: str, weights: str, weighted: bool) -> str:
        return f"{self.dialect.helper('_gram')}({rows}, {weights})"

    def band_dense(self, rank: int) -> list[str]:
        self.dialect.helper("_placed")
        codes = embeddings("torch", "self.entries", (*range(rank), *range(rank)), "block")
        return [
            *(line for code in codes for line in statement(8, "block", code, "")),
            "        above = _placed(block, self.rows + self.columns, self.shape * 2)",
            "        below = _placed(block, self.columns + self.rows, self.shape * 2)",
            "        return above + below",
        ]


class TorchExtras(Extras):
    """The functions, with the helpers of a module."""

    def __init__(self, target: Target, routines: Sequence[Routine]) -> None:
        super().__init__(target, routines)
        self.torch = target.dialect
        self.structures = TorchStructures(target.dialect, target.plan.sizes, target.words)

    def enter(self, values: Sequence[str]) -> None:
        super().enter(values)
        self.torch.like = self.module.floats[0].name if self.module.floats else ""

    def printed(self, symbol: Symbol, expr: Node, own: bool) -> list[Line]:
        return printed(self.printer, symbol, expr)

    def quotient(self, above: str, below: str) -> str:
        return f"{self.torch.like}.new_full((), {above}) / {below}"

    def shape_of(self, name: str) -> str:
        return f"{self.names.outer('tuple')}({name}.shape)"

    def spread_out(self, shape: Sequence[Dim], pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        if len(pieces) == 1 and pieces[0].layout.is_plain:
            return self.names.of(pieces[0].entries), []
        terms = []
        lines: list[str] = []
        for piece in pieces:
            name = self.names.of(piece.entries)
            if not piece.layout.is_plain:
                name = self.names.fresh("jacobian" if len(pieces) == 1 else "part")
                for code in self._calls(name, shape, piece):
                    lines += statement(4, name, code, "")
            terms.append(name)
        if len(terms) == 1:
            return terms[0], lines
        name = self.names.fresh("jacobian")
        return name, [*lines, *statement(4, name, " + ".join(terms), "")]

    def _calls(self, name: str, shape: Sequence[Dim], piece: Piece) -> list[str]:
        """Return the calls that lay entries out; all but the first take the one before by name."""
        entries, layout = self.names.of(piece.entries), piece.layout
        calls = embeddings(self.names.outer("torch"), entries, layout.labels, name)
        if any(layout.ranges):
            inner = Code(name if calls else entries)
            ranges = layout.whole_ranges(shape)
            calls.append(placement(inner, ranges, shape, self.dialect, self.printer.size).text)
        return calls


def embeddings(torch: str, entries: str, labels: Sequence[int], name: str) -> list[str]:
    """Return the calls that lay entries, which have each label once, on axes of equal labels.

    All but the first take the one before by its name; there is none where no labels are equal.
    """
    order: list[Sequence[int]] = [tuple(labels)]
    places = []
    while (pair := _last_pair(order[-1])) is not None:
        first, last = pair
        places.append(pair)
        rest = [label for k, label in enumerate(order[-1]) if k not in pair]
        order.append((*rest, order[-1][last]))
    have = tuple(dict.fromkeys(labels))
    code = entries if order[-1] == have else _permuted(entries, [have.index(k) for k in order[-1]])
    found = []
    for (first, last), whole in zip(reversed(places), reversed(order[:-1]), strict=True):
        end = (len(whole) - 2, len(whole) - 1)
        where = "" if (first, last) == end else f", 0, {first}, {last}"
        found.append(f"{torch}.diag_embed({code}{where})")
        code = name
    return found


def _last_pair(labels: Sequence[int]) -> tuple[int, int] | None:
    """Return the last axis whose label another has as well, and the first with that label."""
    for k in reversed(range(len(labels))):
        if labels[k] in labels[:k]:
            return labels.index(labels[k]), k
    return None


def _permuted(array: str, axes: Sequence[int]) -> str:
    if list(axes) == [1, 0]:
        return f"{array}.T"
    return f"{array}.permute({', '.join(map(str, axes))})"
