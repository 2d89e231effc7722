"""In which order a product's factors are multiplied: two at a time, with the fewest operations.

A pair costs an operation for each entry over all labels that its two factors have: m·k·n for the
matrices m×k and k×n, m·k for a matrix and a vector.  What nothing else needs is summed at once, so
that A (B v) never holds A B, a trace holds no full product, and the column sums of A B are 1ᵀA
times B.  A one-hot form is not multiplied by: a pair with it costs the entries that it picks or
adds up, without the axis that it counts along.  Up to `EXACT` factors every order is weighed, by
dynamic programming over sets of factors (Pfeifer, Haegeman and Verstraete 2014); of more, the
cheapest pair goes first until so few are left.  An order that is the cheapest at all sizes is the
cheapest at those given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from math import prod
from typing import NamedTuple

from derive.algebra.moves.one_hot import depth_of
from derive.algebra.nodes import Add, Contract, Map, Node
from derive.dims import Dim, dim, size_of

Sizes = Mapping[str, int]
Order = tuple[tuple[int, int], ...]
"""Pairs of factors by number; of k factors, what the pairs give has the numbers k, k + 1, …"""

_Labels = frozenset[int]
EXACT = 8
MOST_COMPARED = 5  # factors of a product whose orders are compared at all sizes
UNKNOWN = 64  # the size of a dimension that is not among those given


def size_at(d: Dim, sizes: Sizes) -> int:
    """Return a dimension's size, at least 1, so that an empty array has a cost as well."""
    return max(1, d.evaluate({name: sizes.get(name, UNKNOWN) for name in d.names}))


def order(node: Contract, sizes: Sizes) -> Order:
    """Return the pairs in which the arrays among the factors are multiplied; scalars have none."""
    arrays = arrays_of(node)
    numbers, first = [*arrays], len(node.factors)

    def number(k: int) -> int:
        return numbers[k] if k < len(numbers) else first + k - len(numbers)

    return tuple((number(i), number(j)) for i, j in _weighed(node, arrays, sizes).pairs)


def cost(node: Contract, sizes: Sizes) -> int:
    """Return how many operations the product takes in that order."""
    return _weighed(node, arrays_of(node), sizes).operations


def is_best_from_two(node: Contract, sizes: Sizes) -> bool:
    """Whether no other order takes fewer operations where every size is 2 or more.

    False where that is not seen: with n = 2 + n' for each dimension, what the others take above
    this one has no negative coefficient.
    """
    arrays = arrays_of(node)
    if len(arrays) > MOST_COMPARED or any(depth_of(node, k) is not None for k in arrays):
        return False
    factors = dict(
        zip(arrays, _summed_alone(frozenset(node.out), tuple(arrays.values())), strict=True)
    )
    out = frozenset(node.out)
    chosen, held = dim(0), dict(factors)
    for k, (i, j) in enumerate(order(node, sizes), len(node.factors)):
        both = held.pop(i) | held.pop(j)
        chosen += size_of(node.sizes[label] for label in both)
        held[k] = both & out.union(*held.values())
    others = _all_costs(tuple(factors.values()), out, node.sizes)
    more = {name: dim(name) + 2 for d in node.sizes for name in d.names}
    rest = ((other - chosen).replace(more) for other in others)
    return all(c > 0 for d in rest for _, c in d.terms)


def _summed_alone(out: _Labels, factors: tuple[_Labels, ...]) -> tuple[_Labels, ...]:
    """Return the factors' labels without those that nothing else has."""
    others = (factors[:k] + factors[k + 1 :] for k in range(len(factors)))
    return tuple(f & out.union(*rest) for f, rest in zip(factors, others, strict=True))


def _all_costs(factors: tuple[_Labels, ...], out: _Labels, sizes: Sequence[Dim]) -> set[Dim]:
    """Return the operations of every order, as polynomials of the dimensions."""
    if len(factors) < 2:
        return {dim(0)}
    found = set()
    for i, j in combinations(range(len(factors)), 2):
        rest = tuple(f for k, f in enumerate(factors) if k not in (i, j))
        both = factors[i] | factors[j]
        own = size_of(sizes[label] for label in both)
        pair = both & out.union(*rest)
        found |= {own + more for more in _all_costs((*rest, pair), out, sizes)}
    return found


def arrays_of(node: Contract) -> dict[int, _Labels]:
    """Return the labels along which each factor varies, by the factor's number.

    An axis of size 1 that nothing else has, and the diagonal of a trace, are no labels to sum.
    """
    found = {}
    for k, (factor, axes) in enumerate(node.factors):
        others = {label for i, (_, at) in enumerate(node.factors) if i != k for label in at}
        kept = others.union(node.out)
        labels = [axes[axis] for axis in varying(factor)]
        traced = len(labels) == 2 and len(set(labels)) == 1 and kept.isdisjoint(labels)
        left = frozenset(k for k in labels if k in kept or node.sizes[k] != 1)
        if left and not traced:
            found[k] = left
    return found


