"""Values of SymPy matrix expressions in NumPy: an oracle for the matrix view, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from sympy import Identity, MatAdd, MatMul, OneMatrix, Trace, Transpose
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from derive.algebra.expressions import Entrywise, Operation, is_matrix
from derive.verify.evaluate import Floats

FLOATS = Floats()


def value_of(expr: Any, values: dict[Any, np.ndarray], sizes: dict[str, int]) -> Any:
    """Return the matrix (2-d) or the number that the expression stands for."""

    def at(part: Any) -> Any:
        return value_of(part, values, sizes)

    def size(d: Any) -> int:
        return int(d.subs({s: sizes[str(s)] for s in d.free_symbols}))

    if expr in values:
        array = np.asarray(values[expr], dtype=float)
        return array.reshape(-1, 1) if array.ndim == 1 else array
    if isinstance(expr, MatMul):
        scalar, matrices = 1.0, []
        for arg in expr.args:
            if is_matrix(arg):
                matrices.append(at(arg))
            else:
                scalar = scalar * at(arg)
        product = matrices[0]
        for matrix in matrices[1:]:
            product = product @ matrix
        return scalar * product
    if isinstance(expr, MatAdd):
        return sum(at(arg) for arg in expr.args)
    if isinstance(expr, Transpose):
        return at(expr.arg).T
    if isinstance(expr, HadamardProduct):
        product = at(expr.args[0])
        for arg in expr.args[1:]:
            assert product.shape == at(arg).shape
            product = product * at(arg)
        return product
    if isinstance(expr, HadamardPower):
        return at(expr.base) ** float(expr.exp)
    if isinstance(expr, OneMatrix):
        return np.ones([size(d) for d in expr.shape])
    if isinstance(expr, Identity):
        return np.eye(size(expr.shape[0]))
    if isinstance(expr, DiagMatrix):
        return np.diag(at(expr.args[0]).ravel())
    if isinstance(expr, Trace):
        return np.trace(at(expr.arg))
    if isinstance(expr, Entrywise):
        return FLOATS.call(expr.name, *(at(arg) for arg in expr.args[1:]))
    if isinstance(expr, Operation) and expr.name == "diag":
        return np.diag(at(expr.operands[0])).reshape(-1, 1)
    if isinstance(expr, sympy.Add):
        return sum(at(arg) for arg in expr.args)
    if isinstance(expr, sympy.Mul):
        return np.prod([at(arg) for arg in expr.args])
    if isinstance(expr, sympy.Pow):
        return at(expr.base) ** at(expr.exp)
    if isinstance(expr, sympy.Symbol):
        return float(sizes[str(expr)])
    if expr.is_number:
        return float(expr)
    return FLOATS.call(str(expr.func).replace("Abs", "abs"), *(at(arg) for arg in expr.args))
