"""The matrix view says what the labelled product says, in SymPy's own matrix expressions."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
import sympy
from sympy import MatMul, MatrixExpr, MatrixSymbol, Transpose

from derive.algebra.build import add, apply, contract, negative
from derive.algebra.nodes import Symbol, symbols_of
from derive.dims import dim
from derive.formulas.matrices.kinds import Indexed
from derive.formulas.matrices.view import MatrixView
from derive.verify.evaluate import evaluate
from tests.matrix_values import value_of
from tests.random_programs import Maker

N, D, M = map(dim, "ndm")
X = Symbol("X", (N, D), "data")
W = Symbol("W", (D, M), "parameter")
G = Symbol("G", (N, M), "cotangent")
U = Symbol("u", (N,))
SIZES = {"n": 2, "d": 3, "m": 5, "h": 4}


def view(node):
    made = MatrixView(lambda symbol: symbol.name)
    return made(node), made.symbols


def agree(node, sizes):
    """Compare the view with the node's own value; False where it is no matrix expression."""
    expr, symbols = view(node)
    if isinstance(expr, Indexed):
        return False
    rng = np.random.default_rng(0)
    values = {
        s: rng.standard_normal([d.evaluate(sizes) for d in s.shape]) for s in symbols_of(node)
    }
    expected = np.asarray(evaluate(node, values, sizes))
    found = value_of(expr, {k: values[s] for k, s in symbols.items() if s in values}, sizes)
    if expected.ndim == 1:
        expected = expected.reshape(-1, 1)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    return True


def test_the_gradient_of_a_product_is_a_sympy_product():
    node = contract((0, 2), [(G, (0, 1)), (W, (2, 1))], {0: N, 1: M, 2: D})
    expr, _ = view(node)
    n, d, m = sympy.symbols("n d m", integer=True, positive=True)
    assert expr == MatMul(MatrixSymbol("G", n, m), Transpose(MatrixSymbol("W", d, m)))
    assert expr.shape == (n, d)


def test_the_order_of_a_sum_is_kept():
    expr, _ = view(add(X, negative(Symbol("A", (N, D)))))
    assert isinstance(expr, MatrixExpr)
    assert [str(term) for term in expr.args] == ["X", "-A"]


def test_an_expression_rebuilds_from_its_arguments():
    node = contract((0, 1), [(X, (0, 2)), (W, (2, 1)), (U, (0,))], {0: N, 1: M, 2: D})
    expr, _ = view(node)
    for part in sympy.preorder_traversal(expr):
        if part.args:
            assert part.func(*part.args) == part


FACTORS = {
    "square": Symbol("A", (N, N)),
    "other": Symbol("B", (N, N)),
    "vector": Symbol("v", (N,)),
    "number": Symbol("s", ()),
}


@pytest.mark.parametrize("names", list(itertools.combinations_with_replacement(FACTORS, 2)))
def test_every_labelling_of_two_factors_has_a_matrix_form(names):
    """All labels over three of one size: products, traces, diagonals, outer products, copies."""
    factors = [FACTORS[name] for name in names]
    axes = [itertools.product(range(3), repeat=f.rank) for f in factors]
    outs = [(), (0,), (0, 1), (0, 0)]
    for labels, out in itertools.product(itertools.product(*axes), outs):
        node = contract(out, list(zip(factors, labels, strict=True)), dict.fromkeys(range(3), N))
        assert agree(node, SIZES), (labels, out)


def test_random_expressions_of_rank_two_agree():
    matrices = 0
    for seed in range(300):
        maker = Maker(seed)
        maker.pool = [X, W, G, U, Symbol("b", (M,)), Symbol("s", ())]
        node = maker.product(0)
        matrices += node.rank <= 2 and agree(node, {**SIZES, "h": 4})
    assert matrices > 150


def test_what_no_matrix_product_says_is_left_to_index_notation():
    """Four vectors' worth of labels, each pair joined by a matrix: no series, no parallel."""
    square = [Symbol(name, (N, N)) for name in "ABCDEF"]
    pairs = itertools.combinations(range(4), 2)
    node = contract((), list(zip(square, pairs, strict=True)), dict.fromkeys(range(4), N))
    assert isinstance(view(node)[0], Indexed)


def test_random_orders_of_a_chain_read_the_same():
    chain = [(X, (0, 1)), (W, (1, 2)), (G, (3, 2)), (Symbol("Z", (N, D)), (3, 4))]
    sizes = {0: N, 1: D, 2: M, 3: N, 4: D}
    texts = set()
    for seed in range(20):
        factors = list(chain)
        random.Random(seed).shuffle(factors)
        texts.add(str(view(contract((0, 4), factors, sizes))[0]))
    assert texts == {"X*W*G.T*Z"}


def test_a_cumulative_sum_is_a_product_with_a_triangle_of_ones():
    forward, back = (apply("cumsum", [X], (1, from_end), X.shape) for from_end in (False, True))
    assert [str(view(node)[0]) for node in (forward, back)] == [
        "X*triu(1)",
        "X*tril(1)",
    ]
