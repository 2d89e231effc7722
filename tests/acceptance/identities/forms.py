"""Linear, bilinear and quadratic forms, and functions of them."""

from tests.acceptance.identities.table import Identity, lacking

LINEAR = (
    Identity("Matrix Cookbook (69)", "a @ x", "a: n, x: n", x=("a", "a"), a=("x", "x")),
    Identity(
        "Matrix Cookbook (70)",
        "a @ x @ b",
        "a: n, x: n m, b: m",
        x=("a bᵀ", "outer(a, b)"),
        a=("X b", "x @ b"),
        b=("Xᵀ a", "x.T @ a"),
    ),
    Identity(
        "Matrix Cookbook (71)", "a @ x.T @ b", "a: m, x: n m, b: n", x=("b aᵀ", "outer(b, a)")
    ),
    Identity(
        "Matrix Cookbook (72)",
        "a @ x @ a",
        "a: n, x: n n",
        x=("a aᵀ", "outer(a, a)"),
        a=("(X + Xᵀ) a", "x @ a + x.T @ a"),
    ),
    Identity(
        "Wikipedia, scalar-by-vector identities",
        "b @ a @ x",
        "b: k, a: k n, x: n",
        x=("Aᵀ b", "a.T @ b"),
        a=("b xᵀ", "outer(b, x)"),
    ),
    Identity(
        "Wikipedia, scalar-by-vector identities",
        "a @ torch.outer(x, x) @ b",
        "a: n, x: n, b: n",
        x=lacking("(outer(a, b) + outer(b, a)) @ x", "(xᵀ b) a + (aᵀ x) b is (a bᵀ + b aᵀ) x"),
    ),
    Identity(
        "entrywise product inside a dot product",
        "a @ (x * y)",
        "a: n, x: n, y: n",
        x=("a ⊙ y", "a * y"),
        y=("a ⊙ x", "a * x"),
    ),
    Identity(
        "weighted dot product",
        "x @ torch.diag(w) @ y",
        "x: n, w: n, y: n",
        x=("w ⊙ y", "w * y"),
        w=("x ⊙ y", "x * y"),
    ),
)

