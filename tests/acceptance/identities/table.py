"""Classic identities of matrix calculus as tables: a loss, and each gradient as a form.

A table row is

    Identity(source, loss, arguments, variable=(form, operations), …)

loss: a Python expression under PyTorch; statements before it end with a semicolon.  form: the
gradient as it is printed, which is how the textbook has it up to the order of terms.  operations:
those of the textbook's form: a product of k factors counts k - 1, a sum of k terms too, and each
function, inverse, power and quotient 1; signs, transposes and the copying by ones are free.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable
from typing import Any

import sympy
from sympy import Identity as Eye
from sympy import MatMul, MatrixSymbol, OneMatrix, Trace, Transpose, ZeroMatrix
from sympy.matrices.expressions.hadamard import HadamardPower

import derive
from derive.algebra.expressions import Operation

IMPORTS = """\
import torch
import torch.nn.functional as F
from torch import det, logdet, softmax, trace
from torch.linalg import inv, norm
"""

LEAVES = (MatrixSymbol, OneMatrix, ZeroMatrix, Eye)


class Identity:
    """One row of a table."""

    def __init__(self, source: str, loss: str, arguments: str, **forms: tuple[str, int]) -> None:
        self.source = source
        self.loss = loss
        self.arguments = arguments
        self.forms = forms

    def __repr__(self) -> str:
        return f"{self.loss}, {self.arguments}"

    @property
    def function(self) -> Callable[..., Any]:
        """The loss as a function that PyTorch runs and derive reads."""
        *lines, last = self.loss.split("; ")
        body = [*lines, f"return {last}"]
        text = "".join([IMPORTS, f"def f({self._signature()}):\n", *(f"    {b}\n" for b in body)])
        filename = f"<{self}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        space: dict[str, Any] = {}
        exec(compile(text, filename, "exec"), space)
        return space["f"]

    def _signature(self) -> str:
        pairs = (part.strip().split(":", 1) for part in self.arguments.split(","))
        return ", ".join(f'{name}: "{shape.strip()}"' for name, shape in pairs)


def printed(derived: derive.Derived) -> dict[str, str]:
    """Return the gradients as `derive show --brief` prints them, by the variable's name."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in repr(derived).splitlines()]
    forms = dict(line[0].removeprefix("∇").split(" = ", 1) for line in lines if " = " in line[0])
    return {glyph.lower(): form for glyph, form in forms.items()}


def operations(expr: Any) -> int:
    """Count the operations of a SymPy expression as the tables do."""
    if isinstance(expr, Transpose):
        return operations(expr.arg)
    if not expr.args or _is_number(expr) or isinstance(expr, LEAVES):
        return 0
    operands = expr.operands if isinstance(expr, Operation) else expr.args
    inner = sum(operations(arg) for arg in operands if isinstance(arg, sympy.Expr))
    if isinstance(expr, Trace) and expr.arg.shape == (1, 1):
        return inner
    if expr.is_Add or expr.is_MatAdd:
        return inner + len(expr.args) - 1
    if expr.is_Mul or isinstance(expr, MatMul) or expr.func.__name__ == "HadamardProduct":
        return inner + max(0, sum(_counts(arg) for arg in expr.args) - 1)
    if isinstance(expr, sympy.Pow | HadamardPower) and expr.exp == -1:
        return inner
    return inner + 1


def _counts(factor: Any) -> bool:
    """Whether a factor takes part in the count: signs and ones do not."""
    return factor != -1 and not isinstance(factor, OneMatrix)


def _is_number(expr: Any) -> bool:
    """Whether the expression is made of numbers and dimensions alone."""
    return not isinstance(expr, sympy.MatrixExpr) and all(s.is_integer for s in expr.free_symbols)
