"""How operations on whole matrices are spelled in NumPy and PyTorch, stacks of matrices too."""

from __future__ import annotations

from typing import Protocol

from derive.algebra.nodes import Apply, Node
from derive.algebra.properties.symmetry import is_positive
from derive.algebra.properties.triangular import is_lower, is_upper
from derive.code.dialect import Spelling, call
from derive.code.precedence import CALL, Code


class Helped(Protocol):
    """What a dialect gives: names of private functions and of modules, noted as used."""

    imports: dict[str, None]

    def helper(self, name: str) -> str: ...


def in_numpy(xp: Helped, np: str, linalg: str) -> dict[str, Spelling]:
    """Return the spellings of NumPy, reached as `np`, and of SciPy's `linalg`."""

    def of(name: str, entry: str = "", also: str = "") -> Spelling:
        return lambda node, a: _entry(call(f"{np}.linalg.{name}", a, *filter(None, [also])), entry)

    def helped(name: str) -> Spelling:
        return lambda node, *args: call(xp.helper(f"_{name}"), *args)

    def logdet(node: Apply, a: Code) -> Code:
        known = is_positive(node.args[0])
        return of("slogdet", "[1]")(node, a) if known else helped("logdet")(node, a)

    def solve(node: Apply, a: Code, b: Code) -> Code:
        triangle = _triangle(node.args[0])
        if triangle is None:
            return _of_columns(f"{np}.linalg.solve", node, a, b)
        return _triangular(xp.helper(f"_solve_{triangle}"), node, a, b)

    def expm(node: Apply, a: Code) -> Code:
        xp.imports["linalg"] = None
        return call(f"{linalg}.expm", a)

    return {
        "inverse": of("inv"),
        "solve": solve,
        "det": of("det"),
        "logdet": logdet,
        "logabsdet": of("slogdet", "[1]"),
        "det_sign": of("slogdet", "[0]"),
        "pinv": of("pinv"),
        "cholesky": of("cholesky"),
        "eigenvalues": of("eigvalsh"),
        "eigenvectors": of("eigh", "[1]"),
        "singular_values": of("svd", also="compute_uv=False"),
        "left_vectors": of("svd", "[0]", also="full_matrices=False"),
        "right_vectors": of("svd", "[2]", also="full_matrices=False"),
        "orthonormal_factor": of("qr", "[0]"),
        "triangular_factor": of("qr", "[1]"),
        "expm": expm,
        **{name: helped(name) for name in ("lower_half", "sym", "expm_along")},
    }


def in_torch(xp: Helped, torch: str) -> dict[str, Spelling]:
    """Return the spellings of PyTorch, reached as `torch`."""

    def of(name: str, entry: str = "", also: str = "") -> Spelling:
        return lambda node, a: _entry(
            call(f"{torch}.linalg.{name}", a, *filter(None, [also])), entry
        )

    def helped(name: str) -> Spelling:
        return lambda node, *args: call(xp.helper(f"_{name}"), *args)

    def solve(node: Apply, a: Code, b: Code) -> Code:
        triangle = _triangle(node.args[0])
        if triangle is None:
            return _of_columns(f"{torch}.linalg.solve", node, a, b)
        side = f"upper={triangle == 'upper'}"
        return _triangular(f"{torch}.linalg.solve_triangular", node, a, b, side)

    return {
        "inverse": of("inv"),
        "solve": solve,
        "det": of("det"),
        "logdet": lambda node, a: call(f"{torch}.logdet", a),
        "logabsdet": of("slogdet", ".logabsdet"),
        "det_sign": of("slogdet", ".sign"),
        "pinv": of("pinv"),
        "cholesky": of("cholesky"),
        "eigenvalues": of("eigvalsh"),
        "eigenvectors": of("eigh", ".eigenvectors"),
        "singular_values": of("svdvals"),
        "left_vectors": of("svd", ".U", also="full_matrices=False"),
        "right_vectors": of("svd", ".Vh", also="full_matrices=False"),
        "orthonormal_factor": of("qr", ".Q"),
        "triangular_factor": of("qr", ".R"),
        "expm": of("matrix_exp"),
        **{name: helped(name) for name in ("lower_half", "sym", "expm_along")},
    }


def _entry(code: Code, which: str) -> Code:
    return Code(code.text + which, CALL) if which else code


def _triangle(matrix: Node) -> str | None:
    """Return "lower" or "upper" for a triangular matrix."""
    if is_lower(matrix):
        return "lower"
    return "upper" if is_upper(matrix) else None


def _of_columns(name: str, node: Apply, a: Code, b: Code) -> Code:
    """Return a solve; a stack of vectors is told from matrices by an axis of its own."""
    left, right = node.args
    if left.rank == 2 or right.rank == left.rank:
        return call(name, a, b)
    return _entry(call(name, a, _column(b)), "[..., 0]")


def _triangular(name: str, node: Apply, a: Code, b: Code, *also: str) -> Code:
    """Return a triangular solve, which takes matrices alone."""
    left, right = node.args
    if right.rank == left.rank:
        return call(name, a, b, *also)
    return _entry(call(name, a, _column(b), *also), "[..., 0]")


def _column(b: Code) -> Code:
    return Code(f"{b.at(CALL)}[..., None]", CALL)