QUADRATIC = (
    Identity(
        "Matrix Cookbook (76)", "x.sum() ** 2", "x: n m", x=("2 (1ᵀ X 1) (1 1ᵀ)", "2 * sum(x)")
    ),
    Identity(
        "Matrix Cookbook (76), of a vector", "x.sum() ** 2", "x: n", x=("2 (1ᵀ x) 1", "2 * sum(x)")
    ),
    Identity(
        "Matrix Cookbook (77) with b = c = 1",
        "(x.T @ x).sum()",
        "x: n m",
        x=("2 X 1 1ᵀ", "2 * rowsum(x)"),
    ),
    Identity(
        "Matrix Cookbook (77)",
        "b @ x.T @ x @ c",
        "x: n m, b: m, c: m",
        x=("X (c bᵀ + b cᵀ)", "x @ (outer(b, c) + outer(c, b))"),
        b=("Xᵀ X c", "x.T @ x @ c"),
        c=("Xᵀ X b", "x.T @ x @ b"),
    ),
    Identity(
        "Matrix Cookbook (78)",
        "(b @ x + p) @ c @ (d @ x + q)",
        "b: n m, x: m, p: n, c: n k, d: k m, q: k",
        x=("Dᵀ Cᵀ (B x + p) + Bᵀ C (D x + q)", "b.T @ c @ (d @ x + q) + d.T @ c.T @ (b @ x + p)"),
        p=("C (D x + q)", "c @ (d @ x + q)"),
        q=("Cᵀ (B x + p)", "c.T @ (b @ x + p)"),
        c=("(B x + p) (D x + q)ᵀ", "outer(b @ x + p, d @ x + q)"),
    ),
    Identity(
        "Matrix Cookbook (81)",
        "x @ b @ x",
        "x: n, b: n n",
        x=("(B + Bᵀ) x", "(b + b.T) @ x"),
        b=("x xᵀ", "outer(x, x)"),
    ),
    Identity(
        "Matrix Cookbook (81), B symmetric",
        "x @ b @ x",
        "x: n, b: n n: symmetric",
        x=("2 B x", "2 * b @ x"),
    ),
    Identity(
        "Matrix Cookbook (82)",
        "b @ x.T @ d @ x @ c",
        "x: n m, b: m, c: m, d: n n",
        x=("D X c bᵀ + Dᵀ X b cᵀ", "outer(d.T @ x @ b, c) + outer(d @ x @ c, b)"),
        d=("X b cᵀ Xᵀ", "outer(x @ b, x @ c)"),
    ),
    Identity(
        "Matrix Cookbook (83)",
        "(x @ b + c) @ d @ (x @ b + c)",
        "x: n m, b: m, c: n, d: n n",
        x=("(D + Dᵀ) (X b + c) bᵀ", "(d + d.T) @ outer(x @ b + c, b)"),
        c=("(D + Dᵀ) (X b + c)", "(d + d.T) @ (x @ b + c)"),
        d=("(X b + c) (X b + c)ᵀ", "outer(x @ b + c, x @ b + c)"),
    ),
    Identity(
        "Matrix Cookbook (84), (87) and (88)",
        "(x - a @ s) @ w @ (x - a @ s)",
        "x: n, a: n m, s: m, w: n n: symmetric",
        s=("2 Aᵀ W (A s − x)", "-2 * a.T @ w @ (x - a @ s)"),
        x=("2 W (x − A s)", "2 * w @ (x - a @ s)"),
        a=("2 W (A s − x) sᵀ", "-2 * w @ outer(x - a @ s, s)"),
    ),
    Identity(
        "Matrix Cookbook (85) and (86)",
        "(x - s) @ w @ (x - s)",
        "x: n, s: n, w: n n: symmetric",
        s=("2 W (s − x)", "-2 * w @ (x - s)"),
        x=("2 W (x − s)", "2 * w @ (x - s)"),
    ),
    Identity(
        "Matrix Cookbook (97)",
        "x @ a @ x + b @ x",
        "x: n, a: n n, b: n",
        x=("(A + Aᵀ) x + b", "(a + a.T) @ x + b"),
    ),
    Identity(
        "Boyd & Vandenberghe, 4.4, quadratic objective",
        "0.5 * x @ p @ x + q @ x + r",
        "x: n, p: n n: symmetric, q: n, r:",
        x=("P x + q", "p @ x + q"),
        p=("1/2 x xᵀ", "1 / 2 * outer(x, x)"),
        q=("x", "x"),
        r=("1", "1"),
    ),
    Identity(
        "matrixcalculus.org",
        "x @ a @ x + c * torch.sin(y) @ x",
        "x: n, a: n n, c:, y: n",
        x=("(A + Aᵀ) x + c sin(y)", "a @ x + a.T @ x + c * sin(y)"),
        y=("c (x ⊙ cos(y))", "c * cos(y) * x"),
        c=("sin(y)ᵀ x", "sin(y) @ x"),
        a=("x xᵀ", "outer(x, x)"),
    ),
    Identity(
        "Wikipedia, scalar-by-matrix identities",
        "(x @ a) @ c @ (x @ b)",
        "x: n m, a: m, b: m, c: n n",
        x=("C X b aᵀ + Cᵀ X a bᵀ", "outer(c @ x @ b, a) + outer(c.T @ x @ a, b)"),
    ),
    Identity(
        "bilinear form",
        "x @ a @ y",
        "x: n, a: n m, y: m",
        x=("A y", "a @ y"),
        y=("Aᵀ x", "a.T @ x"),
        a=("x yᵀ", "outer(x, y)"),
    ),
    Identity(
        "half-vectorised square",
        "x @ a.T @ a @ x",
        "x: n, a: m n",
        x=("2 Aᵀ A x", "2 * a.T @ a @ x"),
        a=("2 A x xᵀ", "2 * outer(a @ x, x)"),
    ),
    Identity(
        "mean and variance of a portfolio, Boyd & Vandenberghe, 4.4",
        "w @ m - 0.5 * g * w @ s @ w",
        "w: n, m: n, s: n n: posdef, g:",
        w=("m − g S w", "m - g * s @ w"),
        s=("−1/2 g w wᵀ", "-1 / 2 * g * outer(w, w)"),
        m=("w", "w"),
    ),
    Identity(
        "Widrow & Hoff 1960, LMS",
        "(y - w @ x) ** 2",
        "y:, w: n, x: n",
        w=("2 (wᵀ x − y) x", "-2 * (y - w @ x) * x"),
        x=("2 (wᵀ x − y) w", "-2 * (y - w @ x) * w"),
    ),
    Identity(
        "Hopfield 1982, energy",
        "-0.5 * x @ w @ x - b @ x",
        "x: n, w: n n: symmetric, b: n",
        x=("−(W x + b)", "-(w @ x + b)"),
        w=("−1/2 x xᵀ", "-1 / 2 * outer(x, x)"),
    ),
    Identity(
        "linear-quadratic control, one step",
        "(a @ x + b @ u) @ q @ (a @ x + b @ u) + u @ r @ u",
        "a: n n, x: n, b: n m, u: m, q: n n: symmetric, r: m m: symmetric",
        u=("2 (R u + Bᵀ Q (A x + B u))", "2 * (b.T @ q @ (a @ x + b @ u) + r @ u)"),
        x=("2 Aᵀ Q (A x + B u)", "2 * a.T @ q @ (a @ x + b @ u)"),
    ),
    Identity(
        "outer product under a bilinear form",
        "trace(a @ torch.outer(x, y))",
        "a: m n, x: n, y: m",
        x=("Aᵀ y", "a.T @ y"),
        y=("A x", "a @ x"),
    ),
)

