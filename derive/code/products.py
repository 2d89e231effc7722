"""Labelled products as code: the factors laid out, combined, scaled, and set on their axes.

`Products.combine` takes a product and its factors as printed; what comes out is printed with the
labels 0, 1, … for its axes.  Diagonals are taken before, laid out after; numbers and scalars
stand where the array that they scale is smallest.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from derive.algebra.coefficient import UNIT, Coefficient, dimension_power
from derive.algebra.forms.association import Sizes, order
from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.code.contraction import Contraction, scaled
from derive.code.dialect import Dialect
from derive.code.elementwise import Kind
from derive.code.moves import places_of
from derive.code.operand import Operand
from derive.code.precedence import CALL, TERM, Code, number, product
from derive.dims import Dim, Shape


class Value(NamedTuple):
    """A printed node: its array, with labels 0, 1, … for its axes, and what is left outside.

    minus: the array is to be taken off.  shapes: what the comment tells, "" for the shape alone.
    """

    operand: Operand
    minus: bool = False
    shapes: str = ""


class _Prints(Protocol):
    """What products need of the printer that they belong to."""

    dialect: Dialect
    sizes: Sizes

    def size(self, d: Dim) -> Code: ...

    def weight(self, d: Dim) -> int: ...

    def shape(self, shape: Shape) -> str: ...

    def whole(self, node: Node) -> Code: ...


class Products:
    """Combines the factors of products for one printer."""

    def __init__(self, printer: _Prints) -> None:
        self.printer = printer
        self.dialect = printer.dialect
        self.size = printer.size
        self.weight = printer.weight
        self.shape = printer.shape

    def combine(self, node: Contract, values: list[Value]) -> Value:
        """Combine the factors, then set numbers and scalars where they cost least."""
        minus = node.coefficient.number < 0
        operands: list[Operand | None] = []
        scalars: list[Code] = []
        for (factor, axes), value in zip(node.factors, values, strict=True):
            minus ^= value.minus
            operand = self._factor(value.operand, axes, node, factor)
            if isinstance(factor, Symbol) and not factor.is_float:
                operand = self._numeric(factor, operand, node)
            operands.append(operand if operand.labels else None)
            if not operand.labels:
                scalars.append(operand.code)
        arrays = [x for x in operands if x is not None]
        layout = self._layout(node)
        rest = _beside_mean(node, arrays)
        below = self._coefficient(node, rest or node.coefficient, arrays, scalars)
        if not arrays:
            code = product(scalars) if scalars else Code("1")
            view = len(node.factors) == 1 and len(scalars) == 1 and values[0].operand.view
            operand = Operand(_over(code, below), (), view=view and not below)
            return Value(self._placed(operand, node), minus)
        if rest:
            done = layout.mean(arrays)
        else:
            done = layout.combine(operands, order(node, self.printer.sizes))
        shapes = self._shapes(done, node)
        done = self._scale(done, scalars, below, arrays, layout)
        return Value(self._placed(done, node), minus, shapes)

    def _layout(self, node: Contract) -> Contraction:
        unit = frozenset(label for label, d in enumerate(node.sizes) if d == 1)
        return Contraction(self.dialect, node.out, lambda k: self.weight(node.sizes[k]), unit)

    def _scale(
        self,
        done: Operand,
        scalars: list[Code],
        below: list[Code],
        inner: list[Operand],
        layout: Contraction,
    ) -> Operand:
        if not scalars and not below:
            return done
        first = inner[0].labels if inner else ()
        inside = not done.matrix or layout.size(first) < layout.size(done.labels)
        code = scaled(done.code, scalars, below, inside=inside)
        kept = done.kept or _inserted(done, layout)
        kept = kept and (scaled(kept[0], scalars, below, inside=inside), kept[1])
        return Operand(code, done.labels, kept=kept)

    def _factor(self, x: Operand, axes: tuple[int, ...], node: Contract, factor: Node) -> Operand:
        """Give the operand the product's labels; a one-hot form that picks stays unformed."""
        if x.depth is not None:
            others = [set(at) for other, at in node.factors if other is not factor]
            held = any(at.intersection(axes) for at in others)
            if held and len(set(axes)) == len(axes):
                return x._replace(labels=axes)
            x = self._layout(node).formed(x)
        return self._labelled(x, axes, node, factor)

    def _labelled(self, x: Operand, axes: tuple[int, ...], node: Contract, factor: Node) -> Operand:
        """Give the operand the product's labels: diagonals taken, stray axes of size 1 dropped."""
        labels = [axes[k] for k in x.labels]
        kept = x.kept and (x.kept[0], tuple(None if k is None else axes[k] for k in x.kept[1]))
        code = x.code
        while len(set(labels)) < len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            i, j = [k for k, label in enumerate(labels) if label == twice][:2]
            others = sum(twice in other for _, other in node.factors)
            if len(labels) == 2 and twice not in node.out and others == 1:
                return Operand(self.dialect.trace(code), ())
            code, kept = self.dialect.diagonal(code, len(labels), i, j), None
            labels = [label for k, label in enumerate(labels) if k not in (i, j)] + [twice]
        stray = {
            label
            for label in labels
            if node.sizes[label] == 1
            and label not in node.out
            and sum(label in other for _, other in node.factors) == 1
        }
        if stray:
            kept = (code, tuple(None if label in stray else label for label in labels))
            dropped = [label in stray for label in labels]
            if isinstance(factor, Apply) and is_slice(factor):
                code = self._entry(factor, dropped)
            else:
                code = self.dialect.indexed(code, ["0" if gone else ":" for gone in dropped])
            labels = [label for label in labels if label not in stray]
        return Operand(code, tuple(labels), kept=kept, view=x.view)

    def _entry(self, node: Apply, dropped: list[bool]) -> Code:
        """Print a slice of which some axes are one entry: x[0] rather than x[:1][0]."""
        places = places_of(node.params, node.args[0].shape, self.size)
        for k, gone in enumerate(dropped):
            if gone:
                places[k] = self.size(node.params[k][0]).text
        return self.dialect.indexed(self.printer.whole(node.args[0]), places)

    def _placed(self, x: Operand, node: Contract) -> Operand:
        """Rename the labels to axes of the result; a repeated axis becomes a diagonal."""
        if len(set(node.out)) == len(node.out):
            at = {label: k for k, label in enumerate(node.out)}
            kept = x.kept and (x.kept[0], tuple(None if k is None else at[k] for k in x.kept[1]))
            shapes = tuple(tuple(at.get(k, -1) for k in labels) for labels in x.shapes)
            return Operand(x.code, tuple(at[k] for k in x.labels), kept, x.view, shapes, x.matrix)
        return self._on_diagonal(x, node)

    def _on_diagonal(self, x: Operand, node: Contract) -> Operand:
        """Lay axes on the diagonals of others: times one identity matrix for each."""
        seen: dict[int, int] = {}  # label -> its first axis
        pairs: list[tuple[int, int, str]] = []
        for axis, label in enumerate(node.out):
            first = seen.setdefault(label, axis)
            if first != axis:
                pairs.append((first, axis, self.size(node.sizes[label]).text))
        at = tuple(seen[label] for label in x.labels)
        kept = x.kept and (x.kept[0], tuple(None if k is None else seen[k] for k in x.kept[1]))
        placed = Operand(x.code, at, kept, x.view)
        if len(pairs) == 1 and at and at[-1] == pairs[0][0] and pairs[0][1] == node.rank - 1:
            first, axis, size = pairs[0]
            if at == tuple(range(node.rank - 1)):
                return Operand(self.dialect.diagonal_matrix(x.code, size), (*at, axis))
        eyes = [Operand(self.dialect.identity(n), (first, axis)) for first, axis, n in pairs]
        layout = Contraction(self.dialect, range(node.rank), lambda k: self.weight(node.shape[k]))
        operands = [placed, *eyes] if x.labels else eyes
        if not x.labels and not (x.code.is_number and x.code.text == "1"):
            eyes[0] = eyes[0]._replace(code=product([x.code, eyes[0].code]))
            operands = eyes
        return layout.entrywise(operands)

    def _coefficient(
        self, node: Contract, c: Coefficient, operands: list[Operand], scalars: list[Code]
    ) -> list[Code]:
        """Put the number in front of the scalars; return what stands below the bar."""
        have = {label for x in operands for label in x.labels}
        for label in node.bound:  # a factor that is copied along a summed axis counts its size
            traced = any(axes.count(label) > 1 for _, axes in node.factors)
            if label not in have and node.sizes[label] != 1 and not traced:
                c = c * dimension_power(node.sizes[label], 1)
        if c == UNIT:
            return []
        top, bottom = number(abs(c.number)) if c.number else (Code("0"), None)
        above, below = ([top] if top else []), ([bottom] if bottom else [])
        for d, exponent in c.powers:
            size = self.size(d)
            root = exponent.denominator == 2
            code = self.dialect.root(size) if root else size
            times = abs(exponent.numerator)
            (above if exponent > 0 else below).extend([code] * times)
        scalars[:0] = above
        return below

    def _numeric(self, symbol: Symbol, x: Operand, node: Contract) -> Operand:
        """Cast integers, which would turn float32 into float64, and truth values on their own."""
        if symbol.kind == "bool" and any(kind_of(f) is Kind.FLOAT for f, _ in node.factors):
            return x
        if moves_kind(node):
            return x  # laid out anew, it stays what it is
        return Operand(self.dialect.cast(x.code), x.labels)

    def _shapes(self, x: Operand, node: Contract) -> str:
        """Return what the comment tells of a product or a sum."""
        if not x.shapes or len(x.shapes) > 3:
            return ""
        words = [self.shape(tuple(node.sizes[k] for k in labels)) for labels in x.shapes]
        return f"{''.join(words)} -> {self.shape(node.shape)}"


