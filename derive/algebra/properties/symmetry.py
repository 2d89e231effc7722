"""Which matrices are symmetric: by annotation, by structure (XᵀX, A + Aᵀ), as an inverse of one.

In a gradient A and Aᵀ are one where A is symmetric, and A x + Aᵀ x is 2 A x.  A forward pass is
never rewritten so: the gradient with respect to A itself is the free one, of all entries apart.
Nothing is remembered between calls: symbols of two models may be equal but for their property.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.algebra.build import add, apply, contract, elementwise, scale
from derive.algebra.canonical_number import Placed, identity, told_apart
from derive.algebra.distributing import distributed
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, walk
from derive.algebra.stacks import turned

_MOST_TERMS = 4  # of a sum that is multiplied out to see whether a product is symmetric
KINDS = ("symmetric", "posdef")
BY_ONE_TRIANGLE = frozenset({"cholesky", "eigenvalues", "eigenvectors"})
"""Operations on symmetric matrices that never look at the other triangle."""


def is_symmetric(node: Node) -> bool:
    """Whether each matrix of the stack equals its transpose."""
    if node.rank < 2 or node.shape[-1] != node.shape[-2]:
        return False
    if isinstance(node, Symbol):
        return node.kind in KINDS
    if isinstance(node, Apply):
        return node.rule == "sym" or (node.rule == "inverse" and is_symmetric(node.args[0]))
    whole = _multiplied_out(node)
    if isinstance(whole, Add):
        whole = add(*map(oriented, whole.terms))
    return identity(oriented(whole)) == identity(_transposed(whole))


def _multiplied_out(node: Node) -> Node:
    """Return a product with a sum among its factors as a sum, so that its terms can be paired."""
    if not isinstance(node, Contract):
        return node
    for k, factor in enumerate(node.children):
        if isinstance(factor, Add) and len(factor.terms) <= _MOST_TERMS:
            return add(*map(_multiplied_out, distributed(node, k)))
    return node


def by_one_triangle(exprs: Iterable[Node]) -> bool:
    """Whether a symmetric matrix is read by one triangle: only symmetric changes are meant then."""
    nodes = (node for expr in exprs for node in walk(expr))
    return any(isinstance(node, Apply) and node.rule in BY_ONE_TRIANGLE for node in nodes)


def is_positive(node: Node) -> bool:
    """Whether the matrix is known to be positive definite."""
    if isinstance(node, Apply):
        return node.rule == "inverse" and is_positive(node.args[0])
    return isinstance(node, Symbol) and node.kind == "posdef"


def _transposed(node: Node) -> Node:
    """Return the transpose, told term by term and argument by argument."""
    if isinstance(node, Symbol | Apply) and is_symmetric(node):
        return node
    if isinstance(node, Add):
        return add(*map(_transposed, node.terms))
    if isinstance(node, Map):
        shape = (*node.shape[:-2], node.shape[-1], node.shape[-2])
        return elementwise(node.fn, [_transposed(arg) for arg in node.args], shape)
    return oriented(turned(node))


def other_way(node: Node, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the labels of a symmetric factor exchanged, those of another as they are."""
    return (*axes[:-2], axes[-1], axes[-2]) if is_symmetric(node) else axes


def oriented(node: Node) -> Node:
    """Return the product with each symmetric factor laid one way, output labels first."""
    if not isinstance(node, Contract):
        return node
    even = [other_way(factor, axes) != axes for factor, axes in node.factors]
    if not any(even):
        return node
    pairs = list(zip(node.factors, even, strict=True))
    colours = told_apart(node, [Placed(identity(f), axes, either) for (f, axes), either in pairs])
    place = {label: k for k, label in enumerate(node.out)}

    def order(label: int) -> tuple[int, int]:
        return place.get(label, node.rank), colours[label]

    factors = [
        (factor, (*axes[:-2], *sorted(axes[-2:], key=order)) if either else axes)
        for (factor, axes), either in pairs
    ]
    return contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)


def _symmetric_part(matrix: Node) -> Node:
    """Return (A + Aᵀ)/2, the matrix itself where it is symmetric."""
    if is_symmetric(matrix):
        return matrix
    return scale(Fraction(1, 2), add(matrix, turned(matrix)))


def sym(matrix: Node) -> Node:
    """Return the symmetric part as an operation by its name, which computes the matrix once."""
    return matrix if is_symmetric(matrix) else apply("sym", [matrix], (), matrix.shape)
