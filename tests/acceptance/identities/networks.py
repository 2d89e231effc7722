"""Pieces of networks; G is the gradient of the output."""

from tests.acceptance.identities.table import Identity

LAYERS = (
    Identity(
        "linear layer",
        "x @ w + b",
        "x: n d, w: d h, b: h",
        x=("∇out Wᵀ", "G @ w.T"),
        w=("Xᵀ ∇out", "x.T @ G"),
        b=("∇outᵀ 1", "colsum(G)"),
    ),
    Identity(
        "tanh layer",
        "torch.tanh(w @ x + b)",
        "w: n m, x: m, b: n",
        x=("Wᵀ (∇out ⊙ (1 − tanh(W x + b)²))", "w.T @ (G * (1 - tanh(w @ x + b) ** 2))"),
        w=("(∇out ⊙ (1 − tanh(W x + b)²)) xᵀ", "outer(G * (1 - tanh(w @ x + b) ** 2), x)"),
        b=("∇out ⊙ (1 − tanh(W x + b)²)", "G * (1 - tanh(w @ x + b) ** 2)"),
    ),
    Identity(
        "sigmoid layer",
        "c @ torch.sigmoid(w @ x + b)",
        "c: n, w: n m, x: m, b: n",
        x=(
            "Wᵀ (c ⊙ σ(W x + b) ⊙ (1 − σ(W x + b)))",
            "w.T @ (c * sigmoid(w @ x + b) * (1 - sigmoid(w @ x + b)))",
        ),
        w=(
            "(c ⊙ σ(W x + b) ⊙ (1 − σ(W x + b))) xᵀ",
            "outer(c * sigmoid(w @ x + b) * (1 - sigmoid(w @ x + b)), x)",
        ),
    ),
    Identity(
        "relu layer",
        "c @ torch.relu(w @ x)",
        "c: n, w: n m, x: m",
        x=("Wᵀ (c ⊙ [W x > 0])", "w.T @ (c * holds(w @ x > 0))"),
        w=("(c ⊙ [W x > 0]) xᵀ", "outer(c * holds(w @ x > 0), x)"),
    ),
    Identity(
        "two layers",
        "torch.relu(x @ u + b) @ v + c",
        "x: n d, u: d h, b: h, v: h k, c: k",
        v=("relu(X U + 1 bᵀ)ᵀ ∇out", "relu(x @ u + b).T @ G"),
        u=("Xᵀ ([X U + 1 bᵀ > 0] ⊙ (∇out Vᵀ))", "x.T @ (G @ v.T * holds(x @ u + b > 0))"),
        b=("(V ⊙ ([X U + 1 bᵀ > 0]ᵀ ∇out)) 1", "colsum(G @ v.T * holds(x @ u + b > 0))"),
        c=("∇outᵀ 1", "colsum(G)"),
    ),
    Identity(
        "residual layer",
        "x + torch.tanh(x @ w)",
        "x: n d, w: d d",
        x=("∇out + (∇out ⊙ (1 − tanh(X W)²)) Wᵀ", "G + (G * (1 - tanh(x @ w) ** 2)) @ w.T"),
        w=("Xᵀ (∇out ⊙ (1 − tanh(X W)²))", "x.T @ (G * (1 - tanh(x @ w) ** 2))"),
    ),
    Identity(
        "low-rank adapter",
        "x @ (w + a @ b)",
        "x: n d, w: d h, a: d k, b: k h",
        a=("Xᵀ ∇out Bᵀ", "x.T @ G @ b.T"),
        b=("Aᵀ Xᵀ ∇out", "(x @ a).T @ G"),
        w=("Xᵀ ∇out", "x.T @ G"),
        x=("∇out (W + A B)ᵀ", "G @ (w + a @ b).T"),
    ),
    Identity(
        "product with a gate",
        "a * torch.sigmoid(b)",
        "a: n, b: n",
        a=("∇out ⊙ σ(b)", "G * sigmoid(b)"),
        b=("∇out ⊙ a ⊙ σ(b) ⊙ (1 − σ(b))", "G * a * sigmoid(b) * (1 - sigmoid(b))"),
    ),
    Identity(
        "SiLU",
        "x * torch.sigmoid(x)",
        "x: n",
        x=(
            "∇out ⊙ σ(x) ⊙ (x + 1 − σ(x) ⊙ x)",
            "G * (sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)))",
        ),
    ),
    Identity(
        "Hendrycks & Gimpel 2016, GELU",
        "F.gelu(x)",
        "x: n",
        x=("∇out ⊙ (Φ(x) + x ⊙ φ(x))", "G * (normal_cdf(x) + x * normal_pdf(x))"),
    ),
    Identity(
        "bilinear layer",
        "(x @ a) * (x @ b)",
        "x: n d, a: d h, b: d h",
        a=("Xᵀ (∇out ⊙ (X B))", "x.T @ (G * (x @ b))"),
        x=("(∇out ⊙ (X B)) Aᵀ + (∇out ⊙ (X A)) Bᵀ", "(G * (x @ b)) @ a.T + (G * (x @ a)) @ b.T"),
    ),
    Identity(
        "squared relu",
        "torch.relu(x @ w) ** 2",
        "x: n d, w: d h",
        w=("2 Xᵀ (∇out ⊙ relu(X W))", "2 * x.T @ (G * relu(x @ w))"),
    ),
    Identity(
        "scaling of features",
        "x * g",
        "x: n d, g: d",
        g=("(X ⊙ ∇out)ᵀ 1", "colsum(G * x)"),
        x=("∇out diag(g)", "G * g"),
    ),
    Identity("embedding by a one-hot product", "e @ w", "e: n v, w: v d", w=("Eᵀ ∇out", "e.T @ G")),
)

