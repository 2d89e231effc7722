"""Values of SymPy matrix expressions in NumPy: an oracle for the matrix view, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy import (
    BlockMatrix,
    Determinant,
    Identity,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.slice import MatrixSlice

from derive.formulas.matrices.kinds import Entrywise, Operation, is_matrix
from derive.rules.exponential import ExponentialAlong, series
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
    if isinstance(expr, Entrywise) and expr.name == "isnumber":
        return 1.0 - np.isnan(at(expr.args[1]))
    if isinstance(expr, Entrywise):
        return FLOATS.call(expr.name, *(at(arg) for arg in expr.args[1:]))
    if isinstance(expr, Operation):
        return _operation(expr, [at(arg) for arg in expr.operands], [size(d) for d in expr.shape])
    if isinstance(expr, MatrixSlice):
        ranges = (expr.rowslice, expr.colslice)
        rows, columns = (slice(*(size(part) for part in r)) for r in ranges)
        return at(expr.parent)[rows, columns]
    if isinstance(expr, BlockMatrix):
        rows, columns = expr.blocks.shape
        return np.block([[at(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)])
    if isinstance(expr, KroneckerProduct):
        return reduce(np.kron, map(at, expr.args))
    if isinstance(expr, ZeroMatrix):
        return np.zeros([size(d) for d in expr.shape])
    if isinstance(expr, Inverse):
        return np.linalg.inv(at(expr.arg))
    if isinstance(expr, Determinant):
        return np.linalg.det(at(expr.arg))
    if isinstance(expr, sympy.log | sympy.sign | sympy.Abs):
        return getattr(np, str(expr.func).lower())(at(expr.args[0]))
    if getattr(expr.func, "__name__", "") in REDUCED:
        x, *numbers = map(at, expr.args)
        return REDUCED[expr.func.__name__](x, None, *numbers)
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


def _norm(x: np.ndarray, axis: int | None, p: float = 2.0) -> np.ndarray:
    return (np.abs(x) ** p).sum(axis=axis) ** (1 / p)


def _logsumexp(x: np.ndarray, axis: int | None) -> np.ndarray:
    return np.log(np.exp(x).sum(axis=axis))


def _others(x: np.ndarray, axis: int) -> np.ndarray:
    lines = np.moveaxis(x, axis, 0)
    found = [np.prod(np.delete(lines, k, 0), 0) for k in range(len(lines))]
    return np.moveaxis(np.array(found), 0, axis)


def _softmax(x: np.ndarray, axis: int | None) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def _scattered(x: np.ndarray, index: np.ndarray, axis: int, shape: list[int]) -> np.ndarray:
    found, places = np.zeros(shape), list(np.indices(index.shape))
    places[axis] = index.astype(int)
    np.add.at(found, tuple(places), x)
    return found


REDUCED: dict[str, Callable[..., Any]] = {
    "norm": _norm,
    "logsumexp": _logsumexp,
    "max": lambda x, axis: x.max(axis=axis),
    "min": lambda x, axis: x.min(axis=axis),
    "prod": lambda x, axis: x.prod(axis=axis),
    "any": lambda x, axis: x.any(axis=axis),
    "all": lambda x, axis: x.all(axis=axis),
    "argmax": lambda x, axis: x.argmax(axis=axis),
    "argmin": lambda x, axis: x.argmin(axis=axis),
}
"""Operations that leave one number for each row, each column, or all."""
ALONG: dict[str, Callable[..., Any]] = {
    "softmax": _softmax,
    "log_softmax": lambda x, axis: np.log(_softmax(x, axis)),
    "prod_others": lambda x, axis: _others(x, axis or 0),
    "cumprod": lambda x, axis: np.cumprod(x, axis or 0),
    "argsort": lambda x, axis: np.argsort(x, axis or 0, kind="stable"),
    "flip": lambda x, axis: np.flip(x, axis),
}
WHOLE: dict[str, Callable[..., Any]] = {
    "tril": lambda x, k=0: np.tril(x, int(k)),
    "triu": lambda x, k=0: np.triu(x, int(k)),
    "stop": lambda x: x,
    "sym": lambda x: (x + x.T) / 2,
    "Φ": lambda x: (np.tril(x) + np.tril(x, -1)) / 2,
    "chol": np.linalg.cholesky,
    "pinv": np.linalg.pinv,
    "expm": lambda x: series(x, np),
    "eigenvalues": lambda x: np.linalg.eigvalsh(x).reshape(-1, 1),
    "eigenvectors": lambda x: np.linalg.eigh(x)[1],
    "U": lambda x: np.linalg.svd(x, full_matrices=False)[0],
    "V": lambda x: np.linalg.svd(x, full_matrices=False)[2].T,
    "singular_values": lambda x: np.linalg.svd(x)[1].reshape(-1, 1),
    "Q": lambda x: np.linalg.qr(x)[0],
    "R": lambda x: np.linalg.qr(x)[1],
    "L_exp": lambda a, e: ExponentialAlong().value(None, np, a, e),
    "diag": lambda x: np.diag(x).reshape(-1, 1),
}


def _operation(expr: Operation, args: list[Any], shape: list[int]) -> np.ndarray:
    """Return the value of an operation from those of its operands, by its name."""
    name = expr.name
    axis = {"": None, "rows": 1, "columns": 0}[expr.along]
    if name in ("vec", "unvec", "reshape"):
        return (args[0].T if expr.along == "columns" else args[0]).reshape(shape)
    if name == "iota":
        return np.arange(shape[0], dtype=float).reshape(-1, 1)
    if name == "entries":
        return np.array(args, dtype=float).reshape(shape)
    if name == "onehot":
        return (np.asarray(args[0]).reshape(-1, 1) == np.arange(shape[1])).astype(float)
    if name == "gather":
        return np.take_along_axis(args[0], args[1].astype(int), axis)
    if name == "scatter":
        return _scattered(args[0], args[1], axis, shape)
    if name == "commutation":
        rows, columns = map(int, args)
        places = np.arange(rows * columns).reshape(rows, columns).T.ravel()
        return np.eye(rows * columns)[places]
    if name in REDUCED:
        return np.asarray(REDUCED[name](args[0], axis, *args[1:]), dtype=float).reshape(shape)
    return ALONG[name](args[0], axis) if name in ALONG else WHOLE[name](*args)
