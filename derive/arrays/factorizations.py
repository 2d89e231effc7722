"""Factors of matrices, singular values and eigenvalues, and functions of whole matrices."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.algebra.build import apply
from derive.algebra.nodes import Node, Symbol
from derive.algebra.properties.symmetry import is_symmetric
from derive.algebra.properties.triangular import is_lower, is_upper
from derive.algebra.stacks import identity
from derive.arrays.creation import lower, upper
from derive.arrays.elementwise import each, multiply, power_of
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.indexing import basic
from derive.arrays.layout import unsqueeze
from derive.arrays.linear import matmul, matrix_transpose
from derive.arrays.matrices import solve, square
from derive.arrays.reduce import total
from derive.arrays.values import Operand, as_float
from derive.dims import Dim, smaller


def matrix(x: Operand, what: str) -> Node:
    """Return x as floats; ShapeFault where it has less than two axes."""
    x = as_float(x)
    if x.rank < 2:
        axes = "a number" if not x.rank else "1-d"
        raise ShapeFault(f"{{0}} is {axes}", x, rule=f"{what} needs a matrix.")
    return x


def singular_values(x: Operand) -> Node:
    """Return the singular values of each matrix, descending."""
    x = matrix(x, "a singular value")
    return apply("singular_values", [x], (), (*x.shape[:-2], _least(x)))


def singular_vectors(x: Operand) -> tuple[Node, Node]:
    """Return U and Vᵀ of the thin decomposition U Σ Vᵀ of each matrix."""
    x = matrix(x, "a singular value decomposition")
    *lead, rows, columns = x.shape
    left = apply("left_vectors", [x], (), (*lead, rows, _least(x)))
    return left, apply("right_vectors", [x], (), (*lead, _least(x), columns))


def _least(x: Node) -> Dim:
    return smaller(*x.shape[-2:])


def spectral_norm(x: Operand) -> Node:
    """Return the largest singular value of each matrix."""
    return basic(singular_values(x), [Ellipsis, 0])


def least_singular_value(x: Operand) -> Node:
    """Return the smallest singular value of each matrix."""
    return basic(singular_values(x), [Ellipsis, -1])


def nuclear_norm(x: Operand) -> Node:
    """Return the sum of the singular values of each matrix."""
    return total(singular_values(x), -1)


def symmetric(x: Operand, what: str, property: str = "symmetric") -> Node:
    """Return x as floats; an argument must be annotated as symmetric."""
    x = square(x, what)
    if isinstance(x, Symbol) and x.role in ("data", "parameter") and not is_symmetric(x):
        raise _may_be_any(x, what, property)
    return x


def _may_be_any(x: Node, what: str, property: str) -> Refused:
    found = f"{what} needs a symmetric matrix, and "
    if not isinstance(x, Symbol):
        return Refused(f"{found}this one is not known to be", "take (a + a.T) / 2 of a matrix a")
    shape = " ".join(str(d) for d in x.shape)
    return Refused(
        f"{found}{x.name} may be any",
        f'annotate it so, {x.name}: "{shape}: {property}", or take ({x.name} + {x.name}.T) / 2',
    )


def eigenvalues(x: Operand) -> Node:
    """Return the eigenvalues of each symmetric matrix, ascending."""
    x = symmetric(x, "an eigenvalue")
    return apply("eigenvalues", [x], (), x.shape[:-1])


def eigenvectors(x: Operand) -> tuple[Node, Node]:
    """Return the eigenvalues of each symmetric matrix, and its eigenvectors as columns."""
    values = eigenvalues(x)
    (of,) = values.children
    return values, apply("eigenvectors", [of], (), of.shape)


def square_root(x: Operand) -> Node:
    """Return the square root of each symmetric positive definite matrix."""
    return _of_spectrum(x, "a matrix square root", lambda values: each("sqrt", values))


def logarithm(x: Operand) -> Node:
    """Return the logarithm of each symmetric positive definite matrix."""
    return _of_spectrum(x, "a matrix logarithm", lambda values: each("log", values))


def fractional_power(x: Operand, t: int | Fraction) -> Node:
    """Return a real power of each symmetric positive definite matrix."""
    return _of_spectrum(x, "a matrix power", lambda values: power_of(values, t))


def _of_spectrum(x: Operand, what: str, function: Callable[[Node], Node]) -> Node:
    """Return V f(Λ) Vᵀ."""
    x = square(x, what)
    if not is_symmetric(x):
        raise _may_be_any(x, what, "posdef")
    values, vectors = eigenvectors(x)
    scaled = multiply(vectors, unsqueeze(function(values), -2))
    return matmul(scaled, matrix_transpose(vectors))


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
