"""Inverses, solutions of linear equations and determinants, of matrices and of stacks of them."""

from __future__ import annotations

from derive.algebra import build
from derive.algebra.build import apply
from derive.algebra.forms.inverses import inverse as inverse_of
from derive.algebra.nodes import Node
from derive.algebra.stacks import identity, is_turned, turned
from derive.arrays.elementwise import LARGEST_EXPONENT, common_shape, spread
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.linear import chain
from derive.arrays.values import Operand, as_float
from derive.dims import Shape

_SQUARE = "{0} needs a square matrix: its last two axes must be equal."
GRAM = "the Gram matrix of a tall one, x.T @ x, is square"
_SYSTEM = "A X = B needs as many rows in B as A has."


def square(x: Operand, what: str, hint: str = "") -> Node:
    """Return x as floats; ShapeFault where its last two axes are no square."""
    x = as_float(x)
    if x.rank < 2:
        axes = "a number" if not x.rank else "1-d"
        raise ShapeFault(f"{{0}} is {axes}", x, rule=_SQUARE.format(what))
    if x.shape[-1] != x.shape[-2]:
        rows, cols = x.shape[-2:]
        raise ShapeFault(
            f"{{0}} is {rows}×{cols}",
            x,
            rule=_SQUARE.format(what),
            hint=hint,
        )
    return x


def square_function(rule: str, what: str, x: Operand) -> Node:
    """Return the function of each square matrix, which gives one of its shape."""
    x = square(x, what)
    return apply(rule, [x], (), x.shape)


def inverse(x: Operand) -> Node:
    """Return the inverse of each matrix."""
    hint = "a matrix that is not square has a pseudoinverse: linalg.pinv"
    return inverse_of(square(x, "an inverse", hint))


def solve_either(matrix: Operand, right: Operand, left: bool = True) -> Node:
    """Return X with A X = B, or X A = B."""
    if left:
        return solve(matrix, right)
    return turned(solve(turned(square(matrix, "a linear system")), turned(as_float(right))))


def solve(left: Operand, right: Operand) -> Node:
    """Return X with A X = B, for vectors or matrices B.

    B is read as vectors where it has one axis, or the axes of A less one and their sizes.
    """
    a, b = square(left, "a linear system"), as_float(right)
    if not b.rank:
        raise ShapeFault("{0} is a number", b, rule=_SYSTEM)
    vectors = b.rank == 1 or (b.rank == a.rank - 1 and b.shape == a.shape[:-1])
    rows = b.shape[-1 if vectors else -2]
    if rows != a.shape[-1]:
        clash = f"{{0}} has {a.shape[-1]} rows, {{1}} has {rows}"
        turn = not vectors and b.shape[-1] == a.shape[-1]
        hint = "transpose the right-hand side: each column is one" if turn else ""
        raise ShapeFault(clash, a, b, rule=_SYSTEM, hint=hint)
    last = 1 if vectors else 2
    lead = _common(a.shape[:-2], b.shape[:-last])
    a, b = spread(a, (*lead, *a.shape[-2:])), spread(b, (*lead, *b.shape[-last:]))
    return apply("solve", [a, b], (), b.shape)


def _common(first: Shape, second: Shape) -> Shape:
    if not first or not second:
        return first or second
    return common_shape([build.ones(first), build.ones(second)])


def determinant(x: Operand) -> Node:
    """Return the determinant of each matrix."""
    return _of_square("det", square(x, "a determinant", GRAM))


def log_determinant(x: Operand) -> Node:
    """Return log det of each matrix, not a number where the determinant is negative."""
    return _of_square("logdet", square(x, "a determinant", GRAM))


def sign_and_log_determinant(x: Operand) -> tuple[Node, Node]:
    """Return the sign of each determinant and the logarithm of its absolute value."""
    x = square(x, "a determinant", GRAM)
    return _of_square("det_sign", x), _of_square("logabsdet", x)


def _of_square(rule: str, x: Node) -> Node:
    """Return the number that an operation gives for each matrix, which det Aᵀ = det A may be."""
    if is_turned(x):
        (x,) = x.children
    return apply(rule, [x], (), x.shape[:-2])


def matrix_power(x: Operand, n: int) -> Node:
    """Return the square matrix to a whole power; a negative one is a power of the inverse."""
    x = square(x, "a matrix power")
    if not isinstance(n, int) or abs(n) > LARGEST_EXPONENT:
        raise Refused(
            f"a matrix to the power {n}", f"whole powers up to {LARGEST_EXPONENT} are read"
        )
    if n == 0:
        return identity(x.shape)
    return chain([x if n > 0 else inverse_of(x)] * abs(n))
