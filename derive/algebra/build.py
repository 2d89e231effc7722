"""Constructors: the only place where nodes are made, each in normal form.

Products of products are one product, numbers stand in the coefficient, sums are flat and never
multiplied out, maps of maps are one map; `labelled` has the products, `maps` what is read as a
map.  The order in which things were written is kept.  Shapes are the caller's business: whoever
reads a model judges them and names the fault; here a mismatch is a bug and raises ValueError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from derive.algebra.canonical_number import identity
from derive.algebra.coefficient import MINUS, UNIT, ZERO, Coefficient, coefficient
from derive.algebra.labelled import contract, zero
from derive.algebra.maps import as_map
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar
from derive.dims import Dim, Shape


def labels_of(node: Node, start: int = 0) -> tuple[tuple[int, ...], dict[int, Dim]]:
    """Return one label for each axis of the node, and their sizes."""
    axes = tuple(range(start, start + node.rank))
    return axes, dict(zip(axes, node.shape, strict=True))


def scale(c: Coefficient | int | Fraction, node: Node) -> Node:
    """Return c · node."""
    if not isinstance(c, Coefficient):
        c = coefficient(c)
    if c == UNIT:
        return node
    axes, sizes = labels_of(node)
    if isinstance(node, Add) and c == MINUS:
        return add(*(scale(c, term) for term in node.terms))
    return contract(axes, [(node, axes)], sizes, c)


def negative(node: Node) -> Node:
    """Return -node."""
    return scale(MINUS, node)


def hadamard(*nodes: Node) -> Node:
    """Return the entrywise product of nodes of one shape."""
    axes, sizes = labels_of(nodes[0])
    return contract(axes, [(node, axes) for node in nodes], sizes)


def expand(node: Node, shape: Shape, axes: Sequence[int]) -> Node:
    """Return the node copied along new axes: its axis k lies at `axes[k]` of `shape`.

    An axis of size 1 may lie where `shape` has another dimension: it is stretched.
    """
    sizes = dict(enumerate(shape))
    labels = []
    for have, axis in zip(node.shape, axes, strict=True):
        if have == shape[axis]:
            labels.append(axis)
        else:
            if have != 1:
                raise ValueError(f"{node!r}: {have} does not stretch to {shape[axis]}")
            labels.append(max(sizes) + 1)
            sizes[labels[-1]] = have
    return contract(range(len(shape)), [(node, labels)], sizes)


def ones(shape: Shape) -> Node:
    """Return the array of ones."""
    return contract(range(len(shape)), [], dict(enumerate(shape)))


def constant(value: Fraction | int | Coefficient) -> Node:
    """Return a number as a node of shape ()."""
    c = value if isinstance(value, Coefficient) else coefficient(value)
    return Contract((), c, (), ())


def is_zero(node: Node) -> bool:
    """Whether the node is zero by construction."""
    return isinstance(node, Contract) and not node.coefficient.number


def split_coefficient(node: Node) -> tuple[Coefficient, Node]:
    """Return the number in front and the node without it."""
    if isinstance(node, Contract) and node.coefficient != UNIT and not is_zero(node):
        sizes = dict(enumerate(node.sizes))
        return node.coefficient, contract(node.out, node.factors, sizes)
    return UNIT, node


def add(*terms: Node) -> Node:
    """Return the sum: nested sums flattened, like terms merged, zeros dropped."""
    if len(terms) == 1:
        return terms[0]
    shape = terms[0].shape
    total: dict[tuple[int, tuple], tuple[Coefficient, Node]] = {}
    for term in _flat(terms):
        if term.shape != shape:
            raise ValueError(f"{term!r} has shape {term.shape}, the sum {shape}")
        c, rest = split_coefficient(term)
        like = (identity(rest), c.powers)
        have, first = total.get(like, (ZERO, rest))
        total[like] = Coefficient(have.number + c.number, c.powers), first
    kept = tuple(scale(c, rest) for c, rest in total.values() if c.number)
    if len(kept) < 2:
        return kept[0] if kept else zero(shape)
    return Add(kept)


def _flat(terms: Iterable[Node]) -> Iterable[Node]:
    for term in terms:
        c, rest = split_coefficient(term)
        if isinstance(rest, Add) and c in (UNIT, MINUS):
            yield from (scale(c, inner) for inner in rest.terms)
        elif not is_zero(term):
            yield term


def elementwise(fn: Scalar, args: Sequence[Node], shape: Shape) -> Node:
    """Return the scalar function at each entry of the arguments, all of that shape.

    Maps among the arguments are composed, numbers enter the function, equal arguments share a
    slot; a function that is a plain slot, or a number times one, is no map at all.
    """
    distinct = len(fn.slots) == len(set(args)) == len(args)
    if distinct and all(isinstance(arg, Symbol) for arg in args):
        return _simple(fn, tuple(args), shape)
    nodes: dict[Node, int] = {}
    values: dict[int, Scalar] = {}
    for index, arg in enumerate(args):
        if index not in fn.slots:
            continue
        inner, inner_args = as_map(arg)
        moved = {k: scalar.slot(nodes.setdefault(a, len(nodes))) for k, a in enumerate(inner_args)}
        values[index] = scalar.substitute(inner, moved)
    fn = scalar.substitute(fn, values)
    order = sorted(fn.slots)
    kept = [node for node, at in nodes.items() if at in fn.slots]
    return _simple(scalar.renumber(fn, order), tuple(kept), shape)


def entrywise(node: Node) -> Node:
    """Return the node as one map of symbols where it computes each entry by itself."""
    return elementwise(scalar.slot(0), [node], node.shape)


def _simple(fn: Scalar, args: tuple[Node, ...], shape: Shape) -> Node:
    """Return the map, or the product that it is where it is one of numbers and small powers."""
    if fn.op == "number":
        return scale(coefficient(fn.args[0]), ones(shape))
    factors = fn.args if fn.op == "mul" else (fn,)
    plain: list[Node] = []
    for factor in factors:
        base, exponent = factor.args if factor.op == "pow" else (factor, Fraction(1))
        if factor.op == "number":
            continue
        if base.op != "slot" or exponent.denominator != 1 or not 0 < exponent <= 3:
            return Map(fn, args, shape)
        plain += [args[base.args[0]]] * int(exponent)
    c = coefficient(factors[0].args[0]) if factors[0].op == "number" else UNIT
    return scale(c, hadamard(*plain))


def apply(rule: str, args: Sequence[Node], params: tuple, shape: Shape) -> Node:
    """Return the named operation; `derive.rules` knows its shape and derivatives."""
    return Apply(rule, tuple(args), params, shape)


def rebuild(node: Node, children: Sequence[Node]) -> Node:
    """Return the node over other children of the same shapes, normalised again."""
    if isinstance(node, Contract):
        factors = [(child, axes) for child, (_, axes) in zip(children, node.factors, strict=True)]
        return contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)
    if isinstance(node, Add):
        return add(*children)
    if isinstance(node, Map):
        return elementwise(node.fn, children, node.shape)
    if isinstance(node, Apply):
        return Apply(node.rule, tuple(children), node.params, node.shape)
    return node


def substitute(node: Node, values: Mapping[Node, Node]) -> Node:
    """Return the node with the given sub-expressions replaced, from the root down."""
    if node in values:
        return values[node]
    children = [substitute(child, values) for child in node.children]
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return rebuild(node, children)


def cotangent(symbol: Symbol) -> Symbol:
    """Return ∂L/∂symbol, which has its shape."""
    return Symbol(symbol.name, symbol.shape, "cotangent")


def differential(symbol: Symbol) -> Symbol:
    """Return the linear change of the symbol."""
    return Symbol(symbol.name, symbol.shape, "differential")
