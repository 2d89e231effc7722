"""Which expressions are symmetric matrices: by annotation, by structure, as an inverse of one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from derive.algebra.build import add, elementwise, scale
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.stacks import turned
from derive.dims import Shape

KINDS = ("symmetric", "posdef")
MOST_BOUND = 4  # summed labels of a product whose symmetry is looked for


def oriented(node: Node, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the labels of a factor, those of a symmetric one in order."""
    return axes if len(axes) < 2 or axes[-2] <= axes[-1] else other_way(node, axes)


def other_way(node: Node, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the labels of a symmetric factor exchanged, those of another as they are."""
    return (*axes[:-2], axes[-1], axes[-2]) if is_symmetric(node) else axes


def is_symmetric(node: Node) -> bool:
    """Whether each matrix of the stack equals its transpose."""
    if node.rank < 2 or node.shape[-1] != node.shape[-2]:
        return False
    if isinstance(node, Symbol):
        return node.kind in KINDS
    if isinstance(node, Apply):
        return node.rule == "inverse" and is_symmetric(node.args[0])
    return isinstance(node, Contract | Add | Map) and _same(node, _transpose(node))


def is_positive(node: Node) -> bool:
    """Whether the matrix is known to be positive definite."""
    if isinstance(node, Apply):
        return node.rule == "inverse" and is_positive(node.args[0])
    return isinstance(node, Symbol) and node.kind == "posdef"


def _transpose(node: Node) -> Node:
    """Return the transpose, told term by term and argument by argument."""
    if isinstance(node, Add):
        return add(*map(_transpose, node.terms))
    if isinstance(node, Map):
        return elementwise(node.fn, [_transpose(arg) for arg in node.args], _transpose_shape(node))
    return turned(node)


def _transpose_shape(node: Node) -> Shape:
    return (*node.shape[:-2], node.shape[-1], node.shape[-2])


def _same(left: Node, right: Node) -> bool:
    """Whether two nodes are equal up to the order of terms and factors."""
    if left == right:
        return True
    if isinstance(left, Add) and isinstance(right, Add):
        return _paired(left.terms, right.terms)
    if isinstance(left, Contract) and isinstance(right, Contract):
        return _same_product(left, right)
    if isinstance(left, Map) and isinstance(right, Map):
        pairs = zip(left.args, right.args, strict=False)
        return left.fn == right.fn and all(_same(a, b) for a, b in pairs)
    return False


def _paired(left: Sequence[Node], right: Sequence[Node]) -> bool:
    rest = list(right)
    for term in left:
        partner = next((other for other in rest if _same(term, other)), None)
        if partner is None:
            return False
        rest.remove(partner)
    return not rest


def _same_product(left: Contract, right: Contract) -> bool:
    """Whether some renaming of the summed labels makes the factors the same."""
    if (left.out, left.coefficient) != (right.out, right.coefficient):
        return False
    if len(left.factors) != len(right.factors) or len(left.sizes) != len(right.sizes):
        return False
    bound = right.bound
    if len(bound) > MOST_BOUND or set(bound) != set(left.bound):
        return False
    wanted = sorted(_placed(left, {}), key=hash)
    return any(
        sorted(_placed(right, dict(zip(bound, order, strict=True))), key=hash) == wanted
        for order in permutations(bound)
    )


def _placed(node: Contract, names: dict[int, int]) -> list[tuple[Node, tuple[int, ...]]]:
    return [
        (f, oriented(f, tuple(names.get(label, label) for label in axes)))
        for f, axes in node.factors
    ]


def symmetric_part(matrix: Node) -> Node:
    """Return (A + Aᵀ)/2, the matrix itself where it is symmetric."""
    if is_symmetric(matrix):
        return matrix
    return scale(Fraction(1, 2), add(matrix, turned(matrix)))
