"""What is handed out to SymPy can be evaluated there: entries by definition, sizes as numbers."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from derive.algebra.build import add, apply, contract, hadamard, negative
from derive.algebra.nodes import Symbol
from derive.dims import dim
from derive.formulas.matrices.kinds import Operation
from derive.formulas.matrices.view import MatrixView
from derive.verify.evaluate import evaluate

N, D = dim("n"), dim("d")
X, S, V = Symbol("X", (N, D)), Symbol("S", (N, N)), Symbol("v", (N,))
G = Symbol("G", (N - 1, D))
SIZES = {"n": 3, "d": 4}
ALL = (dim(0), D, 1)
TRIANGLE = apply("tri", [], (True, -1), (N, D))

NODES = {
    "slice": apply("slice", [X], ((dim(1), N, 1), ALL), (N - 1, D)),
    "slice of a slice": apply(
        "slice",
        [apply("slice", [X], ((dim(1), N, 1), ALL), (N - 1, D))],
        ((dim(1), N - 1, 1), ALL),
        (N - 2, D),
    ),
    "place": apply("place", [G], ((dim(1), N, 1), ALL, (N, D)), (N, D)),
    "place in gaps": apply(
        "place", [Symbol("H", (dim(2), D))], ((dim(0), dim(3), 2), ALL, (dim(3), D)), (dim(3), D)
    ),
    "concatenate": apply("concatenate", [X, G], (0,), (N + N - 1, D)),
    "stack": apply("stack", [V, V], (0,), (dim(2), N)),
    "flip": apply("flip", [X], (1,), (N, D)),
    "vec": apply("reshape", [X], (N * D,), (N * D,)),
    "reshape": apply("reshape", [X], (D, N), (D, N)),
    "cumsum": apply("cumsum", [X], (0, True), (N, D)),
    "triangle": hadamard(X, TRIANGLE),
    "count": contract((0, 1), [(X, (0, 1)), (apply("iota", [], (N,), (N,)), (0,))], {0: N, 1: D}),
    "symmetric part": apply("sym", [S], (), (N, N)),
    "lower half": apply("lower_half", [S], (), (N, N)),
}


def value(node) -> tuple[np.ndarray, np.ndarray]:
    """Return the node's value as SymPy's own evaluation has it, and as the evaluator has it."""
    view = MatrixView(lambda symbol: symbol.name)
    sizes = {sympy.Symbol(k, integer=True, positive=True): v for k, v in SIZES.items()}
    matrix = view(node).subs(sizes).doit().as_explicit()
    rng = np.random.default_rng(0)
    values, entries = {}, {}
    for made, symbol in view.symbols.items():
        values[symbol] = rng.standard_normal([d.evaluate(SIZES) for d in symbol.shape])
        array = values[symbol].reshape(values[symbol].shape[0], -1)
        held = made.subs(sizes)
        entries |= {held[i, j]: array[i, j] for i, j in np.ndindex(*array.shape)}
    return np.array(matrix.subs(entries).tolist(), float), evaluate(node, values, SIZES)


@pytest.mark.parametrize("name", NODES)
def test_sympy_evaluates_what_the_node_says(name):
    found, expected = value(NODES[name])
    np.testing.assert_allclose(found, expected.reshape(found.shape), atol=1e-12)


@pytest.mark.parametrize("name", NODES)
def test_each_part_rebuilds_from_its_arguments(name):
    expr = MatrixView(lambda symbol: symbol.name)(NODES[name])
    for part in sympy.preorder_traversal(expr):
        if part.args and not isinstance(part, sympy.MatrixBase):
            assert part.func(*part.args) == part


def test_the_commutation_matrix_turns_a_vec():
    matrix = sympy.Matrix(2, 3, sympy.symbols("a:6"))
    k = Operation("commutation", "", 6, 6, sympy.Integer(2), sympy.Integer(3)).as_explicit()
    assert k * sympy.Matrix(6, 1, list(matrix)) == sympy.Matrix(6, 1, list(matrix.T))


def test_what_a_triangle_leaves_out_is_the_other_triangle():
    ones = contract((0, 1), [], {0: N, 1: D})
    expr = MatrixView(lambda symbol: symbol.name)(add(ones, negative(TRIANGLE)))
    assert str(expr) == "triu(1)"
