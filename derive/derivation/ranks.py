"""Which sizes allow full rank: A Aᵀ is invertible only where A has no more rows than columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derive.algebra.nodes import Apply, Contract, Node, walk
from derive.dims import Dim, smaller
from derive.operations.array_operations import record_of
from derive.program.program import Program

Bound = tuple[Dim, Dim]


def rank_bounds(program: Program) -> tuple[Bound, ...]:
    """Return pairs (rows, most): a matrix of so many rows that is inverted has at most that rank.

    What a model inverts is a product over the dimension `most`, which must not be the smaller.
    """
    values = {equation.symbol: equation.expr for equation in program.equations}
    found: dict[Bound, None] = {}
    for equation in program.equations:
        for node in walk(equation.expr):
            if isinstance(node, Apply) and record_of(node).full_rank == "all":
                matrix = node.args[0]
                found.update(dict.fromkeys(_bounds(values.get(matrix, matrix))))  # type: ignore
    return (*found, *tall_bounds(program))


def tall_bounds(program: Program) -> tuple[Bound, ...]:
    """Return pairs (columns, rows) of matrices whose columns are made orthonormal.

    There are no more columns than rows; those that no size could make more are left out.
    """
    nodes = (node for equation in program.equations for node in walk(equation.expr))
    operations = (node for node in nodes if isinstance(node, Apply))
    matrices = (n.args[0] for n in operations if record_of(n).full_rank == "columns")
    found = dict.fromkeys((m.shape[-1], m.shape[-2]) for m in matrices)
    return tuple((columns, rows) for columns, rows in found if smaller(columns, rows) != columns)


def allow(bounds: tuple[Bound, ...], sizes: Mapping[str, int]) -> bool:
    """Whether every matrix that is inverted can have full rank at these sizes."""
    return all(rows.evaluate(sizes) <= most.evaluate(sizes) for rows, most in bounds)


def _bounds(matrix: Node) -> Iterator[Bound]:
    """Yield a bound for each summed label that alone joins the rows with the columns."""
    if isinstance(matrix, Contract):
        *_, row, col = matrix.out
        for label in matrix.bound:
            if col not in _reached(matrix, row, label):
                yield matrix.shape[-1], matrix.sizes[label]


def _reached(matrix: Contract, start: int, without: int) -> set[int]:
    """Return the labels joined with one by factors, when another is left out."""
    stack = set(matrix.out[:-2])
    reached, waiting = {start}, [start]
    while waiting:
        label = waiting.pop()
        beside = {k for _, axes in matrix.factors if label in axes for k in axes}
        fresh = beside - reached - stack - {without}
        reached |= fresh
        waiting += fresh
    return reached
