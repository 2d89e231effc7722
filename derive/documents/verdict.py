"""Input or output?  What backward needs of forward, per operation, as a document.

Each row of its tables is a set of forward values that suffices, with the formula that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from derive.algebra.build import cotangent
from derive.algebra.nodes import Node, Symbol
from derive.algebra.paper.unfold import unfolded
from derive.derivation.reverse import unit_sums
from derive.dims import Dim, dim, reference_sizes, size_of
from derive.documents.blocks import Block, Display, Document, Heading, Paragraph, Table
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.words.words import Words
from derive.plan.planner.alternatives import Sufficient
from derive.plan.storage import ITEM, bytes_of
from derive.program.derivation import Derivation

FLOAT = ITEM["float32"]
_LONGEST = 12  # operations of a gradient that is told in one formula


class Doubt(NamedTuple):
    """Two inputs of one output at which the slopes differ."""

    inputs: tuple[float, float]
    output: float
    slopes: tuple[float, float]


class Operation(NamedTuple):
    """An operation and the smallest sets of forward values that suffice for each gradient.

    doubt: why the output alone does not suffice, where that is known.
    """

    derivation: Derivation
    found: Mapping[str, Sequence[Sufficient]]
    doubt: Doubt | None = None

    @property
    def name(self) -> str:
        return self.derivation.program.name

    def suffices(self, *kept: Node) -> bool:
        """Whether a set is one of the smallest for every gradient."""
        return all(any(s.kept == kept for s in sets) for sets in self.found.values())

    @property
    def input_suffices(self) -> bool:
        """Whether the one array that the operation takes suffices."""
        return len(self.found) == 1 and self.suffices(self.derivation.program.arguments[0].symbol)

    @property
    def output_suffices(self) -> bool:
        """Whether what the operation gives suffices."""
        return self.suffices(*self.derivation.program.outputs)

    @property
    def bits_suffice(self) -> bool:
        """Whether truth values suffice."""
        return all(
            any(s.kept and all(_is_truth(node, s) for node in s.kept) for s in sets)
            for sets in self.found.values()
        )


class Group(NamedTuple):
    """Operations of one kind; its heading in `Words` has the kind's name."""

    kind: str
    operations: Sequence[Operation]


_CLASSES: dict[str, Callable[[Operation], bool]] = {
    "nothing": lambda o: o.suffices(),
    "either": lambda o: o.input_suffices and o.output_suffices,
    "output": lambda o: o.output_suffices and not o.input_suffices,
    "input": lambda o: o.input_suffices and not o.output_suffices,
    "bit": lambda o: o.bits_suffice,
    "several": lambda o: (
        not any((o.suffices(), o.input_suffices, o.output_suffices, o.bits_suffice))
    ),
}


def compose_verdict(groups: Sequence[Group], lang: str) -> Document:
    """Return the page that says what each operation's backward needs of forward."""
    words = Words(lang)
    return Document(
        title=words("v_title"),
        subtitle=words("v_subtitle"),
        contents=words("contents"),
        lang=lang,
        blocks=tuple(_blocks(groups, words)),
    )


def _blocks(groups: Sequence[Group], words: Words) -> Iterator[Block]:
    yield Paragraph(words("v_verdict"))
    sections: list[tuple[str, list[Block]]] = [
        (words("v_overview"), list(_overview(groups, words))),
        (words("v_argument"), list(_argument(words))),
        *((words(f"v_group_{g.kind}"), list[Block]([_table(g, words)])) for g in groups),
        (words("v_not_output"), list(_doubts(groups, words))),
    ]
    for number, (title, blocks) in enumerate(sections, 1):
        yield Heading(2, f"{number}. {title}")
        yield from blocks


def _overview(groups: Sequence[Group], words: Words) -> Iterator[Block]:
    operations = [o for g in groups for o in g.operations]
    rows = []
    for kind, belongs in _CLASSES.items():
        names = [f"`{o.name}`" for o in operations if belongs(o)]
        rows.append((words(f"v_{kind}"), ", ".join(names)))
    yield Table((words("v_enough"), words("v_operations")), tuple(rows))
    yield Paragraph(words("v_found"))


