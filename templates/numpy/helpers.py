"""Private functions of NumPy modules: what NumPy lacks or would overflow in.

A module has those that it uses, in this order.  All keep float32 and warn about nothing for inputs
of any size.
"""

import math

import numpy as np
from scipy import linalg, special


def _sigmoid(x):
    """1 / (1 + exp(-x)) without an exponential that might overflow."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def _logsigmoid(x):
    """log(sigmoid(x)) without an exponential that might overflow."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def _softplus(x):
    """log(1 + exp(x)) without an exponential that might overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _erf(x):
    """The error function at each entry, by the standard library: NumPy lacks it."""
    x = np.asarray(x)
    entries = map(math.erf, x.ravel().tolist())
    return np.fromiter(entries, x.dtype, x.size).reshape(x.shape)


def _erfc(x):
    """1 - erf(x) at each entry, right where it is small."""
    x = np.asarray(x)
    entries = map(math.erfc, x.ravel().tolist())
    return np.fromiter(entries, x.dtype, x.size).reshape(x.shape)


def _normal_cdf(x):
    """The standard normal distribution function at each entry."""
    x = np.asarray(x)
    halves = (-x.ravel() / math.sqrt(2)).tolist()
    return np.fromiter(map(math.erfc, halves), x.dtype, x.size).reshape(x.shape) / 2


def _normal_pdf(x):
    """The density of the standard normal distribution."""
    x = np.clip(x, -40, 40)  # beyond, the density is 0 in every float type
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _gelu_tanh(x):
    """x times the normal distribution function, approximated with tanh."""
    return x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))) / 2


def _leaky_relu(x, slope):
    """x where it is positive, slope * x elsewhere."""
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def _elu(x, scale):
    """x where it is positive, scale * (exp(x) - 1) elsewhere."""
    return np.maximum(x, 0) + scale * np.expm1(np.minimum(x, 0))


def _wins(x, y):
    """1 where x is the larger one, 0 where y is, and half where they tie."""
    return np.where(x == y, 0.5, x > y).astype(np.result_type(x, y))


def _safe_reciprocal(x):
    """1 / x, and 0 where x is 0."""
    return np.divide(1, x, out=np.zeros_like(x), where=np.not_equal(x, 0))


def _powlog(x, y):
    """x**y * log(x), and 0 where x is 0 and y is not negative."""
    return x**y * np.log(np.where((x == 0) & (y >= 0), 1, x))


def _power_slope(x, y):
    """The slope y * x**(y - 1) of a power, and 0 where y is 0."""
    return y * x ** (y - (y != 0))


def _polygamma(n, x):
    """The derivative of order n of digamma."""
    return (-1) ** (n + 1) * math.factorial(n) * special.zeta(n + 1, x)


def _prod_others(x, axis):
    """The product of all other entries along the axis, right where some are 0."""
    x = np.moveaxis(x, axis, 0)
    before, after = np.ones_like(x), np.ones_like(x)
    np.cumprod(x[:-1], axis=0, out=before[1:])
    np.cumprod(x[:0:-1], axis=0, out=after[-2::-1])
    return np.moveaxis(before * after, 0, axis)


def _added_up(x, index, size):
    """Each x[i] added at index[i], along a first axis of that size."""
    y = np.zeros((size, *x.shape[index.ndim :]), x.dtype)
    np.add.at(y, index, x)
    return y


def _added_at(x, indices, sizes):
    """Each x[k] added at [i[k], j[k], …], along first axes of these sizes."""
    y = np.zeros((*sizes, *x.shape[indices[0].ndim :]), x.dtype)
    np.add.at(y, indices, x)
    return y


def _added_along(x, index, axis, size):
    """The entries of x added at the integers along the axis, which gets that size."""
    y = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    places = list(np.indices(x.shape, sparse=True))
    places[axis] = index
    np.add.at(y, tuple(places), x)
    return y


def _scattered(x, index, axis, shape):
    """x added up at the integers along the axis, in an array of the shape."""
    y = np.zeros(shape, x.dtype)
    places = list(np.indices(index.shape, sparse=True))
    places[axis] = index
    np.add.at(y, tuple(places), x)
    return y


def _softmax(x, axis):
    """exp(x) over its sum along the axis, shifted not to overflow."""
    e = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
    return e / e.sum(axis=axis, keepdims=True)


def _log_softmax(x, axis):
    """x less the logarithm of the sum of exp(x), shifted not to overflow."""
    x = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


def _logsumexp(x, axis):
    """The logarithm of the sum of exp(x) along the axis, shifted not to overflow."""
    top = x.max(axis=axis, keepdims=True, initial=-np.inf)
    top = np.clip(top, np.finfo(x.dtype).min, np.finfo(x.dtype).max)
    return np.log(np.exp(x - top).sum(axis=axis)) + top.squeeze(axis)


def _logdet(a):
    """The logarithm of the determinant, not a number where that is negative."""
    sign, size = np.linalg.slogdet(a)
    return np.where(sign < 0, np.nan, size).astype(size.dtype)


def _solve_lower(a, b):
    """The solution x of a @ x = b for a lower triangle a, by blocks of rows."""
    x = b.copy()
    for i in range(0, a.shape[-1], 64):
        rows = slice(i, i + 64)
        x[..., rows, :] -= a[..., rows, :i] @ x[..., :i, :]
        x[..., rows, :] = np.linalg.solve(a[..., rows, rows], x[..., rows, :])
    return x


def _solve_upper(a, b):
    """The solution x of a @ x = b for an upper triangle a, by blocks of rows."""
    x = b.copy()
    for j in range(a.shape[-1], 0, -64):
        rows = slice(max(j - 64, 0), j)
        x[..., rows, :] -= a[..., rows, j:] @ x[..., j:, :]
        x[..., rows, :] = np.linalg.solve(a[..., rows, rows], x[..., rows, :])
    return x


def _expm_along(a, e):
    """The derivative of the matrix exponential at a in the direction e."""
    n = a.shape[-1]
    top, bottom = np.concatenate((a, e), -1), np.concatenate((np.zeros_like(a), a), -1)
    return linalg.expm(np.concatenate((top, bottom), -2))[..., :n, n:]


def _lower_half(x):
    """The lower triangle of x with its diagonal halved."""
    return (np.tril(x) + np.tril(x, -1)) / 2


def _sym(x):
    """The symmetric part of x."""
    return (x + np.swapaxes(x, -1, -2)) / 2


def _placed(x, where, shape):
    """x among zeros, in an array of the shape."""
    y = np.zeros(shape, x.dtype)
    y[where] = x
    return y


def _gram(rows, weights):
    """rows.T @ diag(weights) @ rows, symmetric to the last bit.

    A matrix times its own transpose takes half the work of a product of two.
    """
    signed = (weights < 0).any()
    scaled = np.sqrt(np.abs(weights) if signed else weights)[:, None] * rows
    gram = scaled.T @ scaled
    if signed:
        turned = scaled[weights < 0]
        gram -= 2 * (turned.T @ turned)
    return gram
