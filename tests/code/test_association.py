"""Emitted products: as many multiplications as the best order takes, counted where they run."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.forms.association import cost
from derive.algebra.nodes import Contract, Symbol, walk
from derive.code.expressions import Printer
from derive.code.names import Names
from derive.code.numpy.dialect import NumPy
from derive.code.numpy.module import emit_numpy
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.plan.planner.planner import make_plan
from derive.verify.evaluate import gradients
from tests.code.modules import imported
from tests.counted import counted, counting
from tests.programs import program, value
from tests.random_products import LETTERS, NAMES, random_product


def drawn(node: Contract, sizes: dict[str, int], seed: int) -> dict[str, np.ndarray]:
    """Return an array for each symbol of the product."""
    rng = np.random.default_rng(seed)
    symbols = [factor for factor in node.children if isinstance(factor, Symbol)]
    return {s.name: rng.standard_normal([d.evaluate(sizes) for d in s.shape]) for s in symbols}


@pytest.mark.parametrize("seed", range(200))
def test_the_code_of_a_product_takes_no_more_than_the_best_order(seed: int) -> None:
    node, sizes = random_product(seed)
    arrays = drawn(node, sizes, seed)
    printer = Printer(NumPy(), Names(NAMES, LETTERS, ["np"]), sizes)
    (line,) = printer.lines(Symbol("y", node.shape), node, room=1000)
    with counting() as multiplications:
        found = eval(line.text, {"np": np, **{name: counted(a) for name, a in arrays.items()}})
    assert sum(multiplications) <= cost(node, sizes)
    axes = [list(at) for _, at in node.factors]
    operands = [x for pair in zip(arrays.values(), axes, strict=True) for x in pair]
    expected = np.einsum(*operands, list(node.out))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_the_gradients_of_a_product_take_no_more_than_the_best_order_of_each(seed: int) -> None:
    node, _ = random_product(seed)
    output = value("y", *node.shape)
    arguments = [factor for factor in node.children if isinstance(factor, Symbol)]
    model = split(program(arguments, [(output, node)], [output]))
    derivation = reverse(model, tuple(symbol.name for symbol in arguments))
    laid_out = make_plan(derivation)
    sizes = {name: size // 16 for name, size in laid_out.sizes.items()}
    arrays = drawn(node, sizes, seed)
    module = imported(emit_numpy(laid_out), f"product_{seed}")
    _, cache = module.forward(**{name: counted(a) for name, a in arrays.items()})
    upstream = np.ones([d.evaluate(sizes) for d in output.shape])
    with counting() as multiplications:
        found = module.backward(cache, counted(upstream))
    products = [n for g in derivation.gradients.values() for n in walk(g.expr)]
    best = sum(cost(n, sizes) for n in products if isinstance(n, Contract))
    assert sum(multiplications) <= best
    expected = gradients(derivation, arrays, [upstream], sizes)
    for name, gradient in found._asdict().items():
        np.testing.assert_allclose(np.asarray(gradient), expected[name], rtol=1e-9, atol=1e-10)
