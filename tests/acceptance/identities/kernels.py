"""Kernels, their alignment, and distances of distributions by kernels."""

from tests.acceptance.identities.table import Identity, lacking

KERNELS = (
    Identity(
        "linear kernel of mapped points",
        "(w @ x) @ (w @ y)",
        "w: k n, x: n, y: n",
        w=("W (y xᵀ + x yᵀ)", "w @ (outer(x, y) + outer(y, x))"),
        x=("Wᵀ W y", "w.T @ w @ y"),
    ),
    Identity(
        "polynomial kernel",
        "(x @ y + c) ** 3",
        "x: n, y: n, c:",
        x=("3 (xᵀ y + c)² y", "3 * (x @ y + c) ** 2 * y"),
        c=("3 (xᵀ y + c)²", "3 * (x @ y + c) ** 2"),
    ),
    Identity(
        "polynomial kernel with a matrix",
        "(x @ a @ y + c) ** 2",
        "x: n, a: n n: symmetric, y: n, c:",
        x=("2 (yᵀ A x + c) A y", "2 * (x @ a @ y + c) * a @ y"),
        a=("2 (yᵀ A x + c) x yᵀ", "2 * (x @ a @ y + c) * outer(x, y)"),
    ),
    Identity(
        "Gaussian kernel",
        "torch.exp(-g * ((x - y) ** 2).sum())",
        "x: n, y: n, g:",
        x=("2 g exp(−g ‖x − y‖²) (y − x)", "2 * g * exp(-g * norm(x - y) ** 2) * (y - x)"),
        g=("−‖x − y‖² exp(−g ‖x − y‖²)", "-norm(x - y) ** 2 * exp(-g * norm(x - y) ** 2)"),
    ),
    Identity(
        "Gaussian kernel, by its width",
        "torch.exp(-norm(x - y) ** 2 / (2 * s ** 2))",
        "x: n, y: n, s: : positive",
        x=(
            "(exp(−1/2 ‖x − y‖²/s²)/s²) (y − x)",
            "exp(-norm(x - y) ** 2 / (2 * s ** 2)) * (y - x) / s ** 2",
        ),
        s=(
            "exp(−1/2 ‖x − y‖²/s²) ‖x − y‖²/s³",
            "exp(-norm(x - y) ** 2 / (2 * s ** 2)) * norm(x - y) ** 2 / s ** 3",
        ),
    ),
    Identity(
        "Gaussian kernel with a metric",
        "torch.exp(-(x - y) @ m @ (x - y))",
        "x: n, y: n, m: n n: posdef",
        x=("2 exp((x − y)ᵀ M (y − x)) M (y − x)", "-2 * exp(-(x - y) @ m @ (x - y)) * m @ (x - y)"),
        m=(
            "exp((x − y)ᵀ M (y − x)) (y − x) (x − y)ᵀ",
            "-exp(-(x - y) @ m @ (x - y)) * outer(x - y, x - y)",
        ),
    ),
    Identity(
        "Gaussian kernel, scales of the features",
        "torch.exp(-(w * (x - y) ** 2).sum())",
        "x: n, y: n, w: n: positive",
        w=lacking("-exp(-w @ (x - y) ** 2) * (x - y) ** 2", "(w ⊙ v)ᵀ v is wᵀ v²"),
    ),
    Identity(
        "Laplace kernel",
        "torch.exp(-norm(x - y) / s)",
        "x: n, y: n, s: : positive",
        x=(
            "(exp(−‖x − y‖/s)/(s ‖x − y‖)) (y − x)",
            "exp(-norm(x - y) / s) * (y - x) / (s * norm(x - y))",
        ),
    ),
    Identity(
        "rational quadratic kernel",
        "1 / (1 + ((x - y) ** 2).sum())",
        "x: n, y: n",
        x=("2 (y − x)/(1 + ‖x − y‖²)²", "2 * (y - x) / (1 + norm(x - y) ** 2) ** 2"),
    ),
    Identity(
        "Cauchy kernel, its logarithm",
        "torch.log(1 + ((x - y) ** 2).sum())",
        "x: n, y: n",
        x=("2 (x − y)/(1 + ‖x − y‖²)", "2 * (x - y) / (1 + norm(x - y) ** 2)"),
    ),
    Identity(
        "multiquadric",
        "torch.sqrt(c + ((x - y) ** 2).sum())",
        "x: n, y: n, c: : positive",
        x=("(x − y)/√(c + ‖x − y‖²)", "(x - y) / sqrt(c + norm(x - y) ** 2)"),
    ),
    Identity(
        "sigmoid kernel",
        "torch.tanh(a * (x @ y) + c)",
        "x: n, y: n, a:, c:",
        x=("a (1 − tanh(a xᵀ y + c)²) y", "a * (1 - tanh(a * x @ y + c) ** 2) * y"),
    ),
)

