"""Jacobians of vectors and Hessians of numbers, in the variable x."""

from tests.acceptance.identities.table import Identity, lacking

JACOBIANS = (
    Identity("Wikipedia, vector-by-vector identities", "a @ x", "a: n m, x: m", x=("A", "a")),
    Identity("Wikipedia, vector-by-vector identities", "x @ a", "a: n m, x: n", x=("Aᵀ", "a.T")),
    Identity(
        "Wikipedia, vector-by-vector identities",
        "a * (b @ x)",
        "a: n, b: m, x: m",
        x=("a bᵀ", "outer(a, b)"),
    ),
    Identity(
        "Wikipedia, vector-by-vector identities: a function at each entry",
        "torch.tanh(a @ x)",
        "x: n, a: m n",
        x=("diag(1 − tanh(A x)²) A", "diag(1 - tanh(a @ x) ** 2) @ a"),
    ),
    Identity(
        "Wikipedia, vector-by-vector identities: a scalar times a vector",
        "(a @ x) * x",
        "a: n, x: n",
        x=("x aᵀ + (aᵀ x) I", "(a @ x) * eye(n) + outer(x, a)"),
    ),
    Identity(
        "Hadamard product",
        "x * (a @ x)",
        "a: n n, x: n",
        x=("diag(A x) + diag(x) A", "diag(a @ x) + diag(x) @ a"),
    ),
    Identity("exponential", "torch.exp(x)", "x: n", x=("diag(exp(x))", "diag(exp(x))")),
    Identity(
        "Matrix Cookbook (130)",
        "(x - a) / norm(x - a)",
        "x: n, a: n",
        x=(
            "I/‖x − a‖ + (a − x) (x − a)ᵀ/‖x − a‖³",
            "eye(n) / norm(x - a) - outer(x - a, x - a) / norm(x - a) ** 3",
        ),
    ),
    Identity(
        "Matrix Cookbook (130), a = 0",
        "x / norm(x)",
        "x: n",
        x=lacking("eye(n) / norm(x) - outer(x, x) / norm(x) ** 3", "‖x‖ ‖x‖² is ‖x‖³"),
    ),
    Identity(
        "Bishop 2006, (4.106)",
        "softmax(x, 0)",
        "x: n",
        x=(
            "diag(softmax(x)) − softmax(x) softmax(x)ᵀ",
            "diag(softmax(x, 0)) - outer(softmax(x, 0), softmax(x, 0))",
        ),
    ),
    Identity(
        "log-softmax",
        "torch.log_softmax(x, 0)",
        "x: n",
        x=("I − 1 softmax(x)ᵀ", "eye(n) - col(ones(n)) * softmax(x, 0)"),
    ),
    Identity(
        "solution as a function of the right side",
        "torch.linalg.solve(a, x)",
        "a: n n, x: n",
        x=("A⁻¹", "inv(a)"),
    ),
    Identity(
        "hat matrix",
        "a @ inv(a.T @ a) @ a.T @ x",
        "a: m n, x: m",
        x=("A (Aᵀ A)⁻¹ Aᵀ", "a @ inv(a.T @ a) @ a.T"),
    ),
    Identity(
        "ridge estimate as a function of the data",
        "inv(a.T @ a + lam * torch.eye(a.shape[1], dtype=torch.float64)) @ a.T @ x",
        "a: m n, x: m, lam: : positive",
        x=("(Aᵀ A + lam I)⁻¹ Aᵀ", "inv(a.T @ a + lam * eye(n)) @ a.T"),
    ),
    Identity("centring", "x - x.mean()", "x: n", x=("I − 1/n 1 1ᵀ", "eye(n) - ones(n, n) / n")),
    Identity(
        "two layers",
        "w @ torch.tanh(a @ x)",
        "w: k m, a: m n, x: n",
        x=("W diag(1 − tanh(A x)²) A", "w @ diag(1 - tanh(a @ x) ** 2) @ a"),
    ),
)

