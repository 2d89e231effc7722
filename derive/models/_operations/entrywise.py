"""Functions of one entry at a time: the slope tells what is needed."""

import torch
import torch.nn.functional as F


def tanh(x: "n d"):
    y = torch.tanh(x)
    return y


def sigmoid(x: "n d"):
    y = torch.sigmoid(x)
    return y


def exp(x: "n d"):
    y = torch.exp(x)
    return y


def sqrt(x: "n d"):
    y = torch.sqrt(x)
    return y


def reciprocal(x: "n d"):
    y = 1 / x
    return y


def log(x: "n d"):
    y = torch.log(x)
    return y


def relu(x: "n d"):
    y = torch.relu(x)
    return y


def leaky_relu(x: "n d"):
    y = F.leaky_relu(x, 0.01)
    return y


def elu(x: "n d"):
    y = F.elu(x)
    return y


def softplus(x: "n d"):
    y = F.softplus(x)
    return y


def gelu(x: "n d"):
    y = F.gelu(x)
    return y


def silu(x: "n d"):
    y = F.silu(x)
    return y


def square(x: "n d"):
    y = x**2
    return y


def abs(x: "n d"):
    y = torch.abs(x)
    return y


def sin(x: "n d"):
    y = torch.sin(x)
    return y


def maximum(a: "n d", b: "n d"):
    y = torch.maximum(a, b)
    return y


def where(c: "n d : bool", a: "n d", b: "n d"):
    y = torch.where(c, a, b)
    return y
