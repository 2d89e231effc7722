"""Robust losses, classification, and generalised linear models."""

from tests.acceptance.identities.table import Identity, lacking

ROBUST = (
    Identity(
        "least absolute deviations",
        "torch.abs(x @ w - y).sum()",
        "x: n d, w: d, y: n",
        w=("Xᵀ sign(X w − y)", "x.T @ sign(x @ w - y)"),
    ),
    Identity(
        "Boyd & Vandenberghe, 6.1.2; Huber 1964",
        "F.huber_loss(x @ w, y, reduction='sum')",
        "x: n d, w: d, y: n",
        w=("Xᵀ min(max(X w − y, −1), 1)", "x.T @ minimum(maximum(x @ w - y, -1), 1)"),
    ),
    Identity(
        "pseudo-Huber",
        "torch.sqrt((x @ w - y) ** 2 + 1).sum()",
        "x: n d, w: d, y: n",
        w=(
            "Xᵀ ((X w − y) ⊘ ((X w − y)² + 1)^(1/2))",
            "x.T @ ((x @ w - y) / sqrt((x @ w - y) ** 2 + 1))",
        ),
    ),
    Identity(
        "log-cosh",
        "torch.log(torch.cosh(x @ w - y)).sum()",
        "x: n d, w: d, y: n",
        w=("Xᵀ tanh(X w − y)", "x.T @ tanh(x @ w - y)"),
    ),
    Identity(
        "Cauchy",
        "torch.log(1 + (x @ w - y) ** 2).sum()",
        "x: n d, w: d, y: n",
        w=(
            "2 Xᵀ ((X w − y) ⊘ (1 + (X w − y)²))",
            "2 * x.T @ ((x @ w - y) / (1 + (x @ w - y) ** 2))",
        ),
    ),
    Identity(
        "Welsch",
        "(1 - torch.exp(-(x @ w - y) ** 2)).sum()",
        "x: n d, w: d, y: n",
        w=(
            "2 Xᵀ (exp(−(X w − y)²) ⊙ (X w − y))",
            "2 * x.T @ (exp(-(x @ w - y) ** 2) * (x @ w - y))",
        ),
    ),
    Identity(
        "Geman & McClure",
        "((x @ w - y) ** 2 / (1 + (x @ w - y) ** 2)).sum()",
        "x: n d, w: d, y: n",
        w=(
            "2 Xᵀ ((X w − y) ⊘ ((X w − y)² + 1)²)",
            "2 * x.T @ ((x @ w - y) / (1 + (x @ w - y) ** 2) ** 2)",
        ),
    ),
    Identity(
        "fourth powers",
        "((x @ w - y) ** 4).sum()",
        "x: n d, w: d, y: n",
        w=("4 Xᵀ (X w − y)³", "4 * x.T @ (x @ w - y) ** 3"),
    ),
    Identity(
        "Koenker & Bassett 1978, quantiles",
        "(t * torch.relu(y - x @ w) + (1 - t) * torch.relu(x @ w - y)).sum()",
        "x: n d, w: d, y: n, t:",
        w=(
            "Xᵀ ((1 − t) [X w > y] − t [y > X w])",
            "x.T @ ((1 - t) * holds(x @ w > y) - t * holds(x @ w < y))",
        ),
    ),
    Identity(
        "support vector regression",
        "torch.relu(torch.abs(x @ w - y) - e).sum()",
        "x: n d, w: d, y: n, e:",
        w=(
            "Xᵀ ([|X w − y| > e] ⊙ sign(X w − y))",
            "x.T @ (holds(abs(x @ w - y) > e) * sign(x @ w - y))",
        ),
    ),
    Identity(
        "Boyd & Vandenberghe, 6.1, Chebyshev, ties shared",
        "torch.max(torch.abs(a @ x - b))",
        "a: n m, x: m, b: n",
        x=(
            "Aᵀ ([|A x − b| = max(|A x − b|)] ⊙ sign(A x − b))/(1ᵀ [|A x − b| = max(|A x − b|)])",
            "t = holds(abs(a @ x - b) == max(abs(a @ x - b))); "
            "a.T @ (t / sum(t) * sign(a @ x - b))",
        ),
    ),
    Identity(
        "log-sum-exp of residuals",
        "torch.logsumexp(a @ x - b, 0)",
        "a: n m, x: m, b: n",
        x=("Aᵀ softmax(A x − b)", "a.T @ softmax(a @ x - b, 0)"),
    ),
)

