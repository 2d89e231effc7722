"""Operations that look at a whole row: softmax, extremes, norms, normalisations."""

import torch


def softmax(x: "n d"):
    y = torch.softmax(x, dim=1)
    return y


def log_softmax(x: "n d"):
    y = torch.log_softmax(x, dim=1)
    return y


def logsumexp(x: "n d"):
    y = torch.logsumexp(x, dim=1)
    return y


def max(x: "n d"):
    y = x.amax(dim=1)
    return y


def norm(x: "n d"):
    y = torch.linalg.norm(x, dim=1)
    return y


def rms_norm(x: "n d", eps=1e-6):
    v = (x**2).mean(dim=1) + eps
    r = torch.rsqrt(v)
    y = x * r[:, None]
    return y


def layer_norm(x: "n d", eps=1e-5):
    u = x.mean(dim=1)
    v = ((x - u[:, None]) ** 2).mean(dim=1) + eps
    r = torch.rsqrt(v)
    y = (x - u[:, None]) * r[:, None]
    return y


def batch_norm(x: "n d", eps=1e-5):
    u = x.mean(dim=0)
    v = ((x - u) ** 2).mean(dim=0) + eps
    r = torch.rsqrt(v)
    y = (x - u) * r
    return y
