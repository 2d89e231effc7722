"""Inverses in normal form: (A⁻¹)⁻¹ = A, (Aᵀ)⁻¹ = (A⁻¹)ᵀ, A A⁻¹ = I, and A⁻¹ = A⁻ᵀ where A = Aᵀ.

On paper A⁻¹B is a product, and products cancel and cross transposes freely; so `solve` is opened
into a product with an inverse here, and `derive.algebra.forms.solves` makes a solve of it again
where code is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.algebra.build import apply, contract, elementwise, rebuild, scale
from derive.algebra.forms.part_of_product import either_way, with_part
from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.algebra.properties.orthonormal import orthonormal_kind
from derive.algebra.properties.symmetry import is_symmetric, oriented
from derive.algebra.properties.triangular import is_lower, is_upper
from derive.algebra.scalars.tree import slot
from derive.algebra.stacks import identity, product, turned


def inverse(matrix: Node) -> Node:
    """Return the inverse: of an inverse the matrix itself, of a transpose the transpose."""
    if isinstance(matrix, Apply) and matrix.rule == "inverse":
        return matrix.args[0]
    if isinstance(matrix, Contract) and len(matrix.factors) == 1 and not matrix.bound:
        ((inner, _),) = matrix.factors
        if inner.shape == matrix.shape and matrix == scale(matrix.coefficient, inner):
            return scale(matrix.coefficient**-1, inverse(inner))
        if inner.rank == matrix.rank and matrix == scale(matrix.coefficient, turned(inner)):
            return scale(matrix.coefficient**-1, turned(inverse(inner)))
    if isinstance(matrix, Contract) and matrix == scale(matrix.coefficient, identity(matrix.shape)):
        return scale(matrix.coefficient**-1, identity(matrix.shape))
    return apply("inverse", [matrix], (), matrix.shape)


def is_inverse(node: Node) -> bool:
    """Whether the node is an inverse that is written as one."""
    return isinstance(node, Apply) and node.rule == "inverse"


def with_inverses(node: Node) -> Node:
    """Return the node, whose children are in normal form, with its inverses in normal form."""
    if isinstance(node, Apply):
        return opened(node)
    if not isinstance(node, Contract):
        return node
    if any(isinstance(child, Apply) and child.rule == "solve" for child in node.children):
        factors = [(opened(f), axes) for f, axes in node.factors]
        node = contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)
    while isinstance(node, Contract) and any(map(is_inverse, node.children)):
        shorter = _cancelled(node)
        if shorter is None:
            break
        node = shorter
    return oriented(node)


def opened(node: Node) -> Node:
    """Return A⁻¹B for solve(A, B), and an inverse in normal form."""
    if isinstance(node, Apply) and node.rule == "solve":
        matrix, right = node.args
        return product(inverse(matrix), right)
    return inverse(node.args[0]) if isinstance(node, Apply) and is_inverse(node) else node


def structure(node: Node, definitions: Mapping[Symbol, Node] | None = None) -> str:
    """Return "symmetric", "lower", "upper" or that columns are orthonormal, "" for what may be any.

    definitions: what names stand for; those of solutions are looked into, so that XᵀV⁻¹X is known.
    """
    if node.rank < 2:
        return ""
    if node.shape[-1] != node.shape[-2]:
        return orthonormal_kind(node)
    whole = _written_out(node, definitions or {})
    if is_symmetric(whole):
        return "symmetric"
    if is_lower(node):
        return "lower"
    return "upper" if is_upper(node) else orthonormal_kind(node)


def _written_out(node: Node, definitions: Mapping[Symbol, Node]) -> Node:
    """Return the node with every solution as a product with an inverse."""
    definition = definitions.get(node) if isinstance(node, Symbol) else None
    if isinstance(definition, Apply) and definition.rule == "solve":
        return _written_out(definition, definitions)
    children = [_written_out(child, definitions) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    return opened(node)


def factor_by_factor(node: Node) -> Node:
    """Return the expression with (c A X B)⁻¹ as B⁻¹ X⁻¹ A⁻¹/c wherever all factors are square.

    Each has an inverse then, because the product has one, and the number c is not 0.
    """
    children = [factor_by_factor(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    if not is_inverse(node) or not isinstance(node.children[0], Contract):
        return node
    (matrix,) = node.children
    assert isinstance(matrix, Contract)
    numbers = [
        (elementwise(slot(0) ** -1, [f], ()), axes) for f, axes in matrix.factors if not axes
    ]
    chain = _chain(matrix)
    if chain is None or len(chain) + len(numbers) < 2:
        return node
    factors = [(inverse(factor), (axes[1], axes[0])) for factor, axes in reversed(chain)]
    sizes = dict(enumerate(matrix.sizes))
    turned_out = (matrix.out[1], matrix.out[0])
    return contract(turned_out, [*numbers, *factors], sizes, matrix.coefficient**-1)


def _chain(matrix: Contract) -> list[tuple[Node, tuple[int, ...]]] | None:
    """Return the square factors of a product in their order, None where it is no such product.

    Numbers among the factors are left aside.
    """
    left, chain, label = [f for f in matrix.factors if f[1]], [], matrix.out[0]
    if matrix.rank != 2 or any(factor.shape != matrix.shape for factor, _ in left):
        return None
    while left:
        joined = [factor for factor in left if label in factor[1]]
        if len(joined) != 1 or len(set(joined[0][1])) < 2:
            return None
        left.remove(joined[0])
        chain.append(joined[0])
        label = next(other for other in joined[0][1] if other != label)
    return chain if label == matrix.out[1] else None


def _cancelled(node: Contract) -> Node | None:
    """Return the product with one A A⁻¹ or A⁻¹ A left out, None where there is none."""
    for found in dict.fromkeys(filter(is_inverse, node.children)):
        (matrix,) = found.children
        whole, held = matrix, node
        if isinstance(matrix, Contract):  # its factors lie among the others
            whole = Symbol("", matrix.shape)
            held = with_part(node, matrix, whole, either_way)  # type: ignore[assignment]
        if isinstance(held, Contract):
            shorter = _without_pair(held, found, whole, symmetric=is_symmetric(matrix))
            if shorter is not None:
                return shorter
    return None


def _without_pair(node: Contract, found: Node, whole: Node, *, symmetric: bool) -> Node | None:
    """Return the product without an inverse and its matrix, where they meet on one label."""
    pairs = [
        (j, k)
        for j, (f, _) in enumerate(node.factors)
        for k, (g, _) in enumerate(node.factors)
        if f == found and g == whole
    ]
    for j, k in pairs:
        (*stack, row, col), (*other_stack, first, second) = node.factors[j][1], node.factors[k][1]
        if stack != other_stack:
            continue
        ends = [(col, first, row, second), (row, second, col, first)]
        if symmetric:
            ends += [(col, second, row, first), (row, first, col, second)]
        for mine, other, start, end in ends:
            uses = sum(axes.count(mine) for _, axes in node.factors)
            if mine == other and mine not in node.out and uses == 2:
                rest = [f for i, f in enumerate(node.factors) if i not in (j, k)]
                rest.insert(min(j, k), (identity(whole.shape), (*stack, start, end)))
                sizes = {label: d for label, d in enumerate(node.sizes) if label != mine}
                return contract(node.out, rest, sizes, node.coefficient)
    return None
