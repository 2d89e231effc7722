"""The order of a product's factors: never more operations than the best of all orders."""

from __future__ import annotations

import random
from itertools import combinations
from math import prod

import pytest

from derive.algebra.build import contract
from derive.algebra.forms.association import cost, is_best_from_two, order
from derive.algebra.nodes import Contract
from derive.dims import dim
from tests.programs import array
from tests.random_products import random_product

Labels = frozenset[int]


def least(out: Labels, factors: list[Labels], sizes: list[int]) -> int:
    """Return the operations of the best order, found by trying all."""

    def needed(k: int) -> Labels:
        return out.union(*(f for j, f in enumerate(factors) if j != k))

    factors = [f & needed(k) for k, f in enumerate(factors)]
    if len(factors) == 1:
        return 0
    found = []
    for i, j in combinations(range(len(factors)), 2):
        rest = [f for k, f in enumerate(factors) if k not in (i, j)]
        both = factors[i] | factors[j]
        pair = both & out.union(*rest)
        found.append(prod(sizes[k] for k in both) + least(out, [*rest, pair], sizes))
    return min(found)


@pytest.mark.parametrize("seed", range(200))
def test_no_order_takes_fewer_operations(seed: int) -> None:
    node, sizes = random_product(seed)
    values = [d.evaluate(sizes) for d in node.sizes]
    factors = [frozenset(axes) for _, axes in node.factors]
    assert cost(node, sizes) == least(frozenset(node.out), factors, values)


def chain(*dims: str, vector: bool = False) -> Contract:
    """Return A B C …, the last a column where it is a vector."""
    count = len(dims) - 1
    factors = [(array(f"a{k}", dims[k], dims[k + 1]), (k, k + 1)) for k in range(count)]
    out = (0, count)
    if vector:
        factors[-1] = (array("v", dims[-2]), (count - 1,))
        out = (0,)
    sizes = {k: dim(d) for k, d in enumerate(dims) if not vector or k < count}
    node = contract(out, factors, sizes)
    assert isinstance(node, Contract)
    return node


def test_a_vector_at_the_end_is_multiplied_first() -> None:
    assert order(chain("n", "m", "k", "1", vector=True), {}) == ((1, 2), (0, 3))


def test_sizes_decide_where_no_order_is_best_at_all() -> None:
    node = chain("n", "m", "k", "p")
    assert order(node, {"n": 2, "m": 9, "k": 9, "p": 9}) == ((0, 1), (3, 2))
    assert order(node, {"n": 9, "m": 9, "k": 9, "p": 2}) == ((1, 2), (0, 3))


def test_factors_are_multiplied_as_written_where_all_orders_cost_the_same() -> None:
    assert order(chain("n", "n", "n", "n", "n"), {}) == ((0, 1), (4, 2), (5, 3))


def test_a_long_chain_to_a_vector_costs_a_matrix_and_a_vector_each_time() -> None:
    node = chain(*["n"] * 21, vector=True)
    assert cost(node, {"n": 64}) == 19 * 64**2


def test_twenty_factors_of_one_shape_are_multiplied_entry_by_entry() -> None:
    factors = [(array(f"a{k}", "n"), (0,)) for k in range(20)]
    node = contract((0,), factors, {0: dim("n")})
    assert isinstance(node, Contract)
    assert cost(node, {"n": 64}) == 19 * 64


def test_a_scalar_has_no_place_in_the_order() -> None:
    node = contract(
        (0,),
        [(array("s"), ()), (array("a", "n", "m"), (0, 1)), (array("v", "m"), (1,))],
        {0: dim("n"), 1: dim("m")},
    )
    assert isinstance(node, Contract)
    assert order(node, {}) == ((1, 2),)


def test_an_order_is_said_to_be_the_best_only_where_it_is_so_at_all_sizes_from_two_on() -> None:
    assert is_best_from_two(chain("n", "m", "k", "1", vector=True), {})
    assert not is_best_from_two(chain("n", "m", "k", "p"), {})


@pytest.mark.parametrize("seed", range(60))
def test_the_best_at_all_sizes_is_the_best_at_any(seed: int) -> None:
    node, sizes = random_product(seed)
    if not is_best_from_two(node, sizes):
        return
    draw = random.Random(seed)
    factors = [frozenset(axes) for _, axes in node.factors]
    for _ in range(5):
        other = {name: draw.randint(2, 30) for name in sizes}
        values = [d.evaluate(other) for d in node.sizes]
        assert taken(node, sizes, values) == least(frozenset(node.out), factors, values)


def taken(node: Contract, sizes: dict[str, int], values: list[int]) -> int:
    """Return the operations at some sizes in the order that is chosen at others."""
    out = frozenset(node.out)
    held = dict(enumerate(frozenset(axes) for _, axes in node.factors))
    held = {k: f & out.union(*(held[j] for j in held if j != k)) for k, f in held.items()}
    total = 0
    for k, (i, j) in enumerate(order(node, sizes), len(node.factors)):
        both = held.pop(i) | held.pop(j)
        total += prod(values[label] for label in both)
        held[k] = both & out.union(*held.values())
    return total
