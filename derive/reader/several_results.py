"""What gives several results: decompositions, sorted and extreme entries with their places.

NumPy gives values alone where PyTorch gives pairs; a method with one name for both follows the
file's imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.algebra.nodes import Node
from derive.arrays import elementwise, factorizations, matrices, ordering, select
from derive.arrays.fault import Refused
from derive.arrays.linear import matrix_transpose
from derive.arrays.values import Operand
from derive.reader.operation import check_static
from derive.reader.session import Session
from derive.reader.values import Opaque, Pair


def slogdet(x: Operand) -> Pair:
    """Return the sign and the logarithm of the size of a determinant."""
    return Pair(matrices.sign_and_log_determinant(x), ("sign", "logabsdet"))


def eigh(x: Operand, UPLO: str = "L") -> Pair:
    """Return the eigenvalues and eigenvectors of a symmetric matrix, of which each half serves."""
    return Pair(factorizations.eigenvectors(x), ("eigenvalues", "eigenvectors"))


def eigvalsh(x: Operand, UPLO: str = "L") -> Node:
    """Return the eigenvalues of a symmetric matrix, of which each half serves."""
    return factorizations.eigenvalues(x)


def svd(x: Operand, full_matrices: bool = True, compute_uv: bool = True) -> object:
    """Return U, the singular values and Vᵀ, or the values alone.

    Columns that complete U or Vᵀ to a square are not unique, and are not read.
    """
    values = factorizations.singular_values(x)
    if not compute_uv:
        return values
    (of,) = values.children
    left, right = factorizations.singular_vectors(of)
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
    q, r = factorizations.orthogonal_triangular(x)
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
    return Pair((factorizations.least_squares(x, y), *rest), names)


def scipy_cholesky(x: Operand, lower: bool = False) -> Node:
    """Return SciPy's Cholesky factor, the upper one unless asked."""
    return factorizations.cholesky(x, upper=not lower)


def cho_factor(x: Operand, lower: bool = False) -> tuple[Node, bool]:
    """Return a Cholesky factor and whether it is the lower one."""
    return scipy_cholesky(x, lower), bool(lower)


def cho_solve(x: Sequence[Any], y: Operand) -> Node:
    """Return A⁻¹ B, given what `cho_factor` returns."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise Refused("cho_solve needs a Cholesky factor and whether it is the lower one")
    factor, lower = x
    return factorizations.cholesky_solve(y, factor, upper=not lower)


def scipy_solve_triangular(
    x: Operand, y: Operand, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False
) -> Node:
    """Return SciPy's triangular solve: of the upper triangle unless asked, transposed if asked."""
    if trans not in (0, 1, 2, "N", "T", "C"):
        raise Refused("trans is 0, 1, 'N' or 'T'")
    if trans in (0, "N"):
        return factorizations.solve_triangular(x, y, not lower, True, unit_diagonal)
    return factorizations.solve_triangular(matrix_transpose(x), y, lower, True, unit_diagonal)


_EXTREMES = {
    "max": (select.largest, ordering.first_largest, "maximum"),
    "min": (select.smallest, ordering.first_smallest, "minimum"),
}


def torch_sort(x: Operand, axis: int = -1, descending: bool = False) -> Pair:
    """Return torch.sort(x, dim): the entries in order and their places."""
    return Pair(ordering.in_order(x, axis, descending))


def sort(session: Session, x: Operand, axis: int = -1, descending: bool = False) -> Pair:
    """Return x.sort(dim) of PyTorch; NumPy's sorts in place."""
    if session.library == "numpy":
        raise Refused("x.sort() of NumPy sorts in place", "write np.sort(x)")
    return torch_sort(x, axis, descending)


def topk(x: Operand, k: Any, axis: int = -1, largest: bool = True) -> Pair:
    """Return torch.topk(x, k)."""
    return Pair(ordering.outermost(x, k, axis, largest))


def kthvalue(x: Operand, k: int, axis: int = -1, keepdims: bool = False) -> Pair:
    """Return torch.kthvalue(x, k)."""
    return Pair(ordering.nth_smallest(x, k, axis, keepdims))


def median(x: Operand, axis: int | None = None, keepdims: bool = False) -> object:
    """Return torch.median: of all entries, or along an axis with their places."""
    found = ordering.lower_median(x, axis, keepdims)
    return found[0] if axis is None else Pair(found)


def extreme(
    word: str, x: Operand, y: Any = None, axis: Any = None, keepdims: bool = False
) -> object:
    """Return torch.max or torch.min: of two arrays, of all entries, or along an axis."""
    of_all, first, of_two = _EXTREMES[word]
    if isinstance(y, Node):
        return elementwise.each(of_two, x, y)
    axis = y if axis is None else axis
    check_static(word, "axis", axis)
    return of_all(x, None, keepdims) if axis is None else Pair(first(x, axis, keepdims))


def extreme_method(
    word: str, session: Session, x: Operand, y: Any = None, axis: Any = None, keepdims: Any = False
) -> object:
    """Return x.max(…) or x.min(…), whose result along an axis differs between the libraries."""
    if isinstance(y, Node) or session.library == "torch":
        return extreme(word, x, y, axis, keepdims)
    axis = y if axis is None else axis
    check_static(word, "axis", axis)
    if axis is None or session.library == "numpy":
        return _EXTREMES[word][0](x, axis, keepdims)
    text = f"{word} means one thing in NumPy and another in PyTorch, and no import tells which"
    raise Refused(text, f"write a{word}")
