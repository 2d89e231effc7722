"""A gradient as its textbook has it: Python text, evaluated with PyTorch and counted as it stands.

    2 * x.T @ (x @ w - y)
    c = k + s * eye(n); inv(c) @ y

Names are the loss' arguments, its dimensions, and `G` for the gradient of an output that is no
number.  What is defined before a semicolon is written out where it is counted.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F

COPIES = {"eye", "ones", "col", "diag", "holds"}
"""Calls that cost nothing: I, ones, a vector as a column or a diagonal, a truth as one or zero."""


def evaluate(form: str, known: Mapping[str, Any]) -> Any:
    """Return the form's value; `known` has the tensors and the sizes by name."""
    space = {**FUNCTIONS, **known, "__builtins__": {}}
    *definitions, last = form.split("; ")
    for line in definitions:
        exec(line, space)
    return eval(last, space)


def count(form: str, dimensions: frozenset[str]) -> int:
    """Count the operations of a form: one for each that is written, by the rule in `counting`."""
    *definitions, last = form.split("; ")
    known: dict[str, int] = {}
    for line in definitions:
        name, value = line.split(" = ", 1)
        known[name] = _count(ast.parse(value, mode="eval").body, known, dimensions)
    return _count(ast.parse(last, mode="eval").body, known, dimensions)


def _count(node: ast.expr, known: Mapping[str, int], dimensions: frozenset[str]) -> int:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    if names <= dimensions:
        return 0
    match node:
        case ast.Name(id=name):
            return known.get(name, 0)
        case ast.Attribute(value=value, attr="T") | ast.UnaryOp(operand=value):
            return _count(value, known, dimensions)
        case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
            return _count(left, known, dimensions) + _count(right, known, dimensions) + 1
        case ast.Call(func=ast.Name(id=name), args=args):
            inner = sum(_count(arg, known, dimensions) for arg in args)
            return inner + (name not in COPIES)
    raise TypeError(ast.unparse(node))


def _eigenvectors(x: Any) -> Any:
    return torch.linalg.eigh(x)[1]


def _directional_exponential(x: Any, e: Any) -> Any:
    """Return the derivative of the matrix exponential at X in the direction E.

    The upper right block of the exponential of [[X, E], [0, X]] (Higham 2008, equation 3.16).
    """
    n = len(x)
    block = torch.cat([torch.cat([x, e], 1), torch.cat([torch.zeros_like(x), x], 1)])
    return torch.linalg.matrix_exp(block)[:n, n:]


FUNCTIONS = {
    "abs": torch.abs,
    "col": lambda x: x[:, None],
    "colsum": lambda x: x.sum(0),
    "cos": torch.cos,
    "det": torch.det,
    "dexpm": _directional_exponential,
    "diag": torch.diag,
    "diagonal": torch.diagonal,
    "digamma": torch.digamma,
    "eigenvalues": torch.linalg.eigvalsh,
    "eigenvectors": _eigenvectors,
    "exp": torch.exp,
    "expm": torch.linalg.matrix_exp,
    "eye": lambda n: torch.eye(n, dtype=torch.float64),
    "holds": lambda x: x.double(),
    "inv": torch.linalg.inv,
    "last": lambda x: x[:, -1],
    "log": torch.log,
    "log_softmax": torch.log_softmax,
    "max": torch.max,
    "maximum": lambda x, least: x.clamp(min=least),
    "minimum": lambda x, most: x.clamp(max=most),
    "norm": torch.linalg.norm,
    "normal_cdf": torch.special.ndtr,
    "normal_pdf": lambda x: torch.exp(-(x**2) / 2) / (2 * torch.pi) ** 0.5,
    "onehot": F.one_hot,
    "ones": lambda *shape: torch.ones(*shape, dtype=torch.float64),
    "outer": torch.outer,
    "pinv": torch.linalg.pinv,
    "prod": torch.prod,
    "q": lambda x: torch.linalg.qr(x).Q,
    "relu": torch.relu,
    "rownorms": lambda x: torch.linalg.norm(x, dim=1, keepdim=True),
    "rowsum": lambda x: x.sum(1, keepdim=True),
    "sigmoid": torch.sigmoid,
    "sign": torch.sign,
    "sin": torch.sin,
    "singular_values": torch.linalg.svdvals,
    "softmax": torch.softmax,
    "softplus": F.softplus,
    "sqrt": torch.sqrt,
    "std": torch.std,
    "sum": torch.sum,
    "tanh": torch.tanh,
    "third_norm": lambda x: torch.linalg.norm(x, 3),
    "trace": torch.trace,
    "u": lambda x: torch.linalg.svd(x, full_matrices=False).U,
    "v": lambda x: torch.linalg.svd(x, full_matrices=False).Vh.T,
}