FUNCTIONS_OF_FORMS = (
    Identity(
        "power of (81)",
        "(x @ a @ x) ** 2",
        "x: n, a: n n: symmetric",
        x=("4 (xᵀ A x) A x", "4 * (x @ a @ x) * a @ x"),
        a=("2 (xᵀ A x) x xᵀ", "2 * (x @ a @ x) * outer(x, x)"),
    ),
    Identity(
        "exponential of (69)", "torch.exp(a @ x)", "a: n, x: n", x=("exp(aᵀ x) a", "exp(a @ x) * a")
    ),
    Identity(
        "exponential of (81)",
        "torch.exp(-0.5 * x @ a @ x)",
        "x: n, a: n n: symmetric",
        x=("−exp(−1/2 xᵀ A x) A x", "-exp(-1 / 2 * x @ a @ x) * a @ x"),
    ),
    Identity(
        "root of (81), the norm of A",
        "torch.sqrt(x @ a @ x)",
        "x: n, a: n n: posdef",
        x=("A x/√(xᵀ A x)", "a @ x / sqrt(x @ a @ x)"),
    ),
    Identity(
        "reciprocal of (81)",
        "1 / (x @ a @ x)",
        "x: n, a: n n: posdef",
        x=("−2 A x/(xᵀ A x)²", "-2 * a @ x / (x @ a @ x) ** 2"),
    ),
    Identity(
        "logarithm of (81)",
        "torch.log(x @ a @ x)",
        "x: n, a: n n: posdef",
        x=("2 A x/(xᵀ A x)", "2 * a @ x / (x @ a @ x)"),
        a=("x xᵀ/(xᵀ A x)", "outer(x, x) / (x @ a @ x)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 4.3.2, linear-fractional",
        "(a @ x) / (c @ x)",
        "a: n, x: n, c: n",
        x=("(1/(cᵀ x)) (a − (aᵀ x/(cᵀ x)) c)", "(a - (a @ x) / (c @ x) * c) / (c @ x)"),
    ),
    Identity(
        "quotient of sums",
        "x.sum() / y.sum()",
        "x: n, y: n",
        x=("1/(1ᵀ y)", "1 / sum(y)"),
        y=("−(1ᵀ x/(1ᵀ y)²) 1", "-sum(x) / sum(y) ** 2"),
    ),
    Identity(
        "product of the entries",
        "torch.prod(x)",
        "x: n: positive",
        x=("Π_≠(x)", "prod(x) / x"),
    ),
    Identity(
        "difference of logarithms of (81)",
        "torch.log(x @ a @ x) - torch.log(x @ b @ x)",
        "x: n, a: n n: posdef, b: n n: posdef",
        x=("2 (A/(xᵀ A x) − B/(xᵀ B x)) x", "2 * (a @ x / (x @ a @ x) - b @ x / (x @ b @ x))"),
    ),
    Identity(
        "risk parity",
        "0.5 * w @ s @ w - b @ torch.log(w)",
        "w: n: positive, s: n n: symmetric, b: n",
        w=("S w − b ⊘ w", "s @ w - b / w"),
    ),
    Identity(
        "Cobb & Douglas 1928",
        "torch.exp(a @ torch.log(x))",
        "a: n, x: n: positive",
        x=("exp(aᵀ log(x)) (a ⊘ x)", "exp(a @ log(x)) * a / x"),
        a=("exp(aᵀ log(x)) log(x)", "exp(a @ log(x)) * log(x)"),
    ),
    Identity(
        "root mean square",
        "torch.sqrt((x ** 2).mean())",
        "x: n",
        x=("1/n x/(1/√n ‖x‖)", "x / (n * sqrt(x @ x / n))"),
    ),
    Identity(
        "softmax with a temperature",
        "t * torch.logsumexp(x / t, 0)",
        "x: n, t: : positive",
        x=lacking("softmax(x / t, 0)", "exp(z − logsumexp(z)) is softmax(z)"),
    ),
)
