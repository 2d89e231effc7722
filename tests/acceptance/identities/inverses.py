"""Determinants, inverses, and the likelihoods that are made of them."""

from tests.acceptance.identities.table import Identity

DETERMINANTS = (
    Identity("Matrix Cookbook (49)", "det(x)", "x: n n", x=("det(X) X⁻ᵀ", 3)),
    Identity(
        "Matrix Cookbook (51)", "det(a @ x @ b)", "a: n n, x: n n, b: n n", x=("det(A X B) X⁻ᵀ", 5)
    ),
    Identity(
        "Matrix Cookbook (53), A symmetric",
        "det(x.T @ a @ x)",
        "x: n m, a: n n: symmetric",
        x=("2 det(Xᵀ A X) A X (Xᵀ A X)⁻¹", 10),
        a=("det(Xᵀ A X) X (Xᵀ A X)⁻¹ Xᵀ", 9),
    ),
    Identity(
        "Matrix Cookbook (54)",
        "det(x.T @ a @ x)",
        "x: n m, a: n n",
        x=("det(Xᵀ A X) (A X (Xᵀ A X)⁻¹ + Aᵀ X (Xᵀ A X)⁻ᵀ)", 15),
    ),
    Identity("Matrix Cookbook (55)", "logdet(x.T @ x)", "x: n m", x=("2 X (Xᵀ X)⁻¹", 4)),
    Identity("Matrix Cookbook (57)", "torch.log(torch.abs(det(x)))", "x: n n", x=("X⁻ᵀ", 1)),
    Identity("Matrix Cookbook (57)", "logdet(x)", "x: n n: posdef", x=("X⁻¹", 1)),
    Identity(
        "Matrix Cookbook (58), k = 2, as a product", "det(x @ x)", "x: n n", x=("2 det(X X) X⁻ᵀ", 5)
    ),
    Identity("Matrix Cookbook (58), k = 2", "det(x) ** 2", "x: n n", x=("2 det(X)² X⁻ᵀ", 5)),
    Identity("Matrix Cookbook (62)", "det(inv(x))", "x: n n", x=("−det(X⁻¹) X⁻ᵀ", 4)),
    Identity("Magnus & Neudecker", "logdet(inv(x))", "x: n n: posdef", x=("−X⁻¹", 1)),
    Identity("Magnus & Neudecker", "logdet(a @ x)", "a: n n, x: n n", x=("X⁻ᵀ", 1), a=("A⁻ᵀ", 1)),
    Identity("Magnus & Neudecker", "logdet(x @ x.T)", "x: n m", x=("2 (X Xᵀ)⁻¹ X", 4)),
    Identity(
        "Magnus & Neudecker",
        "logdet(x.T @ a @ x)",
        "x: n m, a: n n: posdef",
        x=("2 A X (Xᵀ A X)⁻¹", 6),
        a=("X (Xᵀ A X)⁻¹ Xᵀ", 5),
    ),
    Identity("Boyd & Vandenberghe A.4.1", "-logdet(x)", "x: n n: posdef", x=("−X⁻¹", 1)),
    Identity(
        "ridge evidence, Bishop 2006, 3.5",
        "0.5 * logdet(x.T @ x + lam * torch.eye(x.shape[1], dtype=torch.float64))",
        "x: n d, lam: : positive",
        x=("X (Xᵀ X + lam I)⁻¹", 5),
        lam=("1/2 tr((Xᵀ X + lam I)⁻¹)", 6),
    ),
    Identity(
        "channel capacity",
        "logdet(torch.eye(x.shape[0], dtype=torch.float64) + x @ x.T)",
        "x: n d",
        x=("2 (I + X Xᵀ)⁻¹ X", 5),
    ),
    Identity("determinant of a sum", "det(a + x)", "a: n n, x: n n", x=("det(A + X) (A + X)⁻ᵀ", 5)),
    Identity(
        "diagonal loading",
        "logdet(a + torch.diag(x))",
        "a: n n: posdef, x: n: positive",
        x=("diag((A + diag(x))⁻¹)", 4),
    ),
    Identity(
        "sensor placement, Boyd & Vandenberghe 7.5",
        "-logdet(a.T @ torch.diag(x) @ a)",
        "a: m n, x: m: positive",
        x=("−(A ⊙ (A (Aᵀ diag(x) A)⁻¹)) 1", 6),
        a=("−2 diag(x) A (Aᵀ diag(x) A)⁻¹", 8),
    ),
)