def _argument(words: Words) -> Iterator[Block]:
    yield Paragraph(words("v_slope"))
    yield Display((r"\nabla X = f'(X) \odot \nabla Y",))
    yield Paragraph(words("v_two_ways"))
    yield Paragraph(words("v_chain"))


def _table(group: Group, words: Words) -> Table:
    head = [words(f"v_{key}") for key in ("operation", "gradient", "enough", "bytes", "because")]
    rows = [row for operation in group.operations for row in _Rows(operation, words).rows()]
    return Table(tuple(head), tuple(rows))


class _Rows:
    """The rows of one operation: a row for each gradient and each set that suffices."""

    def __init__(self, operation: Operation, words: Words) -> None:
        self.operation = operation
        self.words = words
        self.program = operation.derivation.program
        self.notation = Notation(operation.derivation)

    def rows(self) -> Iterator[tuple[str, ...]]:
        told = f"`{self.operation.name}`: {', '.join(self._equations())}"
        for name, sets in self.operation.found.items():
            gradient = f"${self.notation.latex(cotangent(self.program.symbols[name]))}$"
            for found in sorted(sets, key=self._weight):
                count = _bytes(found)
                yield told, gradient, self._kept(found), count, self._reason(name, found)
                told = gradient = ""

    def _equations(self) -> Iterator[str]:
        for equation in self.program.equations:
            if not equation.inline:
                yield f"${self.notation.equation(equation.symbol, equation.expr, 'latex')}$"

    def _weight(self, found: Sufficient) -> int:
        """Return the bits of a set at the reference sizes."""
        numbers, bits = _sizes(found)
        sizes = reference_sizes(self.program.dimensions)
        return 8 * numbers.evaluate(sizes) + bits.evaluate(sizes)

    def _kept(self, found: Sufficient) -> str:
        listed = [f"${self.notation.latex(node)}$" for node in found.kept]
        return self.words.listed(listed) if listed else self.words("v_nothing")

    def _reason(self, name: str, found: Sufficient) -> str:
        """Return the gradient in one formula where that is short, else step by step."""
        asked = cotangent(self.program.symbols[name])
        last = found.formulas[asked]
        before = {s: expr for s, expr in found.formulas.items() if s != asked}
        whole = unfolded(last, before, unit_sums(self.program), _LONGEST)
        steps = found.formulas if whole is None else {asked: whole}
        return ", ".join(f"${self.notation.equation(s, e, 'latex')}$" for s, e in steps.items())


def _is_truth(node: Node, found: Sufficient) -> bool:
    """Whether what is kept is an array of truth values."""
    return node in found.masks or (isinstance(node, Symbol) and node.kind == "bool")


def _sizes(found: Sufficient) -> tuple[Dim, Dim]:
    """Return the bytes of the numbers, and the bits of the truth values."""
    count, bits = dim(0), dim(0)
    for node in found.kept:
        if _is_truth(node, found):
            bits = bits + size_of(node.shape)
        elif isinstance(node, Symbol):
            count = count + bytes_of(node, FLOAT)
        else:
            count = count + size_of(node.shape) * FLOAT
    return count, bits


def _bytes(found: Sufficient) -> str:
    count, bits = _sizes(found)
    parts = [dimension_latex(count)] if count != dim(0) or bits == dim(0) else []
    parts += [rf"{dimension_latex(bits)}/8"] if bits != dim(0) else []
    return f"${' + '.join(parts)}$"


def _doubts(groups: Sequence[Group], words: Words) -> Iterator[Block]:
    yield Paragraph(words("v_not_output_text"))
    rows = []
    for operation in (o for g in groups for o in g.operations):
        if operation.doubt is not None:
            inputs, output, slopes = operation.doubt
            cells = (_numbers(*inputs), _numbers(output), _numbers(*slopes))
            rows.append((f"`{operation.name}`", *cells))
    head = [words(f"v_{key}") for key in ("operation", "two_inputs", "one_output", "slopes")]
    yield Table(tuple(head), tuple(rows))


def _numbers(*values: float) -> str:
    return ", ".join(f"${value:.4g}$" for value in values)
