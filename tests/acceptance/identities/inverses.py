"""Inverses, solutions of linear equations, and pseudoinverses."""

from tests.acceptance.identities.table import Identity, lacking

INVERSES = (
    Identity(
        "Matrix Cookbook (59)", "inv(x)", "x: n n", x=("−X⁻ᵀ ∇out X⁻ᵀ", "-inv(x).T @ G @ inv(x).T")
    ),
    Identity(
        "Matrix Cookbook (61)",
        "a @ inv(x) @ b",
        "a: n, x: n n, b: n",
        x=("−X⁻ᵀ a bᵀ X⁻ᵀ", "-inv(x).T @ outer(a, b) @ inv(x).T"),
        a=("X⁻¹ b", "inv(x) @ b"),
        b=("X⁻ᵀ a", "inv(x).T @ a"),
    ),
    Identity(
        "Matrix Cookbook (63) and (124)",
        "trace(a @ inv(x) @ b)",
        "a: m n, x: n n, b: n m",
        x=("−X⁻ᵀ Aᵀ Bᵀ X⁻ᵀ", "-(inv(x) @ b @ a @ inv(x)).T"),
        a=("Bᵀ X⁻ᵀ", "(inv(x) @ b).T"),
        b=("X⁻ᵀ Aᵀ", "(a @ inv(x)).T"),
    ),
    Identity(
        "Matrix Cookbook (64)",
        "trace(inv(x + a))",
        "x: n n, a: n n",
        x=("−(X + A)⁻ᵀ (X + A)⁻ᵀ", "-(inv(x + a) @ inv(x + a)).T"),
    ),
    Identity(
        "Giles 2008, section 2.2, inverse",
        "trace(inv(x))",
        "x: n n",
        x=("−X⁻ᵀ X⁻ᵀ", "-(inv(x) @ inv(x)).T"),
    ),
    Identity(
        "Boyd & Vandenberghe, 7.5, A-optimal design",
        "trace(inv(a.T @ torch.diag(x) @ a))",
        "a: m n, x: m: positive",
        x=(
            "−(A ⊙ (A (Aᵀ diag(x) A)⁻¹ (Aᵀ diag(x) A)⁻¹)) 1",
            "k = inv(a.T @ diag(x) @ a); -diagonal(a @ k @ k @ a.T)",
        ),
    ),
    Identity(
        "Matrix Cookbook (125)",
        "trace(inv(x.T @ c @ x) @ a)",
        "x: n m, c: n n: symmetric, a: m m",
        x=(
            "−C X (Xᵀ C X)⁻¹ (Aᵀ + A) (Xᵀ C X)⁻¹",
            "-c @ x @ inv(x.T @ c @ x) @ (a + a.T) @ inv(x.T @ c @ x)",
        ),
    ),
    Identity(
        "Matrix Cookbook (125), A symmetric",
        "trace(inv(x.T @ c @ x) @ a)",
        "x: n m, c: n n: symmetric, a: m m: symmetric",
        x=(
            "−2 C X (Xᵀ C X)⁻¹ A (Xᵀ C X)⁻¹",
            "-2 * c @ x @ inv(x.T @ c @ x) @ a @ inv(x.T @ c @ x)",
        ),
        c=("−X (Xᵀ C X)⁻¹ A (Xᵀ C X)⁻¹ Xᵀ", "-x @ inv(x.T @ c @ x) @ a @ inv(x.T @ c @ x) @ x.T"),
    ),
    Identity(
        "Matrix Cookbook (126)",
        "trace(inv(x.T @ c @ x) @ (x.T @ b @ x))",
        "x: n m, c: n n: symmetric, b: n n: symmetric",
        x=(
            "2 (B − C X (Xᵀ C X)⁻¹ Xᵀ B) X (Xᵀ C X)⁻¹",
            "k = inv(x.T @ c @ x); -2 * c @ x @ k @ x.T @ b @ x @ k + 2 * b @ x @ k",
        ),
    ),
    Identity(
        "Matrix Cookbook (127)",
        "trace(inv(a + x.T @ c @ x) @ (x.T @ b @ x))",
        "a: m m: symmetric, x: n m, c: n n: symmetric, b: n n: symmetric",
        x=(
            "2 (B − C X (A + Xᵀ C X)⁻¹ Xᵀ B) X (A + Xᵀ C X)⁻¹",
            "k = inv(a + x.T @ c @ x); -2 * c @ x @ k @ x.T @ b @ x @ k + 2 * b @ x @ k",
        ),
    ),
    Identity("cancelled", "trace(inv(x) @ x)", "x: n n", x=("0", "0")),
    Identity(
        "Frobenius norm of (59)",
        "norm(inv(x)) ** 2",
        "x: n n",
        x=("−2 X⁻ᵀ X⁻¹ X⁻ᵀ", "-2 * inv(x).T @ inv(x) @ inv(x).T"),
    ),
    Identity(
        "congruence by an inverse",
        "trace(inv(x) @ a @ inv(x).T)",
        "x: n n, a: n n: symmetric",
        x=("−2 X⁻ᵀ X⁻¹ A X⁻ᵀ", "-2 * inv(x).T @ inv(x) @ a @ inv(x).T"),
        a=("X⁻ᵀ X⁻¹", "inv(x).T @ inv(x)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 3.1.7, matrix fractional",
        "x @ inv(y) @ x",
        "x: n, y: n n: posdef",
        x=("2 Y⁻¹ x", "2 * inv(y) @ x"),
        y=("−Y⁻¹ x xᵀ Y⁻¹", "-inv(y) @ outer(x, x) @ inv(y)"),
    ),
    Identity(
        "matrix fractional of a Gram matrix",
        "a @ inv(x.T @ x) @ a",
        "a: m, x: n m",
        x=("−2 X (Xᵀ X)⁻¹ a aᵀ (Xᵀ X)⁻¹", "-2 * x @ inv(x.T @ x) @ outer(a, a) @ inv(x.T @ x)"),
        a=("2 (Xᵀ X)⁻¹ a", "2 * inv(x.T @ x) @ a"),
    ),
    Identity(
        "fractional, of a sum",
        "a @ inv(x + b) @ a",
        "a: n, x: n n: posdef, b: n n: posdef",
        x=("−(X + B)⁻¹ a aᵀ (X + B)⁻¹", "-inv(x + b) @ outer(a, a) @ inv(x + b)"),
        a=("2 (X + B)⁻¹ a", "2 * inv(x + b) @ a"),
    ),
)

SOLUTIONS = (
    Identity(
        "Giles 2008, 2.3.1, inverse product, for vectors",
        "torch.linalg.solve(a, b)",
        "a: n n, b: n",
        b=("A⁻ᵀ ∇out", "inv(a).T @ G"),
        a=("−A⁻ᵀ ∇out bᵀ A⁻ᵀ", "-inv(a).T @ outer(G, b) @ inv(a).T"),
    ),
    Identity(
        "Giles 2008, 2.3.1, inverse product",
        "torch.linalg.solve(a, b)",
        "a: n n, b: n m",
        b=("A⁻ᵀ ∇out", "inv(a).T @ G"),
        a=("−A⁻ᵀ ∇out Bᵀ A⁻ᵀ", "-inv(a).T @ G @ b.T @ inv(a).T"),
    ),
    Identity(
        "Giles 2008, 2.3.1, inverse product, with a vector",
        "c @ torch.linalg.solve(a, b)",
        "c: n, a: n n, b: n",
        a=("−A⁻ᵀ c bᵀ A⁻ᵀ", "-inv(a).T @ outer(c, b) @ inv(a).T"),
        b=("A⁻ᵀ c", "inv(a).T @ c"),
        c=("A⁻¹ b", "inv(a) @ b"),
    ),
    Identity(
        "Giles 2008, 2.3.1, inverse product, traced",
        "trace(torch.linalg.solve(a, b))",
        "a: n n, b: n n",
        a=("−A⁻ᵀ Bᵀ A⁻ᵀ", "-inv(a).T @ b.T @ inv(a).T"),
        b=("A⁻ᵀ", "inv(a).T"),
    ),
    Identity(
        "Giles 2008, section 2.3, first quadratic form",
        "b.T @ a @ b",
        "a: n n, b: n m",
        a=("B ∇out Bᵀ", "b @ G @ b.T"),
        b=("A B ∇outᵀ + Aᵀ B ∇out", "a @ b @ G.T + a.T @ b @ G"),
    ),
    Identity(
        "Giles 2008, section 2.3, second quadratic form",
        "b.T @ inv(a) @ b",
        "a: n n, b: n m",
        a=("−A⁻ᵀ B ∇out Bᵀ A⁻ᵀ", "-inv(a).T @ b @ G @ b.T @ inv(a).T"),
        b=("A⁻¹ B ∇outᵀ + A⁻ᵀ B ∇out", "inv(a) @ b @ G.T + inv(a).T @ b @ G"),
    ),
    Identity(
        "sensitivity of a solution",
        "norm(torch.linalg.solve(a, b)) ** 2",
        "a: n n, b: n",
        a=("−2 A⁻ᵀ A⁻¹ b bᵀ A⁻ᵀ", "-2 * inv(a).T @ inv(a) @ outer(b, b) @ inv(a).T"),
        b=("2 A⁻ᵀ A⁻¹ b", "2 * inv(a).T @ inv(a) @ b"),
    ),
)

PSEUDOINVERSES = (
    Identity(
        "Golub & Pereyra 1973, full rank",
        "c @ torch.linalg.pinv(x) @ y",
        "c: m, x: n m, y: n",
        y=("(X⁺)ᵀ c", "pinv(x).T @ c"),
        c=("X⁺ y", "pinv(x) @ y"),
        x=(
            "(y − X X⁺ y) cᵀ X⁺ (X⁺)ᵀ − (X⁺)ᵀ c yᵀ (X⁺)ᵀ + (X⁺)ᵀ X⁺ y (c − Xᵀ (X⁺)ᵀ c)ᵀ",
            "p = pinv(x); outer(y - x @ p @ y, p @ p.T @ c) - outer(p.T @ c, p @ y) + "
            "outer(p.T @ p @ y, c - x.T @ p.T @ c)",
        ),
    ),
    Identity(
        "Golub & Pereyra 1973, the residual",
        "norm(y - x @ torch.linalg.pinv(x) @ y) ** 2",
        "x: n m, y: n",
        y=lacking("2 * (y - x @ pinv(x) @ y)", "X X⁺ is symmetric and its own square"),
        x=lacking(
            "-2 * outer(y - x @ pinv(x) @ y, pinv(x) @ y)", "X X⁺ is symmetric and its own square"
        ),
    ),
)
