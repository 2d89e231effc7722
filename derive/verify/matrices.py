"""Operations on whole matrices over any arithmetic: by elimination, exact where numbers are.

Modulo a prime, inverses, solutions and determinants are exact; a singular draw raises an
ArithmeticError, as a division by zero does, and another is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from derive.algebra.nodes import Apply

Array = Any


class Exact(Protocol):
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


def eliminated(a: Exact, matrix: Array, right: Array) -> tuple[Array, Any]:
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


def reciprocal(a: Exact, value: Any) -> Any:
    """Return 1 / value; an ArithmeticError where it is zero."""
    return a.power(np.asarray(value, a.dtype), Fraction(-1))[()]


def unit(a: Exact, count: int) -> Array:
    """Return the identity matrix."""
    zero, one = (a.number(Fraction(k)) for k in (0, 1))
    return np.array([[one if i == j else zero for j in range(count)] for i in range(count)], object)


def determinants(a: Exact, x: Array) -> Array:
    """Return the determinant of each matrix, 0 where it is singular."""

    def of_one(matrix: Array) -> Array:
        try:
            return np.asarray(eliminated(a, matrix, matrix[:, :0])[1], object)
        except ArithmeticError:
            return np.asarray(a.number(Fraction(0)), object)

    return each(of_one, x)


def inverse(a: Exact, node: Apply, x: Array) -> Array:
    return each(lambda matrix: eliminated(a, matrix, unit(a, len(matrix)))[0], x)


def solve(a: Exact, node: Apply, x: Array, right: Array) -> Array:
    columns = right[..., None] if right.ndim < x.ndim else right
    found = each(lambda matrix, b: eliminated(a, matrix, b)[0], x, columns)
    return found[..., 0] if right.ndim < x.ndim else found


def det(a: Exact, node: Apply, x: Array) -> Array:
    return determinants(a, x)


def det_sign(a: Exact, node: Apply, x: Array) -> Array:
    return a.call("sign", determinants(a, x))


def logdet(a: Exact, node: Apply, x: Array) -> Array:
    return a.call("log", determinants(a, x))


def logabsdet(a: Exact, node: Apply, x: Array) -> Array:
    return a.call("log", a.call("abs", determinants(a, x)))


TABLE: dict[str, Callable[..., Array]] = {
    "inverse": inverse,
    "solve": solve,
    "det": det,
    "det_sign": det_sign,
    "logdet": logdet,
    "logabsdet": logabsdet,
}
