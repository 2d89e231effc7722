"""Moves on tied axes: as the operation on the whole array, and no matrix where an axis is free."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.build import apply, contract, zero
from derive.algebra.moves.as_matrices import moved, regrouped
from derive.algebra.moves.matrices_that_move import is_move, selection, sliced
from derive.algebra.nodes import Apply, Node, Symbol, walk
from derive.dims import dim, never_less, shape_of
from derive.verify.evaluate import evaluate

N, D = dim("n"), dim("d")
SIZES = ({"n": 5, "d": 3}, {"n": 4, "d": 4})
SECOND = (dim(1), N, 1)
FIRST = (dim(0), N - 1, 1)
ALL = (dim(0), D, 1)
X = Symbol("x", (N, D))
ROWS = Symbol("r", (N,))
WHOLE = Symbol("w", shape_of("n", "d", "n", "d"))

MOVES = {
    "slice": apply("slice", [X], (SECOND, ALL), (N - 1, D)),
    "slice of both": apply("slice", [X], (FIRST, (dim(1), D, 1)), (N - 1, D - 1)),
    "every other": apply("slice", [X], ((dim(0), N, 2), ALL), ((N + 1) // 2, D)),
    "place": apply("place", [X], ((dim(1), N + 1, 1), ALL, (N + 2, D)), (N + 2, D)),
    "flip": apply("flip", [X], (0,), (N, D)),
    "running sums": apply("cumsum", [X], (0, False), (N, D)),
    "running sums from the end": apply("cumsum", [X], (1, True), (N, D)),
    "joined": apply("concatenate", [Symbol("z", (N, D)), X], (0,), (N + N, D)),
    "stacked": apply("stack", [Symbol("z", (N, D)), X], (1,), (N, dim(2), D)),
    "flat": apply("reshape", [X], (N * D,), (N * D,)),
    "with an axis of 1": apply("reshape", [X], (N, dim(1), D), (N, dim(1), D)),
}


def tied(*labels: int, entries: Node | None = None, kept: tuple[int, ...] = ()) -> Node:
    """Return an array of shape (n, d, n, d) with axes of equal labels tied."""
    sizes = dict(zip(labels, (N, D, N, D), strict=True))
    return contract(labels, [(entries, kept)] if entries is not None else [], sizes)


VALUES = {
    "identity": tied(0, 1, 0, 1),
    "diagonal": tied(0, 1, 0, 1, entries=X, kept=(0, 1)),
    "rows tied": tied(0, 1, 0, 2, entries=ROWS, kept=(0,)),
    "columns tied": tied(0, 1, 2, 1, entries=X, kept=(2, 1)),
    "free": WHOLE,
    "a product": contract((0, 1, 2, 3), [(X, (0, 1)), (X, (2, 3))], dict(enumerate((N, D, N, D)))),
}


def whole(node: Apply, value: Node) -> Node:
    """Return the operation on the first axes with the others carried along, nothing looked at."""
    extra = (N, D)
    every = tuple((dim(0), d, 1) for d in extra)
    params = {
        "slice": lambda p: (*p, *every),
        "place": lambda p: (*p[:-1], *every, (*node.shape, *extra)),
        "reshape": lambda p: (*p, *extra),
    }.get(node.rule, lambda p: p)(node.params)
    others = [zero((N, D, *extra)) for _ in node.args[1:]]
    return apply(node.rule, [*others, value], params, (*node.shape, *extra))


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_of_a_term_is_the_move_of_its_array(move: str, value: str) -> None:
    node, term = MOVES[move], VALUES[value]
    rng = np.random.default_rng(0)
    for sizes in SIZES:
        values = {
            symbol: rng.standard_normal([d.evaluate(sizes) for d in symbol.shape])
            for symbol in (X, ROWS, WHOLE)
        }
        found = evaluate(moved(node, term, len(node.args) - 1), values, sizes)
        assert np.allclose(found, evaluate(whole(node, term), values, sizes))


@pytest.mark.parametrize("move", MOVES)
def test_no_matrix_stays_where_no_axis_is_tied(move: str) -> None:
    for value in ("free", "a product"):
        made = moved(MOVES[move], VALUES[value], len(MOVES[move].args) - 1)
        assert not any(is_move(node) for node in walk(made))


@pytest.mark.parametrize("rows", [(0, 5), (1, 5), (0, 3), (2, 4), (4, 5)])
@pytest.mark.parametrize("columns", [(0, 5), (1, 4), (0, 2), (3, 5)])
def test_a_block_of_the_identity_is_told_shortly(rows: tuple, columns: tuple) -> None:
    size = dim(5)
    ranges = [(dim(start), dim(stop), 1) for start, stop in (rows, columns)]
    block = sliced(selection(ranges[0], size), 1, ranges[1])
    expected = np.eye(5)[slice(*rows), slice(*columns)]
    assert np.array_equal(evaluate(block, {}, {}), expected)


def test_axes_are_grouped_as_finely_as_their_sizes_allow() -> None:
    found = list(regrouped((N, D * 2, N), (N, dim(2), D, N)))
    assert found == [((0,), (N,)), ((1,), (dim(2), D)), ((2,), (N,))]
    assert list(regrouped((N, D), (N * D,))) == [((0, 1), (N * D,))]
    assert list(regrouped((N, dim(1)), (N,))) == [((0, 1), (N,))]


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        ("n", "1", True),
        ("n-1", "0", True),
        ("n-2", "0", False),
        ("n", "d", False),
        ("2", "1", True),
    ],
)
def test_what_is_never_less_is_known_for_all_sizes(first: str, second: str, known: bool) -> None:
    sizes = {"n": N, "d": D, "n-1": N - 1, "n-2": N - 2, "0": dim(0), "1": dim(1), "2": dim(2)}
    assert never_less(sizes[first], sizes[second]) is known
