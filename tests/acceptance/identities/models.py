"""Matrix factorisation, quotients, kernels, and pieces of networks."""

from tests.acceptance.identities.table import Identity

MATRICES = (
    Identity(
        "matrix factorisation",
        "norm(t - u @ v.T) ** 2",
        "t: n m, u: n k, v: m k",
        u=("2 (U Vᵀ − T) V", 4),
        v=("2 (U Vᵀ − T)ᵀ U", 4),
        t=("2 (T − U Vᵀ)", 3),
    ),
    Identity(
        "weighted factorisation",
        "(w * (t - u @ v.T) ** 2).sum()",
        "w: n m, t: n m, u: n k, v: m k",
        u=("2 (W ⊙ (U Vᵀ − T)) V", 5),
        v=("2 (W ⊙ (U Vᵀ − T))ᵀ U", 5),
        w=("(T − U Vᵀ)²", 3),
    ),
    Identity(
        "masked factorisation",
        "norm(m * (t - u @ v.T)) ** 2",
        "m: n m, t: n m, u: n k, v: m k",
        u=("2 (M² ⊙ (U Vᵀ − T)) V", 6),
        v=("2 (M² ⊙ (U Vᵀ − T))ᵀ U", 6),
    ),
    Identity(
        "regularised factorisation",
        "norm(t - u @ v.T) ** 2 + lam * (norm(u) ** 2 + norm(v) ** 2)",
        "t: n m, u: n k, v: m k, lam:",
        u=("2 (lam U + (U Vᵀ − T) V)", 6),
        v=("2 (lam V + (U Vᵀ − T)ᵀ U)", 6),
        lam=("‖U‖² + ‖V‖²", 5),
    ),
    Identity(
        "symmetric factorisation",
        "norm(a - x @ x.T) ** 2",
        "x: n d, a: n n: symmetric",
        x=("4 (X Xᵀ − A) X", 4),
        a=("2 (A − X Xᵀ)", 3),
    ),
    Identity(
        "Gram matrix", "norm(x.T @ x - c) ** 2", "x: n d, c: d d", x=("2 X (2 Xᵀ X − Cᵀ − C)", 6)
    ),
    Identity(
        "Stiefel penalty",
        "norm(x.T @ x - c) ** 2",
        "x: n d, c: d d: symmetric",
        x=("4 X (Xᵀ X − C)", 4),
    ),
    Identity(
        "linear autoencoder",
        "norm(x - x @ w @ w.T) ** 2",
        "x: n d, w: d k",
        w=("−2 (Xᵀ (X − X W Wᵀ) + (X − X W Wᵀ)ᵀ X) W", 11),
    ),
    Identity(
        "singular factors",
        "norm(t - u @ torch.diag(s) @ v.T) ** 2",
        "t: n m, u: n k, s: k, v: m k",
        u=("2 (U diag(s) Vᵀ − T) V diag(s)", 8),
        v=("2 (U diag(s) Vᵀ − T)ᵀ U diag(s)", 8),
    ),
    Identity("PCA", "trace(w.T @ s @ w)", "w: d k, s: d d: symmetric", w=("2 S W", 2)),
    Identity(
        "Rayleigh quotient",
        "(x @ a @ x) / (x @ x)",
        "x: n, a: n n: symmetric",
        x=("2/‖x‖² (A x − (xᵀ A x/‖x‖²) x)", 10),
        a=("x xᵀ/‖x‖²", 3),
    ),
    Identity(
        "Rayleigh quotient, A general",
        "(x @ a @ x) / (x @ x)",
        "x: n, a: n n",
        x=("1/‖x‖² ((A + Aᵀ) x − (2 xᵀ A x/‖x‖²) x)", 11),
    ),
    Identity(
        "generalised Rayleigh quotient",
        "(x @ a @ x) / (x @ b @ x)",
        "x: n, a: n n: symmetric, b: n n: posdef",
        x=("(2/(xᵀ B x)) (A − (xᵀ A x/(xᵀ B x)) B) x", 12),
        a=("x xᵀ/(xᵀ B x)", 4),
    ),
    Identity("Laplacian", "trace(x.T @ l @ x)", "x: n d, l: n n: symmetric", x=("2 L X", 2)),
    Identity(
        "polynomial kernel",
        "(x @ y + c) ** 3",
        "x: n, y: n, c:",
        x=("3 (xᵀ y + c)² y", 5),
        c=("3 (xᵀ y + c)²", 4),
    ),
    Identity(
        "Gaussian kernel",
        "torch.exp(-g * ((x - y) ** 2).sum())",
        "x: n, y: n, g:",
        x=("2 g exp(−g ‖x − y‖²) (y − x)", 9),
        g=("−exp(−g ‖x − y‖²) ‖x − y‖²", 9),
    ),
    Identity(
        "rational quadratic kernel",
        "1 / (1 + ((x - y) ** 2).sum())",
        "x: n, y: n",
        x=("2 (y − x)/(1 + ‖x − y‖²)²", 8),
    ),
    Identity(
        "Cauchy kernel",
        "torch.log(1 + ((x - y) ** 2).sum())",
        "x: n, y: n",
        x=("2 (x − y)/(1 + ‖x − y‖²)", 7),
    ),
    Identity(
        "sigmoid kernel",
        "torch.tanh(a * (x @ y) + c)",
        "x: n, y: n, a:, c:",
        x=("a (1 − tanh(a xᵀ y + c)²) y", 8),
    ),
    Identity(
        "kernel ridge",
        "norm(k @ a - y) ** 2 + lam * a @ k @ a",
        "k: n n: symmetric, a: n, y: n, lam:",
        a=("2 K (lam a + K a − y)", 6),
    ),
)

