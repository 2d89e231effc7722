"""Determinants and their logarithms."""

from tests.acceptance.identities.table import Identity, lacking

DETERMINANTS = (
    Identity("Matrix Cookbook (49)", "det(x)", "x: n n", x=("det(X) X⁻ᵀ", "det(x) * inv(x).T")),
    Identity(
        "Matrix Cookbook (51)",
        "det(a @ x @ b)",
        "a: n n, x: n n, b: n n",
        x=("det(A X B) X⁻ᵀ", "det(a @ x @ b) * inv(x).T"),
    ),
    Identity(
        "Matrix Cookbook (52)",
        "det(x.T @ a @ x)",
        "x: n n, a: n n",
        x=("2 det(Xᵀ A X) X⁻ᵀ", "2 * det(x.T @ a @ x) * inv(x).T"),
    ),
    Identity(
        "Matrix Cookbook (53)",
        "det(x.T @ a @ x)",
        "x: n m, a: n n: symmetric",
        x=("2 det(Xᵀ A X) A X (Xᵀ A X)⁻¹", "2 * det(x.T @ a @ x) * a @ x @ inv(x.T @ a @ x)"),
        a=("det(Xᵀ A X) X (Xᵀ A X)⁻¹ Xᵀ", "det(x.T @ a @ x) * x @ inv(x.T @ a @ x) @ x.T"),
    ),
    Identity(
        "Matrix Cookbook (54)",
        "det(x.T @ a @ x)",
        "x: n m, a: n n",
        x=(
            "det(Xᵀ A X) (A X (Xᵀ A X)⁻¹ + Aᵀ X (Xᵀ A X)⁻ᵀ)",
            "det(x.T @ a @ x) * (a @ x @ inv(x.T @ a @ x) + a.T @ x @ inv(x.T @ a.T @ x))",
        ),
    ),
    Identity(
        "Matrix Cookbook (58), k = 2",
        "det(x @ x)",
        "x: n n",
        x=("2 det(X X) X⁻ᵀ", "2 * det(x @ x) * inv(x).T"),
    ),
    Identity(
        "Matrix Cookbook (58), k = 3",
        "det(torch.linalg.matrix_power(x, 3))",
        "x: n n",
        x=("3 det(X X X) X⁻ᵀ", "3 * det(x @ x @ x) * inv(x).T"),
    ),
    Identity(
        "power of (49)", "det(x) ** 2", "x: n n", x=("2 det(X)² X⁻ᵀ", "2 * det(x) ** 2 * inv(x).T")
    ),
    Identity(
        "Matrix Cookbook (62)",
        "det(inv(x))",
        "x: n n",
        x=("−det(X⁻¹) X⁻ᵀ", "-det(inv(x)) * inv(x).T"),
    ),
    Identity(
        "Matrix Cookbook (49), of a sum",
        "det(a + x)",
        "a: n n, x: n n",
        x=("det(A + X) (A + X)⁻ᵀ", "det(a + x) * inv(a + x).T"),
    ),
    Identity(
        "Matrix Cookbook (24), determinant lemma",
        "det(torch.eye(x.shape[0], dtype=torch.float64) + torch.outer(x, y))",
        "x: n, y: n",
        x=lacking("y", "the determinant lemma, det(I + x yᵀ) = 1 + xᵀ y"),
    ),
    Identity(
        "Matrix Cookbook (46)",
        "det(a + t * b)",
        "a: n n, b: n n, t:",
        t=("det(A + t B) tr(B (A + t B)⁻¹)", "det(a + t * b) * trace(inv(a + t * b) @ b)"),
    ),
)

