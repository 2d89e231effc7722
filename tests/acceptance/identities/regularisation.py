"""Least squares with a penalty, with constraints, total and orthogonal."""

from tests.acceptance.identities.table import Identity, lacking

REGULARISED = (
    Identity(
        "ridge",
        "((x @ w - y) ** 2).sum() + lam * (w ** 2).sum()",
        "x: n d, w: d, y: n, lam:",
        w=("2 (lam w + Xᵀ (X w − y))", "2 * (x.T @ (x @ w - y) + lam * w)"),
        lam=("‖w‖²", "w @ w"),
    ),
    Identity(
        "ridge, several outputs",
        "norm(x @ w - y) ** 2 + lam * norm(w) ** 2",
        "x: n d, w: d k, y: n k, lam:",
        w=("2 (lam W + Xᵀ (X W − Y))", "2 * (x.T @ (x @ w - y) + lam * w)"),
    ),
    Identity(
        "ridge, mean loss",
        "0.5 * norm(x @ w - y) ** 2 / x.shape[0] + lam * norm(w) ** 2",
        "x: n d, w: d, y: n, lam:",
        w=("2 lam w + 1/n Xᵀ (X w − y)", "1 / n * x.T @ (x @ w - y) + 2 * lam * w"),
    ),
    Identity(
        "Boyd & Vandenberghe, 6.3.2, Tikhonov",
        "norm(x @ w - y) ** 2 + norm(g @ w) ** 2",
        "x: n d, w: d, y: n, g: k d",
        w=("2 (Gᵀ G w + Xᵀ (X w − y))", "2 * (x.T @ (x @ w - y) + g.T @ g @ w)"),
        g=("2 G w wᵀ", "2 * outer(g @ w, w)"),
    ),
    Identity(
        "generalised Tikhonov",
        "norm(x @ w - y) ** 2 + (w - m) @ q @ (w - m)",
        "x: n d, w: d, y: n, m: d, q: d d: posdef",
        w=("2 (Q (w − m) + Xᵀ (X w − y))", "2 * (x.T @ (x @ w - y) + q @ (w - m))"),
        m=("2 Q (m − w)", "2 * q @ (m - w)"),
    ),
    Identity(
        "lasso, a subgradient",
        "0.5 * norm(x @ w - y) ** 2 + lam * torch.abs(w).sum()",
        "x: n d, w: d, y: n, lam:",
        w=("lam sign(w) + Xᵀ (X w − y)", "x.T @ (x @ w - y) + lam * sign(w)"),
    ),
    Identity(
        "elastic net, a subgradient",
        "0.5 * norm(x @ w - y) ** 2 + a * torch.abs(w).sum() + 0.5 * b * (w ** 2).sum()",
        "x: n d, w: d, y: n, a:, b:",
        w=("b w + a sign(w) + Xᵀ (X w − y)", "x.T @ (x @ w - y) + a * sign(w) + b * w"),
    ),
    Identity(
        "norm not squared",
        "norm(x @ w - y) ** 2 + lam * norm(w)",
        "x: n d, w: d, y: n, lam:",
        w=("lam/‖w‖ w + 2 Xᵀ (X w − y)", "2 * x.T @ (x @ w - y) + lam * w / norm(w)"),
    ),
    Identity(
        "kernel ridge",
        "norm(k @ a - y) ** 2 + lam * a @ k @ a",
        "k: n n: symmetric, a: n, y: n, lam:",
        a=("2 K (lam a + K a − y)", "2 * k @ (k @ a - y + lam * a)"),
    ),
    Identity(
        "kernel ridge, in its dual",
        "y @ inv(k + lam * torch.eye(y.shape[0], dtype=torch.float64)) @ y",
        "k: n n: posdef, y: n, lam: : positive",
        y=("2 (K + lam I)⁻¹ y", "2 * inv(k + lam * eye(n)) @ y"),
        k=(
            "−(K + lam I)⁻¹ y yᵀ (K + lam I)⁻¹",
            "-inv(k + lam * eye(n)) @ outer(y, y) @ inv(k + lam * eye(n))",
        ),
        lam=lacking(
            "-norm(inv(k + lam * eye(n)) @ y) ** 2",
            "yᵀ A⁻¹ A⁻¹ y with A symmetric is the square of a norm",
        ),
    ),
    Identity(
        "ridge, in its dual",
        "y @ inv(x @ x.T + lam * torch.eye(x.shape[0], dtype=torch.float64)) @ y",
        "x: n d, y: n, lam: : positive",
        y=("2 (X Xᵀ + lam I)⁻¹ y", "2 * inv(x @ x.T + lam * eye(n)) @ y"),
        x=(
            "−2 (X Xᵀ + lam I)⁻¹ y yᵀ (X Xᵀ + lam I)⁻¹ X",
            "-2 * inv(x @ x.T + lam * eye(n)) @ outer(y, y) @ inv(x @ x.T + lam * eye(n)) @ x",
        ),
    ),
    Identity(
        "fused lasso, total variation",
        "0.5 * norm(x @ w - y) ** 2 + lam * torch.abs(d @ w).sum()",
        "x: n m, w: m, y: n, lam:, d: k m",
        w=("lam Dᵀ sign(D w) + Xᵀ (X w − y)", "x.T @ (x @ w - y) + lam * d.T @ sign(d @ w)"),
    ),
    Identity(
        "trend filtering, squared differences",
        "norm(x - y) ** 2 + lam * norm(d @ x) ** 2",
        "x: n, y: n, lam:, d: k n",
        x=("2 (lam Dᵀ D x + x − y)", "2 * (x - y + lam * d.T @ d @ x)"),
    ),
    Identity(
        "multi-task, a prior on the outputs",
        "norm(x @ w - y) ** 2 + trace(w @ o @ w.T)",
        "x: n d, w: d k, y: n k, o: k k: symmetric",
        w=("2 (W O + Xᵀ (X W − Y))", "2 * (x.T @ (x @ w - y) + w @ o)"),
    ),
)