NETWORKS = (
    Identity(
        "linear layer",
        "x @ w + b",
        "x: n d, w: d h, b: h",
        x=("∇out Wᵀ", 1),
        w=("Xᵀ ∇out", 1),
        b=("∇outᵀ 1", 0),
    ),
    Identity(
        "tanh layer",
        "torch.tanh(w @ x + b)",
        "w: n m, x: m, b: n",
        x=("Wᵀ (∇out ⊙ (1 − tanh(W x + b)²))", 7),
        w=("(∇out ⊙ (1 − tanh(W x + b)²)) xᵀ", 7),
        b=("∇out ⊙ (1 − tanh(W x + b)²)", 6),
    ),
    Identity(
        "sigmoid layer",
        "c @ torch.sigmoid(w @ x + b)",
        "c: n, w: n m, x: m, b: n",
        x=("Wᵀ (c ⊙ σ(W x + b) ⊙ (1 − σ(W x + b)))", 10),
        w=("(c ⊙ σ(W x + b) ⊙ (1 − σ(W x + b))) xᵀ", 10),
    ),
    Identity(
        "relu layer",
        "c @ torch.relu(w @ x)",
        "c: n, w: n m, x: m",
        x=("Wᵀ (c ⊙ [W x > 0])", 4),
        w=("(c ⊙ [W x > 0]) xᵀ", 4),
    ),
    Identity("softmax", "softmax(x, 0)", "x: n", x=("softmax(x) ⊙ (∇out − ∇outᵀ softmax(x))", 5)),
    Identity(
        "log-softmax", "torch.log_softmax(x, 0)", "x: n", x=("∇out − (1ᵀ ∇out) softmax(x)", 3)
    ),
    Identity(
        "softmax of rows",
        "softmax(x, 1)",
        "x: n k",
        x=("softmax(X) ⊙ (∇out − (∇out ⊙ softmax(X)) 1 1ᵀ)", 5),
    ),
    Identity(
        "cross-entropy",
        "-(t * torch.log_softmax(s, 1)).sum(1).mean()",
        "s: n k, t: n k: simplex",
        s=("1/n (softmax(S) − T)", 3),
    ),
    Identity(
        "attention, values",
        "softmax(q @ k.T, 1) @ v",
        "q: n d, k: m d, v: m e",
        v=("softmax(Q Kᵀ)ᵀ ∇out", 3),
    ),
    Identity(
        "attention, scores",
        "softmax(s, 1) @ v",
        "s: n m, v: m e",
        s=("softmax(S) ⊙ (∇out Vᵀ − (softmax(S) ⊙ (∇out Vᵀ)) 1 1ᵀ)", 7),
        v=("softmax(S)ᵀ ∇out", 2),
    ),
    Identity(
        "scaled scores",
        "q @ k.T / q.shape[1] ** 0.5",
        "q: n d, k: m d",
        q=("1/√d ∇out K", 2),
        k=("1/√d ∇outᵀ Q", 2),
    ),
    Identity("centring", "x - x.mean()", "x: n", x=("∇out − 1/n 1ᵀ ∇out", 2)),
    Identity("direction", "x / norm(x)", "x: n", x=("∇out/‖x‖ − (∇outᵀ x/‖x‖³) x", 8)),
    Identity(
        "product of a gate",
        "a * torch.sigmoid(b)",
        "a: n, b: n",
        a=("∇out ⊙ σ(b)", 2),
        b=("∇out ⊙ σ(b) ⊙ a ⊙ (1 − σ(b))", 6),
    ),
)
