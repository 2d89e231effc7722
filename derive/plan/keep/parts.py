"""What backward's statements ask of forward, and parts of them that could be kept instead.

A slope that tells only whether H > 0 asks for one bit an entry, not for H; the sum of G ⊙ x ⊙ r
asks for x ⊙ r, one array, where x and r are two.  A part is made of forward values alone, so that
forward can compute it, keep it, and drop what it is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from derive.algebra.build import contract, elementwise, rebuild
from derive.algebra.forms.part_of_product import with_part
from derive.algebra.nodes import Contract, Map, Node, Symbol, symbols_of, walk
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.cases import without_clamps
from derive.algebra.scalars.tree import Scalar
from derive.operations.functions import is_function, is_truth


@dataclass(frozen=True)
class KeepablePart:
    """An expression of forward values within a statement of backward.

    asks: what it is computed from where it is not kept.  is_mask: its entries are truth values.
    is_value: forward has it at hand, as an operand that autograd would keep.
    """

    expr: Node
    asks: tuple[Ask, ...]
    is_mask: bool = False
    is_value: bool = False


@dataclass(frozen=True)
class Statistic:
    """A sum within the equation of `value`; with it at hand, the rest of that is arithmetic.

    node: as it stands in the equation.  expr: the same without copies along further axes.
    """

    value: Symbol
    node: Node
    expr: Node

    def put_for(self, symbol: Symbol) -> Node:
        """Return what stands in the node's place where `symbol` holds the statistic."""
        if not isinstance(self.node, Contract):
            return symbol
        sizes = {label: self.node.sizes[label] for label in self.node.out}
        return contract(self.node.out, [(symbol, _labels_seen(self.node))], sizes)


Ask = Symbol | KeepablePart | Statistic
Weigh = Callable[[Ask], int]
"""The bytes of keeping a value or a part; 0 for what the caller holds."""


def parts_in(asks: Iterable[Ask]) -> Iterator[KeepablePart]:
    """Yield the parts asked for, and those within them."""
    for ask in asks:
        if isinstance(ask, KeepablePart):
            yield ask
            yield from parts_in(ask.asks)


class KeepableParts:
    """Finds the parts that are smaller than what they are made of, and puts symbols for them.

    forward: every argument and value of the program.  exprs: what its equations compute.
    """

    def __init__(
        self, forward: frozenset[Symbol], weigh: Weigh, exprs: Iterable[Node] = ()
    ) -> None:
        self.forward = forward
        self.weigh = weigh
        self.values = {value for expr in exprs for value in _values_within(expr)}

    def asked_by(self, expr: Node) -> tuple[Ask, ...]:
        """Return the values and parts that the expression needs, once each."""
        return tuple(dict.fromkeys(self._asks(expr)))

    def kept_in(self, expr: Node, kept: Mapping[Node, Symbol]) -> Node:
        """Return the expression with symbols for the parts that are kept."""
        if expr in kept:
            return kept[expr]
        if isinstance(expr, Map):
            expr = _with_pieces(expr, kept)
        if isinstance(expr, Contract):
            part = self._shared_factors(expr)
            if part in kept:
                shorter = with_part(expr, part, kept[part]) if part is not None else None
                expr = expr if shorter is None else shorter
        children = [self.kept_in(child, kept) for child in expr.children]
        changed = any(a is not b for a, b in zip(children, expr.children, strict=True))
        return rebuild(expr, children) if changed else expr

    def _asks(self, node: Node) -> Iterator[Ask]:
        if isinstance(node, Symbol):
            if node in self.forward:
                yield node
        elif self.forward.issuperset(symbols_of(node)):
            yield from self._whole(node, False)
        elif isinstance(node, Contract) and (part := self._shared_factors(node)) is not None:
            yield from self._whole(part, False)
            for child in node.children:
                if child not in part.children:
                    yield from self._asks(child)
        else:
            for child in node.children:
                yield from self._asks(child)

    def _whole(self, node: Node, is_mask: bool) -> Iterator[Ask]:
        """Yield the node as a part where keeping it pays, else what it is made of."""
        asks = (a for child in node.children for a in self._asks(child))
        inside = tuple(dict.fromkeys(asks if is_mask else self._inside(node)))
        part = KeepablePart(node, inside, is_mask, node in self.values)
        if self.weigh(part) < sum(map(self.weigh, symbols_of(node))):
            yield part
        else:
            yield from inside

    def _inside(self, node: Node) -> Iterator[Ask]:
        pieces = dict(_pieces(node)) if isinstance(node, Map) else {}
        if not isinstance(node, Map) or not pieces:
            for child in node.children:
                yield from self._asks(child)
            return
        rest = scalar.transform(node.fn, lambda t: scalar.UNIT if t in pieces else None)
        for k, arg in enumerate(node.args):
            if k in rest.slots:
                yield from self._asks(arg)
        for tree, piece in pieces.items():
            yield from self._whole(piece, is_truth(tree))

    def _shared_factors(self, node: Contract) -> Contract | None:
        """Return the product of the factors that forward knows, where there are several arrays."""
        known = [k for k, f in enumerate(node.children) if self._is_array(f)]
        if len(known) < 2 or len(known) == len(node.factors):
            return None
        factors = [node.factors[k] for k in known]
        others = [axes for k, (_, axes) in enumerate(node.factors) if k not in known]
        outside = {*node.out, *(label for axes in others for label in axes)}
        labels = dict.fromkeys(label for _, axes in factors for label in axes)
        sizes = {label: node.sizes[label] for label in labels}
        part = contract([label for label in labels if label in outside], factors, sizes)
        return part if isinstance(part, Contract) else None

    def _is_array(self, node: Node) -> bool:
        return bool(node.rank) and self.forward.issuperset(symbols_of(node))


