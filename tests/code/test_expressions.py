"""Expressions as code: the cheapest order, the fewest brackets, the evaluator's numbers."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

import derive
from derive.algebra.build import add, contract, elementwise, hadamard, negative, ones, scale
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import call, slot
from derive.code.expressions import Printer
from derive.code.names import Names
from derive.code.numpy.dialect import NumPy
from derive.code.numpy.module import emit_numpy
from derive.code.precedence import Code, literal, power, product, quotient, total
from derive.code.precedence import negative as minus
from derive.code.shorten import replaced, shortened
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.dims import dim, reference_sizes
from derive.errors import DeriveError
from derive.plan.planner.planner import make_plan
from derive.verify.evaluate import gradients
from tests.code.modules import imported
from tests.programs import array
from tests.random_programs import random_program

n, d, h, k = map(dim, "ndhk")
x, w, v, r = array("x", n, d), array("w", d, h), array("v", h), array("r", n)
g, s, t = array("g", n, d), array("s"), array("t", k, n, d)
target = Symbol("y", ())


def printed(node: Node, *, own: bool = False) -> str:
    """Return the code of a node, which takes one line."""
    printer = Printer(NumPy(), Names("xwvrgst", "ndhk", ["np"]), reference_sizes("ndhk"))
    (line,) = printer.lines(target, node, own=own)
    return line.text


def summed(node: Node, *axes: int) -> Node:
    labels = tuple(range(node.rank))
    left = [label for label in labels if label not in axes]
    return contract(left, [(node, labels)], dict(enumerate(node.shape)))


def product_of(out: tuple[int, ...], *factors: tuple[Node, tuple[int, ...]]) -> Node:
    """Return the labelled product over n, d, h."""
    used = {label for _, axes in factors for label in axes} | set(out)
    return contract(out, factors, {label: (n, d, h)[label] for label in used})


PRODUCTS = [
    (product_of((0, 2), (x, (0, 1)), (w, (1, 2))), "x @ w"),
    (product_of((2, 0), (x, (0, 1)), (w, (1, 2))), "w.T @ x.T"),
    (product_of((0,), (x, (0, 1)), (w, (1, 2)), (v, (2,))), "x @ (w @ v)"),
    (product_of((1,), (x, (0, 1)), (r, (0,))), "x.T @ r"),
    (product_of((1,), (r, (0,)), (x, (0, 1))), "r @ x"),
    (product_of((), (r, (0,)), (r, (0,))), "r @ r"),
    (product_of((), (x, (0, 1)), (g, (0, 1))), "np.vdot(x, g)"),
    (product_of((0,), (x, (0, 1)), (g, (0, 1))), "(x * g).sum(axis=1)"),
    (product_of((0, 2), (r, (0,)), (v, (2,))), "r[:, None] * v"),
    (hadamard(x, g), "x * g"),
    (summed(x, 0), "x.sum(axis=0)"),
    (summed(x, 0, 1), "x.sum()"),
    (scale(dimension_power(n, -1), summed(x, 0)), "x.mean(axis=0)"),
    (scale(dimension_power(n, -1), x), "x / n"),
    (scale(dimension_power(d, Fraction(-1, 2)), x), "x / math.sqrt(d)"),
    (scale(2, hadamard(x, g)), "2 * x * g"),
    (scale(Fraction(1, 3), x), "x / 3"),
    (scale(Fraction(1, 2), x), "0.5 * x"),
    (product_of((1, 0), (x, (0, 1))), "x.T"),
    (contract((2, 0, 1), [(t, (0, 1, 2))], dict(enumerate(t.shape))), "t.transpose(2, 0, 1)"),
]


@pytest.mark.parametrize(("node", "code"), PRODUCTS, ids=[code for _, code in PRODUCTS])
def test_a_product_is_printed_as_one_would_write_it(node: Node, code: str) -> None:
    assert printed(node) == code


def test_rows_of_a_stack_are_contracted_by_one_matrix_product() -> None:
    sizes = {0: k, 1: n, 2: d, 3: h}
    y = array("g", k, n, h)
    node = contract((2, 3), [(t, (0, 1, 2)), (y, (0, 1, 3))], sizes)
    assert printed(node) == "np.tensordot(t, g, ((0, 1), (0, 1)))"


def test_a_stack_of_products_is_a_batched_product() -> None:
    sizes = {0: k, 1: n, 2: d, 3: h}
    y = array("g", k, h, d)
    node = contract((0, 1, 3), [(t, (0, 1, 2)), (y, (0, 3, 2))], sizes)
    assert printed(node) == "t @ g.swapaxes(-1, -2)"


def test_the_number_scales_the_smaller_side() -> None:
    node = product_of((1,), (x, (0, 1)), (r, (0,)))
    assert printed(scale(2, node)) == "2 * (x.T @ r)"


def test_a_reduced_axis_is_kept_where_it_is_broadcast_back() -> None:
    row_sums = contract((0, 1), [(summed(x, 1), (0,))], {0: n, 1: d})
    assert printed(add(x, negative(row_sums))) == "x - x.sum(axis=1, keepdims=True)"


def test_signs_stand_in_front_of_terms() -> None:
    assert printed(add(x, negative(g))) == "x - g"
    assert printed(negative(hadamard(x, g))) == "-x * g"


def test_a_copy_is_made_where_the_value_needs_memory_of_its_own() -> None:
    assert printed(x, own=True) == "x.copy()"
    assert printed(product_of((1, 0), (x, (0, 1))), own=True) == "x.T.copy()"
    assert printed(hadamard(x, g), own=True) == "x * g"


def test_an_array_of_one_number_has_the_dtype() -> None:
    assert printed(ones((n, d))) == "np.ones((n, d), dtype)"
    spread = contract((0, 1), [(s, ())], {0: n, 1: d})
    assert printed(spread) == "np.full((n, d), s, dtype)"


def test_a_number_over_a_size_divides_the_array_not_the_number() -> None:
    node = scale(dimension_power(n, -1), contract((0, 1), [(s, ())], {0: n, 1: d}))
    assert printed(node) == "np.full((n, d), s, dtype) / n"


def function(tree: scalar.Scalar, *args: Node) -> Node:
    return elementwise(tree, args, args[0].shape)


MAPS = [
    (call("relu", slot(0)), "np.maximum(x, 0)"),
    (call("tanh", slot(0)), "np.tanh(x)"),
    (1 - slot(0) ** 2, "1 - x**2"),
    (call("exp", slot(0)) ** 2, "np.exp(x) ** 2"),
    (1 / slot(0), "1 / x"),
    (scalar.power(slot(0), Fraction(-1, 2)), "1 / np.sqrt(x)"),
    (slot(0) ** 4 + 1, "(x**2) ** 2 + 1"),
    (call("sigmoid", slot(0)), "_sigmoid(x)"),
    (2 / call("sqrt", call("pi")) * call("exp", -(slot(0) ** 2)), None),
]


@pytest.mark.parametrize(("tree", "code"), MAPS)
def test_a_function_is_printed_without_a_slow_idiom(tree: scalar.Scalar, code: str | None) -> None:
    found = printed(function(tree, x))
    assert found == (code or "2 * np.exp(-(x**2)) / math.sqrt(math.pi)")


def test_a_part_that_occurs_twice_gets_a_name() -> None:
    sigmoid = call("sigmoid", slot(0))
    printer = Printer(NumPy(), Names("xy", "nd", ["np"]), reference_sizes("nd"))
    lines = printer.lines(target, function(sigmoid * (1 + slot(0) * (1 - sigmoid)), x))
    assert [line.target for line in lines] == ["sigmoid_x", "y"]
    assert lines[1].text == "sigmoid_x * (1 + x * (1 - sigmoid_x))"


def test_brackets_stand_only_where_they_are_needed() -> None:
    a, b, c = Code("a"), Code("b"), Code("c")
    assert product([a, total([(False, b), (True, c)])]).text == "a * (b - c)"
    assert product([product([a, b]), c]).text == "a * b * c"
    assert product([a, product([b, c])]).text == "a * (b * c)"
    assert quotient(a, [b, c]).text == "a / (b * c)"
    assert minus(power(a, "2")).text == "-(a**2)"
    assert minus(product([power(a, "2"), b])).text == "-(a**2) * b"
    assert literal(Fraction(1, 100000)).text == "1e-5"
    assert literal(Fraction(-1, 3)).text == "-1 / 3"


def test_a_long_text_is_cut_into_named_parts() -> None:
    taken = iter(["ratio", "total"])
    named, text = shortened(
        "alpha * (beta / gamma) + delta * (beta / gamma)", 30, lambda _: next(taken)
    )
    assert len(text) <= 30
    for name, part in reversed(named):
        text = replaced(text, name, f"({part})")
    values = {"alpha": 2.0, "beta": 3.0, "gamma": 5.0, "delta": 7.0}
    assert np.isclose(eval(text, {}, values), 9 * 3 / 5)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_compute_what_the_evaluator_does(seed: int) -> None:
    made = random_program(seed)
    program = split(made)
    derivation = reverse(program, tuple(argument.name for argument in made.arguments))
    try:
        text = emit_numpy(make_plan(derivation))
    except DeriveError:
        pytest.skip("a size is in no argument")
    module = imported(text, f"random_{seed}")
    sizes = {"n": 3, "d": 4, "h": 5}
    rng = np.random.default_rng(seed)
    values = {}
    for argument in made.arguments:
        shape = tuple(size.evaluate(sizes) for size in argument.symbol.shape)
        simplex = argument.symbol.kind == "simplex"
        drawn = rng.dirichlet(np.ones(shape[-1]), shape[:-1]) if simplex else rng.random(shape)
        values[argument.name] = np.asarray(drawn)
    output, cache = module.forward(**values)
    outputs = output if program.returns_tuple else (output,)
    given = [np.asarray(rng.standard_normal(np.shape(y))) for y in outputs]
    found = module.backward(cache, tuple(given) if program.returns_tuple else given[0])
    expected = gradients(derivation, values, given, sizes)
    for name, gradient in found._asdict().items():
        scale_of = max(1.0, np.abs(expected[name]).max(initial=0.0))
        assert np.allclose(gradient, expected[name], rtol=1e-10, atol=1e-10 * scale_of)


def test_what_only_looks_like_the_part_keeps_its_text():
    assert replaced("z - x - y + (x - y)", "x - y", "diff") == "z - x - y + diff"
    assert replaced("a @ b @ (c).T + b @ (c)", "b @ (c)", "product") == "a @ b @ (c).T + product"
    assert replaced("f(x - θ) * (x - θ)", "x - θ", "diff") == "f(diff) * diff"


def test_no_minus_stands_before_truth_values():
    model = """
from torch import relu, where

def f(x: "n d", w: "d", y: "n", m: "n: bool", k: "n: bool"):
    return relu(1 - y * (x @ w)).sum() + where(m, -y, 0.0).sum() - (m * k).sum()
"""
    d = derive.derive(model)
    text = d.to_numpy()
    assert not re.search(r"-\\w*(mask|\\bm\\b|\\bk\\b)", text)
    assert d.check().ok