INVERSES = (
    Identity(
        "Matrix Cookbook (61)",
        "a @ inv(x) @ b",
        "a: n, x: n n, b: n",
        x=("−X⁻ᵀ a bᵀ X⁻ᵀ", 5),
        a=("X⁻¹ b", 2),
        b=("X⁻ᵀ a", 2),
    ),
    Identity(
        "Matrix Cookbook (63)",
        "trace(a @ inv(x) @ b)",
        "a: m n, x: n n, b: n m",
        x=("−X⁻ᵀ Aᵀ Bᵀ X⁻ᵀ", 5),
    ),
    Identity(
        "Matrix Cookbook (64)", "trace(inv(x + a))", "x: n n, a: n n", x=("−(X + A)⁻ᵀ (X + A)⁻ᵀ", 5)
    ),
    Identity("Giles 2008, 2.2.3", "trace(inv(x))", "x: n n", x=("−X⁻ᵀ X⁻ᵀ", 3)),
    Identity(
        "Matrix Cookbook (125), A and C symmetric",
        "trace(inv(x.T @ c @ x) @ a)",
        "x: n m, c: n n: symmetric, a: m m: symmetric",
        x=("−2 C X (Xᵀ C X)⁻¹ A (Xᵀ C X)⁻¹", 11),
        c=("−X (Xᵀ C X)⁻¹ A (Xᵀ C X)⁻¹ Xᵀ", 10),
    ),
    Identity(
        "Matrix Cookbook (126), B and C symmetric",
        "trace(inv(x.T @ c @ x) @ (x.T @ b @ x))",
        "x: n m, c: n n: symmetric, b: n n: symmetric",
        x=("2 (B − C X (Xᵀ C X)⁻¹ Xᵀ B) X (Xᵀ C X)⁻¹", 14),
    ),
    Identity(
        "Giles 2008, 2.3.1",
        "c @ torch.linalg.solve(a, b)",
        "c: n, a: n n, b: n",
        a=("−A⁻ᵀ c bᵀ A⁻ᵀ", 5),
        b=("A⁻ᵀ c", 2),
        c=("A⁻¹ b", 2),
    ),
    Identity("cancelled", "trace(inv(x) @ x)", "x: n n", x=("0", 0)),
    Identity("Frobenius", "norm(inv(x)) ** 2", "x: n n", x=("−2 X⁻ᵀ X⁻¹ X⁻ᵀ", 6)),
    Identity(
        "matrix fractional, Boyd & Vandenberghe 3.1.7",
        "x @ inv(y) @ x",
        "x: n, y: n n: posdef",
        x=("2 Y⁻¹ x", 3),
        y=("−Y⁻¹ x xᵀ Y⁻¹", 5),
    ),
    Identity(
        "sensitivity of a solution",
        "norm(torch.linalg.solve(a, b)) ** 2",
        "a: n n, b: n",
        a=("−2 A⁻ᵀ A⁻¹ b bᵀ A⁻ᵀ", 8),
        b=("2 A⁻ᵀ A⁻¹ b", 5),
    ),
)