@lru_cache(maxsize=4096)
def varying(node: Node) -> tuple[int, ...]:
    """Return the axes along which the entries of the node differ: a copied axis is none."""
    if isinstance(node, Contract):
        labels = {axes[axis] for factor, axes in node.factors for axis in varying(factor)}
        labels.update(label for label in node.out if node.out.count(label) > 1)  # a diagonal
        return tuple(axis for axis, label in enumerate(node.out) if label in labels)
    if isinstance(node, Add | Map):
        return tuple(sorted({axis for child in node.children for axis in varying(child)}))
    return tuple(range(node.rank))


def _weighed(node: Contract, arrays: dict[int, _Labels], sizes: Sizes) -> _Best:
    weights = tuple(size_at(d, sizes) for d in node.sizes)
    depths = tuple(depth_of(node, k) for k in arrays)
    return _best(frozenset(node.out), tuple(arrays.values()), weights, depths)


class _Best(NamedTuple):
    operations: int
    pairs: Order


class _Tree(NamedTuple):
    """A set of factors, multiplied: what that takes, and its last pair (None for one factor).

    factors: their numbers, as a set of bits.  labels: those of the result, summed as far as
    nothing outside needs them.  cost: operations, then entries written.
    """

    factors: int
    labels: _Labels
    cost: tuple[int, int] = (0, 0)
    pair: tuple[_Tree, _Tree] | None = None


@lru_cache(maxsize=4096)
def _best(
    out: _Labels,
    factors: tuple[_Labels, ...],
    weights: tuple[int, ...],
    depths: tuple[int | None, ...],
) -> _Best:
    if len(factors) < 2:
        return _Best(0, ())
    search = _Search(out, factors, weights, depths)
    tree = search.exact(search.few())
    return _Best(tree.cost[0], _pairs(tree, len(factors)))


class _Search:
    def __init__(
        self,
        out: _Labels,
        factors: Sequence[_Labels],
        weights: Sequence[int],
        depths: Sequence[int | None],
    ) -> None:
        self.out = out
        self.factors = factors
        self.weights = weights
        self.depths = {1 << k: depth for k, depth in enumerate(depths) if depth is not None}

    def work(self, a: _Tree, b: _Tree, left: _Labels) -> int:
        """Return the operations of a pair of which these labels are left."""
        both = a.labels | b.labels
        hot = [tree for tree in (a, b) if tree.factors in self.depths]
        if len(hot) == 1:
            depth = self.depths[hot[0].factors]
            if depth not in left or not (hot[0].labels - {depth}) & left:
                return self.size(both - {depth})
        return self.size(both)

    def size(self, labels: _Labels) -> int:
        return prod(self.weights[label] for label in labels)

    def left(self, factors: int, labels: _Labels) -> _Labels:
        """Return the labels of a product of these factors that something outside needs."""
        outside = (f for k, f in enumerate(self.factors) if not factors >> k & 1)
        return labels & self.out.union(*outside)

    def joined(self, a: _Tree, b: _Tree) -> _Tree:
        both = a.labels | b.labels
        factors, labels = a.factors | b.factors, self.left(a.factors | b.factors, both)
        operations = a.cost[0] + b.cost[0] + self.work(a, b, labels)
        written = a.cost[1] + b.cost[1] + self.size(labels)
        return _Tree(factors, labels, (operations, written), (a, b))

    def few(self) -> list[_Tree]:
        """Return the factors, the cheapest pair multiplied until no more than EXACT are left."""
        trees = [_Tree(1 << k, self.left(1 << k, f)) for k, f in enumerate(self.factors)]
        while len(trees) > EXACT:
            pairs = combinations(range(len(trees)), 2)
            i, j = min(pairs, key=lambda at: self._added(trees[at[0]], trees[at[1]]))
            trees[i] = self.joined(trees[i], trees.pop(j))
        return trees

    def _added(self, a: _Tree, b: _Tree) -> tuple[int, int]:
        left = self.left(a.factors | b.factors, a.labels | b.labels)
        return self.work(a, b, left), self.size(left)

    def exact(self, trees: list[_Tree]) -> _Tree:
        """Return the best tree over all: of each set the best is found from its parts.

        Among equals the factors come as they were written.
        """
        best = {1 << k: tree for k, tree in enumerate(trees)}
        for count in range(2, len(trees) + 1):
            for chosen in combinations(range(len(trees)), count):
                whole = sum(1 << k for k in chosen)
                splits = (self.joined(best[part], best[whole - part]) for part in _parts(chosen))
                best[whole] = min(splits, key=lambda tree: tree.cost)
        return best[(1 << len(trees)) - 1]


def _parts(chosen: Sequence[int]) -> list[int]:
    """Return the proper subsets that hold the first of the numbers, larger ones first."""
    first, rest = chosen[0], chosen[1:]
    return [
        (1 << first) + sum(1 << k for k in some)
        for count in range(len(rest) - 1, -1, -1)
        for some in combinations(rest, count)
    ]


def _pairs(tree: _Tree, count: int) -> Order:
    """Return the tree's pairs, parts before what is made of them; each in the order written."""
    pairs: list[tuple[int, int]] = []

    def number(tree: _Tree) -> int:
        if tree.pair is None:
            return tree.factors.bit_length() - 1
        a, b = sorted(tree.pair, key=lambda part: part.factors & -part.factors)
        pairs.append((number(a), number(b)))
        return count + len(pairs) - 1

    number(tree)
    return tuple(pairs)
