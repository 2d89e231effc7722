"""Least squares: ordinary, weighted, generalised, and its projections."""

from tests.acceptance.identities.table import Identity

PLAIN = (
    Identity(
        "normal equations",
        "((x @ w - y) ** 2).sum()",
        "x: n d, w: d, y: n",
        w=("2 Xᵀ (X w − y)", "2 * x.T @ (x @ w - y)"),
        x=("2 (X w − y) wᵀ", "2 * outer(x @ w - y, w)"),
        y=("2 (y − X w)", "2 * (y - x @ w)"),
    ),
    Identity(
        "mean",
        "((x @ w - y) ** 2).mean()",
        "x: n d, w: d, y: n",
        w=("2/n Xᵀ (X w − y)", "2 / n * x.T @ (x @ w - y)"),
    ),
    Identity(
        "halved",
        "0.5 * norm(x @ w - y) ** 2",
        "x: n d, w: d, y: n",
        w=("Xᵀ (X w − y)", "x.T @ (x @ w - y)"),
    ),
    Identity(
        "several outputs",
        "((x @ w - y) ** 2).sum()",
        "x: n d, w: d k, y: n k",
        w=("2 Xᵀ (X W − Y)", "2 * x.T @ (x @ w - y)"),
        x=("2 (X W − Y) Wᵀ", "2 * (x @ w - y) @ w.T"),
    ),
    Identity(
        "bias",
        "((x @ w + b - y) ** 2).sum()",
        "x: n d, w: d, b:, y: n",
        w=("2 Xᵀ (X w + b − y)", "2 * x.T @ (x @ w + b - y)"),
        b=("2 1ᵀ (X w + b − y)", "2 * sum(x @ w + b - y)"),
    ),
    Identity(
        "several outputs with biases",
        "((x @ w + b - y) ** 2).sum()",
        "x: n d, w: d k, b: k, y: n k",
        w=("2 Xᵀ (X W + 1 bᵀ − Y)", "2 * x.T @ (x @ w + b - y)"),
        b=("2 (X W + 1 bᵀ − Y)ᵀ 1", "2 * colsum(x @ w + b - y)"),
    ),
    Identity(
        "likelihood with its variance",
        "norm(y - x @ w) ** 2 / (2 * v) + x.shape[0] / 2 * torch.log(v)",
        "y: n, x: n d, w: d, v: : positive",
        w=("Xᵀ (X w − y)/v", "x.T @ (x @ w - y) / v"),
        v=("1/2 (n − ‖y − X w‖²/v)/v", "1 / 2 * (n - norm(y - x @ w) ** 2 / v) / v"),
    ),
    Identity(
        "two layers",
        "((y - x @ u @ v) ** 2).sum()",
        "y: n, x: n d, u: d k, v: k",
        u=("2 Xᵀ (X U v − y) vᵀ", "2 * x.T @ outer(x @ u @ v - y, v)"),
        v=("2 Uᵀ Xᵀ (X U v − y)", "2 * u.T @ x.T @ (x @ u @ v - y)"),
    ),
    Identity(
        "reduced rank",
        "norm(y - x @ b @ c.T) ** 2",
        "y: n q, x: n p, b: p k, c: q k",
        b=("2 Xᵀ (X B Cᵀ − Y) C", "2 * x.T @ (x @ b @ c.T - y) @ c"),
        c=("2 (X B Cᵀ − Y)ᵀ X B", "2 * (x @ b @ c.T - y).T @ x @ b"),
    ),
    Identity(
        "phase retrieval",
        "(0.25 * ((a @ x) ** 2 - b) ** 2).sum()",
        "a: n m, x: m, b: n",
        x=("Aᵀ (((A x)² − b) ⊙ (A x))", "a.T @ (((a @ x) ** 2 - b) * (a @ x))"),
    ),
    Identity(
        "nonlinear, an exponential",
        "((torch.exp(x @ w) - y) ** 2).sum()",
        "x: n d, w: d, y: n",
        w=("2 Xᵀ ((exp(X w) − y) ⊙ exp(X w))", "2 * x.T @ ((exp(x @ w) - y) * exp(x @ w))"),
    ),
    Identity(
        "logistic mean, squared error",
        "((torch.sigmoid(x @ w) - y) ** 2).sum()",
        "x: n d, w: d, y: n",
        w=(
            "2 Xᵀ ((σ(X w) − y) ⊙ σ(X w) ⊙ (1 − σ(X w)))",
            "2 * x.T @ ((sigmoid(x @ w) - y) * sigmoid(x @ w) * (1 - sigmoid(x @ w)))",
        ),
    ),
    Identity(
        "two designs",
        "norm(y - x @ w - z @ b) ** 2",
        "y: n, x: n d, w: d, z: n q, b: q",
        w=("2 Xᵀ (X w − y + Z b)", "2 * x.T @ (x @ w + z @ b - y)"),
        b=("2 Zᵀ (X w − y + Z b)", "2 * z.T @ (x @ w + z @ b - y)"),
    ),
)

