"""Compact forms are equal to what they come from, never longer, and reached once for all."""

from __future__ import annotations

import random

import pytest

from derive.algebra.build import (
    add,
    contract,
    elementwise,
    entrywise,
    expand,
    hadamard,
    negative,
    scale,
)
from derive.algebra.counting import operations
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Add, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as sc
from derive.algebra.scalars.rational import simplest
from derive.dims import dim
from derive.verify.exact import equal_exactly
from tests.random_programs import random_expression

n, d, h = map(dim, "ndh")
DISTINCT = {"n": 2, "d": 3, "h": 5}
EQUAL = dict.fromkeys("ndh", 3)
P = Symbol("p", (n, d), "data", "simplex")
X = Symbol("x", (n, d))


def unit_sums(symbol: Symbol) -> tuple[int, ...]:
    return (1,) if symbol == P else ()


@pytest.mark.parametrize("block", range(10))
def test_simplifying_keeps_the_value_exactly(block):
    for seed in range(30 * block, 30 * block + 30):
        expression = random_expression(seed, depth=4)
        compact = simplify(expression, unit_sums)
        for sizes in (DISTINCT, EQUAL):
            verdict = equal_exactly(expression, compact, sizes, trials=2)
            assert verdict.equal, (seed, verdict, expression, compact)


def test_simplifying_never_adds_operations_and_is_done_after_one_pass():
    for seed in range(1000):
        expression = random_expression(seed, depth=4)
        compact = simplify(expression, unit_sums)
        assert operations(compact) <= operations(expression), seed
        assert simplify(compact, unit_sums) == compact, seed


def test_the_order_of_terms_does_not_change_the_value():
    for seed in range(150):
        expression = random_expression(seed, depth=4)
        shuffled = shuffle(expression, random.Random(seed))
        left, right = simplify(expression, unit_sums), simplify(shuffled, unit_sums)
        assert equal_exactly(left, right, DISTINCT, trials=2), seed


def shuffle(node: Node, source: random.Random) -> Node:
    """Return the node with the terms of its sums and the factors of its products in any order."""
    if isinstance(node, Add):
        terms = [shuffle(term, source) for term in node.terms]
        source.shuffle(terms)
        return add(*terms)
    if isinstance(node, Contract):
        factors = [(shuffle(factor, source), axes) for factor, axes in node.factors]
        source.shuffle(factors)
        return contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)
    return node


def test_the_rows_of_a_simplex_sum_to_one_and_are_counted():
    per_row = contract((0,), [(P, (0, 1))], {0: n, 1: d})
    everything = contract((), [(P, (0, 1))], {0: n, 1: d})
    for expression in (per_row, everything):
        compact = simplify(expression, unit_sums)
        assert P not in compact.children
        assert equal_exactly(expression, compact, DISTINCT)


def test_joined_quotients_cancel_to_a_difference():
    y, p = Symbol("y", (n,)), Symbol("p", (n,))
    slope = sc.slot(0) / sc.slot(1) - (1 - sc.slot(0)) / (1 - sc.slot(1))
    outer = sc.slot(0) * (1 - sc.slot(0))
    product = contract(
        (0,),
        [(elementwise(slope, [y, p], (n,)), (0,)), (elementwise(outer, [p], (n,)), (0,))],
        {0: n},
    )
    compact = simplify(product, unit_sums)
    assert operations(compact) == 1
    assert equal_exactly(product, compact, DISTINCT)
    assert equal_exactly(compact, add(y, negative(p)), DISTINCT)


def test_a_transposed_map_stays_apart_when_entries_are_merged():
    transposed = contract(
        (0, 1), [(elementwise(sc.call("tanh", sc.slot(0)), [X], (n, d)), (1, 0))], {0: d, 1: n}
    )
    assert equal_exactly(entrywise(transposed), transposed, DISTINCT)


def test_what_acts_on_entries_is_one_map_of_symbols():
    y, row = Symbol("y", (n, d)), Symbol("row", (d,))
    tanh = elementwise(sc.call("tanh", sc.slot(0)), [X], (n, d))
    exp = elementwise(sc.call("exp", sc.slot(0)), [expand(row, (n, d), (1,))], (n, d))
    for expression in (
        hadamard(tanh, add(y, negative(X))),
        add(hadamard(tanh, exp), scale(3, y)),
        hadamard(exp, tanh, y),
        elementwise(sc.call("sigmoid", sc.slot(0)), [add(tanh, hadamard(y, exp))], (n, d)),
    ):
        whole = entrywise(expression)
        assert isinstance(whole, Map)
        assert {child for child in whole.children if isinstance(child, Map | Add)} == set()
        assert equal_exactly(expression, whole, DISTINCT)


def test_merging_what_acts_on_entries_keeps_the_value():
    for seed in range(300):
        expression = random_expression(seed, depth=3)
        assert equal_exactly(expression, entrywise(expression), DISTINCT, trials=2), seed


def random_scalar(source: random.Random, depth: int) -> sc.Scalar:
    """Return a rational function of three slots and a few calls."""
    if depth == 0:
        return source.choice([sc.slot(0), sc.slot(1), sc.slot(2), sc.call("exp", sc.slot(0))])
    parts = [random_scalar(source, depth - 1) for _ in range(2)]
    kind = source.randrange(5)
    if kind == 0:
        return parts[0] + source.choice([1, -2, 3]) * parts[1]
    if kind == 1:
        return parts[0] * parts[1]
    if kind == 2:
        return parts[0] / (1 + parts[1] ** 2)
    if kind == 3:
        return parts[0] - parts[1]
    return parts[0] * (1 - parts[1]) / (2 + parts[0] ** 2)


def test_the_shortest_form_of_a_function_is_that_function():
    source, shorter = random.Random(5), 0
    args = [Symbol(name, (d,)) for name in "abc"]
    for case in range(300):
        tree = random_scalar(source, 1 + case % 3)
        short = simplest(tree)
        shorter += short != tree
        assert short.operations <= tree.operations
        left, right = (elementwise(fn, args, (d,)) for fn in (tree, short))
        assert equal_exactly(left, right, DISTINCT, trials=2), (tree, short)
    assert shorter > 5


def test_a_sine_over_its_cosine_is_a_tangent():
    a, z = Symbol("a", (d,)), Symbol("z", (d,))
    for sine, cosine, tangent in (("sinh", "cosh", "tanh"), ("sin", "cos", "tan")):
        tree = sc.slot(0) * sc.call(sine, sc.slot(1)) / sc.call(cosine, sc.slot(1))
        short = simplest(tree)
        assert short == sc.slot(0) * sc.call(tangent, sc.slot(1))
        left, right = (elementwise(fn, [a, z], (d,)) for fn in (tree, short))
        assert equal_exactly(left, right, DISTINCT)


def test_each_term_of_a_sum_is_in_lowest_terms():
    e = sc.call("exp", sc.slot(0))
    assert simplest((e - sc.slot(1)) / e) == 1 - 1 / e * sc.slot(1)


def test_the_slope_of_logaddexp_with_zero_is_a_sigmoid():
    z = sc.slot(0)
    for total in (sc.call("logaddexp", 0, z), sc.call("logaddexp", z, 0)):
        assert simplest(sc.call("exp", z - total)) == sc.call("sigmoid", z)
    for other in (sc.call("logaddexp", 0, 0), sc.call("logaddexp", 1, z), sc.call("tanh", z)):
        assert simplest(sc.call("exp", z - other)) == sc.call("exp", z - other)
