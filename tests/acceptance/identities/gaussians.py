"""Gaussian densities and likelihoods."""

from tests.acceptance.identities.table import Identity

DENSITIES = (
    Identity(
        "Matrix Cookbook (388)",
        "(x - m) @ inv(s) @ (x - m)",
        "x: n, m: n, s: n n: posdef",
        x=("2 S⁻¹ (x − m)", "2 * inv(s) @ (x - m)"),
        m=("2 S⁻¹ (m − x)", "-2 * inv(s) @ (x - m)"),
        s=("−S⁻¹ (x − m) (x − m)ᵀ S⁻¹", "-inv(s) @ outer(x - m, x - m) @ inv(s)"),
    ),
    Identity(
        "Matrix Cookbook (347)",
        "torch.exp(-0.5 * (x - m) @ inv(s) @ (x - m)) / torch.sqrt(det(s))",
        "x: n, m: n, s: n n: posdef",
        x=(
            "(exp(−1/2 (x − m)ᵀ S⁻¹ (x − m))/(√(det(S)))) S⁻¹ (m − x)",
            "p = exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) / sqrt(det(s)); -p * inv(s) @ (x - m)",
        ),
        m=(
            "(exp(−1/2 (x − m)ᵀ S⁻¹ (x − m))/(√(det(S)))) S⁻¹ (x − m)",
            "p = exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) / sqrt(det(s)); p * inv(s) @ (x - m)",
        ),
        s=(
            "1/2 (exp(−1/2 (x − m)ᵀ S⁻¹ (x − m))/(√(det(S)))) (S⁻¹ (x − m) (x − m)ᵀ S⁻¹ − S⁻¹)",
            "p = exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) / sqrt(det(s)); "
            "p / 2 * (inv(s) @ outer(x - m, x - m) @ inv(s) - inv(s))",
        ),
    ),
    Identity(
        "Matrix Cookbook (347), without its constant",
        "torch.exp(-0.5 * (x - m) @ inv(s) @ (x - m))",
        "x: n, m: n, s: n n: posdef",
        x=(
            "exp(−1/2 (x − m)ᵀ S⁻¹ (x − m)) S⁻¹ (m − x)",
            "-exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) * inv(s) @ (x - m)",
        ),
        m=(
            "exp(−1/2 (x − m)ᵀ S⁻¹ (x − m)) S⁻¹ (x − m)",
            "exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) * inv(s) @ (x - m)",
        ),
    ),
    Identity(
        "Matrix Cookbook (389), entropy",
        "0.5 * logdet(s)",
        "s: n n: posdef",
        s=("1/2 S⁻¹", "1 / 2 * inv(s)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 7.1.1, likelihood",
        "0.5 * logdet(s) + 0.5 * (x - m) @ inv(s) @ (x - m)",
        "x: n, m: n, s: n n: posdef",
        m=("S⁻¹ (m − x)", "inv(s) @ (m - x)"),
        x=("S⁻¹ (x − m)", "inv(s) @ (x - m)"),
        s=(
            "1/2 (S⁻¹ − S⁻¹ (x − m) (x − m)ᵀ S⁻¹)",
            "1 / 2 * (inv(s) - inv(s) @ outer(x - m, x - m) @ inv(s))",
        ),
    ),
    Identity(
        "likelihood, solved",
        "0.5 * logdet(s) + 0.5 * (x - m) @ torch.linalg.solve(s, x - m)",
        "x: n, m: n, s: n n: posdef",
        m=("S⁻¹ (m − x)", "inv(s) @ (m - x)"),
        s=(
            "1/2 (S⁻¹ − S⁻¹ (x − m) (x − m)ᵀ S⁻¹)",
            "1 / 2 * (inv(s) - inv(s) @ outer(x - m, x - m) @ inv(s))",
        ),
    ),
    Identity(
        "likelihood, by its precision",
        "0.5 * (x - m) @ p @ (x - m) - 0.5 * logdet(p)",
        "x: n, m: n, p: n n: posdef",
        m=("P (m − x)", "p @ (m - x)"),
        p=("1/2 ((x − m) (x − m)ᵀ − P⁻¹)", "1 / 2 * (outer(x - m, x - m) - inv(p))"),
    ),
    Identity(
        "likelihood, in natural parameters",
        "0.5 * h @ inv(p) @ h - 0.5 * logdet(p) + 0.5 * x @ p @ x - h @ x",
        "x: n, h: n, p: n n: posdef",
        h=("P⁻¹ h − x", "inv(p) @ h - x"),
        x=("P x − h", "p @ x - h"),
        p=(
            "1/2 (x xᵀ − P⁻¹ − P⁻¹ h hᵀ P⁻¹)",
            "1 / 2 * (outer(x, x) - inv(p) @ outer(h, h) @ inv(p) - inv(p))",
        ),
    ),
    Identity(
        "likelihood, diagonal covariance",
        "0.5 * (((x - m) / s) ** 2).sum() + torch.log(s).sum()",
        "x: n, m: n, s: n: positive",
        m=("(m − x) ⊘ s²", "(m - x) / s ** 2"),
        s=("1 ⊘ s − (x − m)² ⊘ s³", "1 / s - (x - m) ** 2 / s ** 3"),
    ),
    Identity(
        "likelihood, equal variances",
        "((x - m) ** 2).sum() / (2 * v) + x.shape[0] / 2 * torch.log(v)",
        "x: n, m:, v: : positive",
        m=("1ᵀ (m − x)/v", "sum(m - x) / v"),
        v=("1/2 (n − ‖x − m‖²/v)/v", "1 / 2 * (n - norm(x - m) ** 2 / v) / v"),
    ),
)

SAMPLES = (
    Identity(
        "Bishop 2006, 2.3.4, many samples",
        "0.5 * trace(inv(s) @ (x - m).T @ (x - m)) + 0.5 * x.shape[0] * logdet(s)",
        "x: n d, m: d, s: d d: posdef",
        m=("S⁻¹ (1 mᵀ − X)ᵀ 1", "-inv(s) @ colsum(x - m)"),
        x=("(X − 1 mᵀ) S⁻¹", "(x - m) @ inv(s)"),
        s=(
            "1/2 (n S⁻¹ − S⁻¹ (X − 1 mᵀ)ᵀ (X − 1 mᵀ) S⁻¹)",
            "1 / 2 * (n * inv(s) - inv(s) @ (x - m).T @ (x - m) @ inv(s))",
        ),
    ),
    Identity(
        "many samples of mean zero",
        "0.5 * trace(inv(s) @ x.T @ x) + 0.5 * x.shape[0] * logdet(s)",
        "x: n d, s: d d: posdef",
        s=("1/2 (n S⁻¹ − S⁻¹ Xᵀ X S⁻¹)", "1 / 2 * (n * inv(s) - inv(s) @ x.T @ x @ inv(s))"),
        x=("X S⁻¹", "x @ inv(s)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 7.1.1, covariance estimation",
        "logdet(s) + trace(inv(s) @ c)",
        "s: n n: posdef, c: n n: symmetric",
        s=("S⁻¹ − S⁻¹ C S⁻¹", "inv(s) - inv(s) @ c @ inv(s)"),
        c=("S⁻¹", "inv(s)"),
    ),
    Identity(
        "graphical lasso, the smooth part",
        "trace(c @ p) - logdet(p)",
        "p: n n: posdef, c: n n: symmetric",
        p=("C − P⁻¹", "c - inv(p)"),
        c=("P", "p"),
    ),
    Identity(
        "Stein's loss",
        "trace(a @ inv(s)) - logdet(a @ inv(s))",
        "a: n n: posdef, s: n n: posdef",
        a=("S⁻¹ − A⁻¹", "inv(s) - inv(a)"),
        s=("S⁻¹ − S⁻¹ A S⁻¹", "inv(s) - inv(s) @ a @ inv(s)"),
    ),
    Identity(
        "matrix normal, the exponent",
        "trace(inv(v) @ (x - m).T @ inv(u) @ (x - m))",
        "x: n k, m: n k, u: n n: posdef, v: k k: posdef",
        x=("2 U⁻¹ (X − M) V⁻¹", "2 * inv(u) @ (x - m) @ inv(v)"),
        m=("2 U⁻¹ (M − X) V⁻¹", "2 * inv(u) @ (m - x) @ inv(v)"),
    ),
    Identity(
        "matrix normal, the likelihood",
        "0.5 * trace(inv(v) @ (x - m).T @ inv(u) @ (x - m)) + 0.5 * x.shape[0] * "
        "logdet(v) + 0.5 * x.shape[1] * logdet(u)",
        "x: n k, m: n k, u: n n: posdef, v: k k: posdef",
        m=("U⁻¹ (M − X) V⁻¹", "inv(u) @ (m - x) @ inv(v)"),
        u=(
            "1/2 (k U⁻¹ − U⁻¹ (X − M) V⁻¹ (X − M)ᵀ U⁻¹)",
            "1 / 2 * (k * inv(u) - inv(u) @ (x - m) @ inv(v) @ (x - m).T @ inv(u))",
        ),
        v=(
            "1/2 (n V⁻¹ − V⁻¹ (X − M)ᵀ U⁻¹ (X − M) V⁻¹)",
            "1 / 2 * (n * inv(v) - inv(v) @ (x - m).T @ inv(u) @ (x - m) @ inv(v))",
        ),
    ),
)

STRUCTURED = (
    Identity(
        "factor analysis",
        "logdet(w @ w.T + q) + trace(inv(w @ w.T + q) @ s)",
        "w: n k, q: n n: posdef, s: n n: symmetric",
        q=(
            "(W Wᵀ + Q)⁻¹ − (W Wᵀ + Q)⁻¹ S (W Wᵀ + Q)⁻¹",
            "c = w @ w.T + q; inv(c) - inv(c) @ s @ inv(c)",
        ),
        w=(
            "2 ((W Wᵀ + Q)⁻¹ − (W Wᵀ + Q)⁻¹ S (W Wᵀ + Q)⁻¹) W",
            "c = w @ w.T + q; 2 * (inv(c) - inv(c) @ s @ inv(c)) @ w",
        ),
    ),
    Identity(
        "factor analysis, diagonal noise",
        "0.5 * logdet(w @ w.T + torch.diag(p)) + 0.5 * trace(inv(w @ w.T + torch.diag(p)) @ s)",
        "w: n k, p: n: positive, s: n n: posdef",
        w=(
            "((W Wᵀ + diag(p))⁻¹ − (W Wᵀ + diag(p))⁻¹ S (W Wᵀ + diag(p))⁻¹) W",
            "c = w @ w.T + diag(p); (inv(c) - inv(c) @ s @ inv(c)) @ w",
        ),
        p=(
            "1/2 diag((W Wᵀ + diag(p))⁻¹ − (W Wᵀ + diag(p))⁻¹ S (W Wᵀ + diag(p))⁻¹)",
            "c = w @ w.T + diag(p); 1 / 2 * diagonal(inv(c) - inv(c) @ s @ inv(c))",
        ),
    ),
    Identity(
        "Tipping & Bishop 1999, probabilistic PCA",
        "c = w @ w.T + v * torch.eye(w.shape[0], dtype=torch.float64); "
        "0.5 * logdet(c) + 0.5 * trace(inv(c) @ s)",
        "w: n k, v: : positive, s: n n: symmetric",
        w=(
            "((W Wᵀ + v I)⁻¹ − (W Wᵀ + v I)⁻¹ S (W Wᵀ + v I)⁻¹) W",
            "c = w @ w.T + v * eye(n); (inv(c) - inv(c) @ s @ inv(c)) @ w",
        ),
        v=(
            "1/2 tr((W Wᵀ + v I)⁻¹ − (W Wᵀ + v I)⁻¹ S (W Wᵀ + v I)⁻¹)",
            "c = w @ w.T + v * eye(n); 1 / 2 * trace(inv(c) - inv(c) @ s @ inv(c))",
        ),
    ),
    Identity(
        "Kalman filter, likelihood of the innovation",
        "c = h @ p @ h.T + r; 0.5 * logdet(c) + 0.5 * (y - h @ m) @ inv(c) @ (y - h @ m)",
        "h: k n, p: n n: posdef, r: k k: posdef, y: k, m: n",
        m=("Hᵀ (H P Hᵀ + R)⁻¹ (H m − y)", "c = h @ p @ h.T + r; -h.T @ inv(c) @ (y - h @ m)"),
        y=("(H P Hᵀ + R)⁻¹ (y − H m)", "c = h @ p @ h.T + r; inv(c) @ (y - h @ m)"),
        r=(
            "1/2 ((H P Hᵀ + R)⁻¹ − (H P Hᵀ + R)⁻¹ (y − H m) (y − H m)ᵀ (H P Hᵀ + R)⁻¹)",
            "c = h @ p @ h.T + r; 1 / 2 * (inv(c) - inv(c) @ outer(y - h @ m, y - h @ m) @ inv(c))",
        ),
        p=(
            "1/2 Hᵀ ((H P Hᵀ + R)⁻¹ − (H P Hᵀ + R)⁻¹ (y − H m) (y − H m)ᵀ (H P Hᵀ + R)⁻¹) H",
            "c = h @ p @ h.T + r; 1 / 2 * h.T @ (inv(c) - inv(c) @ outer(y - h @ m, y - h @ "
            "m) @ inv(c)) @ h",
        ),
    ),
    Identity(
        "Kalman filter, updated mean",
        "m + p @ h.T @ inv(h @ p @ h.T + r) @ (y - h @ m)",
        "m: n, p: n n: posdef, h: k n, r: k k: posdef, y: k",
        y=("(H P Hᵀ + R)⁻¹ H P ∇out", "inv(h @ p @ h.T + r) @ h @ p @ G"),
        m=("∇out − Hᵀ (H P Hᵀ + R)⁻¹ H P ∇out", "G - h.T @ inv(h @ p @ h.T + r) @ h @ p @ G"),
    ),
    Identity(
        "Rasmussen & Williams 2006, (5.9)",
        "0.5 * y @ inv(k) @ y + 0.5 * logdet(k)",
        "y: n, k: n n: posdef",
        k=("1/2 (K⁻¹ − K⁻¹ y yᵀ K⁻¹)", "1 / 2 * (inv(k) - inv(k) @ outer(y, y) @ inv(k))"),
        y=("K⁻¹ y", "inv(k) @ y"),
    ),
    Identity(
        "Rasmussen & Williams 2006, (5.9), solved",
        "0.5 * y @ torch.linalg.solve(k, y) + 0.5 * logdet(k)",
        "y: n, k: n n: posdef",
        k=("1/2 (K⁻¹ − K⁻¹ y yᵀ K⁻¹)", "1 / 2 * (inv(k) - inv(k) @ outer(y, y) @ inv(k))"),
        y=("K⁻¹ y", "inv(k) @ y"),
    ),
    Identity(
        "Rasmussen & Williams 2006, (5.9), with noise",
        "c = k + s * torch.eye(y.shape[0], dtype=torch.float64); "
        "0.5 * y @ inv(c) @ y + 0.5 * logdet(c)",
        "y: n, k: n n: posdef, s: : positive",
        y=("(K + s I)⁻¹ y", "inv(k + s * eye(n)) @ y"),
        k=(
            "1/2 ((K + s I)⁻¹ − (K + s I)⁻¹ y yᵀ (K + s I)⁻¹)",
            "c = k + s * eye(n); 1 / 2 * (inv(c) - inv(c) @ outer(y, y) @ inv(c))",
        ),
        s=(
            "1/2 tr((K + s I)⁻¹ − (K + s I)⁻¹ y yᵀ (K + s I)⁻¹)",
            "c = k + s * eye(n); 1 / 2 * trace(inv(c) - inv(c) @ outer(y, y) @ inv(c))",
        ),
    ),
    Identity(
        "Gaussian process, scale of the kernel",
        "c = a * k + r; 0.5 * y @ inv(c) @ y + 0.5 * logdet(c)",
        "a: : positive, y: n, k: n n: posdef, r: n n: posdef",
        a=(
            "1/2 tr(((a K + R)⁻¹ − (a K + R)⁻¹ y yᵀ (a K + R)⁻¹) K)",
            "c = a * k + r; 1 / 2 * trace((inv(c) - inv(c) @ outer(y, y) @ inv(c)) @ k)",
        ),
    ),
)
