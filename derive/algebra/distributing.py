"""Products with sums among their factors, multiplied out."""

from __future__ import annotations

from derive.algebra.build import contract
from derive.algebra.nodes import Add, Contract, Node


def distributed(node: Contract, k: int) -> list[Node]:
    """Return the products that factor k, a sum, stands for term by term."""
    total, axes = node.factors[k]
    before, after = node.factors[:k], node.factors[k + 1 :]
    sizes = dict(enumerate(node.sizes))
    return [
        contract(node.out, [*before, (term, axes), *after], sizes, node.coefficient)
        for term in total.children
    ]


def multiplied_out(node: Node) -> list[Node]:
    """Return the terms of a sum of arrays, and of a product with such sums, all the way."""
    if isinstance(node, Add):
        return [inner for term in node.terms for inner in multiplied_out(term)]
    if isinstance(node, Contract):
        for k, factor in enumerate(node.children):
            if isinstance(factor, Add) and factor.rank:
                return [inner for term in distributed(node, k) for inner in multiplied_out(term)]
    return [node]