LOGISTIC = (
    Identity(
        "Boyd & Vandenberghe, 7.1.1, logistic",
        "F.binary_cross_entropy_with_logits(x @ w, y, reduction='sum')",
        "x: n d, w: d, y: n",
        w=("Xᵀ (σ(X w) − y)", "x.T @ (sigmoid(x @ w) - y)"),
        x=("(σ(X w) − y) wᵀ", "outer(sigmoid(x @ w) - y, w)"),
        y=("−X w", "-x @ w"),
    ),
    Identity(
        "Bishop 2006, (4.91)",
        "-(y * torch.log(torch.sigmoid(x @ w)) + (1 - y) * torch.log(1 - torch.sigmoid(x "
        "@ w))).sum()",
        "x: n d, w: d, y: n",
        w=("Xᵀ (σ(X w) − y)", "x.T @ (sigmoid(x @ w) - y)"),
    ),
    Identity(
        "logistic, mean loss",
        "F.binary_cross_entropy_with_logits(x @ w, y)",
        "x: n d, w: d, y: n",
        w=("1/n Xᵀ (σ(X w) − y)", "1 / n * x.T @ (sigmoid(x @ w) - y)"),
    ),
    Identity(
        "logistic, labels of two signs",
        "torch.log(1 + torch.exp(-y * (x @ w))).sum()",
        "x: n d, w: d, y: n",
        w=("−Xᵀ (y ⊙ σ(−y ⊙ (X w)))", "-x.T @ (y * sigmoid(-y * (x @ w)))"),
    ),
    Identity(
        "logistic, labels of two signs, with a bias",
        "F.softplus(-y * (x @ w + b)).sum()",
        "x: n d, w: d, b:, y: n",
        w=("−Xᵀ (σ(−y ⊙ (X w + b)) ⊙ y)", "-x.T @ (y * sigmoid(-y * (x @ w + b)))"),
        b=lacking("-y @ sigmoid(-y * (x @ w + b))", "1ᵀ (a ⊙ b) is aᵀ b"),
    ),
    Identity(
        "logistic, regularised",
        "F.binary_cross_entropy_with_logits(x @ w, y, reduction='sum') + 0.5 * lam * (w "
        "** 2).sum()",
        "x: n d, w: d, y: n, lam:",
        w=("lam w + Xᵀ (σ(X w) − y)", "x.T @ (sigmoid(x @ w) - y) + lam * w"),
    ),
    Identity(
        "Bishop 2006, (4.109), softmax regression",
        "-(t * torch.log_softmax(x @ w, 1)).sum()",
        "x: n d, w: d k, t: n k: simplex",
        w=("Xᵀ (softmax(X W) − T)", "x.T @ (softmax(x @ w, 1) - t)"),
        x=("(softmax(X W) − T) Wᵀ", "(softmax(x @ w, 1) - t) @ w.T"),
    ),
    Identity(
        "Bishop 2006, (4.109), integer labels",
        "F.cross_entropy(x @ w, t, reduction='sum')",
        "x: n d, w: d k, t: n: int < k",
        w=("Xᵀ (softmax(X W) − onehot(t))", "x.T @ (softmax(x @ w, 1) - onehot(t, k))"),
    ),
    Identity(
        "cross-entropy, mean loss",
        "-(t * torch.log_softmax(s, 1)).sum(1).mean()",
        "s: n k, t: n k: simplex",
        s=("1/n (softmax(S) − T)", "1 / n * (softmax(s, 1) - t)"),
    ),
    Identity(
        "Cox 1972, partial likelihood, one event",
        "torch.logsumexp(x @ w, 0) - a @ w",
        "x: n d, w: d, a: d",
        w=("Xᵀ softmax(X w) − a", "x.T @ softmax(x @ w, 0) - a"),
    ),
    Identity(
        "Bradley & Terry 1952",
        "F.softplus(b - a).sum()",
        "a: n, b: n",
        a=("−σ(b − a)", "-sigmoid(b - a)"),
        b=("σ(b − a)", "sigmoid(b - a)"),
    ),
    Identity(
        "focal on the logit, the easy half",
        "(torch.sigmoid(z) * F.softplus(z)).sum()",
        "z: n",
        z=(
            "σ(z) ⊙ (σ(z) + softplus(z) ⊙ (1 − σ(z)))",
            "sigmoid(z) * ((1 - sigmoid(z)) * softplus(z) + sigmoid(z))",
        ),
    ),
    Identity(
        "Mikolov et al. 2013, negative sampling",
        "F.softplus(-(u @ v)) + F.softplus(n @ v).sum()",
        "u: d, v: d, n: k d",
        v=("Nᵀ σ(N v) − σ(−uᵀ v) u", "n.T @ sigmoid(n @ v) - sigmoid(-u @ v) * u"),
        u=("−σ(−uᵀ v) v", "-sigmoid(-u @ v) * v"),
    ),
    Identity(
        "kernel logistic regression",
        "(F.softplus(k @ a) - y * (k @ a)).sum() + lam / 2 * a @ k @ a",
        "k: n n: symmetric, a: n, y: n, lam:",
        a=("K (lam a + σ(K a) − y)", "k @ (sigmoid(k @ a) - y + lam * a)"),
    ),
)

