"""Factorizations and functions of whole matrices, and the equations that they solve."""

from __future__ import annotations

from derive.algebra.arrays.creation import lower, upper
from derive.algebra.arrays.elementwise import unary
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.indexing import slice_along
from derive.algebra.arrays.linear import matmul, matrix_transpose
from derive.algebra.arrays.matrices import solve, square
from derive.algebra.arrays.values import Operand, as_float
from derive.algebra.build import apply, contract, labels_of
from derive.algebra.nodes import Node, Symbol
from derive.algebra.stacks import identity, is_turned
from derive.algebra.symmetry import is_symmetric
from derive.algebra.triangular import is_lower


def _symmetric(x: Operand, what: str, property: str = "symmetric") -> Node:
    """Return x as floats; an argument must be annotated as symmetric."""
    x = square(x, what)
    if isinstance(x, Symbol) and x.role in ("data", "parameter") and not is_symmetric(x):
        shape = " ".join(str(d) for d in x.shape)
        raise Refused(
            f"{what} needs a symmetric matrix, and {x.name} may be any",
            f'annotate it so, {x.name}: "{shape}: {property}", or take ({x.name} + {x.name}.T) / 2',
        )
    return x


def cholesky(x: Operand, upper: bool = False) -> Node:
    """Return L with A = L Lᵀ, or Lᵀ."""
    x = _symmetric(x, "a Cholesky factor", "posdef")
    factor = apply("cholesky", [x], (), x.shape)
    return matrix_transpose(factor) if upper else factor


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


def _triangle(a: Node, is_upper: bool) -> Node:
    """Return the triangle of a matrix, the matrix itself where the rest is zero."""
    if not is_upper:
        return a if is_lower(a) else lower(a)
    return a if is_turned(a) and is_lower(a.children[0]) else upper(a)


def cholesky_solve(right: Operand, factor: Operand, upper: bool = False) -> Node:
    """Return A⁻¹ B where A = L Lᵀ is given by L, or by Lᵀ."""
    low = _triangle(square(factor, "a Cholesky factor"), upper)
    low = matrix_transpose(low) if upper else low
    return solve(matrix_transpose(low), solve(low, right))


def cholesky_inverse(factor: Operand, upper: bool = False) -> Node:
    """Return A⁻¹ where A = L Lᵀ is given by L, or by Lᵀ."""
    return cholesky_solve(identity(square(factor, "a Cholesky factor").shape), factor, upper)


def spectral_norm(x: Operand) -> Node:
    """Return the largest singular value of each matrix, the root of AᵀA's largest eigenvalue."""
    x = as_float(x)
    gram = matmul(matrix_transpose(x), x)
    values = apply("eigenvalues", [gram], (), gram.shape[:-1])
    last = slice_along(values, values.rank - 1, values.shape[-1] - 1, values.shape[-1])
    axes, sizes = labels_of(last)
    return unary("sqrt", contract(axes[:-1], [(last, axes)], sizes))


def pseudoinverse(x: Operand) -> Node:
    """Return the pseudoinverse of each matrix."""
    x = as_float(x)
    if x.rank < 2:
        raise ShapeFault("{0} is no matrix", x, rule="A pseudoinverse is that of a matrix.")
    shape = (*x.shape[:-2], x.shape[-1], x.shape[-2])
    return apply("pinv", [x], (), shape)


def least_squares(matrix: Operand, right: Operand) -> Node:
    """Return the shortest X that makes ‖A X - B‖ least, for A of full rank."""
    return matmul(pseudoinverse(matrix), right)


def exponential(x: Operand) -> Node:
    """Return the exponential of each matrix."""
    x = square(x, "a matrix exponential")
    return apply("expm", [x], (), x.shape)


def eigenvalues(x: Operand) -> Node:
    """Return the eigenvalues of each symmetric matrix, ascending."""
    x = _symmetric(x, "an eigenvalue")
    return apply("eigenvalues", [x], (), x.shape[:-1])


def eigenvectors(x: Operand) -> tuple[Node, Node]:
    """Return the eigenvalues of each symmetric matrix, and its eigenvectors as columns."""
    values = eigenvalues(x)
    (matrix,) = values.children
    return values, apply("eigenvectors", [matrix], (), matrix.shape)
