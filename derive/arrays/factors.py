"""Factorizations and functions of whole matrices, and the equations that they solve."""

from __future__ import annotations

from derive.algebra.build import apply
from derive.algebra.nodes import Node
from derive.algebra.properties.triangular import is_lower, is_upper
from derive.algebra.stacks import identity
from derive.arrays.creation import lower, upper
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.linear import matmul, matrix_transpose
from derive.arrays.matrices import solve, square
from derive.arrays.spectra import matrix, symmetric
from derive.arrays.values import Operand
from derive.dims import smaller


def cholesky(x: Operand, upper: bool = False) -> Node:
    """Return L with A = L Lᵀ, or Lᵀ."""
    x = symmetric(x, "a Cholesky factor", "posdef")
    factor = apply("cholesky", [x], (), x.shape)
    return matrix_transpose(factor) if upper else factor


def orthogonal_triangular(x: Operand) -> tuple[Node, Node]:
    """Return Q and R of each matrix with at least as many rows as columns."""
    x = matrix(x, "a QR decomposition")
    *lead, rows, columns = x.shape
    if smaller(rows, columns) == rows != columns:
        raise ShapeFault(
            f"{{0}} is {rows}×{columns}",
            x,
            rule="Q R is read of a matrix with at least as many rows as columns.",
            hint="take that of the transpose, or of the first columns",
        )
    q = apply("orthonormal_factor", [x], (), x.shape)
    return q, apply("triangular_factor", [x], (), (*lead, columns, columns))


def solve_triangular(
    matrix: Operand, right: Operand, upper: bool, left: bool = True, unitriangular: bool = False
) -> Node:
    """Return X with A X = B, or X A = B, where only one triangle of A counts."""
    if unitriangular:
        raise Refused("a triangular solve with ones on the diagonal")
    a = _triangle(square(matrix, "a linear system"), upper)
    if left:
        return solve(a, right)
    return matrix_transpose(solve(matrix_transpose(a), matrix_transpose(right)))


def _triangle(a: Node, above: bool) -> Node:
    """Return the upper or lower triangle of a matrix, itself where the rest is zero."""
    if above:
        return a if is_upper(a) else upper(a)
    return a if is_lower(a) else lower(a)


def cholesky_solve(right: Operand, factor: Operand, upper: bool = False) -> Node:
    """Return A⁻¹ B where A = L Lᵀ is given by L, or by Lᵀ."""
    low = _triangle(square(factor, "a Cholesky factor"), upper)
    low = matrix_transpose(low) if upper else low
    return solve(matrix_transpose(low), solve(low, right))


def cholesky_inverse(factor: Operand, upper: bool = False) -> Node:
    """Return A⁻¹ where A = L Lᵀ is given by L, or by Lᵀ."""
    return cholesky_solve(identity(square(factor, "a Cholesky factor").shape), factor, upper)


def pseudoinverse(x: Operand) -> Node:
    """Return the pseudoinverse of each matrix."""
    x = matrix(x, "a pseudoinverse")
    shape = (*x.shape[:-2], x.shape[-1], x.shape[-2])
    return apply("pinv", [x], (), shape)


def least_squares(matrix: Operand, right: Operand) -> Node:
    """Return the shortest X that makes ‖A X - B‖ least, for A of full rank."""
    return matmul(pseudoinverse(matrix), right)