ATTENTION = (
    Identity(
        "softmax",
        "softmax(x, 0)",
        "x: n",
        x=("softmax(x) ⊙ (∇out − ∇outᵀ softmax(x))", "softmax(x, 0) * (G - softmax(x, 0) @ G)"),
    ),
    Identity(
        "log-softmax",
        "torch.log_softmax(x, 0)",
        "x: n",
        x=("∇out − (1ᵀ ∇out) softmax(x)", "G - sum(G) * softmax(x, 0)"),
    ),
    Identity(
        "softmax of rows",
        "softmax(x, 1)",
        "x: n k",
        x=(
            "softmax(X) ⊙ (∇out − (∇out ⊙ softmax(X)) 1 1ᵀ)",
            "softmax(x, 1) * (G - rowsum(G * softmax(x, 1)))",
        ),
    ),
    Identity(
        "attention, values",
        "softmax(q @ k.T, 1) @ v",
        "q: n d, k: m d, v: m e",
        v=("softmax(Q Kᵀ)ᵀ ∇out", "softmax(q @ k.T, 1).T @ G"),
    ),
    Identity(
        "attention, scores",
        "softmax(s, 1) @ v",
        "s: n m, v: m e",
        s=(
            "softmax(S) ⊙ (∇out Vᵀ − (softmax(S) ⊙ (∇out Vᵀ)) 1 1ᵀ)",
            "softmax(s, 1) * (G @ v.T - rowsum(softmax(s, 1) * (G @ v.T)))",
        ),
        v=("softmax(S)ᵀ ∇out", "softmax(s, 1).T @ G"),
    ),
    Identity(
        "scaled scores",
        "q @ k.T / q.shape[1] ** 0.5",
        "q: n d, k: m d",
        q=("1/√d ∇out K", "1 / d ** 0.5 * G @ k"),
        k=("1/√d ∇outᵀ Q", "1 / d ** 0.5 * G.T @ q"),
    ),
    Identity(
        "bilinear scores",
        "x @ a @ x.T @ y",
        "x: n d, a: d d, y: n k",
        y=("X Aᵀ Xᵀ ∇out", "(x @ a @ x.T).T @ G"),
        a=("Xᵀ ∇out Yᵀ X", "x.T @ G @ y.T @ x"),
        x=("∇out Yᵀ X Aᵀ + Y ∇outᵀ X A", "G @ y.T @ x @ a.T + y @ G.T @ x @ a"),
    ),
)

NORMALISATIONS = (
    Identity("centring", "x - x.mean()", "x: n", x=("∇out − 1/n 1ᵀ ∇out", "G - sum(G) / n")),
    Identity(
        "centring of columns",
        "x - x.mean(0)",
        "x: n d",
        x=("∇out − 1/n 1 1ᵀ ∇out", "G - colsum(G) / n"),
    ),
    Identity(
        "Matrix Cookbook (130), direction",
        "x / norm(x)",
        "x: n",
        x=("1/‖x‖ (∇out − (∇outᵀ x/‖x‖²) x)", "G / norm(x) - x @ G * x / norm(x) ** 3"),
    ),
)