CONSTRAINED = (
    Identity(
        "Lagrangian of equality constraints",
        "norm(x @ w - y) ** 2 + l @ (c @ w - d)",
        "x: n m, w: m, y: n, l: k, c: k m, d: k",
        w=("Cᵀ l + 2 Xᵀ (X w − y)", "2 * x.T @ (x @ w - y) + c.T @ l"),
        l=("C w − d", "c @ w - d"),
    ),
    Identity(
        "quadratic penalty",
        "norm(x @ w - y) ** 2 + r / 2 * norm(c @ w - d) ** 2",
        "x: n m, w: m, y: n, c: k m, d: k, r:",
        w=("r Cᵀ (C w − d) + 2 Xᵀ (X w − y)", "2 * x.T @ (x @ w - y) + r * c.T @ (c @ w - d)"),
    ),
    Identity(
        "augmented Lagrangian",
        "0.5 * norm(x @ w - y) ** 2 + l @ (w - z) + r / 2 * norm(w - z) ** 2",
        "x: n m, w: m, y: n, l: m, z: m, r:",
        w=("l + r (w − z) + Xᵀ (X w − y)", "x.T @ (x @ w - y) + l + r * (w - z)"),
        z=("−(l + r (w − z))", "-(l + r * (w - z))"),
    ),
    Identity(
        "Boyd & Vandenberghe, 11.2, logarithmic barrier",
        "-torch.log(b - a @ x).sum()",
        "a: n m, x: m, b: n",
        x=("Aᵀ (1 ⊘ (b − A x))", "a.T @ (1 / (b - a @ x))"),
    ),
    Identity(
        "total, for one output",
        "norm(x @ w - y) ** 2 / (1 + w @ w)",
        "x: n d, w: d, y: n",
        w=(
            "(2/(1 + ‖w‖²)) (Xᵀ (X w − y) − (‖X w − y‖²/(1 + ‖w‖²)) w)",
            "2 / (1 + w @ w) * (x.T @ (x @ w - y) - norm(x @ w - y) ** 2 / (1 + w @ w) * w)",
        ),
    ),
    Identity(
        "orthogonal, through the origin",
        "norm(x @ w) ** 2 / (w @ w)",
        "x: n d, w: d",
        w=(
            "2/‖w‖² (Xᵀ X w − (‖X w‖²/‖w‖²) w)",
            "2 / (w @ w) * (x.T @ x @ w - norm(x @ w) ** 2 / (w @ w) * w)",
        ),
    ),
    Identity(
        "Procrustes",
        "norm(a @ q - b) ** 2",
        "a: n d, q: d d, b: n d",
        q=("2 Aᵀ (A Q − B)", "2 * a.T @ (a @ q - b)"),
    ),
    Identity(
        "Procrustes, with a scale",
        "norm(c * (a @ q) - b) ** 2",
        "a: n d, q: d d, b: n d, c:",
        q=("2 c Aᵀ (c A Q − B)", "2 * c * a.T @ (c * a @ q - b)"),
        c=("2 tr(Q (c A Q − B)ᵀ A)", "2 * trace((a @ q).T @ (c * a @ q - b))"),
    ),
    Identity(
        "Procrustes, with a translation",
        "norm(a @ q + t - b) ** 2",
        "a: n d, q: d d, t: d, b: n d",
        q=("2 Aᵀ (A Q + 1 tᵀ − B)", "2 * a.T @ (a @ q + t - b)"),
        t=("2 (A Q + 1 tᵀ − B)ᵀ 1", "2 * colsum(a @ q + t - b)"),
    ),
)
