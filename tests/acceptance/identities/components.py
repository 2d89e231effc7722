"""Components of data, and quotients of quadratic forms."""

from tests.acceptance.identities.table import Identity, lacking

COMPONENTS = (
    Identity(
        "PCA",
        "trace(w.T @ s @ w)",
        "w: d k, s: d d: symmetric",
        w=("2 S W", "2 * s @ w"),
        s=("W Wᵀ", "w @ w.T"),
    ),
    Identity(
        "PCA, of data",
        "-trace(w.T @ x.T @ x @ w)",
        "x: n d, w: d k",
        w=("−2 Xᵀ X W", "-2 * x.T @ x @ w"),
    ),
    Identity(
        "PCA, reconstruction; linear autoencoder",
        "norm(x - x @ w @ w.T) ** 2",
        "x: n d, w: d k",
        w=(
            "−2 (Xᵀ (X − X W Wᵀ) + (X − X W Wᵀ)ᵀ X) W",
            "-2 * (x.T @ (x - x @ w @ w.T) + (x - x @ w @ w.T).T @ x) @ w",
        ),
    ),
    Identity(
        "PCA, reconstruction of columns",
        "norm(x - w @ w.T @ x) ** 2",
        "x: d n, w: d k",
        w=(
            "−2 ((X − W Wᵀ X) Xᵀ + X (X − W Wᵀ X)ᵀ) W",
            "-2 * ((x - w @ w.T @ x) @ x.T + x @ (x - w @ w.T @ x).T) @ w",
        ),
    ),
    Identity(
        "linear autoencoder, two maps",
        "norm(x - x @ a @ b) ** 2",
        "x: n d, a: d k, b: k d",
        a=("2 Xᵀ (X A B − X) Bᵀ", "2 * x.T @ (x @ a @ b - x) @ b.T"),
        b=("2 Aᵀ Xᵀ (X A B − X)", "2 * (x @ a).T @ (x @ a @ b - x)"),
    ),
    Identity(
        "CCA, covariance of the projections",
        "trace(u.T @ c @ v)",
        "u: n k, c: n m, v: m k",
        u=("C V", "c @ v"),
        v=("Cᵀ U", "c.T @ u"),
    ),
    Identity(
        "CCA, correlation of one pair",
        "(u @ c @ v) / torch.sqrt((u @ a @ u) * (v @ b @ v))",
        "u: n, c: n m, v: m, a: n n: posdef, b: m m: posdef",
        u=(
            "(1/√(uᵀ A u vᵀ B v)) (C v − (uᵀ C v/(uᵀ A u)) A u)",
            "(c @ v - (u @ c @ v) / (u @ a @ u) * a @ u) / sqrt((u @ a @ u) * (v @ b @ v))",
        ),
    ),
    Identity(
        "ICA, maximum likelihood",
        "torch.log(torch.cosh(w @ x)).sum() - torch.log(torch.abs(det(w)))",
        "w: d d, x: d n",
        w=("tanh(W X) Xᵀ − W⁻ᵀ", "tanh(w @ x) @ x.T - inv(w).T"),
    ),
    Identity(
        "ICA, log-cosh contrast",
        "torch.log(torch.cosh(x @ w)).sum()",
        "x: n d, w: d",
        w=("Xᵀ tanh(X w)", "x.T @ tanh(x @ w)"),
    ),
    Identity(
        "ICA, kurtosis",
        "((x @ w) ** 4).sum() / ((x @ w) ** 2).sum() ** 2",
        "x: n d, w: d",
        w=lacking(
            "z = x @ w; 4 * x.T @ (z ** 3 / norm(z) ** 4 - sum(z ** 4) / norm(z) ** 6 * z)",
            "the fraction is told in the norm of X w",
        ),
    ),
    Identity(
        "Laplacian eigenmaps",
        "trace(x.T @ l @ x)",
        "x: n d, l: n n: symmetric",
        x=("2 L X", "2 * l @ x"),
    ),
    Identity(
        "Laplacian smoothing",
        "trace(x.T @ l @ x) + r * norm(x - y) ** 2",
        "x: n d, l: n n: symmetric, y: n d, r:",
        x=("2 (L X + r (X − Y))", "2 * (l @ x + r * (x - y))"),
    ),
    Identity(
        "multidimensional scaling, the strain",
        "norm(b - x @ x.T) ** 2",
        "b: n n: symmetric, x: n d",
        x=("4 (X Xᵀ − B) X", "4 * (x @ x.T - b) @ x"),
    ),
)