LIKELIHOODS = (
    Identity(
        "Mahalanobis distance",
        "0.5 * (x - m) @ inv(s) @ (x - m)",
        "x: n, m: n, s: n n: posdef",
        m=("S⁻¹ (m − x)", 3),
        x=("S⁻¹ (x − m)", 3),
        s=("−1/2 S⁻¹ (x − m) (x − m)ᵀ S⁻¹", 8),
    ),
    Identity(
        "Gaussian likelihood, Boyd & Vandenberghe 7.1.1",
        "0.5 * logdet(s) + 0.5 * (x - m) @ inv(s) @ (x - m)",
        "x: n, m: n, s: n n: posdef",
        m=("S⁻¹ (m − x)", 3),
        s=("1/2 (S⁻¹ − S⁻¹ (x − m) (x − m)ᵀ S⁻¹)", 10),
    ),
    Identity(
        "Gaussian likelihood, solved",
        "0.5 * logdet(s) + 0.5 * (x - m) @ torch.linalg.solve(s, x - m)",
        "x: n, m: n, s: n n: posdef",
        m=("S⁻¹ (m − x)", 3),
        s=("1/2 (S⁻¹ − S⁻¹ (x − m) (x − m)ᵀ S⁻¹)", 10),
    ),
    Identity(
        "Gaussian likelihood by its precision",
        "0.5 * (x - m) @ p @ (x - m) - 0.5 * logdet(p)",
        "x: n, m: n, p: n n: posdef",
        m=("P (m − x)", 2),
        p=("1/2 ((x − m) (x − m)ᵀ − P⁻¹)", 6),
    ),
    Identity(
        "covariance estimation, Boyd & Vandenberghe 7.1.1",
        "logdet(s) + trace(inv(s) @ c)",
        "s: n n: posdef, c: n n: symmetric",
        s=("S⁻¹ − S⁻¹ C S⁻¹", 6),
    ),
    Identity(
        "graphical lasso, the smooth part",
        "trace(c @ p) - logdet(p)",
        "p: n n: posdef, c: n n: symmetric",
        p=("C − P⁻¹", 2),
        c=("P", 0),
    ),
    Identity(
        "Wishart likelihood",
        "0.5 * trace(inv(v) @ x) + nu / 2 * logdet(v)",
        "v: n n: posdef, x: n n: symmetric, nu:",
        v=("1/2 (ν V⁻¹ − V⁻¹ X V⁻¹)", 8),
    ),
    Identity(
        "Gaussian process, Rasmussen & Williams (5.9)",
        "0.5 * y @ inv(k) @ y + 0.5 * logdet(k)",
        "y: n, k: n n: posdef",
        k=("1/2 (K⁻¹ − K⁻¹ y yᵀ K⁻¹)", 8),
        y=("K⁻¹ y", 2),
    ),
    Identity(
        "Gaussian process, solved",
        "0.5 * y @ torch.linalg.solve(k, y) + 0.5 * logdet(k)",
        "y: n, k: n n: posdef",
        k=("1/2 (K⁻¹ − K⁻¹ y yᵀ K⁻¹)", 8),
        y=("K⁻¹ y", 2),
    ),
    Identity(
        "Gaussian process with noise",
        "c = k + s * torch.eye(y.shape[0], dtype=torch.float64); "
        "0.5 * y @ inv(c) @ y + 0.5 * logdet(c)",
        "y: n, k: n n: posdef, s: : positive",
        y=("(K + s I)⁻¹ y", 4),
        k=("1/2 ((K + s I)⁻¹ − (K + s I)⁻¹ y yᵀ (K + s I)⁻¹)", 14),
    ),
    Identity(
        "diagonal Gaussian",
        "0.5 * (((x - m) / s) ** 2).sum() + torch.log(s).sum()",
        "x: n, m: n, s: n: positive",
        m=("−(x − m) ⊘ s²", 3),
        s=("1 ⊘ s − (x − m)² ⊘ s³", 5),
    ),
    Identity(
        "KL of Gaussians, in the second covariance",
        "trace(inv(s) @ c) + logdet(s)",
        "s: n n: posdef, c: n n: symmetric",
        s=("S⁻¹ − S⁻¹ C S⁻¹", 6),
    ),
    Identity(
        "factor analysis",
        "logdet(w @ w.T + q) + trace(inv(w @ w.T + q) @ s)",
        "w: n k, q: n n: posdef, s: n n: symmetric",
        q=("(W Wᵀ + Q)⁻¹ − (W Wᵀ + Q)⁻¹ S (W Wᵀ + Q)⁻¹", 12),
        w=("2 ((W Wᵀ + Q)⁻¹ − (W Wᵀ + Q)⁻¹ S (W Wᵀ + Q)⁻¹) W", 14),
    ),
    Identity(
        "matrix normal",
        "trace(inv(v) @ (x - m).T @ inv(u) @ (x - m))",
        "x: n k, m: n k, u: n n: posdef, v: k k: posdef",
        x=("2 U⁻¹ (X − M) V⁻¹", 6),
        m=("2 U⁻¹ (M − X) V⁻¹", 6),
    ),
)
