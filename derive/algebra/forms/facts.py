"""What a symmetric matrix is made of, put together again: V f(Λ) Vᵀ = f(A), L Lᵀ = A.

V and Λ are the eigenvectors and eigenvalues of A = Aᵀ, f is made of sums, products, whole powers
and exponentials; L is Cholesky's factor, and L⁻ᵀ L⁻¹ = A⁻¹.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from derive.algebra.build import add, apply, contract, scale
from derive.algebra.counting import operations
from derive.algebra.forms.decompositions import composed
from derive.algebra.forms.inverses import inverse, is_inverse
from derive.algebra.forms.joining import Factor
from derive.algebra.forms.part_of_product import either_way, with_part
from derive.algebra.nodes import Add, Apply, Contract, Map, Node
from derive.algebra.scalars.tree import Scalar
from derive.algebra.stacks import identity, product, turned

LARGEST_POWER = 4  # that is written as a product


def put_together(node: Node) -> Node:
    """Return the product with A, A⁻¹ and functions of A for what is made of their factors."""
    found = node
    while isinstance(found, Contract):
        other = _with_function(found) or _with_square(found) or composed(found)
        if other is None:
            break
        found = other
    return found if operations(found) < operations(node) else node


class _Pair(NamedTuple):
    """V[…, i, along] and V[…, j, along] in a product, and the other factors on `along`."""

    first: Factor
    second: Factor
    along: int
    others: tuple[Factor, ...]

    @property
    def vectors(self) -> Node:
        return self.first[0]

    @property
    def by_columns(self) -> bool:
        """Whether eigenvectors are summed over, in V Vᵀ, not their entries."""
        return self.first[1][-1] == self.along

    def replaced(self, node: Contract, value: Node) -> Node:
        """Return the product with a symmetric matrix for all of these factors."""
        taken = (self.first, self.second, *self.others)
        ends = [k for _, axes in taken[:2] for k in axes[-2:] if k != self.along]
        rest = [f for f in node.factors if f not in taken]
        place = sum(f in rest for f in node.factors[: node.factors.index(self.first)])
        rest.insert(place, (value, (*self.first[1][:-2], *ends)))
        sizes = {label: d for label, d in enumerate(node.sizes) if label != self.along}
        return contract(node.out, rest, sizes, node.coefficient)


def _pairs(node: Contract) -> Iterator[_Pair]:
    """Yield the pairs of eigenvectors of one matrix that are joined by a summed label."""
    for label in node.bound:
        on = [f for f in node.factors if label in f[1]]
        vectors = [f for f in on if isinstance(f[0], Apply) and f[0].rule == "eigenvectors"]
        if len(vectors) != 2 or vectors[0][0] != vectors[1][0]:
            continue
        (*stack, _, _), (*other, _, _) = (axes for _, axes in vectors)
        places = {k for _, axes in vectors for k, at in enumerate(axes) if at == label}
        if stack == other and len(places) == 1:
            others = tuple(f for f in on if f not in vectors)
            yield _Pair(vectors[0], vectors[1], label, others)


def _with_function(node: Contract) -> Node | None:
    for pair in _pairs(node):
        stack = pair.first[1][:-2]
        if not pair.by_columns or any(axes != (*stack, pair.along) for _, axes in pair.others):
            continue
        (matrix,) = pair.vectors.children
        sizes = {label: node.sizes[label] for label in (*stack, pair.along)}
        inner = contract((*stack, pair.along), pair.others, sizes)
        found = _function_of(inner, matrix)
        if found is not None:
            return pair.replaced(node, found)
    return None


def _function_of(inner: Node, matrix: Node) -> Node | None:
    """Return f(A) for f(Λ), None where f is not made of sums, products, powers, exponentials."""
    of = partial(_function_of, matrix=matrix)
    if isinstance(inner, Apply) and inner.rule == "eigenvalues" and inner.args == (matrix,):
        return matrix
    if isinstance(inner, Add):
        terms = _all(map(of, inner.terms))
        return None if terms is None else add(*terms)
    if isinstance(inner, Map):
        args = _all(map(of, inner.args))
        return None if args is None else _at_matrices(inner.fn, args)
    if not isinstance(inner, Contract):
        return None
    *stack, label = inner.out
    if all(label not in axes for _, axes in inner.factors):
        return contract(
            (*stack, label, label), inner.factors, dict(enumerate(inner.sizes)), inner.coefficient
        )
    if inner.bound or any(axes != inner.out for _, axes in inner.factors):
        return None
    factors = _all(map(of, inner.children))
    return None if factors is None else scale(inner.coefficient, product(*factors))


def _at_matrices(fn: Scalar, args: list[Node]) -> Node | None:
    """Return a scalar function at matrices that commute, all functions of one."""
    shape = args[0].shape
    if fn.op == "slot":
        return args[fn.args[0]]
    if fn.op == "number":
        return scale(fn.args[0], identity(shape))
    inner = _all(_at_matrices(child, args) for child in fn.children)
    if inner is None:
        return None
    if fn.op == "add":
        return add(*inner)
    if fn.op == "mul":
        return product(*inner)
    if fn.op == "pow" and fn.args[1].denominator == 1 and abs(fn.args[1]) <= LARGEST_POWER:
        base = inner[0] if fn.args[1] > 0 else inverse(inner[0])
        return product(*[base] * abs(int(fn.args[1])))
    return apply("expm", inner, (), shape) if fn.args[0] == "exp" else None


def _all(found: Iterator[Node | None]) -> list[Node] | None:
    kept = list(found)
    return None if any(node is None for node in kept) else [n for n in kept if n is not None]


def _with_square(node: Contract) -> Node | None:
    """Return the product with A for L Lᵀ, and what follows from that: L⁻ᵀ L⁻¹ = A⁻¹."""
    for root in dict.fromkeys(_roots(node)):
        (matrix,) = root.args
        left, whole = inverse(root), inverse(matrix)
        for first, second, value in (
            (root, turned(root), matrix),
            (turned(left), left, whole),
            (turned(root), whole, left),
            (left, matrix, turned(root)),
        ):
            part = product(first, second)
            assert isinstance(part, Contract)
            shorter = with_part(node, part, value, either_way)
            if shorter is not None:
                return shorter
    return None


def _roots(node: Contract) -> Iterator[Apply]:
    """Yield Cholesky's factors among the factors and their inverses."""
    for factor in node.children:
        root = factor.children[0] if is_inverse(factor) else factor
        if isinstance(root, Apply) and root.rule == "cholesky":
            yield root
