"""How operations on whole matrices are spelled in NumPy and PyTorch, stacks of matrices too."""

from __future__ import annotations

from derive.algebra.nodes import Apply, Node
from derive.algebra.properties.symmetry import is_positive
from derive.algebra.properties.triangular import is_lower, is_upper
from derive.code.dialect import Dialect, Spelling, call
from derive.code.precedence import CALL, Code
from derive.operations.array_operations import ARRAY_OPERATIONS
from derive.operations.record import Spelled


def in_numpy(xp: Dialect) -> dict[str, Spelling]:
    """Return NumPy's and SciPy's spellings."""
    told = {name: _of_record(xp, r.numpy) for name, r in ARRAY_OPERATIONS.items() if r.numpy}

    def logdet(node: Apply, a: Code) -> Code:
        return told["logabsdet" if is_positive(node.args[0]) else "logdet"](node, a)

    def solve(node: Apply, a: Code, b: Code) -> Code:
        triangle = _triangle(node.args[0])
        if triangle is None:
            return _of_columns(xp.reached("np", "linalg.solve"), node, a, b)
        return _triangular(xp.helper(f"_solve_{triangle}"), node, a, b)

    return told | {"logdet": logdet, "solve": solve}


def in_torch(xp: Dialect) -> dict[str, Spelling]:
    """Return PyTorch's spellings."""

    def solve(node: Apply, a: Code, b: Code) -> Code:
        triangle = _triangle(node.args[0])
        if triangle is None:
            return _of_columns(xp.reached("torch", "linalg.solve"), node, a, b)
        side = f"upper={triangle == 'upper'}"
        return _triangular(xp.reached("torch", "linalg.solve_triangular"), node, a, b, side)

    told = {name: _of_record(xp, r.torch) for name, r in ARRAY_OPERATIONS.items() if r.torch}
    return told | {"solve": solve}


def _of_record(xp: Dialect, told: Spelled) -> Spelling:
    return lambda node, *args: xp.spelled(told)(*args)


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
    return Code(f"{call(name, a, _column(b)).text}[..., 0]", CALL)


def _triangular(name: str, node: Apply, a: Code, b: Code, *also: str) -> Code:
    """Return a triangular solve, which takes matrices alone."""
    left, right = node.args
    if right.rank == left.rank:
        return call(name, a, b, *also)
    return Code(f"{call(name, a, _column(b), *also).text}[..., 0]", CALL)


def _column(b: Code) -> Code:
    return Code(f"{b.at(CALL)}[..., None]", CALL)