def _beside_mean(node: Contract, operands: list[Operand]) -> Coefficient | None:
    """Return what is left of the coefficient where the sum over its dimensions is a mean."""
    if not operands or not node.coefficient.powers:
        return None
    labels = operands[0].labels
    if len(operands) > 1 and not (
        set(labels) & set(node.out) and all(set(x.labels) == set(labels) for x in operands)
    ):
        return None  # a matrix product, or an inner product
    summed = [label for label in labels if label not in node.out]
    if not summed or any(label not in labels for label in node.bound):
        return None
    c = node.coefficient
    for label in summed:
        c = c * dimension_power(node.sizes[label], 1)
    return None if c.powers else c


def is_slice(node: Node) -> bool:
    """Whether the node is a slice of an array."""
    return isinstance(node, Apply) and node.rule == "slice"


def _inserted(x: Operand, layout: Contraction) -> tuple[Code, tuple[int | None, ...]] | None:
    """Return the array with axes of size 1 inserted, where the result has others than leading."""
    labels = tuple(label if label in x.labels else None for label in layout.out)
    while labels and labels[0] is None:
        labels = labels[1:]
    if None not in labels or len(set(layout.out)) < len(layout.out):
        return None
    return layout.aligned(x, layout.out[-len(labels) :]), labels


def _over(code: Code, below: list[Code]) -> Code:
    return Code(f"{code.at(TERM)} / {product(below).at(CALL)}", TERM) if below else code


def moves_kind(node: Node) -> bool:
    """Whether the node is truth values or integers, as they are or laid out anew."""
    if isinstance(node, Contract) and len(node.factors) == 1 and node.coefficient == UNIT:
        return all(node.sizes[k] == 1 for k in node.bound) and moves_kind(node.children[0])
    return isinstance(node, Symbol) and not node.is_float


def kind_of(node: Node) -> Kind:
    """Return what the entries of a node are."""
    symbols = [node, *node.children]
    for symbol in symbols:
        if isinstance(symbol, Symbol) and not symbol.is_float:
            return Kind.BOOL if symbol.kind.startswith("bool") else Kind.INT
    named = [symbol for symbol in symbols if isinstance(symbol, Symbol)]
    if named and all(symbol.role == "constant" for symbol in named):
        return Kind.CONSTANT
    return Kind.FLOAT
