"""Divergences, mixtures, and measures of information."""

from tests.acceptance.identities.table import Identity, lacking

DIVERGENCES = (
    Identity(
        "KL of Gaussians, in the second covariance",
        "trace(inv(s) @ c) + logdet(s)",
        "s: n n: posdef, c: n n: symmetric",
        s=("S⁻¹ − S⁻¹ C S⁻¹", "inv(s) - inv(s) @ c @ inv(s)"),
    ),
    Identity(
        "KL of Gaussians",
        "0.5 * (trace(inv(s) @ c) + (m - a) @ inv(s) @ (m - a) + logdet(s) - logdet(c))",
        "s: n n: posdef, c: n n: posdef, m: n, a: n",
        m=("S⁻¹ (m − a)", "inv(s) @ (m - a)"),
        a=("S⁻¹ (a − m)", "inv(s) @ (a - m)"),
        c=("1/2 (S⁻¹ − C⁻¹)", "1 / 2 * (inv(s) - inv(c))"),
        s=(
            "1/2 (S⁻¹ − S⁻¹ ((m − a) (m − a)ᵀ + C) S⁻¹)",
            "1 / 2 * (inv(s) - inv(s) @ (c + outer(m - a, m - a)) @ inv(s))",
        ),
    ),
    Identity(
        "KL of Gaussians, one log-determinant",
        "0.5 * (trace(inv(s) @ c) + (m - a) @ inv(s) @ (m - a) - logdet(inv(s) @ c))",
        "s: n n: posdef, c: n n: posdef, m: n, a: n",
        m=("S⁻¹ (m − a)", "inv(s) @ (m - a)"),
        c=("1/2 (S⁻¹ − C⁻¹)", "1 / 2 * (inv(s) - inv(c))"),
        s=(
            "1/2 (S⁻¹ − S⁻¹ ((m − a) (m − a)ᵀ + C) S⁻¹)",
            "1 / 2 * (inv(s) - inv(s) @ (c + outer(m - a, m - a)) @ inv(s))",
        ),
    ),
    Identity(
        "Kingma & Welling 2014, KL to the standard normal",
        "0.5 * (torch.exp(v) + m ** 2 - 1 - v).sum()",
        "m: n, v: n",
        m=("m", "m"),
        v=("1/2 (exp(v) − 1)", "1 / 2 * (exp(v) - 1)"),
    ),
    Identity(
        "Bhattacharyya distance, the means",
        "(m - a) @ inv(s + c) @ (m - a)",
        "m: n, a: n, s: n n: posdef, c: n n: posdef",
        m=("2 (S + C)⁻¹ (m − a)", "2 * inv(s + c) @ (m - a)"),
        a=("2 (S + C)⁻¹ (a − m)", "2 * inv(s + c) @ (a - m)"),
        s=(
            "−(S + C)⁻¹ (m − a) (m − a)ᵀ (S + C)⁻¹",
            "-inv(s + c) @ outer(m - a, m - a) @ inv(s + c)",
        ),
    ),
    Identity(
        "Bhattacharyya distance",
        "0.125 * (m - a) @ inv(0.5 * s + 0.5 * c) @ (m - a) + 0.5 * logdet(0.5 * s + 0.5 "
        "* c) - 0.25 * logdet(s)",
        "m: n, a: n, s: n n: posdef, c: n n: posdef",
        m=("1/2 (S + C)⁻¹ (m − a)", "1 / 2 * inv(s + c) @ (m - a)"),
        s=(
            "1/2 (S + C)⁻¹ − 1/4 (S⁻¹ + (S + C)⁻¹ (m − a) (m − a)ᵀ (S + C)⁻¹)",
            "1 / 2 * inv(s + c) - 1 / 4 * inv(s) - 1 / 4 * inv(s + c) @ outer(m - a, m - a) "
            "@ inv(s + c)",
        ),
    ),
    Identity(
        "Matrix Cookbook (393), mixture of two",
        "-torch.log(p * torch.exp(-0.5 * (x - m) @ (x - m)) + q * torch.exp(-0.5 * (x - "
        "a) @ (x - a)))",
        "x: n, m: n, a: n, p: : positive, q: : positive",
        m=(
            "(p exp(−1/2 ‖x − m‖²)/(p exp(−1/2 ‖x − m‖²) + q exp(−1/2 ‖x − a‖²))) (m − x)",
            "u = p * exp(-1 / 2 * (x - m) @ (x - m)); "
            "u / (u + q * exp(-1 / 2 * (x - a) @ (x - a))) * (m - x)",
        ),
    ),
    Identity(
        "Matrix Cookbook (391), mixture in its weights",
        "torch.logsumexp(torch.log(p) + l, 0)",
        "p: k: positive, l: k",
        p=("softmax(log(p) + l) ⊘ p", "softmax(log(p) + l, 0) / p"),
        l=("softmax(log(p) + l)", "softmax(log(p) + l, 0)"),
    ),
)

