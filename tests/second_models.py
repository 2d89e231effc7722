"""Models whose second derivatives, or Jacobians, are known: text, variable, structure."""

from __future__ import annotations

from typing import NamedTuple


class Curved(NamedTuple):
    """A model that returns a number, and the structure of its Hessian in one variable.

    structure: names of the parts without the word Hessian; constant: free of the variable.
    """

    text: str
    variable: str
    structure: tuple[str, ...]
    constant: bool = False


def model(signature: str, *lines: str) -> str:
    """Return the text of a model."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"import torch\nimport torch.nn.functional as F\n\ndef model({signature}):\n{body}\n"


CLASSIFY = 'x: "n d", y: "n", *, w: "d"'
NET = 'x: "n d", y: "n", *, w1: "d h", b1: "h", w2: "h"'
LAYERS = ("y1 = torch.tanh(x @ w1 + b1)", "return ((y1 @ w2 - y) ** 2).mean()")

CURVED = {
    "logistic regression": Curved(
        model(
            CLASSIFY,
            "p = torch.sigmoid(x @ w)",
            "return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()",
        ),
        "w",
        ("LowRank",),
    ),
    "logistic regression by softplus": Curved(
        model('x: "n d", *, w: "d"', "return F.softplus(-(x @ w)).sum()"), "w", ("LowRank",)
    ),
    "logistic ridge": Curved(
        model(
            'x: "n d", *, w: "d", lam: ""',
            "return F.softplus(-(x @ w)).mean() + lam * (w ** 2).sum()",
        ),
        "w",
        ("Diagonal", "LowRank"),
    ),
    "Poisson regression": Curved(
        model(CLASSIFY, "z = x @ w", "return (torch.exp(z) - y * z).sum()"), "w", ("LowRank",)
    ),
    "cross-entropy in the logits": Curved(
        model('z: "c", t: "c: simplex"', "return -(t * torch.log_softmax(z, 0)).sum()"),
        "z",
        ("Diagonal", "Outer"),
    ),
    "batched cross-entropy": Curved(
        model(
            'z: "n c", t: "n c: simplex"',
            "return -(t * torch.log_softmax(z, 1)).sum() / z.shape[0]",
        ),
        "z",
        ("Diagonal", "BlockOuter"),
    ),
    "cross-entropy with labels": Curved(
        model('z: "n c", t: "n: int < c"', "return F.cross_entropy(z, t)"),
        "z",
        ("Diagonal", "BlockOuter"),
    ),
    "log-sum-exp": Curved(
        model('z: "n"', "return torch.logsumexp(z, 0)"), "z", ("Diagonal", "Outer")
    ),
    "log-sum-exp of a linear map": Curved(
        model('a: "m n", x: "n"', "return torch.logsumexp(a @ x, 0)"), "x", ("Outer", "LowRank")
    ),
    "least squares": Curved(
        model(CLASSIFY, "return ((x @ w - y) ** 2).sum() / 2"), "w", ("LowRank",), True
    ),
    "least squares, mean": Curved(
        model(CLASSIFY, "return ((x @ w - y) ** 2).mean()"), "w", ("LowRank",), True
    ),
    "weighted least squares": Curved(
        model('x: "n d", y: "n", s: "n", *, w: "d"', "return (s * (x @ w - y) ** 2).sum()"),
        "w",
        ("LowRank",),
        True,
    ),
    "ridge": Curved(
        model(
            'x: "n d", y: "n", *, w: "d", lam: ""',
            "return ((x @ w - y) ** 2).sum() + lam * (w ** 2).sum()",
        ),
        "w",
        ("Diagonal", "LowRank"),
        True,
    ),
    "least squares of matrices": Curved(
        model('x: "n d", y: "n m", *, w: "d m"', "return ((x @ w - y) ** 2).sum()"),
        "w",
        ("Kronecker",),
        True,
    ),
    "least squares in the data": Curved(
        model('x: "n d", y: "n m", *, w: "d m"', "return ((x @ w - y) ** 2).mean()"),
        "x",
        ("Kronecker",),
        True,
    ),
    "least squares in the targets": Curved(
        model('x: "n d", y: "n m", *, w: "d m"', "return ((x @ w - y) ** 2).sum()"),
        "y",
        ("Diagonal",),
        True,
    ),
    "quadratic form": Curved(model('a: "n n", x: "n"', "return x @ a @ x"), "x", ("Dense",), True),
    "symmetric quadratic form": Curved(
        model('a: "n n: symmetric", b: "n", x: "n"', "return x @ a @ x / 2 - b @ x"),
        "x",
        ("Dense",),
        True,
    ),
    "Gram form": Curved(
        model('a: "m n", x: "n"', "return ((a @ x) ** 2).sum()"), "x", ("LowRank",), True
    ),
    "trace of a form": Curved(
        model('a: "n n", x: "n d"', "return torch.trace(x.T @ a @ x)"), "x", ("Kronecker",), True
    ),
    "matrix factorisation, left": Curved(
        model('t: "m n", u: "m k", v: "n k"', "return ((t - u @ v.T) ** 2).sum()"),
        "u",
        ("Kronecker",),
        True,
    ),
    "matrix factorisation, right": Curved(
        model('t: "m n", u: "m k", v: "n k"', "return ((t - u @ v.T) ** 2).sum()"),
        "v",
        ("Kronecker",),
        True,
    ),
    "regularised factorisation": Curved(
        model(
            't: "m n", u: "m k", v: "n k"',
            "return ((t - u @ v.T) ** 2).sum() + (u ** 2).sum()",
        ),
        "u",
        ("Diagonal", "Kronecker"),
        True,
    ),
    "symmetric factorisation": Curved(
        model('t: "m m", u: "m k"', "return ((t - u @ u.T) ** 2).sum()"),
        "u",
        ("Kronecker", "KroneckerHessianU", "Exchanged"),
    ),
    "norm": Curved(model('x: "n"', "return torch.linalg.norm(x)"), "x", ("Diagonal", "Outer")),
    "norms of rows": Curved(
        model('x: "n d"', "return torch.linalg.norm(x, dim=1).sum()"),
        "x",
        ("Diagonal", "BlockOuter"),
    ),
    "squared norm": Curved(model('x: "n d"', "return (x ** 2).sum()"), "x", ("Diagonal",), True),
    "distance": Curved(
        model('x: "n", y: "n"', "return torch.sqrt(((x - y) ** 2).sum())"),
        "x",
        ("Diagonal", "Outer"),
    ),
    "entrywise": Curved(model('x: "n d"', "return torch.sin(x).sum()"), "x", ("Diagonal",)),
    "linear": Curved(model('a: "n", x: "n"', "return a @ x"), "x", ("Diagonal",), True),
    "scalar": Curved(model('x: "", y: ""', "return torch.exp(x * y)"), "x", ("Diagonal",)),
    "product of sums": Curved(
        model('x: "n", y: "m"', "return (x ** 2).sum() * (y ** 2).sum()"), "x", ("Diagonal",), True
    ),
    "square of a sum": Curved(model('x: "n"', "return x.sum() ** 2"), "x", ("Outer",), True),
    "cosine": Curved(
        model('x: "n", y: "n"', "return (x @ y) / torch.linalg.norm(x)"),
        "x",
        ("Diagonal", "Outer", "OuterPair"),
    ),
    "Gaussian kernel": Curved(
        model('x: "d", c: "d"', "return torch.exp(-((x - c) ** 2).sum() / 2)"),
        "x",
        ("Diagonal", "Outer"),
    ),
    "Gaussian likelihood in the mean": Curved(
        model('x: "n d", mu: "d", p: "d d: posdef"', "e = x - mu", "return (e @ p * e).sum() / 2"),
        "mu",
        ("Dense",),
        True,
    ),
    "small network, first weights": Curved(model(NET, *LAYERS), "w1", ("KroneckerSum",)),
    "small network, first bias": Curved(model(NET, *LAYERS), "b1", ("Diagonal", "LowRank")),
    "small network, last weights": Curved(model(NET, *LAYERS), "w2", ("LowRank",), True),
    "small network, hidden values": Curved(model(NET, *LAYERS), "y1", ("Kronecker",), True),
    "deep network": Curved(
        model(
            'x: "n d", *, w1: "d h", w2: "h k", w3: "k"',
            "y1 = torch.tanh(x @ w1)",
            "y2 = torch.sigmoid(y1 @ w2)",
            "return ((y2 @ w3) ** 2).sum()",
        ),
        "w2",
        ("KroneckerSum",),
    ),
    "residual network": Curved(
        model(
            'x: "n d", *, w1: "d d", w2: "d d"',
            "y1 = x + torch.tanh(x @ w1)",
            "y2 = y1 + torch.tanh(y1 @ w2)",
            "return (y2 ** 2).sum()",
        ),
        "w1",
        ("KroneckerSum",),
    ),
    "layer norm": Curved(
        model(
            'x: "n d", g: "n d"',
            "m = x.mean(1, keepdim=True)",
            "v = ((x - m) ** 2).mean(1, keepdim=True)",
            "return (g * (x - m) / torch.sqrt(v + 1e-5)).sum()",
        ),
        "x",
        ("Diagonal", "BlockOuter", "BlockOuterPair", "BlockOuterPair", "BlockOuterPair"),
    ),
    "inverse in a form": Curved(
        model('a: "n n: posdef", x: "n"', "return x @ torch.linalg.solve(a, x)"),
        "x",
        ("Dense",),
        True,
    ),
    "log-determinant of a positive definite matrix": Curved(
        model('a: "n n: posdef"', "return torch.logdet(a)"), "a", ("Exchanged",)
    ),
    "squares of an inverse": Curved(
        model('a: "n n: posdef"', "return (torch.linalg.inv(a) ** 2).sum()"),
        "a",
        ("Product", "Product", "Exchanged", "Exchanged", "Exchanged"),
    ),
    "products of entries": Curved(
        model('x: "n d"', "return (torch.prod(x, 1) ** 2).sum()"),
        "x",
        ("BlockDiagonal", "BlockOuter"),
    ),
    "entropy of a distribution": Curved(
        model('p: "c: simplex"', "return -(p * torch.log(p)).sum()"), "p", ("Diagonal",)
    ),
    "targets of cross-entropy": Curved(
        model('z: "n c", t: "n c: simplex"', "return (t ** 2).sum() + F.cross_entropy(z, t)"),
        "t",
        ("Diagonal",),
        True,
    ),
    "Rosenbrock": Curved(
        model('x: "n"', "return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()"),
        "x",
        ("Diagonal", "Band"),
    ),
    "squared differences": Curved(
        model('x: "n"', "return ((x[1:] - x[:-1]) ** 2).sum()"), "x", ("Diagonal", "Band"), True
    ),
    "squared second differences": Curved(
        model('x: "n"', "return ((x[2:] - 2 * x[1:-1] + x[:-2]) ** 2).sum()"),
        "x",
        ("Diagonal", "Band", "Band", "Band"),
        True,
    ),
    "smooth image": Curved(
        model(
            'x: "m n"',
            "return ((x[1:] - x[:-1]) ** 2).sum() + ((x[:, 1:] - x[:, :-1]) ** 2).sum()",
        ),
        "x",
        ("Diagonal", "Band", "Band"),
        True,
    ),
    "isotropic total variation": Curved(
        model(
            'x: "m n"',
            "dx = x[1:, :-1] - x[:-1, :-1]",
            "dy = x[:-1, 1:] - x[:-1, :-1]",
            "return torch.sqrt(dx ** 2 + dy ** 2 + 1e-3).sum()",
        ),
        "x",
        ("Diagonal", "Band", "Band", "Band"),
    ),
    "every other entry": Curved(
        model('x: "n"', "return (torch.sin(x[::2]) ** 2).sum()"), "x", ("Diagonal",)
    ),
    "round trip": Curved(
        model('x: "n"', "return ((torch.roll(x, 1) - x) ** 2).sum()"),
        "x",
        ("Diagonal", "Band", "Band"),
        True,
    ),
    "running sums": Curved(
        model('x: "n"', "return (torch.cumsum(torch.sin(x), 0) ** 2).sum()"),
        "x",
        ("Diagonal", "LowRank"),
    ),
    "pieces joined": Curved(
        model('x: "n", y: "m"', "return (torch.cat([x, y, x ** 2]) ** 2).sum()"),
        "x",
        ("Diagonal",),
    ),
    "layers stacked": Curved(
        model('x: "n"', "return (torch.stack([x, torch.exp(x)]) ** 3).sum()"), "x", ("Diagonal",)
    ),
    "another shape": Curved(
        model('x: "m n"', "return (torch.sin(x).reshape(-1) ** 2).sum()"), "x", ("Diagonal",)
    ),
    "heads": Curved(
        model(
            'x: "n 2*k", y: "n"',
            "h = torch.tanh(x).view(x.shape[0], 2, -1).transpose(0, 1)",
            "return ((h * y[None, :, None]).reshape(2, -1) ** 2).sum()",
        ),
        "x",
        ("Diagonal",),
    ),
    "softmax layer of one sample": Curved(
        model(
            'x: "d", t: "c: simplex", *, w: "c d"',
            "return -(t * torch.log_softmax(w @ x, 0)).sum()",
        ),
        "w",
        ("KroneckerSum",),
    ),
    "softmax layer": Curved(
        model('x: "n d", t: "n: int < c", *, w: "d c"', "return F.cross_entropy(x @ w, t)"),
        "w",
        ("KroneckerSum",),
    ),
    "trace of a product": Curved(
        model('a: "m m", b: "n n", x: "m n"', "return torch.trace(a @ x @ b @ x.T)"),
        "x",
        ("Product", "Product"),
        True,
    ),
    "trace of a cube": Curved(
        model('x: "n n"', "return torch.trace(x @ x @ x)"), "x", ("Exchanged", "Exchanged")
    ),
    "determinant": Curved(
        model('a: "n n"', "return torch.linalg.det(a)"), "a", ("Exchanged", "Outer")
    ),
    "normalised rows": Curved(
        model(
            'x: "n d", y: "n d"',
            "return (x / torch.linalg.norm(x, dim=1, keepdim=True) * y).sum()",
        ),
        "x",
        ("Diagonal", "BlockOuter", "BlockOuterPair"),
    ),
    "function of a mean": Curved(
        model(
            'x: "n d", y: "n"',
            "m = torch.tanh(x).mean()",
            "return ((m * torch.exp(m * y) + torch.log(1 + m ** 2) * y) ** 3).sum()",
        ),
        "x",
        ("Diagonal", "OuterPair"),
    ),
    "batched forms": Curved(
        model('a: "b n n", x: "b n"', 'return torch.einsum("bi,bij,bj->", x, a, x)'),
        "x",
        ("BlockDiagonal",),
        True,
    ),
}
"""Models with Hessians."""

SEVERAL = {
    "linear map": (model('a: "m n", x: "n", b: "m"', "return a @ x + b"), "x"),
    "layer": (model('a: "m n", x: "n"', "return torch.tanh(a @ x)"), "x"),
    "matrix product, left": (model('x: "n d", w: "d m"', "return x @ w"), "x"),
    "matrix product, right": (model('x: "n d", w: "d m"', "return x @ w"), "w"),
    "bias": (model('x: "n d", w: "d m", b: "m"', "return x @ w + b"), "b"),
    "activation": (model('x: "n d"', "return torch.relu(x)"), "x"),
    "softmax": (model('z: "n c"', "return torch.softmax(z, 1)"), "z"),
    "transpose": (model('x: "n d"', "return x.T"), "x"),
    "sum": (model('x: "n d"', "return x.sum(1)"), "x"),
    "network": (model(NET, LAYERS[0], "return y1 @ w2"), "w1"),
    "slices": (model('x: "n d"', "return x[1:] * x[:-1]"), "x"),
    "stack": (model('x: "n"', "return torch.stack([x, x ** 2])"), "x"),
    "reshape": (model('x: "n d"', "return torch.sin(x).reshape(-1)"), "x"),
    "normalised": (model('x: "n d"', "return x / torch.linalg.norm(x, dim=1, keepdim=True)"), "x"),
    "inverse": (model('a: "n n: posdef"', "return torch.linalg.inv(a)"), "a"),
    "picked rows": (model('x: "n d", i: "m: int < n"', "return x[i] ** 2"), "x"),
    "gathered entries": (
        model('x: "n d", i: "n m: int < d"', "return torch.gather(x, 1, i) ** 2"),
        "x",
    ),
    "cumulative sums": (model('x: "n d"', "return torch.cumsum(x, 1)"), "x"),
    "cumulative products": (model('x: "n d"', "return torch.cumprod(x, 1)"), "x"),
    "reversed": (model('x: "n d"', "return torch.flip(x, (0,))"), "x"),
    "joined": (model('x: "n d"', "return torch.cat([x, 2 * x], 0)"), "x"),
    "Cholesky factor": (model('a: "n n: posdef"', "return torch.linalg.cholesky(a)"), "a"),
    "matrix exponential": (model('a: "n n"', "return torch.matrix_exp(a)"), "a"),
    "attention": (model('x: "b n d"', "return torch.softmax(x @ x.mT, -1) @ x"), "x"),
    "integers beside floats": (
        model('x: "n d"', "return torch.argmax(x, 1), x.amax(1)"),
        "x",
    ),
    "an output that ignores the variable": (
        model('x: "n", y: "m"', "return y * 2, x.sum()"),
        "x",
    ),
    "several outputs": (
        model('a: "m n", x: "n"', "y = a @ x", "return y, torch.tanh(y), (y * y).sum()"),
        "x",
    ),
    "several outputs in a value": (
        model('a: "m n", x: "n"', "y = a @ x", "return torch.tanh(y), (y * y).sum()"),
        "y",
    ),
    "batched": (model('a: "b n m", x: "b m d"', "return torch.relu(a @ x)"), "x"),
}
"""Models with Jacobians: text and variable."""
