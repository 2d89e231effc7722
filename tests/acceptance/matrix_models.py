"""Models of statistics and estimation that invert, solve and take determinants."""

import torch


def gaussian(x: "n d", mu: "d", s: "d d: posdef"):
    """Negative log-likelihood of a normal sample, but for its constant."""
    r = x - mu
    return 0.5 * (r.T * torch.linalg.solve(s, r.T)).sum() + 0.5 * x.shape[0] * torch.logdet(s)


def wishart(x: "d d: posdef", v: "d d: posdef", nu: ""):
    """Log-density of a Wishart matrix, but for its constant."""
    d = x.shape[0]
    trace = torch.trace(torch.linalg.solve(v, x))
    return 0.5 * (nu - d - 1) * torch.logdet(x) - 0.5 * trace - 0.5 * nu * torch.logdet(v)


def mahalanobis(x: "n d", mu: "d", s: "d d: posdef"):
    """Squared distances of the rows of a matrix from a mean."""
    r = x - mu
    return torch.einsum("ni,ij,nj->n", r, torch.linalg.inv(s), r)


def ridge_solution(x: "n d", y: "n", lam: ": positive"):
    """Loss of the ridge estimate as a function of the data and of the penalty."""
    w = torch.linalg.solve(x.T @ x + lam * torch.eye(x.shape[1], dtype=x.dtype), x.T @ y)
    return ((x @ w - y) ** 2).sum()


def capacity(a: "m n"):
    """log det(I + A Aᵀ)."""
    return torch.log(torch.linalg.det(torch.eye(a.shape[0], dtype=a.dtype) + a @ a.T))


def kalman(x: "d", p: "d d: posdef", z: "m", *, h: "m d", r: "m m: posdef"):
    """A Kalman update: the new mean and covariance."""
    s = h @ p @ h.T + r
    k = torch.linalg.solve(s, h @ p).T
    mean = x + k @ (z - h @ x)
    covariance = p - k @ h @ p
    return mean, covariance


def quadratic(a: "n n", b: "n", c: "n"):
    """b' inv(A) c, and the sign of the determinant with its logarithm."""
    sign, size = torch.linalg.slogdet(a)
    return b @ torch.linalg.inv(a) @ c + sign * size


def stacked(a: "k n n", b: "k n", c: "k n m"):
    """A stack of linear systems."""
    x = torch.linalg.solve(a, b)
    y = torch.linalg.solve(a, c)
    return torch.linalg.det(a), (x * x).sum() + torch.sum(y**3)


def shared(a: "n n", b: "k n m"):
    """One matrix for a stack of right-hand sides."""
    return torch.linalg.solve(a, b)


def powers(a: "n n"):
    """Whole powers of a matrix, negative ones among them."""
    return torch.matrix_power(a, 3) - torch.matrix_power(a, -2)


def gram_determinant(a: "n m"):
    """det(A A'), which has a gradient where A is wide."""
    return torch.linalg.det(a @ a.T)


MODELS = (
    gaussian,
    wishart,
    mahalanobis,
    ridge_solution,
    capacity,
    kalman,
    quadratic,
    stacked,
    shared,
    powers,
    gram_determinant,
)