def statistic(value: Symbol, node: Node) -> Statistic:
    """Return the statistic that stands as `node` in the value's equation."""
    if not isinstance(node, Contract):
        return Statistic(value, node, node)
    sizes = {k: node.sizes[k] for k in (*_labels_seen(node), *node.bound)}
    return Statistic(
        value, node, contract(_labels_seen(node), node.factors, sizes, node.coefficient)
    )


def _labels_seen(node: Contract) -> tuple[int, ...]:
    """Return the labels of the result that some factor has: the others are copies."""
    have = {label for _, axes in node.factors for label in axes}
    return tuple(dict.fromkeys(label for label in node.out if label in have))


def _values_within(expr: Node) -> Iterator[Node]:
    """Yield the expression's parts that code computes on the way to it."""
    for node in walk(expr):
        yield node
        if isinstance(node, Map):
            for _, piece in _pieces(node):
                yield from _values_within(piece) if piece != node else ()


def _pieces(node: Map) -> Iterator[tuple[Scalar, Node]]:
    """Yield the largest truth values and functions within a map, each as a map of its own."""
    whole = node.fn
    waiting = list(whole.children) if is_function(whole) else [whole]
    for tree in waiting:
        if is_truth(tree) and tree.slots:
            yield tree, _mask(node, tree)
        elif is_function(tree) and tree.slots:
            yield tree, _map(node, tree)
        else:
            waiting += tree.children


def _with_pieces(node: Map, kept: Mapping[Node, Symbol]) -> Node:
    """Return the map with what is kept in the place of truth values and functions within it."""
    args = list(node.args)

    def stand_in(tree: Scalar) -> Scalar | None:
        if not tree.slots or not (is_truth(tree) or is_function(tree)):
            return None
        symbol = kept.get(_mask(node, tree) if is_truth(tree) else _map(node, tree))
        if symbol is None:
            return None
        args.append(symbol)
        return scalar.slot(len(args) - 1)

    fn = scalar.transform(node.fn, stand_in)
    if fn == node.fn:
        return node
    used = tuple(sorted(fn.slots))
    return elementwise(scalar.renumber(fn, used), [args[k] for k in used], node.shape)


def _mask(node: Map, tree: Scalar) -> Node:
    """Return the truth values of a map's part as a map of its own; step(x) is x > 0."""
    if tree.args[0] == "step":
        tree = scalar.call("greater", tree.args[1], 0)
    return _map(node, without_clamps(tree))


def _map(node: Map, tree: Scalar) -> Node:
    """Return a part of a map's function as a map of its own."""
    used = tuple(sorted(tree.slots))
    args = [node.args[k] for k in used]
    return elementwise(scalar.renumber(tree, used), args, node.shape)
