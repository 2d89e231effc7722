"""Functions of singular values and of eigenvalues, and what orthogonal factors cancel."""

from tests.acceptance.identities.table import Identity

SINGULAR_VALUES = (
    Identity(
        "nuclear norm, Recht, Fazel & Parrilo 2010",
        "norm(x, 'nuc')",
        "x: n d",
        x=("U(X) V(X)ᵀ", "u(x) @ v(x).T"),
    ),
    Identity(
        "nuclear norm by its values",
        "svdvals(x).sum()",
        "x: n n",
        x=("U(X) V(X)ᵀ", "u(x) @ v(x).T"),
    ),
    Identity("Frobenius norm", "(svdvals(x) ** 2).sum()", "x: n d", x=("2 X", "2 * x")),
    Identity(
        "Schatten norm to its power 4, Lewis 1995",
        "(svdvals(x) ** 4).sum()",
        "x: n d",
        x=(
            "4 U(X) diag(singular_values(X)³) V(X)ᵀ",
            "4 * u(x) @ diag(singular_values(x) ** 3) @ v(x).T",
        ),
    ),
    Identity(
        "spectral function, Lewis 1995",
        "torch.exp(svdvals(x)).sum()",
        "x: n d",
        x=(
            "U(X) diag(exp(singular_values(X))) V(X)ᵀ",
            "u(x) @ diag(exp(singular_values(x))) @ v(x).T",
        ),
    ),
    Identity(
        "log|det|, by its values", "torch.log(svdvals(x)).sum()", "x: n n", x=("X⁻ᵀ", "inv(x).T")
    ),
    Identity(
        "1/2 logdet of a Gram matrix, by its values",
        "torch.log(svdvals(x)).sum()",
        "x: n d",
        x=("(X⁺)ᵀ", "pinv(x).T"),
    ),
    Identity(
        "nuclear norm of a product",
        "norm(a @ x, 'nuc')",
        "a: m n, x: n d",
        a=("U(A X) V(A X)ᵀ Xᵀ", "u(a @ x) @ v(a @ x).T @ x.T"),
        x=("Aᵀ U(A X) V(A X)ᵀ", "a.T @ u(a @ x) @ v(a @ x).T"),
    ),
    Identity(
        "matrix completion, Cai, Candès & Shen 2010",
        "0.5 * norm(x - y) ** 2 + lam * norm(x, 'nuc')",
        "x: n d, y: n d, lam:",
        x=("lam U(X) V(X)ᵀ + X − Y", "x - y + lam * u(x) @ v(x).T"),
        y=("Y − X", "y - x"),
        lam=("1ᵀ singular_values(X)", "sum(singular_values(x))"),
    ),
    Identity(
        "robust principal components, a residual in the nuclear norm",
        "norm(x - y, 'nuc')",
        "x: n d, y: n d",
        x=("U(X − Y) V(X − Y)ᵀ", "u(x - y) @ v(x - y).T"),
        y=("−U(X − Y) V(X − Y)ᵀ", "-(u(x - y) @ v(x - y).T)"),
    ),
    Identity(
        "condition number in the Frobenius norm",
        "norm(x) * norm(inv(x))",
        "x: n n",
        x=(
            "‖X⁻¹‖/‖X‖ X − ‖X‖/‖X⁻¹‖ X⁻ᵀ X⁻¹ X⁻ᵀ",
            "norm(inv(x)) / norm(x) * x - norm(x) / norm(inv(x)) * inv(x).T @ inv(x) @ inv(x).T",
        ),
    ),
)

EIGENVALUES = (
    Identity(
        "tr X⁻¹ by its values",
        "(1 / eigvalsh(x)).sum()",
        "x: n n: posdef",
        x=("−X⁻¹ X⁻¹", "-(inv(x) @ inv(x))"),
    ),
    Identity(
        "tr exp X by its values",
        "torch.exp(eigvalsh(x)).sum()",
        "x: n n: symmetric",
        x=("expm(X)", "expm(x)"),
    ),
    Identity(
        "projection on the positive semidefinite cone, Boyd & Vandenberghe 8.1",
        "0.5 * (torch.relu(eigvalsh(x)) ** 2).sum()",
        "x: n n: symmetric",
        x=(
            "eigenvectors(X) diag(relu(eigenvalues(X))) eigenvectors(X)ᵀ",
            "eigenvectors(x) @ diag(relu(eigenvalues(x))) @ eigenvectors(x).T",
        ),
    ),
)

ORTHOGONAL_FACTORS = (
    Identity("Frobenius norm of R", "q, r = qr(x); (r * r).sum()", "x: n+2 n", x=("2 X", "2 * x")),
    Identity(
        "Q has orthonormal columns", "q, r = qr(x); norm(q) ** 2", "x: n+2 n", x=("0", "0 * x")
    ),
    Identity(
        "least squares by Q R, Golub & Van Loan 5.3",
        "q, r = qr(x); norm(y - q @ (q.T @ y)) ** 2",
        "x: n+2 n, y: n+2",
        y=("2 (y − Q(X) Q(X)ᵀ y)", "2 * (y - q(x) @ q(x).T @ y)"),
    ),
)
