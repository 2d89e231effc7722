"""The form that a formula has on paper, where nothing has a price and no number overflows.

Quotients guarded against zero are plain quotients; a number or a row's number that a function
takes from a copy stands before the array, x ⊘ (‖x‖ 1) as x/‖x‖; sums are factored whatever the
factors cost; a softmax goes by its name.  Code is never written from this form.
"""

from __future__ import annotations

from derive.algebra import scalar
from derive.algebra.build import add, contract, elementwise, rebuild
from derive.algebra.coefficient import Coefficient, coefficient
from derive.algebra.common import flat, product_of
from derive.algebra.counting import operations
from derive.algebra.distributing import distributed
from derive.algebra.factoring import as_on_paper, factored
from derive.algebra.inverses import factor_by_factor
from derive.algebra.joining import Factor
from derive.algebra.nodes import Add, Contract, Map, Node
from derive.algebra.recognise import with_softmax
from derive.algebra.scalar import Scalar
from derive.algebra.simplify import MOST_DISTRIBUTED, Simplifier, UnitSums
from derive.algebra.spectral import put_together


def on_paper(node: Node, unit_sums: UnitSums) -> Node:
    """Return the expression as one would write it, no longer than the one given."""
    simplify = Simplifier(unit_sums, put_together)
    found = _compact(_plain(node), simplify)
    return found if operations(found) <= operations(node) else _compact(node, simplify)


def _compact(node: Node, simplify: Simplifier) -> Node:
    gathered = _Gathering(simplify).gathered
    short = gathered(simplify(node))
    in_factors = factor_by_factor(short)
    if in_factors is not short:
        short = min((short, gathered(simplify(in_factors))), key=operations)
    return with_softmax(short)


class _Gathering:
    """Products merged where that lets factors cancel, and sums factored, from the leaves up."""

    def __init__(self, simplify: Simplifier) -> None:
        self.simplify = simplify

    def gathered(self, node: Node) -> Node:
        children = [self.gathered(child) for child in node.children]
        if any(new is not old for new, old in zip(children, node.children, strict=True)):
            node = rebuild(node, children)
        if isinstance(node, Contract):
            return min((node, self._merged(node)), key=operations)
        if isinstance(node, Add):
            return min((factored(node, as_on_paper), _factored_anew(node)), key=operations)
        return node

    def _merged(self, node: Contract) -> Node:
        """Return the product with those among its factors merged: P P is X S XᵀX S Xᵀ = P."""
        product = product_of(node)
        if product is None or not any(isinstance(child, Contract) for child in node.children):
            return node
        whole = flat(product)
        made = contract(node.out, whole.factors, whole.sizes, whole.number)
        return self.simplify(made)


def _factored_anew(node: Add) -> Node:
    """Return the sum factored after products with sums among its terms are multiplied out."""
    terms = [inner for term in node.terms for inner in _multiplied_out(term)]
    total = add(*terms) if len(node.terms) < len(terms) <= MOST_DISTRIBUTED else node
    return factored(total, as_on_paper) if isinstance(total, Add) else total


def _multiplied_out(term: Node) -> list[Node]:
    """Return the terms of a product with a sum among its factors, or the term."""
    if isinstance(term, Contract):
        for k, (factor, _) in enumerate(term.factors):
            if isinstance(factor, Add):
                return distributed(term, k)
    return [term]


def _plain(node: Node) -> Node:
    """Return the expression with plain quotients, and copies taken out of functions."""
    children = [_plain(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    if not isinstance(node, Map):
        return node
    fn = scalar.transform(node.fn, _unguarded)
    return _apart(fn, node) if node.rank else _of_factors(fn, node)


def _of_factors(fn: Scalar, node: Map) -> Node:
    """Return a function of numbers with products among them taken apart: 1/(xᵀx yᵀy)."""
    args: list[Node] = []
    slots: dict[int, Scalar] = {}
    for k, arg in enumerate(node.args):
        parts = _unjoined(arg) if isinstance(arg, Contract) else [arg]
        slots[k] = scalar.mul(*(scalar.slot(len(args) + j) for j in range(len(parts))))
        args += parts
    return elementwise(scalar.substitute(fn, slots), args, node.shape)


def _unjoined(node: Contract) -> list[Node]:
    """Return the numbers that a number is the product of: its factors that no label joins."""
    groups: list[tuple[set[int], list[Factor]]] = []
    for factor, axes in node.factors:
        joined = [group for group in groups if group[0] & set(axes)]
        groups = [group for group in groups if group not in joined]
        labels = set(axes).union(*(labels for labels, _ in joined))
        groups.append((labels, [*(f for _, inner in joined for f in inner), (factor, axes)]))
    if len(groups) < 2:
        return [node]
    parts = [contract((), inner, {k: node.sizes[k] for k in labels}) for labels, inner in groups]
    number = contract((), [], {}, node.coefficient)
    return parts if node.coefficient == coefficient(1) else [number, *parts]


def _unguarded(tree: Scalar) -> Scalar | None:
    if tree.op == "call" and tree.args[0] == "safe_reciprocal":
        return 1 / scalar.transform(tree.args[1], _unguarded)
    return None


def _apart(fn: Scalar, node: Map) -> Node:
    """Return the function as a product of what depends on whole entries and on copies."""
    labels = tuple(range(node.rank))
    number: Coefficient = coefficient(1)
    whole: list[Scalar] = []
    factors: list[Factor] = []
    sources = [_source(arg) for arg in node.args]
    for part in fn.args if fn.op == "mul" else (fn,):
        axes = {sources[k][1] for k in part.slots}
        if part.op == "number":
            number = coefficient(part.args[0])
        elif len(axes) == 1 and axes != {labels}:
            (place,) = axes
            shape = tuple(node.shape[label] for label in place)
            inner = [
                sources[k][0] if k in part.slots else node.args[k] for k in range(len(sources))
            ]
            factors.append((elementwise(part, inner, shape), place))
        else:
            whole.append(part)
    if not factors:
        return elementwise(fn, node.args, node.shape)
    if whole:
        rest = elementwise(scalar.mul(*whole), node.args, node.shape)
        factors.append((rest, labels))
    return contract(labels, factors, dict(enumerate(node.shape)), number)


def _source(arg: Node) -> Factor:
    """Return what the argument is a copy of, and the axes that the copy has from it."""
    labels = tuple(range(arg.rank))
    if not isinstance(arg, Contract) or arg.out != labels:
        return arg, labels
    used = tuple(k for k in labels if any(k in axes for _, axes in arg.factors))
    sizes = {label: arg.sizes[label] for label in (*used, *arg.bound)}
    return contract(used, arg.factors, sizes, arg.coefficient), used
