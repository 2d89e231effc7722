"""Powers and exponentials of a matrix, and its eigenvalues."""

from tests.acceptance.identities.table import Identity, lacking

HIGHER = (
    Identity(
        "Matrix Cookbook (121), k = 3", "trace(x @ x @ x)", "x: n n", x=("3 Xᵀ Xᵀ", "3 * (x @ x).T")
    ),
    Identity(
        "Matrix Cookbook (121), k = 4",
        "trace(torch.linalg.matrix_power(x, 4))",
        "x: n n",
        x=("4 Xᵀ Xᵀ Xᵀ", "4 * (x @ x @ x).T"),
    ),
    Identity(
        "Matrix Cookbook (122), k = 3",
        "trace(a @ torch.linalg.matrix_power(x, 3))",
        "a: n n, x: n n",
        x=("Aᵀ Xᵀ Xᵀ + Xᵀ (Xᵀ Aᵀ + Aᵀ Xᵀ)", "(a @ x @ x + x @ a @ x + x @ x @ a).T"),
        a=("Xᵀ Xᵀ Xᵀ", "(x @ x @ x).T"),
    ),
    Identity(
        "Matrix Cookbook (123)",
        "trace(b.T @ x.T @ c @ x @ x.T @ c @ x @ b)",
        "b: m k, x: n m, c: n n",
        x=(
            "C X Xᵀ C X B Bᵀ + Cᵀ X B Bᵀ Xᵀ Cᵀ X + C X B Bᵀ Xᵀ C X + Cᵀ X Xᵀ Cᵀ X B Bᵀ",
            "u = b @ b.T; c @ x @ x.T @ c @ x @ u + c.T @ x @ u @ x.T @ c.T @ x + c @ x @ u "
            "@ x.T @ c @ x + c.T @ x @ x.T @ c.T @ x @ u",
        ),
    ),
    Identity(
        "Matrix Cookbook (123), C symmetric",
        "trace(b.T @ x.T @ c @ x @ x.T @ c @ x @ b)",
        "b: m k, x: n m, c: n n: symmetric",
        x=(
            "2 (C X Xᵀ C X B Bᵀ + C X B Bᵀ Xᵀ C X)",
            "2 * (c @ x @ x.T @ c @ x @ b @ b.T + c @ x @ b @ b.T @ x.T @ c @ x)",
        ),
    ),
    Identity(
        "Matrix Cookbook (132) with (108)",
        "norm(x @ a @ x.T) ** 2",
        "x: n m, a: m m: symmetric",
        x=("4 X A Xᵀ X A", "4 * x @ a @ x.T @ x @ a"),
    ),
    Identity(
        "Matrix Cookbook (90)",
        "torch.linalg.matrix_power(x, 2)",
        "x: n n",
        x=("∇out Xᵀ + Xᵀ ∇out", "G @ x.T + x.T @ G"),
    ),
    Identity(
        "Matrix Cookbook (91), n = 2",
        "a @ torch.linalg.matrix_power(x, 2) @ b",
        "a: n, x: n n, b: n",
        x=("a bᵀ Xᵀ + Xᵀ a bᵀ", "outer(a, x @ b) + outer(x.T @ a, b)"),
        a=("X X b", "x @ x @ b"),
    ),
    Identity(
        "Matrix Cookbook (91), n = 3",
        "a @ torch.linalg.matrix_power(x, 3) @ b",
        "a: n, x: n n, b: n",
        x=(
            "(a bᵀ Xᵀ + Xᵀ a bᵀ) Xᵀ + Xᵀ Xᵀ a bᵀ",
            "outer(a, x @ x @ b) + outer(x.T @ a, x @ b) + outer(x.T @ x.T @ a, b)",
        ),
    ),
    Identity(
        "Matrix Cookbook (92), n = 2, misprinted there",
        "a @ torch.linalg.matrix_power(x, 2).T @ torch.linalg.matrix_power(x, 2) @ b",
        "a: n, x: n n, b: n",
        x=(
            "X X (a bᵀ + b aᵀ) Xᵀ + Xᵀ X X (a bᵀ + b aᵀ)",
            "x @ x @ (outer(a, b) + outer(b, a)) @ x.T + x.T @ x @ x @ (outer(a, b) + outer(b, a))",
        ),
    ),
    Identity(
        "Wikipedia, scalar-by-matrix identities",
        "trace(torch.linalg.matrix_exp(x))",
        "x: n n",
        x=("expm(Xᵀ)", "expm(x).T"),
    ),
    Identity(
        "Giles 2008, section 2.3, matrix exponential",
        "trace(a @ torch.linalg.matrix_exp(x))",
        "a: n n, x: n n",
        x=("L_exp(Xᵀ, Aᵀ)", "dexpm(x.T, a.T)"),
        a=("expm(Xᵀ)", "expm(x).T"),
    ),
)

EIGENVALUES = (
    Identity(
        "Matrix Cookbook (65), X symmetric",
        "torch.linalg.eigvalsh(x).sum()",
        "x: n n: symmetric",
        x=("I", "eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (66), X symmetric",
        "torch.linalg.eigvalsh(x).prod()",
        "x: n n: symmetric",
        x=lacking("det(x) * inv(x)", "V diag(f(λ)) Vᵀ is f(X)"),
    ),
    Identity(
        "(66) and (57), X positive definite",
        "torch.log(torch.linalg.eigvalsh(x)).sum()",
        "x: n n: posdef",
        x=("X⁻¹", "inv(x)"),
    ),
    Identity(
        "(65) and (106), X symmetric",
        "(torch.linalg.eigvalsh(x) ** 2).sum()",
        "x: n n: symmetric",
        x=("2 X", "2 * x"),
    ),
    Identity(
        "Matrix Cookbook (67), the largest",
        "torch.linalg.eigvalsh(x)[-1]",
        "x: n n: symmetric",
        x=(
            "eigenvectors(X)[:, n − 1] eigenvectors(X)[:, n − 1]ᵀ",
            "outer(last(eigenvectors(x)), last(eigenvectors(x)))",
        ),
    ),
    Identity(
        "Giles 2008, 3.1, eigenvalues",
        "c @ torch.linalg.eigvalsh(x)",
        "x: n n: symmetric, c: n",
        x=(
            "eigenvectors(X) diag(c) eigenvectors(X)ᵀ",
            "eigenvectors(x) @ diag(c) @ eigenvectors(x).T",
        ),
        c=("eigenvalues(X)", "eigenvalues(x)"),
    ),
)
