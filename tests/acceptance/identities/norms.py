"""Norms of vectors and matrices, and functions of them."""

from tests.acceptance.identities.table import Identity, lacking

VECTORS = (
    Identity(
        "Matrix Cookbook (129)",
        "norm(x - a)",
        "x: n, a: n",
        x=("(x − a)/‖x − a‖", "(x - a) / norm(x - a)"),
        a=("(a − x)/‖x − a‖", "(a - x) / norm(x - a)"),
    ),
    Identity(
        "Matrix Cookbook (130), times a vector",
        "c @ ((x - a) / norm(x - a))",
        "c: n, x: n, a: n",
        c=("(x − a)/‖x − a‖", "(x - a) / norm(x - a)"),
        x=(
            "(1/‖x − a‖) ((cᵀ (a − x)/‖x − a‖²) (x − a) + c)",
            "c / norm(x - a) - (x - a) @ c * (x - a) / norm(x - a) ** 3",
        ),
    ),
    Identity(
        "Matrix Cookbook (130) with a = 0, times a vector",
        "c @ (x / norm(x))",
        "x: n, c: n",
        x=("1/‖x‖ (c − (cᵀ x/‖x‖²) x)", "c / norm(x) - (x @ c) * x / norm(x) ** 3"),
        c=("x/‖x‖", "x / norm(x)"),
    ),
    Identity("Matrix Cookbook (131)", "norm(x) ** 2", "x: n", x=("2 x", "2 * x")),
    Identity("Matrix Cookbook (131), as a product", "x @ x", "x: n", x=("2 x", "2 * x")),
    Identity("Euclidean norm", "norm(x)", "x: n", x=("x/‖x‖", "x / norm(x)")),
    Identity(
        "Euclidean norm, written out",
        "torch.sqrt((x ** 2).sum())",
        "x: n",
        x=("x/‖x‖", "x / sqrt(x @ x)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 6.1, norm approximation",
        "norm(a @ x - b)",
        "a: n m, x: m, b: n",
        x=("Aᵀ (A x − b)/‖A x − b‖", "a.T @ (a @ x - b) / norm(a @ x - b)"),
        a=("(A x − b) xᵀ/‖A x − b‖", "outer(a @ x - b, x) / norm(a @ x - b)"),
        b=("(b − A x)/‖A x − b‖", "(b - a @ x) / norm(a @ x - b)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 6.1, squared",
        "norm(a @ x - b) ** 2",
        "a: n m, x: m, b: n",
        x=("2 Aᵀ (A x − b)", "2 * a.T @ (a @ x - b)"),
        a=("2 (A x − b) xᵀ", "2 * outer(a @ x - b, x)"),
        b=("2 (b − A x)", "2 * (b - a @ x)"),
    ),
    Identity("one-norm", "torch.abs(x).sum()", "x: n", x=("sign(x)", "sign(x)")),
    Identity(
        "infinity norm, ties shared",
        "torch.max(torch.abs(x))",
        "x: n",
        x=(
            "([|x| = max(|x|)] ⊙ sign(x))/(1ᵀ [|x| = max(|x|)])",
            "t = holds(abs(x) == max(abs(x))); sign(x) * t / sum(t)",
        ),
    ),
    Identity(
        "p-norm, p = 3",
        "torch.linalg.norm(x, 3)",
        "x: n",
        x=("(|x| ⊙ x)/‖x‖₃²", "abs(x) * x / third_norm(x) ** 2"),
    ),
    Identity("cubes", "(x ** 3).sum()", "x: n", x=("3 x²", "3 * x ** 2")),
    Identity(
        "equal losses, equal gradients",
        "norm(x * x)",
        "x: n",
        x=("2 x³/‖x²‖", "2 * x ** 3 / norm(x * x)"),
    ),
    Identity(
        "equal losses, equal gradients",
        "norm(x ** 2)",
        "x: n",
        x=("2 x³/‖x²‖", "2 * x ** 3 / norm(x ** 2)"),
    ),
    Identity("power of a norm", "norm(x) ** 3", "x: n", x=("3 ‖x‖ x", "3 * norm(x) * x")),
    Identity("reciprocal of a norm", "1 / norm(x)", "x: n", x=("−x/‖x‖³", "-x / norm(x) ** 3")),
    Identity("logarithm of a norm", "torch.log(norm(x))", "x: n", x=("x/‖x‖²", "x / norm(x) ** 2")),
    Identity(
        "power of a distance",
        "norm(x - y) ** 4",
        "x: n, y: n",
        x=("4 ‖x − y‖² (x − y)", "4 * norm(x - y) ** 2 * (x - y)"),
    ),
    Identity(
        "Mahalanobis norm",
        "norm(l @ (x - y)) ** 2",
        "x: n, y: n, l: k n",
        x=("2 Lᵀ L (x − y)", "2 * l.T @ l @ (x - y)"),
        l=("2 L (x − y) (x − y)ᵀ", "2 * l @ outer(x - y, x - y)"),
    ),
    Identity(
        "triplet loss",
        "torch.relu(norm(a - p) ** 2 - norm(a - n) ** 2 + m)",
        "a: d, p: d, n: d, m:",
        a=(
            "2 [‖a − p‖² − ‖a − n‖² + m > 0] (n − p)",
            "2 * holds(norm(a - p) ** 2 - norm(a - n) ** 2 + m > 0) * (n - p)",
        ),
        p=(
            "2 [‖a − p‖² − ‖a − n‖² + m > 0] (p − a)",
            "2 * holds(norm(a - p) ** 2 - norm(a - n) ** 2 + m > 0) * (p - a)",
        ),
    ),
)

ANGLES = (
    Identity(
        "cosine similarity",
        "(x @ y) / (norm(x) * norm(y))",
        "x: n, y: n",
        x=(
            "(1/(‖x‖ ‖y‖)) (y − (xᵀ y/‖x‖²) x)",
            "y / (norm(x) * norm(y)) - (x @ y) * x / (norm(x) ** 3 * norm(y))",
        ),
    ),
    Identity(
        "length of a projection",
        "(x @ y) / norm(x)",
        "x: n, y: n",
        x=("1/‖x‖ (y − (xᵀ y/‖x‖²) x)", "y / norm(x) - (x @ y) * x / norm(x) ** 3"),
        y=("x/‖x‖", "x / norm(x)"),
    ),
    Identity(
        "squared cosine",
        "(x @ y) ** 2 / ((x @ x) * (y @ y))",
        "x: n, y: n",
        x=(
            "(2 xᵀ y/(‖y‖² ‖x‖²)) (y − (xᵀ y/‖x‖²) x)",
            "2 * (x @ y) / ((x @ x) * (y @ y)) * (y - (x @ y) / (x @ x) * x)",
        ),
    ),
    Identity(
        "squared sine",
        "1 - (x @ y) ** 2 / ((x @ x) * (y @ y))",
        "x: n, y: n",
        x=(
            "(2 xᵀ y/(‖y‖² ‖x‖²)) ((xᵀ y/‖x‖²) x − y)",
            "2 * (x @ y) / ((x @ x) * (y @ y)) * ((x @ y) / (x @ x) * x - y)",
        ),
    ),
)

MATRICES = (
    Identity("Matrix Cookbook (132)", "norm(x) ** 2", "x: n m", x=("2 X", "2 * x")),
    Identity("Frobenius norm", "norm(x)", "x: n m", x=("X/‖X‖", "x / norm(x)")),
    Identity(
        "Frobenius norm of a residual",
        "norm(a @ x - b) ** 2",
        "a: n k, x: k m, b: n m",
        x=("2 Aᵀ (A X − B)", "2 * a.T @ (a @ x - b)"),
        a=("2 (A X − B) Xᵀ", "2 * (a @ x - b) @ x.T"),
        b=("2 (B − A X)", "2 * (b - a @ x)"),
    ),
    Identity(
        "Frobenius norm of a residual, halved",
        "((a @ x - b) ** 2).sum() / 2",
        "a: n k, x: k m, b: n m",
        x=("Aᵀ (A X − B)", "a.T @ (a @ x - b)"),
    ),
    Identity(
        "Matrix Cookbook (119), as a norm",
        "norm(a @ x @ b - c) ** 2",
        "a: p n, x: n m, b: m q, c: p q",
        x=("2 Aᵀ (A X B − C) Bᵀ", "2 * a.T @ (a @ x @ b - c) @ b.T"),
    ),
    Identity(
        "Kronecker product",
        "norm(torch.kron(a, b)) ** 2",
        "a: n m, b: k l",
        a=("2 ‖B‖² A", "2 * norm(b) ** 2 * a"),
    ),
    Identity(
        "sum of entries in absolute value",
        "torch.abs(a @ x - b).sum()",
        "a: n k, x: k m, b: n m",
        x=("Aᵀ sign(A X − B)", "a.T @ sign(a @ x - b)"),
    ),
    Identity(
        "group lasso, norms of the rows",
        "norm(x, dim=1).sum()",
        "x: n d",
        x=lacking(
            "x / rownorms(x)", "rows divided by numbers, without a diagonal matrix of reciprocals"
        ),
    ),
)

MOMENTS = (
    Identity(
        "sum of squares about the mean",
        "((x - x.mean()) ** 2).sum()",
        "x: n",
        x=("2 (x − 1/n 1ᵀ x)", "2 * (x - sum(x) / n)"),
    ),
    Identity(
        "sum of squares about the column means",
        "((x - x.mean(0)) ** 2).sum()",
        "x: n d",
        x=("2 (X − 1/n 1 1ᵀ X)", "2 * (x - colsum(x) / n)"),
    ),
    Identity(
        "variance, with Bessel's correction",
        "torch.var(x)",
        "x: n",
        x=("2/(n − 1) (x − 1/n 1ᵀ x)", "2 / (n - 1) * (x - sum(x) / n)"),
    ),
    Identity(
        "standard deviation",
        "torch.std(x)",
        "x: n",
        x=lacking(
            "(x - sum(x) / n) / ((n - 1) * std(x))", "the standard deviation by its own name"
        ),
    ),
)