QUOTIENTS = (
    Identity(
        "Rayleigh quotient",
        "(x @ a @ x) / (x @ x)",
        "x: n, a: n n: symmetric",
        x=("2/‖x‖² (A x − (xᵀ A x/‖x‖²) x)", "2 / (x @ x) * (a @ x - (x @ a @ x) / (x @ x) * x)"),
        a=("x xᵀ/‖x‖²", "outer(x, x) / (x @ x)"),
    ),
    Identity(
        "Rayleigh quotient, A general",
        "(x @ a @ x) / (x @ x)",
        "x: n, a: n n",
        x=(
            "1/‖x‖² ((A + Aᵀ) x − (2 xᵀ A x/‖x‖²) x)",
            "((a + a.T) @ x - 2 * (x @ a @ x) / (x @ x) * x) / (x @ x)",
        ),
    ),
    Identity(
        "generalised Rayleigh quotient",
        "(x @ a @ x) / (x @ b @ x)",
        "x: n, a: n n: symmetric, b: n n: posdef",
        x=(
            "(2/(xᵀ B x)) (A − (xᵀ A x/(xᵀ B x)) B) x",
            "2 / (x @ b @ x) * (a @ x - (x @ a @ x) / (x @ b @ x) * b @ x)",
        ),
        a=("x xᵀ/(xᵀ B x)", "outer(x, x) / (x @ b @ x)"),
    ),
    Identity(
        "Matrix Cookbook (95)",
        "(x @ a.T @ a @ x) / (x @ b.T @ b @ x)",
        "x: n, a: k n, b: m n",
        x=(
            "(2/(xᵀ Bᵀ B x)) (Aᵀ A x − (xᵀ Aᵀ A x/(xᵀ Bᵀ B x)) Bᵀ B x)",
            "q = x @ b.T @ b @ x; 2 * a.T @ a @ x / q - 2 * (x @ a.T @ a @ x) * b.T @ b @ x "
            "/ q ** 2",
        ),
    ),
    Identity(
        "Matrix Cookbook (95), as norms",
        "norm(a @ x) ** 2 / norm(b @ x) ** 2",
        "x: n, a: k n, b: m n",
        x=(
            "(2/‖B x‖²) (Aᵀ A x − (‖A x‖²/‖B x‖²) Bᵀ B x)",
            "q = norm(b @ x); 2 * a.T @ a @ x / q ** 2 - 2 * norm(a @ x) ** 2 * b.T @ b @ x "
            "/ q ** 4",
        ),
    ),
    Identity(
        "Rayleigh quotient of data",
        "(x @ w) @ (x @ w) / (w @ w)",
        "x: n d, w: d",
        w=(
            "2/‖w‖² (Xᵀ X w − (wᵀ Xᵀ X w/‖w‖²) w)",
            "2 / (w @ w) * (x.T @ x @ w - norm(x @ w) ** 2 / (w @ w) * w)",
        ),
    ),
    Identity(
        "Fisher's discriminant",
        "(w @ m) ** 2 / (w @ s @ w)",
        "w: n, m: n, s: n n: posdef",
        w=(
            "(2 wᵀ m/(wᵀ S w)) (m − (wᵀ m/(wᵀ S w)) S w)",
            "2 * (w @ m) / (w @ s @ w) * (m - (w @ m) / (w @ s @ w) * s @ w)",
        ),
    ),
    Identity(
        "Sharpe ratio",
        "(m @ w) / torch.sqrt(w @ s @ w)",
        "w: n, m: n, s: n n: posdef",
        w=(
            "(1/√(wᵀ S w)) (m − (mᵀ w/(wᵀ S w)) S w)",
            "(m - (m @ w) / (w @ s @ w) * s @ w) / sqrt(w @ s @ w)",
        ),
    ),
    Identity(
        "trace ratio",
        "trace(x.T @ l @ x) / trace(x.T @ d @ x)",
        "x: n k, l: n n: symmetric, d: n n: posdef",
        x=(
            "(2/tr(X Xᵀ D)) (L − (tr(X Xᵀ L)/tr(X Xᵀ D)) D) X",
            "2 / trace(x.T @ d @ x) * (l @ x - trace(x.T @ l @ x) / trace(x.T @ d @ x) * d @ x)",
        ),
        l=("X Xᵀ/tr(X Xᵀ D)", "x @ x.T / trace(x.T @ d @ x)"),
    ),
    Identity(
        "ratio trace, Matrix Cookbook (126)",
        "trace(inv(w.T @ b @ w) @ (w.T @ a @ w))",
        "w: d k, a: d d: symmetric, b: d d: posdef",
        w=(
            "2 (A − B W (Wᵀ B W)⁻¹ Wᵀ A) W (Wᵀ B W)⁻¹",
            "q = inv(w.T @ b @ w); 2 * a @ w @ q - 2 * b @ w @ q @ w.T @ a @ w @ q",
        ),
        a=("W (Wᵀ B W)⁻¹ Wᵀ", "w @ inv(w.T @ b @ w) @ w.T"),
    ),
    Identity(
        "singular value quotient",
        "u @ x @ v / (norm(u) * norm(v))",
        "u: n, x: n m, v: m",
        u=(
            "(1/(‖u‖ ‖v‖)) (X v − (uᵀ X v/‖u‖²) u)",
            "(x @ v - (u @ x @ v) / norm(u) ** 2 * u) / (norm(u) * norm(v))",
        ),
        x=("u vᵀ/(‖u‖ ‖v‖)", "outer(u, v) / (norm(u) * norm(v))"),
    ),
)
