"""Traces of first and second order."""

from tests.acceptance.identities.table import Identity

FIRST = (
    Identity("Matrix Cookbook (99)", "trace(x)", "x: n n", x=("I", "eye(n)")),
    Identity(
        "Matrix Cookbook (100)", "trace(x @ a)", "x: n m, a: m n", x=("Aᵀ", "a.T"), a=("Xᵀ", "x.T")
    ),
    Identity(
        "Matrix Cookbook (101)",
        "trace(a @ x @ b)",
        "a: p n, x: n m, b: m p",
        x=("Aᵀ Bᵀ", "a.T @ b.T"),
        a=("Bᵀ Xᵀ", "b.T @ x.T"),
        b=("Xᵀ Aᵀ", "x.T @ a.T"),
    ),
    Identity(
        "Matrix Cookbook (102)",
        "trace(a @ x.T @ b)",
        "a: p m, x: n m, b: n p",
        x=("B A", "b @ a"),
        a=("Bᵀ X", "b.T @ x"),
        b=("X Aᵀ", "x @ a.T"),
    ),
    Identity(
        "Matrix Cookbook (103)", "trace(x.T @ a)", "x: n m, a: n m", x=("A", "a"), a=("X", "x")
    ),
    Identity(
        "Matrix Cookbook (104)", "trace(a @ x.T)", "x: n m, a: n m", x=("A", "a"), a=("X", "x")
    ),
    Identity(
        "Matrix Cookbook (105)",
        "trace(torch.kron(a, x))",
        "a: m m, x: n n",
        x=("tr(A) I", "trace(a) * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (142), X diagonal",
        "trace(a @ torch.diag(x))",
        "a: n n, x: n",
        x=("diag(A)", "diagonal(a)"),
    ),
    Identity(
        "inner product of two matrices",
        "(a * x).sum()",
        "a: n m, x: n m",
        x=("A", "a"),
        a=("X", "x"),
    ),
    Identity(
        "trace with an entrywise product",
        "trace(a @ (x * b))",
        "a: m n, x: n m, b: n m",
        x=("Aᵀ ⊙ B", "a.T * b"),
    ),
    Identity(
        "Wikipedia, scalar-by-matrix identities: a sum",
        "trace(a.T @ x @ b.T) + trace(x.T @ c)",
        "a: n k, x: n m, b: k m, c: n m",
        x=("A B + C", "a @ b + c"),
    ),
)

SECOND = (
    Identity("Matrix Cookbook (106)", "trace(x @ x)", "x: n n", x=("2 Xᵀ", "2 * x.T")),
    Identity(
        "Matrix Cookbook (107)",
        "trace(x @ x @ b)",
        "x: n n, b: n n",
        x=("Bᵀ Xᵀ + Xᵀ Bᵀ", "(x @ b + b @ x).T"),
        b=("Xᵀ Xᵀ", "(x @ x).T"),
    ),
    Identity(
        "Matrix Cookbook (108)",
        "trace(x.T @ b @ x)",
        "x: n m, b: n n",
        x=("(B + Bᵀ) X", "b @ x + b.T @ x"),
        b=("X Xᵀ", "x @ x.T"),
    ),
    Identity(
        "Matrix Cookbook (108), B symmetric",
        "trace(x.T @ b @ x)",
        "x: n m, b: n n: symmetric",
        x=("2 B X", "2 * b @ x"),
    ),
    Identity(
        "Matrix Cookbook (109)",
        "trace(b @ x @ x.T)",
        "x: n m, b: n n",
        x=("(Bᵀ + B) X", "b @ x + b.T @ x"),
    ),
    Identity(
        "Matrix Cookbook (110)",
        "trace(x @ x.T @ b)",
        "x: n m, b: n n",
        x=("(Bᵀ + B) X", "b @ x + b.T @ x"),
    ),
    Identity(
        "Matrix Cookbook (111)",
        "trace(x @ b @ x.T)",
        "x: n m, b: m m",
        x=("X (Bᵀ + B)", "x @ b.T + x @ b"),
        b=("Xᵀ X", "x.T @ x"),
    ),
    Identity(
        "Matrix Cookbook (112)",
        "trace(b @ x.T @ x)",
        "x: n m, b: m m",
        x=("X (B + Bᵀ)", "x @ b.T + x @ b"),
    ),
    Identity(
        "Matrix Cookbook (113)",
        "trace(x.T @ x @ b)",
        "x: n m, b: m m",
        x=("X (B + Bᵀ)", "x @ b.T + x @ b"),
    ),
    Identity(
        "Matrix Cookbook (114)",
        "trace(a @ x @ b @ x)",
        "a: m n, x: n m, b: m n",
        x=("Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ", "a.T @ x.T @ b.T + b.T @ x.T @ a.T"),
        a=("Xᵀ Bᵀ Xᵀ", "(x @ b @ x).T"),
        b=("Xᵀ Aᵀ Xᵀ", "(x @ a @ x).T"),
    ),
    Identity("Matrix Cookbook (115)", "trace(x.T @ x)", "x: n m", x=("2 X", "2 * x")),
    Identity(
        "Matrix Cookbook (115), the other way round", "trace(x @ x.T)", "x: n m", x=("2 X", "2 * x")
    ),
    Identity(
        "Matrix Cookbook (116)",
        "trace(b.T @ x.T @ c @ x @ b)",
        "x: n m, b: m k, c: n n",
        x=("(C + Cᵀ) X B Bᵀ", "c.T @ x @ b @ b.T + c @ x @ b @ b.T"),
    ),
    Identity(
        "Matrix Cookbook (117)",
        "trace(x.T @ b @ x @ c)",
        "x: n m, b: n n, c: m m",
        x=("B X C + Bᵀ X Cᵀ", "b @ x @ c + b.T @ x @ c.T"),
        b=("X Cᵀ Xᵀ", "x @ c.T @ x.T"),
        c=("Xᵀ Bᵀ X", "x.T @ b.T @ x"),
    ),
    Identity(
        "Matrix Cookbook (118)",
        "trace(a @ x @ b @ x.T @ c)",
        "a: k n, x: n m, b: m m, c: n k",
        x=("Aᵀ Cᵀ X Bᵀ + C A X B", "a.T @ c.T @ x @ b.T + c @ a @ x @ b"),
    ),
    Identity(
        "Matrix Cookbook (119)",
        "trace((a @ x @ b + c) @ (a @ x @ b + c).T)",
        "a: p n, x: n m, b: m q, c: p q",
        x=("2 Aᵀ (A X B + C) Bᵀ", "2 * a.T @ (a @ x @ b + c) @ b.T"),
        a=("2 (A X B + C) Bᵀ Xᵀ", "2 * (a @ x @ b + c) @ b.T @ x.T"),
        b=("2 Xᵀ Aᵀ (A X B + C)", "2 * x.T @ a.T @ (a @ x @ b + c)"),
        c=("2 (A X B + C)", "2 * (a @ x @ b + c)"),
    ),
    Identity(
        "Matrix Cookbook (120)",
        "trace(torch.kron(x, x))",
        "x: n n",
        x=("2 tr(X) I", "2 * trace(x) * eye(n)"),
    ),
    Identity(
        "Matrix Cookbook (120), as a square",
        "trace(x) ** 2",
        "x: n n",
        x=("2 tr(X) I", "2 * trace(x) * eye(n)"),
    ),
    Identity(
        "Magnus & Neudecker, chapter 9, on the trace",
        "trace(a @ x @ x.T @ a.T)",
        "a: k n, x: n m",
        x=("2 Aᵀ A X", "2 * a.T @ a @ x"),
        a=("2 A X Xᵀ", "2 * a @ x @ x.T"),
    ),
    Identity(
        "product rule with (100)",
        "trace(a @ x) * trace(b @ x)",
        "a: m n, x: n m, b: m n",
        x=("tr(X B) Aᵀ + tr(X A) Bᵀ", "trace(b @ x) * a.T + trace(a @ x) * b.T"),
    ),
    Identity(
        "trace with an entrywise product",
        "trace((x * x) @ a)",
        "x: n m, a: m n",
        x=("2 (X ⊙ Aᵀ)", "2 * x * a.T"),
    ),
    Identity(
        "Wikipedia, scalar-by-matrix identities",
        "(x * (a @ x)).sum()",
        "x: n m, a: n n",
        x=("(A + Aᵀ) X", "(a + a.T) @ x"),
        a=("X Xᵀ", "x @ x.T"),
    ),
    Identity(
        "entrywise function, its trace",
        "trace(torch.sin(x))",
        "x: n n",
        x=("diag(diag(cos(X)))", "eye(n) * cos(x)"),
    ),
    Identity(
        "Kalman gain, Joseph's form",
        "trace((torch.eye(k.shape[0], dtype=torch.float64) - k @ h) @ p @ "
        "(torch.eye(k.shape[0], dtype=torch.float64) - k @ h).T + k @ r @ k.T)",
        "k: n m, h: m n, p: n n: symmetric, r: m m: symmetric",
        k=("2 (K R + (K H − I) P Hᵀ)", "2 * (k @ r - (eye(n) - k @ h) @ p @ h.T)"),
    ),
    Identity(
        "Wiener filter",
        "trace(w @ r @ w.T) - 2 * trace(w @ c)",
        "w: k n, r: n n: symmetric, c: n k",
        w=("2 (W R − Cᵀ)", "2 * (w @ r - c.T)"),
    ),
    Identity(
        "multi-task regression, the prior",
        "trace(w @ inv(o) @ w.T)",
        "w: d k, o: k k: posdef",
        w=("2 W O⁻¹", "2 * w @ inv(o)"),
        o=("−O⁻¹ Wᵀ W O⁻¹", "-inv(o) @ w.T @ w @ inv(o)"),
    ),
)
