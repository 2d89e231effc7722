"""Operations on whole matrices over any arithmetic: by elimination, exact where numbers are.

Modulo a prime, inverses, solutions and determinants are exact; a singular draw raises an
ArithmeticError, as a division by zero does, and another is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from mpmath import mp, mpf

from derive.algebra.nodes import Apply
from derive.rules.jacobi import decomposed
from derive.verify.unknown import Unknown

Array = Any


class _Exact(Protocol):
    """What elimination needs of an arithmetic (`derive.verify.walk.Arithmetic`)."""

    dtype: type

    def number(self, value: Fraction) -> Any: ...
    def tidy(self, array: Array) -> Array: ...
    def power(self, base: Array, exponent: Fraction) -> Array: ...
    def call(self, name: str, *args: Array) -> Array: ...


def each(function: Callable[..., Array], *stacks: Array) -> Array:
    """Return the function of each matrix of the stacks, whose leading axes are the same."""
    lead = stacks[0].shape[:-2]
    found = [function(*(stack[index] for stack in stacks)) for index in np.ndindex(lead)]
    inner = np.shape(found[0]) if found else ()
    made = np.empty((len(found), *inner), dtype=object)
    for k, value in enumerate(found):
        made[k] = value[()]
    return made.reshape((*lead, *inner))


def eliminated(a: _Exact, matrix: Array, right: Array) -> tuple[Array, Any]:
    """Return matrix⁻¹ right and the determinant, by Gauss and Jordan's elimination."""
    work = np.concatenate([matrix, right], axis=1).astype(object)
    det = a.number(Fraction(1))
    count = len(matrix)
    for k in range(count):
        pivot = max(range(k, count), key=lambda row: abs(work[row, k]))
        if pivot != k:
            work[[k, pivot]] = work[[pivot, k]]
            det = -det
        det = a.tidy(det * work[k, k])
        work[k] = a.tidy(work[k] * reciprocal(a, work[k, k]))
        for row in range(count):
            if row != k:
                work[row] = a.tidy(work[row] - work[row, k] * work[k])
    return work[:, count:], a.tidy(det)


def reciprocal(a: _Exact, value: Any) -> Any:
    """Return 1 / value; an ArithmeticError where it is zero."""
    return a.power(np.asarray(value, a.dtype), Fraction(-1))[()]


def unit(a: _Exact, count: int) -> Array:
    """Return the identity matrix."""
    zero, one = (a.number(Fraction(k)) for k in (0, 1))
    return np.array([[one if i == j else zero for j in range(count)] for i in range(count)], object)


def determinants(a: _Exact, x: Array) -> Array:
    """Return the determinant of each matrix, 0 where it is singular."""

    def of_one(matrix: Array) -> Array:
        try:
            return np.asarray(eliminated(a, matrix, matrix[:, :0])[1], object)
        except ArithmeticError:
            return np.asarray(a.number(Fraction(0)), object)

    return each(of_one, x)


def _inverse(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: eliminated(a, matrix, unit(a, len(matrix)))[0], x)


def _solve(a: _Exact, node: Apply, x: Array, right: Array) -> Array:
    columns = right[..., None] if right.ndim < x.ndim else right
    found = each(lambda matrix, b: eliminated(a, matrix, b)[0], x, columns)
    return found[..., 0] if right.ndim < x.ndim else found


def det(a: _Exact, node: Apply, x: Array) -> Array:
    return determinants(a, x)


def det_sign(a: _Exact, node: Apply, x: Array) -> Array:
    return a.call("sign", determinants(a, x))


def logdet(a: _Exact, node: Apply, x: Array) -> Array:
    return a.call("log", determinants(a, x))


def logabsdet(a: _Exact, node: Apply, x: Array) -> Array:
    return a.call("log", a.call("abs", determinants(a, x)))


def pinv(a: _Exact, node: Apply, x: Array) -> Array:
    """Return (AᵀA)⁻¹Aᵀ or Aᵀ(AAᵀ)⁻¹: the matrix has full rank."""

    def of_one(matrix: Array) -> Array:
        tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
        left = eliminated(a, a.tidy(tall.T @ tall), tall.T)[0]
        return left if tall is matrix else left.T

    return each(of_one, x)


