"""Decompositions as the libraries spell them: which triangle, which of several results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.algebra.nodes import Node
from derive.arrays import factors, matrices, spectra
from derive.arrays.fault import Refused
from derive.arrays.linear import matrix_transpose
from derive.arrays.values import Operand
from derive.reader.values import Opaque, Pair


def slogdet(x: Operand) -> Pair:
    """Return the sign and the logarithm of the size of a determinant."""
    return Pair(matrices.sign_and_log_determinant(x), ("sign", "logabsdet"))


def eigh(x: Operand, UPLO: str = "L") -> Pair:
    """Return the eigenvalues and eigenvectors of a symmetric matrix, of which each half serves."""
    return Pair(spectra.eigenvectors(x), ("eigenvalues", "eigenvectors"))


def eigvalsh(x: Operand, UPLO: str = "L") -> Node:
    """Return the eigenvalues of a symmetric matrix, of which each half serves."""
    return spectra.eigenvalues(x)


def svd(x: Operand, full_matrices: bool = True, compute_uv: bool = True) -> object:
    """Return U, the singular values and Vᵀ, or the values alone.

    Columns that complete U or Vᵀ to a square are not unique, and are not read.
    """
    values = spectra.singular_values(x)
    if not compute_uv:
        return values
    (of,) = values.children
    left, right = spectra.singular_vectors(of)
    names = ("U", "S", "Vh")
    if full_matrices and of.shape[-1] != of.shape[-2]:
        full = "of a full decomposition (full_matrices=False is read)"
        return Pair((Opaque(f"U {full}"), values, Opaque(f"Vh {full}")), names)
    return Pair((left, values, right), names)


def torch_svd(x: Operand, some: bool = True, compute_uv: bool = True) -> Pair:
    """Return torch.svd(x): U, the singular values and V."""
    found = svd(x, full_matrices=not some)
    if not isinstance(found, Pair) or not compute_uv:
        raise Refused("torch.svd without vectors gives zeros", "write torch.linalg.svdvals(x)")
    left, values, right = found
    turned = matrix_transpose(right) if isinstance(right, Node) else right
    return Pair((left, values, turned), ("U", "S", "V"))


def qr(x: Operand, mode: str = "reduced") -> object:
    """Return Q and R of NumPy or PyTorch, or R alone."""
    q, r = factors.orthogonal_triangular(x)
    if mode == "r":
        return r
    if mode not in ("reduced", "economic") and q.shape != r.shape:
        raise Refused(
            f"a QR decomposition with mode={mode!r}",
            "columns that complete Q are not unique: Q has as many as the matrix, mode='reduced'",
        )
    return Pair((q, r), ("Q", "R"))


def torch_qr(x: Operand, some: bool = True) -> object:
    """Return torch.qr(x)."""
    return qr(x, "reduced" if some else "complete")


def least_squares(x: Operand, y: Operand, rcond: Any = None, driver: Any = None) -> Pair:
    """Return the solution, and what is read no further."""
    rest = tuple(map(Opaque, ("the residuals", "the rank", "the singular values")))
    names = ("solution", "residuals", "rank", "singular_values")
    return Pair((factors.least_squares(x, y), *rest), names)


def scipy_cholesky(x: Operand, lower: bool = False) -> Node:
    """Return SciPy's Cholesky factor, the upper one unless asked."""
    return factors.cholesky(x, upper=not lower)


def cho_factor(x: Operand, lower: bool = False) -> tuple[Node, bool]:
    """Return a Cholesky factor and whether it is the lower one."""
    return scipy_cholesky(x, lower), bool(lower)


def cho_solve(x: Sequence[Any], y: Operand) -> Node:
    """Return A⁻¹ B, given what `cho_factor` returns."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise Refused("cho_solve needs a Cholesky factor and whether it is the lower one")
    factor, lower = x
    return factors.cholesky_solve(y, factor, upper=not lower)


def scipy_solve_triangular(
    x: Operand, y: Operand, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False
) -> Node:
    """Return SciPy's triangular solve: of the upper triangle unless asked, transposed if asked."""
    if trans not in (0, 1, 2, "N", "T", "C"):
        raise Refused("trans is 0, 1, 'N' or 'T'")
    if trans in (0, "N"):
        return factors.solve_triangular(x, y, not lower, True, unit_diagonal)
    return factors.solve_triangular(matrix_transpose(x), y, lower, True, unit_diagonal)
