"""The number of operations in a derived gradient, by the rule for textbooks' forms as well.

A product of k factors counts k - 1, a sum of k terms too; each division, power, function, inverse,
comparison and sum over an axis counts 1.  Transposes, signs, and copies (a number or a vector added
to each entry, row or column, a diagonal matrix that scales them) are free, and so is arithmetic on
numbers and dimensions.  A value that stands in several places counts in each.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sympy
from sympy import BlockMatrix, MatMul, MatrixSymbol, OneMatrix, Trace, Transpose, ZeroMatrix
from sympy import Identity as Eye
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from derive.formulas.matrices.kinds import Entrywise, Indexed, Operation

LEAVES = (MatrixSymbol, OneMatrix, ZeroMatrix, Eye)


def operations(expr: Any) -> int:
    """Count the operations of a SymPy expression; TypeError where it is in index notation."""
    if isinstance(expr, Indexed):
        raise TypeError(f"{expr} is in index notation")
    if not expr.args or _is_number(expr) or isinstance(expr, LEAVES):
        return 0
    if isinstance(expr, sympy.Mul | MatMul | HadamardProduct):
        factors = [f for factor in expr.args for f in _flat(factor)]
        return sum(map(operations, factors)) + _multiplications(factors)
    operands = expr.blocks if isinstance(expr, BlockMatrix) else expr.args
    operands = expr.operands if isinstance(expr, Operation) else operands
    inner = sum(operations(arg) for arg in operands if isinstance(arg, sympy.Expr))
    if isinstance(expr, Transpose) or _is_only_written(expr):
        return inner
    if expr.is_Add or expr.is_MatAdd:
        return inner + len(expr.args) - 1
    return inner + 1


def _is_only_written(expr: Any) -> bool:
    """Whether the node is no operation: a number as a 1×1 matrix, a truth as one, a diagonal."""
    if isinstance(expr, DiagMatrix):
        return True
    if isinstance(expr, Trace):
        return expr.arg.shape == (1, 1)
    return isinstance(expr, Entrywise) and expr.name == "where" and expr.args[2:] == (1, 0)


def _flat(factor: Any) -> tuple[Any, ...]:
    return factor.args if factor.is_Mul and not _is_number(factor) else (factor,)


def _multiplications(factors: list[Any]) -> int:
    """Count what a product does beside its factors; a reciprocal is a division by itself."""
    above = [f for f in factors if f != -1 and not isinstance(f, OneMatrix) and not _divides(f)]
    matrices = [f for f in factors if isinstance(f, sympy.MatrixExpr)]
    return max(0, len(above) - 1) + _sums(matrices)


def _divides(factor: Any) -> bool:
    is_power = isinstance(factor, sympy.Pow | HadamardPower)
    return is_power and factor.exp == -1 and not _is_number(factor)


def _sums(chain: list[Any]) -> int:
    """Count the sums over an axis in a chain of matrices, the sum of all entries once."""
    at = [
        isinstance(left, OneMatrix) or isinstance(right, OneMatrix)
        for left, right in pairwise(chain)
        if left.shape[1] != 1
    ]
    whole = len(at) > 1 and at[0] and at[-1] and chain[0].shape[0] == chain[-1].shape[1] == 1
    return sum(at) - whole


def _is_number(expr: Any) -> bool:
    """Whether the expression is made of numbers and dimensions alone."""
    return not isinstance(expr, sympy.MatrixExpr) and all(s.is_integer for s in expr.free_symbols)
