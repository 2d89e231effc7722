"""The form that a formula has on paper, where nothing has a price and no number overflows.

Quotients guarded against zero are plain quotients; a number or a row's number that a function
takes from a copy stands before the array, x ⊘ (‖x‖ 1) as x/‖x‖; sums are factored whatever the
factors cost; a softmax goes by its name.  Code is never written from this form.
"""

from __future__ import annotations

from derive.algebra.build import add, contract, elementwise, rebuild
from derive.algebra.counting import operations
from derive.algebra.distributing import distributed
from derive.algebra.forms.as_function import as_function
from derive.algebra.forms.factoring import as_on_paper, factored
from derive.algebra.forms.facts import put_together
from derive.algebra.forms.inverses import factor_by_factor
from derive.algebra.forms.shared_factors import flat, product_of
from derive.algebra.forms.signs import number_in_front, positive_first
from derive.algebra.forms.simplify import MOST_DISTRIBUTED, Simplifier, UnitSums
from derive.algebra.moves.regrouping import taken_apart
from derive.algebra.nodes import Add, Contract, Map, Node
from derive.algebra.paper.flattening import flattened, is_flat
from derive.algebra.paper.norms import with_norms
from derive.algebra.paper.plain_quotients import plain
from derive.algebra.paper.softmax_by_name import with_softmax
from derive.algebra.scalars.rational import simplest


def on_paper(node: Node, unit_sums: UnitSums) -> Node:
    """Return the expression as one would write it, no longer than the one given.

    What would need index notation is written in matrices where that is possible at all.
    """
    simplify = Simplifier(unit_sums, _by_name)
    found = _compact(plain(with_softmax(node)), simplify)
    if operations(found) > operations(node):
        found = _compact(node, simplify)
    in_matrices = flattened(found)
    if in_matrices is not found and is_flat(in_matrices):
        return _compact(in_matrices, simplify)
    return found


def _by_name(node: Node) -> Node:
    """Return the node, whose children are in normal form, by what paper has a name for."""
    named = with_norms(taken_apart(put_together(node)))
    if isinstance(named, Map):
        return elementwise(number_in_front(named.fn), named.args, named.shape)
    return named


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
            forms = (factored(node, as_on_paper), self._factored_anew(node), _as_one_function(node))
            return min(forms, key=operations)
        return node

    def _merged(self, node: Contract) -> Node:
        """Return the product with those among its factors merged: P P is X S XᵀX S Xᵀ = P."""
        product = product_of(node)
        if product is None or not any(isinstance(child, Contract) for child in node.children):
            return node
        whole = flat(product)
        made = contract(node.out, whole.factors, whole.sizes, whole.number)
        return self.simplify(made)

    def _factored_anew(self, node: Add) -> Node:
        """Return the sum factored after products with sums among its terms are multiplied out."""
        terms = [inner for term in node.terms for inner in _multiplied_out(term)]
        if not len(node.terms) < len(terms) <= MOST_DISTRIBUTED:
            return node
        total = add(*map(self.simplify, terms))
        return factored(total, as_on_paper) if isinstance(total, Add) else total


def _as_one_function(node: Add) -> Node:
    """Return the sum as one function of what it computes entry by entry from, made short."""
    fn, parts = as_function(node)
    if all(isinstance(part, Contract) for part in parts):
        return node
    return elementwise(positive_first(simplest(fn)), parts, node.shape)


def _multiplied_out(term: Node) -> list[Node]:
    """Return the terms of a product with a sum among its factors, or the term."""
    if isinstance(term, Contract):
        for k, (factor, _) in enumerate(term.factors):
            if isinstance(factor, Add):
                return distributed(term, k)
    return [term]
