"""SymPy's matrix expressions built in the order in which they were written.

Everything is built with `evaluate=False`: SymPy would reorder it.  A 1-d array is a column, a 0-d
value a commutative scalar; scalars stand in front of a product.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sympy
from sympy import BlockMatrix, MatAdd, MatMul, MatrixExpr, OneMatrix, Rational, Transpose
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.slice import MatrixSlice

from derive.formulas.matrices.kinds import Entrywise, NotMatrix, Operation, Part, is_matrix
from derive.operations.spelled_out import CONDITIONS

TRIANGLES = {"tril": "triu", "triu": "tril"}
"""The operations that keep one triangle of a matrix, each with its transpose."""

MIRRORED = {
    "greater": "less",
    "less": "greater",
    "greater_equal": "less_equal",
    "less_equal": "greater_equal",
}
"""What holds of b and a where a comparison holds of a and b."""


def transposed(matrix: Any, symmetric: Collection[Any] = ()) -> Any:
    """Return the transpose, pushed inward and cancelled; symmetric matrices are their own."""
    if matrix in symmetric:
        return matrix
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, OneMatrix):
        return OneMatrix(matrix.shape[1], matrix.shape[0])
    if isinstance(matrix, MatMul):
        scalars = [a for a in matrix.args if not isinstance(a, MatrixExpr)]
        matrices = [a for a in reversed(matrix.args) if is_matrix(a)]
        return times(scalars, [transposed(a, symmetric) for a in matrices])
    if isinstance(matrix, DiagMatrix):
        return matrix
    if isinstance(matrix, MatAdd) and all(
        transposed(term, symmetric) in matrix.args for term in matrix.args
    ):
        return matrix
    if isinstance(matrix, Operation) and matrix.name == "expm":
        return matrix.func(*matrix.args[:4], transposed(matrix.operands[0], symmetric))
    if isinstance(matrix, Operation) and matrix.name in TRIANGLES:
        inner, *offset = matrix.operands
        turned = [transposed(inner, symmetric), *(-k for k in offset)]
        return Operation(TRIANGLES[matrix.name], "", *reversed(matrix.shape), *turned)
    return Transpose(matrix)


def times(scalars: Sequence[Any], matrices: Sequence[Any]) -> Any:
    """Return a matrix product with its scalars in front, nested products flattened."""
    front = [s for s in scalars if s != 1]
    flat: list[Any] = []
    for matrix in matrices:
        inner = matrix.args if isinstance(matrix, MatMul) else (matrix,)
        front += [a for a in inner if not is_matrix(a)]
        flat += [a for a in inner if is_matrix(a)]
    if not flat:
        return _scalar_product(front)
    if len(flat) == 1 and not front:
        return flat[0]
    head = [_scalar_product(front)] if front else []
    return MatMul(*head, *flat, evaluate=False)


def _scalar_product(scalars: Sequence[Any]) -> Any:
    plain = [
        s
        for s in scalars
        if s.is_number or (s.free_symbols and all(symbol.is_integer for symbol in s.free_symbols))
    ]
    rest = _powers([s for s in scalars if s not in plain])
    head = sympy.Mul(*plain)
    if not rest:
        return head
    if len(rest) == 1 and head == 1:
        return rest[0]
    return sympy.Mul(*([head] if head != 1 else []), *rest, evaluate=False)


def _powers(scalars: Sequence[Any]) -> list[Any]:
    """Return the scalars with equal ones as one power."""
    counted: dict[Any, int] = {}
    for s in scalars:
        counted[s] = counted.get(s, 0) + 1
    return [s if k == 1 else sympy.Pow(s, k, evaluate=False) for s, k in counted.items()]


def plus(terms: Sequence[Any]) -> Any:
    """Return the sum in the order written."""
    if len(terms) == 1:
        return terms[0]
    if is_matrix(terms[0]):
        if len(terms) == 2 and isinstance(terms[0], OneMatrix) and _is_triangle_taken_off(terms[1]):
            return other_triangle(terms[1].args[1])
        flat = [t for term in terms for t in (term.args if isinstance(term, MatAdd) else (term,))]
        return MatAdd(*flat, evaluate=False)
    return sympy.Add(*terms, evaluate=False)


def copied_number(matrix: Any) -> Any:
    """Return the number of which all entries are copies, None where the matrix shows none."""
    if isinstance(matrix, OneMatrix):
        return Rational(1)
    if isinstance(matrix, MatMul) and len(matrix.args) == 2:
        number, ones = matrix.args
        return number if isinstance(ones, OneMatrix) and not is_matrix(number) else None
    return None


def hadamard(matrices: Sequence[Any]) -> Any:
    """Return the entrywise product; powers of one factor are joined; scalars come to the front.

    A triangle of ones keeps that triangle of the other factors.
    """
    flat: list[Any] = []
    scalars: list[Any] = []
    for m in matrices:
        if isinstance(m, MatMul) and not is_matrix(m.args[0]):
            scalars.append(m.args[0])
            m = times((), m.args[1:])
        flat += m.args if isinstance(m, HadamardProduct) else (m,)
    masks = [m for m in flat if is_triangle_of_ones(m)]
    whole = [m for m in flat if m not in masks and not isinstance(m, OneMatrix)]
    counted: dict[Any, int] = {}
    for m in whole or masks[:1] or flat[:1]:
        is_condition = isinstance(m, Entrywise) and m.name in CONDITIONS
        counted[m] = 1 if is_condition else counted.get(m, 0) + 1
    powers = [m if count == 1 else HadamardPower(m, count) for m, count in counted.items()]
    product = powers[0] if len(powers) == 1 else HadamardProduct(*powers, evaluate=False)
    for mask in masks if whole else masks[1:]:
        product = mask.func(*mask.args[:4], product, *mask.operands[1:])
    return times(scalars, [product])


def _is_triangle_taken_off(term: Any) -> bool:
    is_negative = isinstance(term, MatMul) and len(term.args) == 2 and term.args[0] == -1
    return is_negative and is_triangle_of_ones(term.args[1])


def compared(name: str, matrix: Any) -> Entrywise:
    """Return the comparison of a matrix with 0, negative terms on the other side: a > b, a < 1."""
    terms = matrix.args if isinstance(matrix, MatAdd) else (matrix,)
    left = [term for term in terms if not _is_negative(term)]
    negative = [term.args for term in terms if _is_negative(term)]
    right = [times([-number], matrices) for number, *matrices in negative]
    if not right:
        return Entrywise(name, matrix, sympy.Integer(0))
    if all(copied_number(term) is not None for term in left):
        other = plus(left) if left else sympy.Integer(0)
        return Entrywise(MIRRORED.get(name, name), plus(right), other)
    return Entrywise(name, plus(left), plus(right))


def _is_negative(term: Any) -> bool:
    is_scaled = isinstance(term, MatMul) and not is_matrix(term.args[0])
    return bool(is_scaled and term.args[0].could_extract_minus_sign())


def other_triangle(matrix: Operation) -> Operation:
    """Return ones where a triangle of ones has zeros."""
    ones, *offset = matrix.operands
    k = sum(offset) + (1 if matrix.name == "tril" else -1)
    name = TRIANGLES[matrix.name]
    return Operation(name, "", *matrix.shape, ones, *([sympy.Integer(k)] if k else []))


def is_triangle_of_ones(matrix: Any) -> bool:
    """Whether the matrix is a triangle of ones among zeros."""
    return (
        isinstance(matrix, Operation)
        and matrix.name in TRIANGLES
        and isinstance(matrix.operands[0], OneMatrix)
    )


def sliced(matrix: Any, ranges: Sequence[tuple[Any, Any, int]]) -> Any:
    """Return the part of a matrix at ranges (start, stop, step) of its rows and columns."""
    if isinstance(matrix, Transpose):
        return transposed(sliced(matrix.arg, ranges[::-1]))
    whole = [(0, size, 1) for size in matrix.shape]
    if isinstance(matrix, MatrixSlice):
        pairs = zip(ranges, (matrix.rowslice, matrix.colslice), strict=True)
        ranges, matrix = [_range_of_range(*pair) for pair in pairs], matrix.parent
        whole = [(0, size, 1) for size in matrix.shape]
    if [tuple(r) for r in ranges] == whole:
        return matrix
    try:
        return Part(matrix, *ranges)
    except IndexError:  # a range that is empty, or a step over the end
        raise NotMatrix from None


def _range_of_range(outer: tuple, inner: tuple) -> tuple:
    """Return the range that takes `outer` of what `inner` has taken."""
    (start, stop, step), (first, _, gap) = outer, inner
    return first + gap * start, first + gap * (stop - 1) + 1, step * gap


def blocks(rows: Sequence[Sequence[Any]]) -> Any:
    """Return matrices beside and below each other as one."""
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    return BlockMatrix([list(row) for row in rows])