INFORMATION = (
    Identity(
        "entropy, negative",
        "(x * torch.log(x)).sum()",
        "x: n: positive",
        x=("log(x) + 1", "log(x) + 1"),
    ),
    Identity(
        "relative entropy",
        "(x * torch.log(x / y)).sum()",
        "x: n: positive, y: n: positive",
        x=("log(x ⊘ y) + 1", "log(x / y) + 1"),
        y=("−x ⊘ y", "-x / y"),
    ),
    Identity(
        "generalised relative entropy",
        "(x * torch.log(x / y) - x + y).sum()",
        "x: n: positive, y: n: positive",
        x=("log(x ⊘ y)", "log(x / y)"),
        y=("1 − x ⊘ y", "1 - x / y"),
    ),
    Identity(
        "Itakura & Saito 1968",
        "(x / y - torch.log(x / y) - 1).sum()",
        "x: n: positive, y: n: positive",
        y=("(y − x) ⊘ y²", "(y - x) / y ** 2"),
        x=("1 ⊘ y − 1 ⊘ x", "1 / y - 1 / x"),
    ),
    Identity(
        "entropy of a softmax",
        "-(softmax(x, 0) * torch.log_softmax(x, 0)).sum()",
        "x: n",
        x=(
            "softmax(x) ⊙ (log_softmax(x)ᵀ softmax(x) − log_softmax(x))",
            "-softmax(x, 0) * (log_softmax(x, 0) - softmax(x, 0) @ log_softmax(x, 0))",
        ),
    ),
    Identity(
        "Hellinger distance, squared",
        "0.5 * ((torch.sqrt(x) - torch.sqrt(y)) ** 2).sum()",
        "x: n: positive, y: n: positive",
        x=lacking("1 / 2 * (1 - sqrt(y / x))", "√x ⊘ √x is 1"),
    ),
    Identity(
        "Boyd & Vandenberghe, 3.1.5, log-sum-exp",
        "torch.logsumexp(x, 0)",
        "x: n",
        x=("softmax(x)", "softmax(x, 0)"),
    ),
    Identity(
        "Boyd & Vandenberghe, A.4.2",
        "torch.logsumexp(a @ x + b, 0)",
        "a: n m, x: m, b: n",
        x=("Aᵀ softmax(A x + b)", "a.T @ softmax(a @ x + b, 0)"),
        b=("softmax(A x + b)", "softmax(a @ x + b, 0)"),
        a=("softmax(A x + b) xᵀ", "outer(softmax(a @ x + b, 0), x)"),
    ),
    Identity(
        "Boyd & Vandenberghe, A.4.2, written out",
        "torch.log(torch.exp(a @ x).sum())",
        "a: n m, x: m",
        x=("Aᵀ softmax(A x)", "a.T @ softmax(a @ x, 0)"),
    ),
    Identity(
        "Cuturi 2013, entropic transport, its dual",
        "e * torch.exp((f[:, None] + g - c) / e).sum() - a @ f - b @ g",
        "f: n, g: m, c: n m, e: : positive, a: n, b: m",
        f=("exp((f 1ᵀ + 1 gᵀ − C)/e) 1 − a", "sum(exp((col(f) + g - c) / e), 1) - a"),
        g=("exp((f 1ᵀ + 1 gᵀ − C)/e)ᵀ 1 − b", "colsum(exp((col(f) + g - c) / e)) - b"),
    ),
    Identity(
        "Bregman divergence of a quadratic",
        "0.5 * (x - y) @ a @ (x - y)",
        "x: n, y: n, a: n n: posdef",
        x=("A (x − y)", "a @ (x - y)"),
        y=("A (y − x)", "a @ (y - x)"),
    ),
    Identity(
        "Jensen & Shannon",
        "(x * torch.log(2 * x / (x + y))).sum() + (y * torch.log(2 * y / (x + y))).sum()",
        "x: n: positive, y: n: positive",
        x=("log(2 (x ⊘ (x + y)))", "log(2 * x / (x + y))"),
    ),
)