LOGARITHMS = (
    Identity(
        "Matrix Cookbook (55)",
        "logdet(x.T @ x)",
        "x: n m",
        x=("2 X (Xᵀ X)⁻¹", "2 * x @ inv(x.T @ x)"),
    ),
    Identity(
        "Matrix Cookbook (57)", "torch.log(torch.abs(det(x)))", "x: n n", x=("X⁻ᵀ", "inv(x).T")
    ),
    Identity("Matrix Cookbook (57)", "torch.linalg.slogdet(x)[1]", "x: n n", x=("X⁻ᵀ", "inv(x).T")),
    Identity("Boyd & Vandenberghe, A.4.1", "logdet(x)", "x: n n: posdef", x=("X⁻¹", "inv(x)")),
    Identity(
        "Boyd & Vandenberghe, A.4.1, the barrier",
        "-logdet(x)",
        "x: n n: posdef",
        x=("−X⁻¹", "-inv(x)"),
    ),
    Identity(
        "by Cholesky's factor",
        "2 * torch.log(torch.diagonal(torch.linalg.cholesky(x))).sum()",
        "x: n n: posdef",
        x=("X⁻¹", "inv(x)"),
    ),
    Identity("(57) with (40)", "logdet(inv(x))", "x: n n: posdef", x=("−X⁻¹", "-inv(x)")),
    Identity(
        "Wikipedia, scalar-by-matrix identities",
        "logdet(a * x)",
        "a: : positive, x: n n: posdef",
        x=("X⁻¹", "inv(x)"),
        a=("n/a", "n / a"),
    ),
    Identity(
        "(57), of a product",
        "logdet(a @ x)",
        "a: n n, x: n n",
        x=("X⁻ᵀ", "inv(x).T"),
        a=("A⁻ᵀ", "inv(a).T"),
    ),
    Identity(
        "(55), transposed", "logdet(x @ x.T)", "x: n m", x=("2 (X Xᵀ)⁻¹ X", "2 * inv(x @ x.T) @ x")
    ),
    Identity(
        "logarithm of (53)",
        "logdet(x.T @ a @ x)",
        "x: n m, a: n n: posdef",
        x=("2 A X (Xᵀ A X)⁻¹", "2 * a @ x @ inv(x.T @ a @ x)"),
        a=("X (Xᵀ A X)⁻¹ Xᵀ", "x @ inv(x.T @ a @ x) @ x.T"),
    ),
    Identity(
        "channel capacity",
        "logdet(torch.eye(x.shape[0], dtype=torch.float64) + x @ x.T)",
        "x: n d",
        x=("2 (I + X Xᵀ)⁻¹ X", "2 * inv(eye(n) + x @ x.T) @ x"),
    ),
    Identity(
        "channel capacity with an input covariance",
        "logdet(torch.eye(x.shape[0], dtype=torch.float64) + x @ a @ x.T)",
        "x: n m, a: m m: posdef",
        x=("2 (I + X A Xᵀ)⁻¹ X A", "2 * inv(eye(n) + x @ a @ x.T) @ x @ a"),
        a=("Xᵀ (I + X A Xᵀ)⁻¹ X", "x.T @ inv(eye(n) + x @ a @ x.T) @ x"),
    ),
    Identity(
        "Bishop 2006, 3.5, ridge evidence",
        "0.5 * logdet(x.T @ x + lam * torch.eye(x.shape[1], dtype=torch.float64))",
        "x: n d, lam: : positive",
        x=("X (Xᵀ X + lam I)⁻¹", "x @ inv(x.T @ x + lam * eye(d))"),
        lam=("1/2 tr((Xᵀ X + lam I)⁻¹)", "1 / 2 * trace(inv(x.T @ x + lam * eye(d)))"),
    ),
    Identity(
        "diagonal loading",
        "logdet(a + torch.diag(x))",
        "a: n n: posdef, x: n: positive",
        x=("diag((A + diag(x))⁻¹)", "diagonal(inv(a + diag(x)))"),
    ),
    Identity(
        "Boyd & Vandenberghe, 7.5, D-optimal design",
        "-logdet(a.T @ torch.diag(x) @ a)",
        "a: m n, x: m: positive",
        x=("−(A ⊙ (A (Aᵀ diag(x) A)⁻¹)) 1", "-diagonal(a @ inv(a.T @ diag(x) @ a) @ a.T)"),
        a=("−2 diag(x) A (Aᵀ diag(x) A)⁻¹", "-2 * diag(x) @ a @ inv(a.T @ diag(x) @ a)"),
    ),
    Identity(
        "difference of log-determinants",
        "logdet(x) - logdet(a + x)",
        "x: n n: posdef, a: n n: posdef",
        x=("X⁻¹ − (A + X)⁻¹", "inv(x) - inv(a + x)"),
    ),
    Identity(
        "root of (49)",
        "det(x) ** (1 / 3)",
        "x: n n: posdef",
        x=("1/3 det(X)^(1/3) X⁻¹", "1 / 3 * det(x) ** (1 / 3) * inv(x)"),
    ),
    Identity(
        "Matrix Cookbook (43)",
        "logdet(a + t * b)",
        "a: n n: posdef, b: n n: posdef, t: : positive",
        t=("tr((A + t B)⁻¹ B)", "trace(inv(a + t * b) @ b)"),
    ),
)