def cholesky(a: _Exact, node: Apply, x: Array) -> Array:
    """Return the lower factor by columns, which needs a root of each pivot."""

    def of_one(matrix: Array) -> Array:
        factor = matrix * a.number(Fraction(0))
        for k in range(len(matrix)):
            column = a.tidy(matrix[k:, k] - factor[k:, :k] @ factor[k, :k])
            pivot = a.power(np.asarray(column[0], a.dtype), Fraction(1, 2))[()]
            factor[k:, k] = a.tidy(column * reciprocal(a, pivot))
        return factor

    return each(of_one, x)


def _lower_half(a: _Exact, node: Apply, x: Array) -> Array:
    return a.tidy((np.tril(x) + np.tril(x, -1)) * a.number(Fraction(1, 2)))


def _symmetric_part(a: _Exact, node: Apply, x: Array) -> Array:
    return a.tidy((x + np.swapaxes(x, -1, -2)) * a.number(Fraction(1, 2)))


def _eigenvalues(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: np.array(_decomposed(matrix)[0], object), x)


def _eigenvectors(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: np.array(_decomposed(matrix)[1], object).T, x)


def _singular_values(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: _singular(a, matrix)[1], x)


def _left_vectors(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: _singular(a, matrix)[0], x)


def _right_vectors(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: _singular(a, matrix)[2], x)


def _singular(a: _Exact, matrix: Array) -> tuple[Array, Array, Array]:
    """Return U, σ and Vᵀ, from the smaller of AᵀA and AAᵀ."""
    if matrix.shape[0] < matrix.shape[1]:
        left, values, right = _singular(a, matrix.T)
        return right.T, values, left.T
    squares, columns = _decomposed(a.tidy(matrix.T @ matrix))
    values = np.array([mp.sqrt(square) for square in squares[::-1]], object)
    right = np.array(columns[::-1], object)
    return a.tidy(matrix @ right.T / values), values, right


def _orthonormal_factor(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: _columns_made_orthonormal(a, matrix)[0], x)


def _triangular_factor(a: _Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: _columns_made_orthonormal(a, matrix)[1], x)


def _columns_made_orthonormal(a: _Exact, matrix: Array) -> tuple[Array, Array]:
    """Return Q and R by the process of Gram and Schmidt, which needs a root for each column."""
    count = matrix.shape[1]
    q, zero = matrix.astype(object), a.number(Fraction(0))
    r = np.full((count, count), zero, object)
    for k in range(count):
        r[:k, k] = a.tidy(q[:, :k].T @ matrix[:, k])
        q[:, k] = a.tidy(matrix[:, k] - q[:, :k] @ r[:k, k])
        square = a.tidy(np.asarray(q[:, k] @ q[:, k], a.dtype))
        r[k, k] = a.power(square, Fraction(1, 2))[()]
        q[:, k] = a.tidy(q[:, k] * reciprocal(a, r[k, k]))
    return q, r


def _decomposed(matrix: Array) -> tuple[list, list]:
    return decomposed(_many_digits(matrix), mp.sqrt, lambda x: x)


def expm(a: _Exact, node: Apply, x: Array) -> Array:
    return each(_exponential, x)


def expm_along(a: _Exact, node: Apply, x: Array, e: Array) -> Array:
    """Return the upper right block of exp [[A, E], [0, A]]."""

    def of_one(matrix: Array, direction: Array) -> Array:
        count = len(matrix)
        whole = np.block([[matrix, direction], [matrix * 0, matrix]])
        return _exponential(whole)[:count, count:]

    return each(of_one, x, e)


def _exponential(matrix: Array) -> Array:
    found = mp.expm(mp.matrix(_many_digits(matrix).tolist()))
    return np.array(found.tolist(), object).reshape(matrix.shape)


def _many_digits(matrix: Array) -> Array:
    """Return the matrix of real numbers; residues have no such functions."""
    if not all(isinstance(entry, mpf) for entry in matrix.flat):
        raise Unknown("a residue has no eigenvalues and no exponential")
    return matrix


TABLE: dict[str, Callable[..., Array]] = {
    "inverse": _inverse,
    "solve": _solve,
    "det": det,
    "det_sign": det_sign,
    "logdet": logdet,
    "logabsdet": logabsdet,
    "pinv": pinv,
    "cholesky": cholesky,
    "lower_half": _lower_half,
    "sym": _symmetric_part,
    "eigenvalues": _eigenvalues,
    "eigenvectors": _eigenvectors,
    "singular_values": _singular_values,
    "left_vectors": _left_vectors,
    "right_vectors": _right_vectors,
    "orthonormal_factor": _orthonormal_factor,
    "triangular_factor": _triangular_factor,
    "expm": expm,
    "expm_along": expm_along,
}
