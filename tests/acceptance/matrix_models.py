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


def marginal(k: "n n: posdef", y: "n"):
    """Negative log-likelihood of a Gaussian process, given the covariance."""
    low = torch.linalg.cholesky(k)
    weights = torch.cholesky_solve(y[:, None], low)[:, 0]
    return 0.5 * y @ weights + torch.log(torch.diagonal(low)).sum()


def kernel(x: "n d", y: "n", s: ": positive"):
    """The same, given the points: a kernel that decays with the squared distance."""
    distances = ((x[:, None] - x[None, :]) ** 2).sum(-1)
    k = torch.exp(-0.5 * distances) + s * torch.eye(x.shape[0], dtype=x.dtype)
    low = torch.linalg.cholesky(k)
    z = torch.linalg.solve_triangular(low, y[:, None], upper=False)
    return 0.5 * (z**2).sum() + torch.log(torch.diagonal(low)).sum()


def factor(k: "b n n: posdef"):
    """The Cholesky factors of a stack."""
    return torch.linalg.cholesky(k)


def spectral(k: "n n: symmetric"):
    """A function of a symmetric matrix, by its eigenvalues."""
    values, vectors = torch.linalg.eigh(k)
    return vectors @ torch.diag(torch.tanh(values)) @ vectors.T


def extreme(k: "n n: symmetric", x: "n"):
    """What the eigenvector of the largest eigenvalue has in common with a vector."""
    found = torch.linalg.eigh(k)
    return found.eigenvalues[-1] * (found.eigenvectors[:, -1] @ x) ** 2


def spectrum(k: "n n: symmetric"):
    """The eigenvalues alone."""
    return torch.linalg.eigvalsh(k)


def pseudoinverse(a: "m n"):
    """A pseudoinverse of full rank."""
    return torch.linalg.pinv(a)


def least_squares(a: "m n", b: "m k"):
    """The smallest solution of a system."""
    return (torch.linalg.lstsq(a, b).solution ** 2).sum()


def flow(a: "n n", b: "n"):
    """The solution of x' = A x after one unit of time."""
    return torch.linalg.matrix_exp(a) @ b


def weighted_least_squares(x: "n d", y: "n", v: "n n: posdef"):
    """The residual of generalised least squares, in the metric of the noise."""
    xv = torch.linalg.solve(v, x)
    b = torch.linalg.solve(x.T @ xv, xv.T @ y)
    r = y - x @ b
    return r @ torch.linalg.solve(v, r)


def from_right(a: "n n", b: "m n", k: "n n: posdef"):
    """X A = B, and an inverse from a Cholesky factor."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(k))
    return torch.linalg.solve(a, b, left=False) @ inverse


def spectral_norm(a: "m n"):
    """The largest singular value."""
    return torch.linalg.matrix_norm(a, ord=2)


def nuclear(a: "m n", b: "m n"):
    """A low-rank fit: squared error, and the sum of the singular values."""
    return ((a - b) ** 2).sum() + torch.linalg.matrix_norm(a, "nuc")


def shrunk(a: "m n"):
    """Singular values made smaller by a function of each."""
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u @ torch.diag(torch.tanh(s)) @ vh


def conditioned(a: "n n"):
    """The condition number."""
    return torch.linalg.cond(a)


def orthogonalised(a: "m n", b: "m"):
    """Least squares by an orthogonal factor and a triangular one."""
    q, r = torch.linalg.qr(a)
    x = torch.linalg.solve_triangular(r, (q.T @ b)[:, None], upper=True)
    return (x**2).sum() + torch.log(torch.abs(torch.diagonal(r))).sum()


def triangle(a: "n n", b: "n m"):
    """A triangular system, which looks at one triangle alone."""
    return torch.linalg.solve_triangular(a, b, upper=True)


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
    marginal,
    kernel,
    factor,
    spectral,
    extreme,
    spectrum,
    pseudoinverse,
    least_squares,
    flow,
    weighted_least_squares,
    from_right,
    spectral_norm,
    nuclear,
    shrunk,
    conditioned,
    orthogonalised,
    triangle,
)
