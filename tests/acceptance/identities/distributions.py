"""Likelihoods other than the Gaussian: of matrices, heavy tails, counts and proportions."""

from tests.acceptance.identities.table import Identity, lacking

MATRICES = (
    Identity(
        "Matrix Cookbook (342), Wishart, in the scale",
        "0.5 * trace(inv(v) @ x) + nu / 2 * logdet(v)",
        "v: n n: posdef, x: n n: symmetric, nu:",
        v=("1/2 (ν V⁻¹ − V⁻¹ X V⁻¹)", "1 / 2 * (nu * inv(v) - inv(v) @ x @ inv(v))"),
        x=("1/2 V⁻¹", "1 / 2 * inv(v)"),
    ),
    Identity(
        "Matrix Cookbook (342), Wishart",
        "0.5 * trace(inv(v) @ x) + 0.5 * nu * logdet(v) - 0.5 * (nu - x.shape[0] - 1) * logdet(x)",
        "x: n n: posdef, v: n n: posdef, nu:",
        x=("1/2 (V⁻¹ + (n − ν + 1) X⁻¹)", "1 / 2 * (inv(v) - (nu - n - 1) * inv(x))"),
        v=("1/2 (ν V⁻¹ − V⁻¹ X V⁻¹)", "1 / 2 * (nu * inv(v) - inv(v) @ x @ inv(v))"),
    ),
    Identity(
        "Matrix Cookbook, 7.9, inverse Wishart",
        "0.5 * trace(v @ inv(x)) - 0.5 * nu * logdet(v) + 0.5 * (nu + x.shape[0] + 1) * logdet(x)",
        "x: n n: posdef, v: n n: posdef, nu:",
        x=(
            "1/2 ((ν + n + 1) X⁻¹ − X⁻¹ V X⁻¹)",
            "1 / 2 * ((nu + n + 1) * inv(x) - inv(x) @ v @ inv(x))",
        ),
        v=("1/2 (X⁻¹ − ν V⁻¹)", "1 / 2 * (inv(x) - nu * inv(v))"),
    ),
    Identity(
        "Matrix Cookbook (341), matrix Student's t",
        "logdet(inv(o) + (x - m) @ inv(s) @ (x - m).T)",
        "o: n n: posdef, x: n k, m: n k, s: k k: posdef",
        x=(
            "2 (O⁻¹ + (X − M) S⁻¹ (X − M)ᵀ)⁻¹ (X − M) S⁻¹",
            "2 * inv(inv(o) + (x - m) @ inv(s) @ (x - m).T) @ (x - m) @ inv(s)",
        ),
    ),
    Identity(
        "Matrix Cookbook (341), matrix Student's t with O = I",
        "logdet(torch.eye(x.shape[0], dtype=torch.float64) + (x - m) @ (x - m).T)",
        "x: n k, m: n k",
        x=("2 (I + (X − M) (X − M)ᵀ)⁻¹ (X − M)", "2 * inv(eye(n) + (x - m) @ (x - m).T) @ (x - m)"),
        m=(
            "2 (I + (X − M) (X − M)ᵀ)⁻¹ (M − X)",
            "-2 * inv(eye(n) + (x - m) @ (x - m).T) @ (x - m)",
        ),
    ),
)

HEAVY_TAILS = (
    Identity(
        "Matrix Cookbook (337), Student's t",
        "0.5 * (nu + x.shape[0]) * torch.log(1 + (x - m) @ inv(s) @ (x - m) / nu) + 0.5 "
        "* logdet(s)",
        "x: n, m: n, s: n n: posdef, nu: : positive",
        x=(
            "((ν + n)/((x − m)ᵀ S⁻¹ (x − m) + ν)) S⁻¹ (x − m)",
            "q = (x - m) @ inv(s) @ (x - m); (nu + n) / (nu + q) * inv(s) @ (x - m)",
        ),
        m=(
            "((ν + n)/((x − m)ᵀ S⁻¹ (x − m) + ν)) S⁻¹ (m − x)",
            "q = (x - m) @ inv(s) @ (x - m); -(nu + n) / (nu + q) * inv(s) @ (x - m)",
        ),
        s=(
            "1/2 (S⁻¹ − ((ν + n)/((x − m)ᵀ S⁻¹ (x − m) + ν)) S⁻¹ (x − m) (x − m)ᵀ S⁻¹)",
            "q = (x - m) @ inv(s) @ (x - m); "
            "1 / 2 * (inv(s) - (nu + n) / (nu + q) * inv(s) @ outer(x - m, x - m) @ inv(s))",
        ),
    ),
    Identity(
        "Matrix Cookbook (335), Cauchy",
        "0.5 * (1 + x.shape[0]) * torch.log(1 + (x - m) @ inv(s) @ (x - m)) + 0.5 * logdet(s)",
        "x: n, m: n, s: n n: posdef",
        m=(
            "(n + 1) S⁻¹ (m − x)/(1 + (x − m)ᵀ S⁻¹ (x − m))",
            "q = (x - m) @ inv(s) @ (x - m); -(1 + n) / (1 + q) * inv(s) @ (x - m)",
        ),
        s=(
            "1/2 (S⁻¹ − (n + 1) S⁻¹ (x − m) (x − m)ᵀ S⁻¹/(1 + (x − m)ᵀ S⁻¹ (x − m)))",
            "q = (x - m) @ inv(s) @ (x - m); "
            "1 / 2 * (inv(s) - (1 + n) / (1 + q) * inv(s) @ outer(x - m, x - m) @ inv(s))",
        ),
    ),
    Identity(
        "Cauchy, independent samples",
        "torch.log(1 + ((x - m) / s) ** 2).sum()",
        "x: n, m:, s: : positive",
        m=lacking(
            "2 * sum((m - x) / (s ** 2 + (x - m) ** 2))",
            "the fraction is cleared of its inner denominator",
        ),
    ),
    Identity(
        "Laplace",
        "torch.abs(x - m).sum() / b + x.shape[0] * torch.log(b)",
        "x: n, m:, b: : positive",
        m=("−1ᵀ sign(x − m)/b", "sum(sign(m - x)) / b"),
        b=("(n − 1ᵀ |x − m|/b)/b", "n / b - sum(abs(x - m)) / b ** 2"),
    ),
    Identity(
        "von Mises-Fisher, the exponent",
        "-k * a @ x",
        "k: : positive, a: n, x: n",
        k=("−aᵀ x", "-a @ x"),
        a=("−k x", "-k * x"),
    ),
)