MATRICES = (
    Identity(
        "alignment",
        "trace(k @ l) / (norm(k) * norm(l))",
        "k: n n: symmetric, l: n n: symmetric",
        k=(
            "(1/(‖K‖ ‖L‖)) (L − (tr(K L)/‖K‖²) K)",
            "(l - trace(k @ l) / norm(k) ** 2 * k) / (norm(k) * norm(l))",
        ),
    ),
    Identity(
        "Gretton et al. 2005, HSIC",
        "trace(k @ h @ l @ h)",
        "k: n n: symmetric, h: n n: symmetric, l: n n: symmetric",
        k=("H L H", "h @ l @ h"),
    ),
    Identity(
        "HSIC of linear kernels",
        "trace(x @ x.T @ l)",
        "x: n d, l: n n: symmetric",
        x=("2 L X", "2 * l @ x"),
    ),
    Identity(
        "centred kernel alignment with labels",
        "y @ h @ k @ h @ y",
        "k: n n: symmetric, h: n n: symmetric, y: n",
        k=("H y yᵀ H", "outer(h @ y, h @ y)"),
        y=("2 H K H y", "2 * h @ k @ h @ y"),
    ),
    Identity(
        "Gretton et al. 2012, MMD by weights",
        "a @ k @ a - 2 * a @ m @ b + b @ l @ b",
        "a: n, k: n n: symmetric, m: n q, b: q, l: q q: symmetric",
        a=("2 (K a − M b)", "2 * (k @ a - m @ b)"),
        b=("2 (L b − Mᵀ a)", "2 * (l @ b - m.T @ a)"),
    ),
    Identity(
        "MMD with the linear kernel",
        "norm(x.mean(0) - y.mean(0)) ** 2",
        "x: n d, y: m d",
        x=("2/n 1 (1/n Xᵀ 1 − 1/m Yᵀ 1)ᵀ", "2 / n * (colsum(x) / n - colsum(y) / m)"),
    ),
    Identity(
        "kernel expansion",
        "a @ k @ a / 2 - y @ a + c",
        "k: n n: symmetric, a: n, y: n, c:",
        a=("K a − y", "k @ a - y"),
    ),
    Identity(
        "Gram matrix of mapped points",
        "trace(l @ x @ w @ w.T @ x.T)",
        "l: n n: symmetric, x: n d, w: d k",
        w=("2 Xᵀ L X W", "2 * x.T @ l @ x @ w"),
        x=("2 L X W Wᵀ", "2 * l @ x @ w @ w.T"),
    ),
    Identity(
        "contrastive, similarities of all pairs",
        "torch.logsumexp(x @ x.T, 1).sum()",
        "x: n d",
        x=(
            "(softmax(X Xᵀ) + softmax(X Xᵀ)ᵀ) X",
            "(softmax(x @ x.T, 1) + softmax(x @ x.T, 1).T) @ x",
        ),
    ),
    Identity(
        "squared distances of all points, weighted",
        "2 * trace(x.T @ torch.diag(w.sum(1)) @ x) - 2 * trace(x.T @ w @ x)",
        "x: n d, w: n n: symmetric",
        x=("4 (X ⊙ (W 1 1ᵀ) − W X)", "4 * (diag(sum(w, 1)) @ x - w @ x)"),
    ),
)
