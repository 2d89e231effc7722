"""Splitting statements into single steps keeps every value and names what had no name."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.algebra.build import add, elementwise, negative
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as sc
from derive.derivation.split import split
from derive.verify.evaluate import run_program
from derive.verify.samples import draw
from derive.verify.sizes import size_sets
from tests import programs
from tests.programs import array, d, n, program, times, total, value, weight
from tests.random_programs import random_program


def is_single_step(expr: Node) -> bool:
    """Whether it is a symbol, or one product, sum of products, map or operation of symbols."""
    if isinstance(expr, Symbol):
        return True
    if isinstance(expr, Add):
        return all(isinstance(t, Symbol) or only_symbols(t) for t in expr.terms)
    if isinstance(expr, Map):
        return all(
            isinstance(a, Symbol) or (only_symbols(a) and len(a.children) <= 1) for a in expr.args
        )
    return isinstance(expr, Contract | Apply) and only_symbols(expr)


def only_symbols(expr: Node) -> bool:
    return all(isinstance(child, Symbol) for child in expr.children)


@pytest.mark.parametrize("block", range(5))
def test_every_value_of_random_programs_stays(block):
    for seed in range(50 * block, 50 * block + 50):
        made = random_program(seed)
        steps = split(made)
        for sizes in size_sets(made, {}).values():
            point = draw(made, sizes)
            before = run_program(made, point.arguments, sizes)
            after = run_program(steps, point.arguments, sizes)
            for name, expected in before.items():
                np.testing.assert_allclose(after[name], expected, rtol=1e-11, atol=1e-12)


def test_every_equation_becomes_a_single_step():
    for seed in range(300):
        for equation in split(random_program(seed)).equations:
            assert is_single_step(equation.expr), (seed, equation.expr)


def test_splitting_again_changes_nothing():
    for seed in range(100):
        once = split(random_program(seed))
        again = split(once)
        assert [(e.symbol, e.expr) for e in again.equations] == [
            (e.symbol, e.expr) for e in once.equations
        ]


def test_no_name_is_given_twice_nor_taken_from_the_user():
    for seed in range(300):
        made = random_program(seed)
        names = [a.name for a in made.arguments]
        names += [e.symbol.name for e in split(made).equations]
        assert len(names) == len(set(names)), seed
        assert {e.symbol.name for e in made.equations} <= set(names)


def test_equal_parts_are_computed_once():
    x, w = array("x", n, d), weight("w", d, d)
    product = times(x, w)
    tanh = elementwise(sc.call("tanh", sc.slot(0)), [product], (n, d))
    exp = elementwise(sc.call("exp", sc.slot(0)), [product], (n, d))
    loss = value("loss")
    made = split(program([x, w], [(loss, add(total(tanh, exp), total(tanh)))], [loss]))
    assert [e.expr for e in made.equations].count(product) == 1


def test_a_short_difference_is_part_of_the_step_that_uses_it():
    made = split(programs.mlp())
    inline = [e.symbol.name for e in made.equations if e.inline]
    assert inline == ["diff"]
    assert [e.number for e in made.equations] == [1, 2, 3, 3]


def test_a_difference_that_two_steps_use_has_a_number_of_its_own():
    x, y = array("x", n), array("y", n)
    diff = add(x, negative(y))
    a, b = value("a"), value("b")
    made = split(program([x, y], [(a, total(diff, diff)), (b, total(diff))], [a, b]))
    assert not any(e.inline for e in made.equations)


class TestSharedProducts:
    def equations(self, body: str) -> list[str]:
        text = f'import torch\ndef f(x: "n d", y: "n", *, w: "d"):\n{body}'
        return [repr(e.expr) for e in derive.derive(text).program.equations]

    def test_a_product_inside_a_longer_one_is_computed_once(self):
        found = self.equations("    return (torch.tanh(x @ w) - y * (x @ w)).sum()\n")
        assert sum("x[0, 1] w[1]" in text for text in found) == 1
        assert sum("y" in text and "w[" in text for text in found) == 0

    def test_a_product_named_before_is_found_again(self):
        found = self.equations("    z = x @ w\n    return z.sum() + (y * (x @ w)).sum()\n")
        assert sum("x[0, 1] w[1]" in text for text in found) == 1

    def test_a_label_that_another_factor_has_is_no_part(self):
        body = "    v = (x * w).sum(1)\n    return v.sum() + (x * w * w).sum()\n"
        found = self.equations(body)
        assert any(text.count("w[") == 2 or "**" in text or "pow" in text for text in found)
