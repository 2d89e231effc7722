"""Expressions as Python: a node becomes the lines of code that compute it, in a given dialect.

`Printer.lines` gives one statement, or several where a part occurs twice or the line would be too
long; each with the shapes for its comment.  Broadcasting is left to the library: an array is laid
out along axes of size 1 and never copied, except where the result itself has to be an array of
its own.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.algebra.build import contract, elementwise
from derive.algebra.coefficient import MINUS, UNIT
from derive.algebra.forms.association import Sizes, size_at
from derive.algebra.moves.one_hot import is_one_hot
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, symbols_of
from derive.algebra.scalars.tree import mul
from derive.code.contraction import Contraction
from derive.code.dialect import Dialect
from derive.code.elementwise import Kind
from derive.code.entrywise import Entrywise
from derive.code.moves import VIEWS, layout_code
from derive.code.names import Names
from derive.code.operand import Operand
from derive.code.patterns import Patterns
from derive.code.precedence import ATOM, TERM, UNARY, Code, is_plain, negative
from derive.code.products import Products, Value, is_slice, kind_of, moves_kind
from derive.code.shorten import shortened
from derive.dims import Dim, Shape, code_shape
from derive.operations.functions import is_truth


class Line(NamedTuple):
    """One statement: target = text, and the shapes that its comment tells."""

    target: str
    text: str
    comment: str


def again(lines: list[Line], number: int) -> list[Line]:
    """Return the lines that make a value of forward once more, with the number of its equation."""
    *parts, last = lines
    return [*parts, last._replace(comment=f"({number}) again: {last.comment}")]


class Printer:
    """Prints the expressions of one module.

    names: identifiers; sizes: of the plan, at which costs are compared.  sizes_used: the
    dimensions that were printed as integers since the caller last cleared it.
    """

    def __init__(self, dialect: Dialect, names: Names, sizes: Sizes) -> None:
        self.dialect = dialect
        self.names = names
        self.sizes = sizes
        self.weights: dict[Dim, int] = {}
        self.shown: dict[Shape, str] = {}
        self.symbols: dict[Symbol, Value] = {}
        self.sizes_used: dict[str, None] = {}
        self.pending: list[Line] = []
        self.bound: dict[Node, Code] = {}
        self.products = Products(self)
        self.patterns = Patterns(self)
        self.entrywise = Entrywise(self)

    def lines(self, target: Symbol, node: Node, *, own: bool = False, room: int = 84) -> list[Line]:
        """Return the statements that set the target to the node.

        own: the value needs memory of its own, shared with no other name.  room: columns for a
        statement; one that is longer has its parts named first, as far as that helps.
        """
        name = self.names.of(target)
        self.pending = []
        self.bound = {}
        text, shapes = self._statement(target, node, own)
        if len(name) + 3 + len(text) > room:
            text = self._shortened(text, room - len(name) - 3)
        return [*self.pending, Line(name, text, shapes)]

    def _shortened(self, text: str, room: int) -> str:
        """Name parts of a text that is too long; they come as lines before."""
        named, text = shortened(text, room, self.names.fresh)
        self.pending += [Line(name, part, "") for name, part in named]
        return text

    def named(self, word: str, text: str, shape: str) -> str:
        """Give a part a name of its own, the same one where it occurs again."""
        for line in self.pending:
            if line.text == text:
                return line.target
        name = self.names.fresh(word)
        self.pending.append(Line(name, text, shape))
        return name

    def shape(self, shape: Shape) -> str:
        """Return the shape as comments write it."""
        if shape not in self.shown:
            self.shown[shape] = code_shape(shape)
        return self.shown[shape]

    def size(self, d: Dim) -> Code:
        """Return a dimension as an integer expression, noting its names as used."""
        self.sizes_used.update(dict.fromkeys(d.names))
        return self.names.size(d)

    def weight(self, d: Dim) -> int:
        """Return the reference size of a dimension."""
        if d not in self.weights:
            self.weights[d] = size_at(d, self.sizes)
        return self.weights[d]

    def _statement(self, target: Symbol, node: Node, own: bool) -> tuple[str, str]:
        if target.kind == "bool" and isinstance(node, Map):
            value = self.entrywise.map(node, truth=True)
        else:
            value = self.value(node)
        operand, axes = value.operand, range(node.rank)
        code = Contraction(self.dialect, axes, lambda k: self.weight(node.shape[k])).aligned(
            operand, axes, full=True
        )
        covered = all(k in operand.labels or node.shape[k] == 1 for k in axes)
        if target.is_float and moves_kind(node):
            code = self.dialect.cast(code)
        if value.minus:
            code = negative(code)
        if not covered or code.is_number:
            code = self._spread(code, operand, node)
        elif node.rank and not operand.labels:
            code = self._unit(code, node)
        elif own and operand.view and not value.minus:
            code = self.dialect.copied(code, node.rank)
        return code.text, value.shapes or self.shape(node.shape)

    def _spread(self, code: Code, operand: Operand, node: Node) -> Code:
        shape = ", ".join(self.size(d).text for d in node.shape)
        shape = f"({shape},)" if node.rank == 1 else f"({shape})"
        if not operand.labels and operand.code.is_number and " " not in operand.code.text:
            return self.dialect.filled(code.text, shape)
        top, bar, bottom = code.text.rpartition(" / ")
        if bar and not operand.labels and code.level == TERM and top.count("(") == top.count(")"):
            # A size may be 0: arrays can be divided by it, a Python number cannot.
            plain = top.removeprefix("-").replace(".", "", 1).isdigit()
            level = TERM if not plain else UNARY if top[0] == "-" else ATOM
            filled = self.dialect.spread(Code(top, level), shape, True)
            return Code(f"{filled.text} / {bottom}", TERM)
        if not symbols_of(node) and not operand.labels:
            return self.dialect.filled(code.text, shape)
        is_number = not operand.labels and kind_of(node) is not Kind.INT
        return self.dialect.spread(code, shape, is_number)

    def value(self, node: Node) -> Value:
        """Return the node printed, with the labels 0, 1, … of its axes."""
        if self.bound and node in self.bound:
            return Value(Operand(self.bound[node], tuple(range(node.rank)), view=True))
        if isinstance(node, Symbol):
            known = self.symbols.get(node)
            if known is None:
                operand = Operand(Code(self.names.of(node)), tuple(range(node.rank)), view=True)
                known = self.symbols[node] = Value(operand)
            return known
        if isinstance(node, Contract):
            return self._contract(node)
        if isinstance(node, Add):
            return self.entrywise.sum(node)
        if isinstance(node, Map):
            return self.entrywise.map(node)
        assert isinstance(node, Apply)
        return self._apply(node)

    def _apply(self, node: Apply) -> Value:
        axes = tuple(range(node.rank))
        whole = [self.whole(arg) for arg in node.args]
        if node.rule == "stop":
            return Value(Operand(self.dialect.stopped(whole[0]), axes, view=True))
        shapes = " ".join(dict.fromkeys(self.shape(arg.shape) for arg in node.args))
        comment = f"{shapes} -> {self.shape(node.shape)}" if _reshapes(node) else ""
        code = layout_code(node, whole, self.dialect, self.size)
        if code is None and node.rule in self.dialect.matrices:
            code = self.dialect.matrices[node.rule](node, *whole)
        if code is None:
            code = self.dialect.operations[node.rule](whole[0], node.args[0].rank, node.params)
        return Value(Operand(code, axes, view=node.rule in VIEWS), shapes=comment)

    def whole(self, node: Node) -> Code:
        """Return the node as an array of its full shape."""
        value = self.value(node)
        axes = range(node.rank)
        layout = Contraction(self.dialect, axes, lambda k: self.weight(node.shape[k]))
        code = layout.aligned(value.operand, axes, full=True)
        code = negative(code) if value.minus else code
        missing = [k for k in axes if k not in value.operand.labels and node.shape[k] != 1]
        if missing:
            return self._spread(code, value.operand, node)
        return self._unit(code, node) if node.rank and not value.operand.labels else code

    def broadcast(self, node: Node) -> Code:
        """Return the node as an array that broadcasts to its shape."""
        value = self.value(node)
        axes = range(node.rank)
        layout = Contraction(self.dialect, axes, lambda k: self.weight(node.shape[k]))
        code = layout.aligned(value.operand, axes)
        return negative(code) if value.minus else code

    def _unit(self, code: Code, node: Node) -> Code:
        """Return a number as the array of one entry that the node is."""
        if self.dialect.plain_numbers or code.is_number or not symbols_of(node):
            return self._spread(code, Operand(code, ()), node)
        return self.dialect.indexed(code, ["None"] * node.rank)

    def _contract(self, node: Contract) -> Value:
        """Print a product from its pattern of labels, where each factor is a hole."""
        if node.coefficient.number < 0 and _begins_with_mask(node):
            return self.value(_with_sign_on_floats(node))
        values = [self._factor(f, node) for f, _ in node.factors]
        if any(map(is_slice, node.children)) or any(map(_is_special, values)):
            return self.products.combine(node, values)
        c = node.coefficient
        parts: list[object] = [node.out, node.sizes, None if c is UNIT else c, self.dialect.like]
        for (f, axes), (x, _, _) in zip(node.factors, values, strict=True):
            kind = f.kind if isinstance(f, Symbol) else x.labels
            parts += (axes, x.code.level, is_plain(x.code), x.view, kind, x.depth is not None)
        return self.patterns.filled(tuple(parts), values, lambda v: self.products.combine(node, v))

    def _factor(self, factor: Node, node: Contract) -> Value:
        """Print a factor; a mask times an array of floats may stay an array of truth values.

        Of a one-hot form the integers are printed: the product indexes, or forms it.
        """
        if isinstance(factor, Apply) and is_one_hot(factor):
            (depth,) = factor.params
            index = self.whole(factor.args[0])
            hot = Operand(index, tuple(range(factor.rank)), depth=lambda: self.size(depth).text)
            return Value(hot)
        if isinstance(factor, Map) and is_truth(factor.fn):
            floats = (f for f in node.children if f != factor and kind_of(f) is Kind.FLOAT)
            if any(f.rank for f in floats if not (isinstance(f, Map) and is_truth(f.fn))):
                return self.entrywise.map(factor, truth=True)
        return self.value(factor)


def _is_special(value: Value) -> bool:
    """Whether how a value is combined depends on more than its labels and how tightly it binds."""
    return value.minus or bool(value.operand.kept) or value.operand.code.text.startswith("1 / ")


def _reshapes(node: Apply) -> bool:
    return any(arg.shape != node.shape for arg in node.args)


def _begins_with_mask(node: Contract) -> bool:
    """Whether truth values come first, alone or in a product, of which there is no negative."""
    first = node.children[0] if node.factors else None
    if isinstance(first, Symbol):
        return first.kind == "bool" and not all(map(moves_kind, node.children))
    if not isinstance(first, Map) or first.fn.op != "mul":
        return False
    lead = first.fn.args[0]
    return is_truth(lead) or (lead.op == "slot" and moves_kind(first.args[lead.args[0]]))


def _with_sign_on_floats(node: Contract) -> Node:
    """Return the product with its sign before what comes after the truth values."""
    (first, axes), *rest = node.factors
    sizes = dict(enumerate(node.sizes))
    if isinstance(first, Symbol):
        return contract(node.out, [*rest, (first, axes)], sizes, node.coefficient)
    assert isinstance(first, Map)
    inner = elementwise(mul(-1, first.fn), first.args, first.shape)
    return contract(node.out, [(inner, axes), *rest], sizes, MINUS * node.coefficient)
