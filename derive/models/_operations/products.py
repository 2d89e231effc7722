"""Products, sums and inverses: what multiplies a variable is what its gradient needs."""

import torch


def linear(x: "n d", *, w: "d m", b: "m"):
    y = x @ w + b
    return y


def product(a: "n d", b: "n d"):
    y = a * b
    return y


def quotient(a: "n d", b: "n d"):
    y = a / b
    return y


def add(a: "n d", b: "n d"):
    y = a + b
    return y


def sum(x: "n d"):
    y = x.sum(dim=1)
    return y


def mean(x: "n d"):
    y = x.mean(dim=1)
    return y


def inverse(a: "n n"):
    y = torch.linalg.inv(a)
    return y


def solve(a: "n n", b: "n m"):
    y = torch.linalg.solve(a, b)
    return y


def attention(q: "n d", k: "m d", v: "m d"):
    s = q @ k.T / q.shape[1] ** 0.5
    p = torch.softmax(s, dim=1)
    y = p @ v
    return y