MARGINS = (
    Identity(
        "perceptron",
        "F.relu(-y * (x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=("−Xᵀ (y ⊙ [y ⊙ (X w) < 0])", "-x.T @ (y * holds(y * (x @ w) < 0))"),
    ),
    Identity(
        "hinge",
        "F.relu(1 - y * (x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=("−Xᵀ (y ⊙ [y ⊙ (X w) < 1])", "-x.T @ (y * holds(y * (x @ w) < 1))"),
    ),
    Identity(
        "squared hinge",
        "(F.relu(1 - y * (x @ w)) ** 2).sum()",
        "x: n d, w: d, y: n",
        w=("−2 Xᵀ (y ⊙ relu(1 − y ⊙ (X w)))", "-2 * x.T @ (y * relu(1 - y * (x @ w)))"),
    ),
    Identity(
        "exponential loss",
        "torch.exp(-y * (x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=("−Xᵀ (y ⊙ exp(−y ⊙ (X w)))", "-x.T @ (y * exp(-y * (x @ w)))"),
    ),
    Identity(
        "support vector machine",
        "F.relu(1 - y * (x @ w + b)).sum() + lam / 2 * (w ** 2).sum()",
        "x: n d, w: d, b:, y: n, lam:",
        w=(
            "lam w − Xᵀ ([y ⊙ (X w + b) < 1] ⊙ y)",
            "lam * w - x.T @ (y * holds(y * (x @ w + b) < 1))",
        ),
        b=lacking("-y @ holds(y * (x @ w + b) < 1)", "1ᵀ (a ⊙ b) is aᵀ b"),
    ),
    Identity(
        "support vector machine, its dual",
        "0.5 * a @ (y[:, None] * k * y) @ a - a.sum()",
        "a: n, y: n, k: n n: symmetric",
        a=("y ⊙ (K (y ⊙ a)) − 1", "y * (k @ (y * a)) - 1"),
    ),
)

GENERALISED_LINEAR = (
    Identity(
        "McCullagh & Nelder 1989, canonical link",
        "(m * b).sum() - (y * b).sum()",
        "m: n, y: n, b: n",
        b=("m − y", "m - y"),
    ),
    Identity(
        "Boyd & Vandenberghe, 7.1.1, Poisson",
        "(torch.exp(x @ w) - y * (x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=("Xᵀ (exp(X w) − y)", "x.T @ (exp(x @ w) - y)"),
    ),
    Identity(
        "Poisson with an offset",
        "(torch.exp(x @ w + o) - y * (x @ w + o)).sum()",
        "x: n d, w: d, y: n, o: n",
        w=("Xᵀ (exp(X w + o) − y)", "x.T @ (exp(x @ w + o) - y)"),
        o=("exp(X w + o) − y", "exp(x @ w + o) - y"),
    ),
    Identity(
        "exponential and gamma, logarithmic link",
        "(y / torch.exp(x @ w) + x @ w).sum()",
        "x: n d, w: d, y: n: positive",
        w=("Xᵀ (1 − y ⊘ exp(X w))", "x.T @ (1 - y / exp(x @ w))"),
    ),
    Identity(
        "negative binomial",
        "((y + r) * torch.log(1 + torch.exp(x @ w)) - y * (x @ w)).sum()",
        "x: n d, w: d, y: n, r: n",
        w=("Xᵀ ((y + r) ⊙ σ(X w) − y)", "x.T @ ((y + r) * sigmoid(x @ w) - y)"),
    ),
    Identity(
        "probit, labels of two signs",
        "-torch.special.log_ndtr(y * (x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=(
            "−√2/√π Xᵀ (y ⊘ erfcx(−√2/2 (y ⊙ (X w))))",
            "-x.T @ (y * normal_pdf(y * (x @ w)) / normal_cdf(y * (x @ w)))",
        ),
    ),
    Identity(
        "complementary log-log",
        "-(y * torch.log(1 - torch.exp(-torch.exp(x @ w))) - (1 - y) * torch.exp(x @ w)).sum()",
        "x: n d, w: d, y: n",
        w=lacking(
            "x.T @ (exp(x @ w) * (1 - y / (1 - exp(-exp(x @ w)))))",
            "a common factor exp(X w) is taken out",
        ),
    ),
    Identity(
        "binomial, several trials",
        "(m * F.softplus(x @ w) - y * (x @ w)).sum()",
        "m: n, x: n d, w: d, y: n",
        w=("Xᵀ (m ⊙ σ(X w) − y)", "x.T @ (m * sigmoid(x @ w) - y)"),
    ),
    Identity(
        "inverse link",
        "(y * (x @ w) - torch.log(x @ w)).sum()",
        "x: n d, w: d: positive, y: n",
        w=("Xᵀ (y − 1 ⊘ (X w))", "x.T @ (y - 1 / (x @ w))"),
    ),
)
