"""Lower halves and symmetric parts in normal form: what Cholesky's factor leaves in a gradient.

Φ takes the lower triangle of a matrix and halves its diagonal.  Both are linear, and

    Φ(D) = D/2 for a diagonal D        Φ(U) = diag(U)/2 for an upper triangular U
    sym(M Φ(S) Mᵀ) = M S Mᵀ/2 for a symmetric S, since Φ(S) + Φ(S)ᵀ = S
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derive.algebra.build import add, apply, contract, rebuild, scale, split_coefficient
from derive.algebra.canonical_number import identity
from derive.algebra.coefficient import UNIT
from derive.algebra.counting import operations
from derive.algebra.distributing import multiplied_out
from derive.algebra.nodes import Apply, Contract, Node
from derive.algebra.properties.symmetry import is_symmetric, oriented
from derive.algebra.properties.triangular import diagonal, is_lower
from derive.algebra.stacks import scaled, turned

_HALF = Fraction(1, 2)
LINEAR = ("sym", "lower_half")
_LONGEST = 40  # operations of a matrix that is multiplied out


def with_halves(node: Node, simplify: Callable[[Node], Node]) -> Node:
    """Return the node, whose children are in normal form, with its halves in normal form."""
    if not isinstance(node, Apply) or node.rule not in LINEAR:
        return node
    return _Half(node.rule, simplify)(node.args[0])


def with_halves_joined(terms: Sequence[Node]) -> Node:
    """Return the sum of the terms, with sym(A) + sym(B) as sym(A + B), and so for Φ."""
    inside: dict[str, list[Node]] = {rule: [] for rule in LINEAR}
    rest: list[Node] = []
    for term in terms:
        c, whole = split_coefficient(oriented(term))
        if isinstance(whole, Apply) and whole.rule in LINEAR:
            inside[whole.rule].append(scale(c, whole.args[0]))
        else:
            rest.append(term)
    if all(len(parts) < 2 for parts in inside.values()):
        return add(*terms)
    halves = [
        apply(rule, [with_halves_joined(parts)], (), parts[0].shape)
        for rule, parts in inside.items()
        if parts
    ]
    return add(*rest, *halves)


class _Half:
    """One of the two operations."""

    def __init__(self, rule: str, simplify: Callable[[Node], Node]) -> None:
        self.rule = rule
        self.simplify = simplify

    def __call__(self, x: Node) -> Node:
        numbers, matrix = _apart(x)
        done = self._by_terms(matrix) or self._settled(matrix)
        if done is None:
            return apply(self.rule, [x], (), x.shape)
        return done if numbers is None else scaled(numbers, done)

    def _by_terms(self, x: Node) -> Node | None:
        """Return the sum of what it makes of the terms, where it is done with all of them.

        Where it is done with some, the sum must be no longer than what it was.
        """
        terms = multiplied_out(_by_halves(x)) if operations(x) <= _LONGEST else [x]
        if len(terms) < 2:
            return None
        halves = [self(self.simplify(term)) for term in terms]
        left = [half for half in halves if not _is_settled(half)]
        total = add(*(half if half in left else self.simplify(half) for half in halves))
        shorter = len(left) < len(halves) and operations(total) <= operations(x) + 1
        return total if shorter or not left else None

    def _settled(self, x: Node) -> Node | None:
        """Return what the operation makes of a product, None where it is left to be done."""
        if self.rule == "sym" and is_symmetric(x):
            return x
        if self.rule == "sym" and isinstance(x, Apply) and x.rule == "lower_half":
            (whole,) = x.args
            return scale(_HALF, whole) if is_symmetric(whole) else None
        if not isinstance(x, Contract):
            return None
        return _without_half(x) if self.rule == "sym" else _diagonal_half(x)


def _apart(x: Node) -> tuple[Node | None, Node]:
    """Return the number that each matrix is multiplied by, None for one, and the matrices."""
    if not isinstance(x, Contract) or len(set(x.out)) < x.rank:
        return None, x
    stack, sizes = x.out[:-2], dict(enumerate(x.sizes))
    front = [(f, axes) for f, axes in x.factors if set(axes) <= set(stack)]
    if not front and x.coefficient == UNIT:
        return None, x
    rest = [f for f in x.factors if f not in front]
    numbers = contract(stack, front, {k: sizes[k] for k in stack}, x.coefficient)
    return numbers, contract(x.out, rest, sizes)


def _without_half(x: Contract) -> Node | None:
    """Return M S Mᵀ/2 for sym(M Φ(S) Mᵀ), None for what is not of that form."""
    for k, (half, axes) in enumerate(x.factors):
        if isinstance(half, Apply) and half.rule == "lower_half":
            other = _replaced(x, k, half, (*axes[:-2], axes[-1], axes[-2]))
            (whole,) = half.args
            if is_symmetric(whole) and _alike(other, turned(x)):
                return scale(_HALF, _replaced(x, k, whole, axes))
    return None


def _replaced(x: Contract, k: int, value: Node, axes: tuple[int, ...]) -> Node:
    factors = (*x.factors[:k], (value, axes), *x.factors[k + 1 :])
    return contract(x.out, factors, dict(enumerate(x.sizes)), x.coefficient)


def _alike(first: Node, second: Node) -> bool:
    return identity(oriented(first)) == identity(oriented(second))


def _diagonal_half(x: Contract) -> Node | None:
    """Return half the diagonal of an upper triangular product, None for what is none."""
    if not is_lower(turned(x)):
        return None
    found = diagonal(x)
    return None if found is None else scale(_HALF, found)


def _by_halves(x: Node) -> Node:
    """Return a product with the half of a sum among its factors as a sum of halves."""
    for k, half in enumerate(x.children if isinstance(x, Contract) else ()):
        if isinstance(half, Apply) and half.rule == "lower_half":
            terms = multiplied_out(half.args[0])
            halves = add(*(apply("lower_half", [term], (), half.shape) for term in terms))
            return rebuild(x, [*x.children[:k], halves, *x.children[k + 1 :]])
    return x


def _is_settled(node: Node) -> bool:
    """Whether neither operation is left in front of the matrix."""
    return not any(isinstance(n, Apply) and n.rule in LINEAR for n in (node, *node.children))
