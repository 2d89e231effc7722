"""The form on paper is equal, no longer but where it was in indices, in whatever order of terms."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from derive.algebra.build import add, contract, elementwise, expand, hadamard, negative
from derive.algebra.coefficient import dimension_power
from derive.algebra.counting import operations
from derive.algebra.forms.inverses import inverse
from derive.algebra.forms.simplify import simplify
from derive.algebra.nodes import Contract, Node, Symbol, walk
from derive.algebra.paper.flattening import is_flat
from derive.algebra.paper.on_paper import on_paper
from derive.algebra.scalars import tree as sc
from derive.dims import dim
from derive.verify.exact import equal_exactly
from tests.algebra.forms.test_simplify import DISTINCT, EQUAL, shuffle, unit_sums
from tests.programs import times
from tests.random_programs import random_expression

n, d = dim("n"), dim("d")
X, W, B = Symbol("x", (n, d)), Symbol("w", (d, d)), Symbol("b", (n, n))
V, U = Symbol("v", (n,)), Symbol("u", (n,))


def turned(node: Node) -> Node:
    a, b = node.shape
    return contract((1, 0), [(node, (0, 1))], {0: a, 1: b})


def no_longer(found: Node, node: Node) -> bool:
    """Whether a form has no more operations, or is in matrices where it was in indices."""
    return operations(found) <= operations(node) or (is_flat(found) and not is_flat(node))


def paper(node: Node) -> Node:
    """Return the form on paper, after checking that it is equal and no longer."""
    found = on_paper(node, unit_sums)
    assert no_longer(found, node)
    assert equal_exactly(node, found, {"n": 2, "d": 3})
    assert equal_exactly(node, found, {"n": 3, "d": 3})
    return found


@pytest.mark.parametrize("block", range(5))
def test_random_expressions_keep_their_value_on_paper(block):
    for seed in range(30 * block, 30 * block + 30):
        expression = random_expression(seed, depth=4)
        found = on_paper(expression, unit_sums)
        assert no_longer(found, expression), seed
        for sizes in (DISTINCT, EQUAL):
            assert equal_exactly(expression, found, sizes, trials=1).equal, seed


def test_the_order_of_terms_and_factors_changes_no_count_of_operations():
    for seed in range(200):
        expression = random_expression(seed, depth=4)
        shuffled = shuffle(expression, random.Random(seed))
        for form in (simplify, on_paper):
            first, second = form(expression, unit_sums), form(shuffled, unit_sums)
            assert operations(first) == operations(second), (seed, form)


def test_hash_seeds_change_nothing():
    code = (
        "from tests.random_programs import random_expression\n"
        "from derive.algebra.paper.on_paper import on_paper\n"
        "print([repr(on_paper(random_expression(s, 3), lambda _: ())) for s in range(40)])"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def test_a_matrix_and_its_transpose_before_one_factor_are_added_first():
    found = paper(add(times(B, X), times(turned(B), X)))
    assert operations(found) == 2
    assert X in found.children


def test_two_outer_products_behind_one_factor_are_added_first():
    left = contract((0, 1), [(B, (0, 2)), (V, (2,)), (U, (1,))], dict.fromkeys(range(3), n))
    right = contract((0, 1), [(B, (0, 2)), (U, (2,)), (V, (1,))], dict.fromkeys(range(3), n))
    assert operations(paper(add(left, right))) == 4


def test_a_residual_minus_its_projection_is_the_residual_times_a_matrix():
    residual = add(X, negative(Symbol("y", (n, d))))
    projected = times(times(residual, W), turned(W))
    found = paper(add(residual, negative(projected)))
    assert operations(found) == 4
    assert any(isinstance(node, Contract) and not node.factors for node in walk(found))


def test_a_sum_is_not_multiplied_out_unless_that_is_shorter():
    residual = add(times(X, W), negative(Symbol("y", (n, d))))
    node = times(turned(X), residual)
    assert paper(node) == node


def test_what_sums_to_zero_is_dropped():
    mean = contract((0,), [(V, (1,))], {0: n, 1: n}, dimension_power(n, -1))
    centred = add(V, negative(mean))
    total = contract((), [(centred, (0,))], {0: n})
    assert operations(paper(add(total, Symbol("s", ())))) == 0


def test_a_number_copied_to_each_entry_stands_in_front():
    s = Symbol("s", ())
    quotient = elementwise(sc.slot(0) / sc.slot(1), [V, expand(s, (n,), ())], (n,))
    found = paper(hadamard(quotient, U))
    assert isinstance(found, Contract)
    assert any(not factor.rank for factor in found.children)


def test_a_projection_applied_twice_is_applied_once():
    gram = contract((0, 1), [(X, (2, 0)), (X, (2, 1))], {0: d, 1: d, 2: n})
    factors = [(X, (0, 2)), (inverse(gram), (2, 3)), (X, (1, 3))]
    projection = contract((0, 1), factors, {0: n, 1: n, 2: d, 3: d})
    twice = contract(
        (0,), [(projection, (0, 1)), (projection, (1, 2)), (V, (2,))], {0: n, 1: n, 2: n}
    )
    once = contract((0,), [(projection, (0, 1)), (V, (1,))], {0: n, 1: n})
    found = on_paper(twice, unit_sums)
    assert operations(found) == operations(once)
    assert equal_exactly(twice, found, {"n": 5, "d": 3})


def test_quotients_of_one_sum_add_up_to_nothing():
    total = contract((0,), [(V, (1,))], {0: n, 1: n})
    shares = elementwise(sc.slot(0) / sc.slot(1), [V, total], (n,))
    assert operations(paper(contract((), [(shares, (0,))], {0: n}))) == 0


def test_a_number_comes_out_of_an_inverse():
    number = Symbol("c", ())
    scaled = contract((0, 1), [(number, ()), (W, (0, 1))], {0: d, 1: d})
    found = paper(contract((0, 1), [(number, ()), (inverse(scaled), (0, 1))], {0: d, 1: d}))
    assert found == inverse(W)
