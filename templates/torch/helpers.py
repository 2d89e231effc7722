"""Private functions of PyTorch modules; a module has those that it uses, in this order."""

import math

import torch


def _added_up(x, index, size):
    """Return each x[i] added at index[i], along a first axis of that size."""
    rest = x.shape[index.ndim :]
    parts = x.expand(*index.shape, *rest).reshape(index.numel(), *rest)
    return x.new_zeros(size, *rest).index_add(0, index.reshape(-1), parts)


def _added_at(x, indices, sizes):
    """Return each x[k] added at [i[k], j[k], …], along first axes of these sizes."""
    zeros = x.new_zeros(*sizes, *x.shape[indices[0].ndim :])
    return zeros.index_put(indices, x, accumulate=True)


def _added_along(x, index, dim, size):
    """Return the entries of x added at the integers along dim, which gets that size."""
    zeros = x.new_zeros(*x.shape[:dim], size, *x.shape[dim + 1 :])
    return zeros.scatter_add(dim, index.expand_as(x), x)


def _cbrt(x):
    """Return the real cube root."""
    return torch.sign(x) * torch.abs(x) ** (1 / 3)


def _either(test, yes, no, like):
    """Return one of two numbers at each entry, in the dtype of like."""
    return torch.where(test, like.new_full((), yes), like.new_full((), no))


def _expm_along(a, e):
    """Return the derivative of the matrix exponential at a in the direction e."""
    n = a.shape[-1]
    top, bottom = torch.cat((a, e), -1), torch.cat((torch.zeros_like(a), a), -1)
    return torch.linalg.matrix_exp(torch.cat((top, bottom), -2))[..., :n, n:]


def _lower_half(x):
    """Return the lower triangle of x with its diagonal halved."""
    return (x.tril() + x.tril(-1)) / 2


def _sym(x):
    """Return the symmetric part of x."""
    return (x + x.mT) / 2


def _gram(rows, weights):
    """Return rows.T @ diag(weights) @ rows, symmetric to the last bit."""
    gram = (rows.T * weights) @ rows
    return (gram + gram.T) / 2


def _normal_pdf(x):
    """Return the standard normal density."""
    return torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _one_hot(x, depth, dtype):
    """Return 1 where the place along a new last axis is the integer x, else 0."""
    return (x[..., None] == torch.arange(depth, device=x.device)).to(dtype)


def _placed(x, index, shape):
    """Return x at an index among zeros."""
    whole = x.new_zeros(shape)
    whole[index] = x
    return whole


def _power_slope(x, y):
    """Return the slope y * x**(y - 1) of a power, 0 where y is 0."""
    return y * x ** (y - (y != 0) * 1)


def _powlog(x, y):
    """Return x**y * log(x), 0 where x is 0 and y is not negative."""
    return x**y * torch.log(torch.where((x == 0) & (y >= 0), 1, x))


def _prod_others(x, dim):
    """Return the product of all other entries along the axis, right where some are 0."""
    ones = torch.ones_like(x.narrow(dim, 0, min(1, x.shape[dim])))
    rest = max(0, x.shape[dim] - 1)
    before = torch.cat((ones, x.narrow(dim, 0, rest)), dim).cumprod(dim)
    after = torch.cat((ones, x.flip(dim).narrow(dim, 0, rest)), dim).cumprod(dim)
    return before * after.flip(dim)


def _safe_reciprocal(x):
    """Return 1 / x, 0 where x is 0."""
    return 1 / torch.where(x == 0, torch.inf, x)


def _softmax(x, dim):
    """Return the softmax over several axes at once."""
    return torch.exp(x - torch.logsumexp(x, dim, keepdim=True))


def _wins(x, y):
    """Return 1 where x > y, 1/2 where they are equal, else 0."""
    dtype = torch.result_type(x, y)
    return ((x > y).to(dtype) + (x >= y).to(dtype)) / 2


def _filled(grads, shapes):
    """Return the gradients with zeros for those that are None; one of them is not."""
    given = [grad for grad in grads if grad is not None]
    return [
        given[0].new_zeros(shape) if grad is None else grad
        for grad, shape in zip(grads, shapes, strict=True)
    ]


def _sums(left, right):
    """Return the sums of gradients, None standing for zero."""
    pairs = zip(left, right, strict=True)
    return [a if b is None else b if a is None else a + b for a, b in pairs]