HESSIANS = (
    Identity(
        "Matrix Cookbook (98)", "x @ a @ x + b @ x", "x: n, a: n n, b: n", x=("A + Aᵀ", "a + a.T")
    ),
    Identity(
        "Matrix Cookbook (98), A symmetric",
        "x @ a @ x",
        "x: n, a: n n: symmetric",
        x=("2 A", "2 * a"),
    ),
    Identity(
        "Boyd & Vandenberghe, A.4, a quadratic function",
        "0.5 * x @ a @ x + b @ x",
        "x: n, a: n n: symmetric, b: n",
        x=("A", "a"),
    ),
    Identity(
        "Matrix Cookbook (348), without its constant",
        "torch.exp(-0.5 * (x - m) @ inv(s) @ (x - m))",
        "x: n, m: n, s: n n: posdef",
        x=(
            "exp(−1/2 (x − m)ᵀ S⁻¹ (x − m)) (S⁻¹ (x − m) (x − m)ᵀ S⁻¹ − S⁻¹)",
            "exp(-1 / 2 * (x - m) @ inv(s) @ (x - m)) * (inv(s) @ outer(x - m, x - m) @ "
            "inv(s) - inv(s))",
        ),
    ),
    Identity(
        "Gaussian likelihood",
        "0.5 * (x - m) @ inv(s) @ (x - m)",
        "x: n, m: n, s: n n: posdef",
        x=("S⁻¹", "inv(s)"),
    ),
    Identity(
        "Bishop 2006, (4.94), least squares",
        "norm(a @ x - b) ** 2 / 2",
        "a: m n, x: n, b: m",
        x=("Aᵀ A", "a.T @ a"),
    ),
    Identity(
        "ridge",
        "norm(a @ x - b) ** 2 + lam * (x @ x)",
        "a: m n, x: n, b: m, lam:",
        x=("2 (lam I + Aᵀ A)", "2 * (a.T @ a + lam * eye(n))"),
    ),
    Identity(
        "weighted least squares",
        "(w * (a @ x - b) ** 2).sum()",
        "w: m, a: m n, x: n, b: m",
        x=("2 Aᵀ diag(w) A", "2 * a.T @ diag(w) @ a"),
    ),
    Identity(
        "Bishop 2006, (4.97), logistic",
        "F.binary_cross_entropy_with_logits(a @ x, y, reduction='sum')",
        "a: m n, x: n, y: m",
        x=(
            "Aᵀ diag(σ(A x) ⊙ (1 − σ(A x))) A",
            "a.T @ diag(sigmoid(a @ x) * (1 - sigmoid(a @ x))) @ a",
        ),
    ),
    Identity(
        "Poisson",
        "(torch.exp(a @ x) - y * (a @ x)).sum()",
        "a: m n, x: n, y: m",
        x=("Aᵀ diag(exp(A x)) A", "a.T @ diag(exp(a @ x)) @ a"),
    ),
    Identity(
        "Boyd & Vandenberghe, 3.1.5, log-sum-exp",
        "torch.logsumexp(x, 0)",
        "x: n",
        x=(
            "diag(softmax(x)) − softmax(x) softmax(x)ᵀ",
            "diag(softmax(x, 0)) - outer(softmax(x, 0), softmax(x, 0))",
        ),
    ),
    Identity(
        "Boyd & Vandenberghe, A.4, log-sum-exp of affine functions",
        "torch.logsumexp(a @ x + b, 0)",
        "x: n, a: m n, b: m",
        x=(
            "Aᵀ (diag(softmax(A x + b)) − softmax(A x + b) softmax(A x + b)ᵀ) A",
            "p = softmax(a @ x + b, 0); a.T @ (diag(p) - outer(p, p)) @ a",
        ),
    ),
    Identity(
        "Boyd & Vandenberghe, 11.2, logarithmic barrier",
        "-torch.log(b - a @ x).sum()",
        "a: m n, x: n, b: m",
        x=("Aᵀ diag(1 ⊘ (b − A x)²) A", "a.T @ diag(1 / (b - a @ x) ** 2) @ a"),
    ),
    Identity(
        "negative entropy",
        "(x * torch.log(x)).sum()",
        "x: n: positive",
        x=("diag(1 ⊘ x)", "diag(1 / x)"),
    ),
    Identity(
        "norm",
        "norm(x)",
        "x: n",
        x=("I/‖x‖ − x xᵀ/‖x‖³", "eye(n) / norm(x) - outer(x, x) / norm(x) ** 3"),
    ),
    Identity(
        "fourth power of a norm",
        "norm(x) ** 4",
        "x: n",
        x=("4 ‖x‖² I + 8 x xᵀ", "4 * norm(x) ** 2 * eye(n) + 8 * outer(x, x)"),
    ),
    Identity(
        "exponential of a linear form",
        "torch.exp(a @ x)",
        "x: n, a: n",
        x=("exp(aᵀ x) a aᵀ", "exp(a @ x) * outer(a, a)"),
    ),
    Identity(
        "product of two linear forms",
        "(a @ x) * (b @ x)",
        "x: n, a: n, b: n",
        x=("a bᵀ + b aᵀ", "outer(a, b) + outer(b, a)"),
    ),
    Identity(
        "power of a quadratic form",
        "(x @ a @ x) ** 2",
        "x: n, a: n n: symmetric",
        x=("8 A x xᵀ A + 4 (xᵀ A x) A", "8 * outer(a @ x, a @ x) + 4 * (x @ a @ x) * a"),
    ),
    Identity(
        "logarithm of one plus a square",
        "torch.log(1 + x @ x)",
        "x: n",
        x=(
            "2 I/(1 + ‖x‖²) − 4 x xᵀ/(1 + ‖x‖²)²",
            "2 / (1 + x @ x) * eye(n) - 4 * outer(x, x) / (1 + x @ x) ** 2",
        ),
    ),
    Identity(
        "pseudo-Huber",
        "torch.sqrt(1 + (a @ x) ** 2).sum()",
        "a: m n, x: n",
        x=lacking(
            "a.T @ diag((1 + (a @ x) ** 2) ** (-3 / 2)) @ a",
            "1/√u − z²/(√u)³ with u = 1 + z² is 1/(√u)³",
        ),
    ),
    Identity("linear form", "a @ x", "a: n, x: n", x=("0", "0")),
)
