"""Derivatives between matrices as Kronecker products: the right matrix, rows stacked or columns."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

import derive
from derive.formulas.extras import ExtraFormulas
from tests.matrix_values import value_of

SIZES = {"n": 2, "d": 3, "h": 4, "m": 5}
HEAD = "import torch\n\n\n"
SHAPES = {"A": "n d", "X": "d h", "B": "h m", "S": "n n", "T": "n n", "w": "h", "Y": "d h"}

JACOBIANS = {
    "A @ X @ B": ("X", "A ⊗ Bᵀ", "Bᵀ ⊗ A"),
    "A @ X": ("X", "A ⊗ I", "I ⊗ A"),
    "X @ w": ("X", "I ⊗ wᵀ", "wᵀ ⊗ I"),
    "X.T": ("X", "K", "K"),
    "A @ X @ B @ B.T @ X.T": ("A", "I ⊗ (X B Bᵀ Xᵀ)", ""),
    "torch.linalg.inv(S)": ("S", "−(S⁻¹ ⊗ S⁻ᵀ)", "−(S⁻ᵀ ⊗ S⁻¹)"),
    "S @ S": ("S", "I ⊗ Sᵀ + S ⊗ I", ""),
    "S.T @ T @ S": ("S", "", ""),
    "torch.trace(S) * T": ("S", "vec(T) vec(I)ᵀ", "vec(T) vec(I)ᵀ"),
    "torch.tanh(X) * Y": ("X", "diag(vec((1 − tanh(X)²) ⊙ Y))", ""),
    "(X * Y).T": ("X", "diag(vec(Yᵀ)) K", "diag(vec(Yᵀ)) K"),
    "torch.diag(w) @ B": ("w", None, None),
    "torch.softmax(X, 1)": ("X", None, None),
}
"""The variable, and the matrix with rows and with columns stacked; None where there is none."""
HESSIANS = {
    "torch.logdet(S)": ("S", "−(S⁻ᵀ ⊗ S⁻¹) K"),
    "((A @ X - A @ Y) ** 2).sum()": ("X", "2 ((Aᵀ A) ⊗ I)"),
    "((S @ S.T - T) ** 2).sum()": ("S", ""),
    "torch.trace(S.T @ T @ S)": ("S", "(T + Tᵀ) ⊗ I"),
    "torch.exp(X).sum()": ("X", "diag(vec(exp(X)))"),
    "(X * Y).sum() ** 2": ("X", "2 vec(Y) vec(Y)ᵀ"),
}


def model(call: str) -> derive.Derived:
    used = [name for name in SHAPES if re.search(rf"(?<![.\w]){name}\b", call)]
    arguments = ", ".join(f'{name}: "{SHAPES[name]}"' for name in used)
    return derive.derive(f"{HEAD}def f({arguments}):\n    out = {call}\n    return out\n")


def drawn(derived: derive.Derived) -> dict[str, torch.Tensor]:
    rng = np.random.default_rng(0)
    return {
        a.name: torch.tensor(rng.standard_normal([d.evaluate(SIZES) for d in a.symbol.shape]))
        for a in derived.program.arguments
    }


def theirs(call: str, values: dict[str, torch.Tensor], name: str, kind: str) -> np.ndarray:
    def of(x: torch.Tensor) -> torch.Tensor:
        return eval(call, {"torch": torch}, {**values, name: x})

    both = {"jacobian": torch.func.jacrev, "hessian": torch.func.hessian}
    return both[kind](of)(values[name]).numpy()


def order(shape: tuple[int, ...], *, columns: bool) -> np.ndarray:
    """Return the places of an array's entries in the order in which they are stacked."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    return places.T.ravel() if columns else places.ravel()


def check(call: str, name: str, kind: str, *expected: str | None) -> None:
    derived = model(call)
    formulas = ExtraFormulas(derived.derivation, derived._extra(kind, name))
    found = list(formulas.stacked())
    if expected[0] is None:
        assert not found
        return
    (stacked,) = found
    values = drawn(derived)
    symbols = formulas.notation.view.symbols.items()
    known = {s: values[of.name].numpy() for s, of in symbols if of.name in values}
    true = theirs(call, values, name, kind)
    variable = tuple(values[name].shape)
    output = variable if kind == "hessian" else true.shape[: true.ndim - len(variable)]
    matrix = true.reshape(int(np.prod(output)), -1)
    for expr, columns in ((stacked.by_rows, False), (stacked.by_columns, True)):
        rows = order(output, columns=columns)
        wanted = matrix[rows][:, order(variable, columns=columns)]
        np.testing.assert_allclose(value_of(expr, known, SIZES), wanted, rtol=1e-10, atol=1e-10)
    write = formulas.notation.writer("text")
    for expr, text in zip((stacked.by_rows, stacked.by_columns), expected, strict=False):
        assert not text or write(expr) == text


@pytest.mark.parametrize("call", JACOBIANS)
def test_a_jacobian_is_the_matrix_that_autograd_has(call):
    name, *expected = JACOBIANS[call]
    check(call, name, "jacobian", *expected)


@pytest.mark.parametrize("call", HESSIANS)
def test_a_hessian_is_the_matrix_that_autograd_has(call):
    check(call, HESSIANS[call][0], "hessian", HESSIANS[call][1])