COUNTS = (
    Identity(
        "Poisson",
        "l.sum() - y @ torch.log(l)",
        "y: n, l: n: positive",
        l=("1 − y ⊘ l", "1 - y / l"),
    ),
    Identity(
        "multinomial", "-(y * torch.log(p)).sum()", "y: n, p: n: positive", p=("−y ⊘ p", "-y / p")
    ),
    Identity(
        "Bernoulli",
        "-(y * torch.log(p) + (1 - y) * torch.log(1 - p)).sum()",
        "y: n, p: n: simplex",
        p=("(y − p) ⊘ (p ⊙ (p − 1))", "(p - y) / (p * (1 - p))"),
    ),
    Identity(
        "Bernoulli, by the logit",
        "(F.softplus(z) - y * z).sum()",
        "y: n, z: n",
        z=("σ(z) − y", "sigmoid(z) - y"),
        y=("−z", "-z"),
    ),
    Identity(
        "exponential",
        "(x / b + torch.log(b)).sum()",
        "x: n, b: n: positive",
        b=("(b − x) ⊘ b²", "(b - x) / b ** 2"),
        x=("1 ⊘ b", "1 / b"),
    ),
    Identity(
        "gamma",
        "(torch.lgamma(a) + a * torch.log(b) - (a - 1) * torch.log(x) + x / b).sum()",
        "x: n: positive, a: n: positive, b: n: positive",
        a=("ψ(a) + log(b) − log(x)", "digamma(a) + log(b) - log(x)"),
        b=("(a ⊙ b − x) ⊘ b²", "a / b - x / b ** 2"),
    ),
    Identity(
        "Minka 2000, Dirichlet",
        "torch.lgamma(a).sum() - torch.lgamma(a.sum()) - ((a - 1) * torch.log(x)).sum()",
        "x: n: positive, a: n: positive",
        a=("ψ(a) − log(x) − ψ(1ᵀ a)", "digamma(a) - digamma(sum(a)) - log(x)"),
        x=("(1 − a) ⊘ x", "(1 - a) / x"),
    ),
    Identity(
        "Dirichlet-multinomial, the counts",
        "torch.lgamma(a).sum() - torch.lgamma(x + a).sum()",
        "x: n: positive, a: n: positive",
        a=("ψ(a) − ψ(x + a)", "digamma(a) - digamma(x + a)"),
    ),
    Identity(
        "beta",
        "(torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b) - (a - 1) * torch.log(x)).sum()",
        "x: n: positive, a: n: positive, b: n: positive",
        a=("ψ(a) − ψ(a + b) − log(x)", "digamma(a) - digamma(a + b) - log(x)"),
        b=("ψ(b) − ψ(a + b)", "digamma(b) - digamma(a + b)"),
    ),
    Identity(
        "log-normal",
        "(torch.log(x * s) + (torch.log(x) - m) ** 2 / (2 * s ** 2)).sum()",
        "x: n: positive, m: n, s: n: positive",
        m=("(m − log(x)) ⊘ s²", "(m - log(x)) / s ** 2"),
        s=("1 ⊘ s − (log(x) − m)² ⊘ s³", "1 / s - (log(x) - m) ** 2 / s ** 3"),
    ),
    Identity(
        "Weibull",
        "((x / b) ** k - k * torch.log(x / b)).sum()",
        "x: n: positive, b: n: positive, k:",
        b=lacking(
            "k / b * (1 - (x / b) ** k)", "x ⊘ b times (x ⊘ b)^(k − 1) is (x ⊘ b)^k, and b ⊙ 1 is b"
        ),
    ),
    Identity(
        "inverse Gaussian",
        "(l * (x - m) ** 2 / (2 * m ** 2 * x)).sum()",
        "l: n, x: n: positive, m: n: positive",
        m=("l ⊙ (m − x) ⊘ m³", "l * (m - x) / m ** 3"),
        l=("1/2 ((x − m)² ⊘ (m² ⊙ x))", "(x - m) ** 2 / (2 * m ** 2 * x)"),
    ),
)