WEIGHTED = (
    Identity(
        "weighted",
        "(s * (x @ w - y) ** 2).sum()",
        "s: n, x: n d, w: d, y: n",
        w=("2 Xᵀ (s ⊙ (X w − y))", "2 * x.T @ (s * (x @ w - y))"),
        s=("(X w − y)²", "(x @ w - y) ** 2"),
    ),
    Identity(
        "weighted, a diagonal matrix",
        "(x @ w - y) @ torch.diag(s) @ (x @ w - y)",
        "s: n, x: n d, w: d, y: n",
        w=("2 Xᵀ (s ⊙ (X w − y))", "2 * x.T @ (s * (x @ w - y))"),
        s=("(X w − y)²", "(x @ w - y) ** 2"),
    ),
    Identity(
        "weighted, by roots of the weights",
        "norm(torch.sqrt(s) * (x @ w - y)) ** 2",
        "s: n: positive, x: n d, w: d, y: n",
        w=("2 Xᵀ (s ⊙ (X w − y))", "2 * x.T @ (s * (x @ w - y))"),
    ),
    Identity(
        "rows scaled",
        "norm(torch.diag(s) @ (a @ x - b)) ** 2",
        "s: n, a: n m, x: m, b: n",
        x=("2 Aᵀ (s² ⊙ (A x − b))", "2 * a.T @ (s ** 2 * (a @ x - b))"),
        s=("2 (s ⊙ (A x − b)²)", "2 * s * (a @ x - b) ** 2"),
    ),
    Identity(
        "generalised",
        "(x @ w - y) @ p @ (x @ w - y)",
        "x: n d, w: d, y: n, p: n n: posdef",
        w=("2 Xᵀ P (X w − y)", "2 * x.T @ p @ (x @ w - y)"),
        p=("(X w − y) (X w − y)ᵀ", "outer(x @ w - y, x @ w - y)"),
    ),
    Identity(
        "Aitken 1935, generalised, by the covariance",
        "(x @ w - y) @ inv(v) @ (x @ w - y)",
        "x: n d, w: d, y: n, v: n n: posdef",
        w=("2 Xᵀ V⁻¹ (X w − y)", "2 * x.T @ inv(v) @ (x @ w - y)"),
        v=("−V⁻¹ (X w − y) (X w − y)ᵀ V⁻¹", "-inv(v) @ outer(x @ w - y, x @ w - y) @ inv(v)"),
    ),
    Identity(
        "generalised, several outputs",
        "trace((x @ w - y).T @ p @ (x @ w - y))",
        "x: n d, w: d k, y: n k, p: n n: symmetric",
        w=("2 Xᵀ P (X W − Y)", "2 * x.T @ p @ (x @ w - y)"),
    ),
    Identity(
        "seemingly unrelated, covariance of the outputs",
        "trace((y - x @ w) @ inv(s) @ (y - x @ w).T) + y.shape[0] * logdet(s)",
        "y: n k, x: n d, w: d k, s: k k: posdef",
        w=("2 Xᵀ (X W − Y) S⁻¹", "2 * x.T @ (x @ w - y) @ inv(s)"),
        s=(
            "n S⁻¹ − S⁻¹ (Y − X W)ᵀ (Y − X W) S⁻¹",
            "n * inv(s) - inv(s) @ (y - x @ w).T @ (y - x @ w) @ inv(s)",
        ),
    ),
)

PROJECTIONS = (
    Identity(
        "residual of the projection",
        "y @ y - y @ x @ inv(x.T @ x) @ x.T @ y",
        "x: n m, y: n",
        y=("2 (y − X (Xᵀ X)⁻¹ Xᵀ y)", "2 * (y - x @ inv(x.T @ x) @ x.T @ y)"),
        x=(
            "2 (X (Xᵀ X)⁻¹ Xᵀ y − y) yᵀ X (Xᵀ X)⁻¹",
            "-2 * outer(y - x @ inv(x.T @ x) @ x.T @ y, inv(x.T @ x) @ x.T @ y)",
        ),
    ),
    Identity(
        "projection",
        "y @ x @ inv(x.T @ x) @ x.T @ y",
        "x: n m, y: n",
        y=("2 X (Xᵀ X)⁻¹ Xᵀ y", "2 * x @ inv(x.T @ x) @ x.T @ y"),
        x=(
            "2 (y − X (Xᵀ X)⁻¹ Xᵀ y) yᵀ X (Xᵀ X)⁻¹",
            "2 * outer(y - x @ inv(x.T @ x) @ x.T @ y, inv(x.T @ x) @ x.T @ y)",
        ),
    ),
    Identity(
        "Golub & Pereyra 1973, variable projection",
        "b = inv(x.T @ x) @ x.T @ y; r = y - x @ b; r @ r",
        "x: n m, y: n",
        y=("2 (y − X (Xᵀ X)⁻¹ Xᵀ y)", "2 * (y - x @ inv(x.T @ x) @ x.T @ y)"),
        x=(
            "2 (X (Xᵀ X)⁻¹ Xᵀ y − y) yᵀ X (Xᵀ X)⁻¹",
            "-2 * outer(y - x @ inv(x.T @ x) @ x.T @ y, inv(x.T @ x) @ x.T @ y)",
        ),
    ),
    Identity(
        "by the matrix of residuals",
        "y @ (torch.eye(x.shape[0], dtype=torch.float64) - x @ inv(x.T @ x) @ x.T) @ y",
        "x: n m, y: n",
        y=("2 (I − X (Xᵀ X)⁻¹ Xᵀ) y", "2 * (y - x @ inv(x.T @ x) @ x.T @ y)"),
        x=(
            "2 (X (Xᵀ X)⁻¹ Xᵀ y − y) yᵀ X (Xᵀ X)⁻¹",
            "-2 * outer(y - x @ inv(x.T @ x) @ x.T @ y, inv(x.T @ x) @ x.T @ y)",
        ),
    ),
    Identity(
        "the estimate as a function of the data",
        "inv(x.T @ x) @ x.T @ y",
        "x: n m, y: n",
        y=("X (Xᵀ X)⁻¹ ∇out", "x @ inv(x.T @ x) @ G"),
    ),
)
