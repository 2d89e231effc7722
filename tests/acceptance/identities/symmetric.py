"""Gradients on the symmetric matrices, beside the tables that count each pair of entries once."""

from tests.acceptance.identities.table import Identity

SYMMETRIC = (
    Identity(
        "Matrix Cookbook (139)",
        "trace(a @ x)",
        "x: n n: symmetric, a: n n",
        x=("1/2 (Aᵀ + A)", "a + a.T - a * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (140)",
        "det(x)",
        "x: n n: symmetric",
        x=("det(X) X⁻¹", "det(x) * (2 * inv(x) - inv(x) * eye(n))"),
    ),
    Identity(
        "Matrix Cookbook (141)",
        "logdet(x)",
        "x: n n: posdef",
        x=("X⁻¹", "2 * inv(x) - inv(x) * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (138) with (70)",
        "a @ x @ b",
        "x: n n: symmetric, a: n, b: n",
        x=("1/2 (a bᵀ + b aᵀ)", "outer(a, b) + outer(b, a) - outer(a, b) * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (138) with (72)",
        "a @ x @ a",
        "x: n n: symmetric, a: n",
        x=("a aᵀ", "2 * outer(a, a) - outer(a, a) * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (138) with (106)",
        "trace(x @ x)",
        "x: n n: symmetric",
        x=("2 X", "4 * x - 2 * x * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (138) with (61)",
        "a @ inv(x) @ a",
        "x: n n: posdef, a: n",
        x=(
            "−X⁻¹ a aᵀ X⁻¹",
            "outer(inv(x) @ a, inv(x) @ a) * eye(n) - 2 * outer(inv(x) @ a, inv(x) @ a)",
        ),
    ),
    Identity(
        "Matrix Cookbook (138) with (108)",
        "trace(a.T @ x @ a)",
        "x: n n: symmetric, a: n m",
        x=("A Aᵀ", "2 * a @ a.T - a @ a.T * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (138) with a likelihood",
        "logdet(x) + trace(inv(x) @ s)",
        "x: n n: posdef, s: n n: symmetric",
        x=("X⁻¹ − X⁻¹ S X⁻¹", "g = inv(x) - inv(x) @ s @ inv(x); 2 * g - g * eye(n)"),
    ),
)
