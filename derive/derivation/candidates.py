"""All products of some factors: which can be formed, which have a wanted shape.

The premise: what is looked for is one matrix product of these factors, each used once, as it is or
transposed.  Products equal as values count once, decided at random integers; a 1×1 or symmetric
factor is its own transpose.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations, product

from derive.algebra.build import contract
from derive.algebra.nodes import Contract, Node, Symbol
from derive.dims import ONE, Dim

Shape2 = tuple[Dim, Dim]
MOST_FACTORS = 3  # beyond it neighbours are taken together: the argument goes pair by pair


@dataclass(frozen=True)
class CandidateFactor:
    """A factor of a product: rows × columns; `transposed` as it stands in the gradient.

    parts are the nodes that it is a chain of, each with its own transposition.
    """

    parts: tuple[tuple[Node, bool], ...]
    shape: Shape2
    transposed: bool
    symmetric: bool = False

    @property
    def is_cotangent(self) -> bool:
        """Whether it is a gradient from above."""
        node = self.parts[0][0]
        return isinstance(node, Symbol) and node.role in ("cotangent", "upstream")

    def turned(self, flip: bool) -> Shape2:
        return self.shape[::-1] if flip else self.shape


@dataclass(frozen=True)
class Candidate:
    """One product: factor indices in order, which are transposed, and what became of it.

    clash: the two dimensions at which it cannot be formed; else `shape` is its shape.
    """

    order: tuple[int, ...]
    flips: tuple[bool, ...]
    shape: Shape2 | None
    clash: tuple[Dim, Dim] | None
    fits: bool


@dataclass(frozen=True)
class Dimensions:
    """The dimension argument: the shape needed, the factors at hand, every product of them.

    formable and fitting count products that differ as values.
    """

    target: Shape2
    factors: tuple[CandidateFactor, ...]
    candidates: tuple[Candidate, ...]
    formable: int
    fitting: int

    @property
    def decide(self) -> bool:
        """Whether the dimensions alone decide."""
        return self.fitting == 1


def sets_of_names(dimensions: Sequence[Dim]) -> list[tuple[str, ...]]:
    """Return every set of two or more names among the dimensions, small sets first."""
    names = list(dict.fromkeys(name for d in dimensions for name in d.names))[:4]
    return [c for size in range(2, len(names) + 1) for c in combinations(names, size)]


def shape2(node: Node) -> Shape2:
    """Return rows and columns; a 1-d array is a column, a scalar 1×1."""
    padded = (*node.shape, ONE, ONE)
    return padded[0], padded[1]


def factors_of(pullback: Node) -> tuple[CandidateFactor, ...] | None:
    """Return the chain of matrix factors that the gradient is, None where it is none.

    A label that connects two factors makes them neighbours; ones stand where a label of the
    result, or a summed one, meets a single factor.  Scalars are set aside.
    """
    if not isinstance(pullback, Contract) or pullback.rank > 2:
        return None
    items = [(f, axes) for f, axes in pullback.factors if f.rank]
    if any(f.rank > 2 or len(set(axes)) < len(axes) for f, axes in items) or not items:
        return None
    chain = _chain(pullback, items)
    if chain is None or len(chain) < 2:
        return None
    return _grouped(tuple(chain))


def _chain(node: Contract, items: list) -> list[CandidateFactor] | None:
    """Walk from the row label of the result through the factors to its column label."""
    ends = [*node.out, None, None][:2]
    if node.rank == 2 and node.out[0] == node.out[1]:
        return None
    chain: list[CandidateFactor] = []
    at, rest = ends[0], list(items)
    start = at
    while rest:
        here = [item for item in rest if at is not None and at in item[1]]
        if len(here) > 1:
            return None
        if not here:
            if at is None or at not in _labels(items) or at == start:
                return _with_gap(node, chain, rest, at, ends)
            return None
        factor, axes = here[0]
        rest.remove(here[0])
        flip = factor.rank == 2 and axes[0] != at
        other = next((label for label in axes if label != at), None)
        chain.append(_factor(factor, flip))
        at = other
    if at == ends[1]:
        return chain
    if at is not None and at not in node.out and ends[1] is None:
        return [*chain, *_ones(node.sizes[at])]
    if at is None and ends[1] is not None and ends[1] not in _labels(items):
        return [*chain, *_ones(node.sizes[ends[1]], row=True)]
    return None


def _with_gap(
    node: Contract, chain: list[CandidateFactor], rest: list, at: int | None, ends: list
) -> list[CandidateFactor] | None:
    """Continue where no factor carries the label: an outer product, or ones for a copy."""
    head = list(chain)
    if at is not None and at == ends[0] and not chain:
        head += _ones(node.sizes[at])
    if at is not None and chain:
        return None
    tail = _chain_back(node, rest, ends[1])
    return None if tail is None else head + tail


def _chain_back(node: Contract, rest: list, end: int | None) -> list[CandidateFactor] | None:
    """Return the factors from a free row to the column label, which starts the walk."""
    chain: list[CandidateFactor] = []
    at, rest = end, list(rest)
    while rest:
        here = [item for item in rest if at is not None and at in item[1]]
        if len(here) != 1:
            return None
        factor, axes = here[0]
        rest.remove(here[0])
        flip = factor.rank == 1 or axes[1] != at
        other = next((label for label in axes if label != at), None)
        chain.insert(0, _factor(factor, flip))
        at = other
    if at is not None:
        if at in node.out:
            return None
        chain = [*_ones(node.sizes[at], row=True), *chain]
    return chain


def _labels(items: list) -> set[int]:
    return {label for _, axes in items for label in axes}


def _factor(node: Node, flip: bool) -> CandidateFactor:
    symmetric = isinstance(node, Symbol) and node.kind in ("symmetric", "posdef")
    return CandidateFactor(((node, flip),), shape2(node), flip, symmetric)


def _ones(size: Dim, row: bool = False) -> list[CandidateFactor]:
    """Return the column of ones (transposed: a row), nothing where it has one entry."""
    if size == 1:
        return []
    column = contract((0,), [], {0: size})
    return [CandidateFactor(((column, row),), (size, ONE), row)]


def _grouped(chain: tuple[CandidateFactor, ...]) -> tuple[CandidateFactor, ...]:
    """Take neighbours beside the cotangent together until three factors are left."""
    if len(chain) <= MOST_FACTORS:
        return chain
    at = next((k for k, f in enumerate(chain) if f.is_cotangent), 0)
    blocks = [b for b in (chain[:at], chain[at : at + 1], chain[at + 1 :]) if b]
    return tuple(b[0] if len(b) == 1 else _joined(b) for b in blocks)


def _joined(block: tuple[CandidateFactor, ...]) -> CandidateFactor:
    parts = tuple((node, flip) for f in block for node, flip in f.parts)
    shape = block[0].turned(block[0].transposed)[0], block[-1].turned(block[-1].transposed)[1]
    return CandidateFactor(parts, shape, False)


def counted_products(
    factors: tuple[CandidateFactor, ...], target: Shape2, equal: Mapping[str, Dim]
) -> Dimensions:
    """Form all k!·2ᵏ products of the factors, with some dimension names declared equal."""
    wanted = _declared(target, equal)
    candidates = []
    for order in permutations(range(len(factors))):
        for flips in product((False, True), repeat=len(factors)):
            shapes = [
                _declared(factors[k].turned(flip), equal)
                for k, flip in zip(order, flips, strict=True)
            ]
            clash = next(((a[1], b[0]) for a, b in pairwise(shapes) if a[1] != b[0]), None)
            shape = None if clash else (shapes[0][0], shapes[-1][1])
            candidates.append(Candidate(order, flips, shape, clash, shape == wanted))
    values = _Values(factors, equal)
    formable = len({values.of(c) for c in candidates if c.shape is not None})
    fitting = len({values.of(c) for c in candidates if c.fits})
    return Dimensions(wanted, factors, tuple(candidates), formable, fitting)


def _declared(shape: Shape2, equal: Mapping[str, Dim]) -> Shape2:
    return shape[0].replace(equal), shape[1].replace(equal)


class _Values:
    """Random integer matrices for the factors, so that equal products are seen to be equal."""

    def __init__(self, factors: tuple[CandidateFactor, ...], equal: Mapping[str, Dim]) -> None:
        names = sorted({n for f in factors for d in f.shape for n in d.replace(equal).names})
        sizes = {name: 2 + k for k, name in enumerate(names)}
        draw = random.Random(0)
        self.matrices = []
        drawn: dict[tuple, list[list[int]]] = {}
        for factor in factors:
            rows, cols = (max(1, d.replace(equal).evaluate(sizes)) for d in factor.shape)
            if factor.parts not in drawn:
                drawn[factor.parts] = _random(draw, rows, cols, factor)
            self.matrices.append(drawn[factor.parts])

    def of(self, candidate: Candidate) -> tuple:
        parts = [
            _turn(self.matrices[k]) if flip else self.matrices[k]
            for k, flip in zip(candidate.order, candidate.flips, strict=True)
        ]
        value = parts[0]
        for part in parts[1:]:
            value = [
                [sum(a * b for a, b in zip(row, col, strict=True)) for col in _turn(part)]
                for row in value
            ]
        return tuple(map(tuple, value))


def _random(draw: random.Random, rows: int, cols: int, factor: CandidateFactor) -> list[list[int]]:
    node = factor.parts[0][0]
    if isinstance(node, Contract) and not node.factors:
        return [[1] * cols for _ in range(rows)]
    matrix = [[draw.randint(-99, 99) for _ in range(cols)] for _ in range(rows)]
    if factor.symmetric:
        return [[matrix[min(i, j)][max(i, j)] for j in range(cols)] for i in range(rows)]
    return matrix


def _turn(matrix: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*matrix, strict=True)]
