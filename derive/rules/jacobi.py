"""Eigenvalues of symmetric matrices by Jacobi's rotations, over any numbers that have a root.

Singular values are roots of the eigenvalues of the smaller of AᵀA and AAᵀ.

Every step is analytic in the entries, so that a complex symmetric matrix near a real one gives
the derivative in its imaginary part: LAPACK would take it for Hermitian, which is not analytic.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from types import ModuleType
from typing import Any

SWEEPS = 16  # they converge quadratically


def decomposed(a: Any, root: Callable[[Any], Any], real: Callable[[Any], Any]) -> tuple[list, list]:
    """Return the eigenvalues of one matrix, ascending, and the eigenvectors, as lists.

    a: rows of numbers.  real: what numbers are compared by.
    """
    work = [list(row) for row in a]
    count = len(work)
    columns = [[work[0][0] * 0 + (i == j) for i in range(count)] for j in range(count)]
    for _ in range(SWEEPS):
        for p, q in combinations(range(count), 2):
            if work[p][q] != 0:
                _rotate(work, columns, p, q, _tangent(work, p, q, root, real), root)
    order = sorted(range(count), key=lambda k: real(work[k][k]))
    return [work[k][k] for k in order], [columns[k] for k in order]


def _tangent(work: list, p: int, q: int, root: Callable, real: Callable) -> Any:
    """Return the tangent of the angle, at most 45°, that makes entry (p, q) zero."""
    gap, twice = work[q][q] - work[p][p], 2 * work[p][q]
    long = root(gap * gap + twice * twice)
    below = gap + long if real(gap) * real(long) >= 0 else gap - long
    return twice / below


def _rotate(work: list, columns: list, p: int, q: int, tangent: Any, root: Callable) -> None:
    cosine = 1 / root(1 + tangent * tangent)
    sine = tangent * cosine
    for vectors in (work, columns):
        first, second = vectors[p], vectors[q]
        vectors[p] = [cosine * x - sine * y for x, y in zip(first, second, strict=True)]
        vectors[q] = [sine * x + cosine * y for x, y in zip(first, second, strict=True)]
    for row in work:
        row[p], row[q] = cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]


def analytic(a: Any, xp: ModuleType) -> tuple[Any, Any]:
    """Return eigenvalues and eigenvectors of a stack of complex symmetric matrices.

    The vectors point the way that those of the real parts do, as `xp.linalg.eigh` has them.
    """
    a = (a + xp.swapaxes(a, -1, -2)) / 2
    values, vectors = xp.zeros(a.shape[:-1], complex), xp.zeros(a.shape, complex)
    facing = xp.linalg.eigh(a.real)[1]
    for index in xp.ndindex(a.shape[:-2]):
        if a.shape[-1]:
            found, columns = decomposed(a[index], xp.sqrt, xp.real)
            values[index], vectors[index] = found, xp.array(columns).T
    side = xp.sign(xp.sum(facing * vectors.real, axis=-2, keepdims=True))
    return values, vectors * side


def analytic_singular(a: Any, xp: ModuleType) -> tuple[Any, Any, Any]:
    """Return U, σ and Vᵀ of a stack of complex matrices, near real ones of full rank.

    The vectors point the way that `xp.linalg.svd` has those of the real parts.
    """
    back = xp.swapaxes(a, -1, -2)
    if a.shape[-2] < a.shape[-1]:
        right, values, left = analytic_singular(back, xp)
        facing = xp.linalg.svd(a.real, full_matrices=False)[0]
        u, w = xp.swapaxes(left, -1, -2), xp.swapaxes(right, -1, -2)
        side = xp.sign(xp.sum(facing * u.real, axis=-2))
        return u * side[..., None, :], values, w * side[..., None]
    squares, vectors = (found[..., ::-1] for found in analytic(back @ a, xp))
    values = xp.sqrt(squares)
    facing = xp.linalg.svd(a.real, full_matrices=False)[2]
    w = xp.swapaxes(vectors, -1, -2)
    w = w * xp.sign(xp.sum(facing * w.real, axis=-1))[..., None]
    return a @ xp.swapaxes(w, -1, -2) / values[..., None, :], values, w
