"""A hand-written pair of modules for y = tanh(x w + b) v, as a generator would write them.

Each fault that a test plants changes one line of a backward pass.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from derive.algebra.build import add, expand
from derive.program.program import Program
from tests.programs import array, d, function, n, program, times, value, weight

FAULTS = (
    "half a thousandth",
    "missing transpose",
    "missing batch sum",
    "wrong sign",
    "stale value",
)
SIZES = {"n": 2, "d": 3}


def model() -> Program:
    """Return the program; w is square, so that a lost transpose of it keeps every shape."""
    x, w, b = array("x", n, d), weight("w", d, d), weight("b", d)
    h, y = value("h", n, d), value("y", n)
    v = weight("v", d)
    affine = add(times(x, w), expand(b, (n, d), (1,)))
    return program([x, w, b, v], [(h, function("tanh", affine)), (y, times(h, v))], [y])


class Cache(NamedTuple):
    x: Any
    w: Any
    v: Any
    h: Any


class Gradients(NamedTuple):
    x: Any
    w: Any
    b: Any
    v: Any


def module(xp: Any, fault: str = "") -> SimpleNamespace:
    """Return forward and backward over numpy or torch, with a fault planted."""

    def forward(x, *, w, b, v):
        h = xp.tanh(x @ w + b)
        return h @ v, Cache(x, w, v, h)

    def backward(cache, grad_output, **unused):
        x, w, v, h = cache
        grad_v = h.T @ grad_output
        grad_h = grad_output[:, None] * v
        grad_z = grad_h * (1 - (h if fault != "stale value" else x) ** 2)
        grad_x = grad_z @ (w if fault == "missing transpose" else w.T)
        grad_w = x.T @ grad_z * (1.0005 if fault == "half a thousandth" else 1)
        grad_b = grad_z if fault == "missing batch sum" else grad_z.sum(0)
        if fault == "wrong sign":
            grad_b = -grad_b
        return Gradients(grad_x, grad_w, grad_b, grad_v)

    return SimpleNamespace(forward=forward, backward=backward)


def numpy_module(fault: str = "") -> SimpleNamespace:
    return module(np, fault)


def torch_module(fault: str = "") -> SimpleNamespace:
    """Return the torch module with a drop-in function of the model's name."""
    import torch

    plain = module(torch, fault)

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(x, w, b, v):
            return plain.forward(x, w=w, b=b, v=v)[0]

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, grad_output):
            x, w, b, v = ctx.saved_tensors
            _, cache = plain.forward(x, w=w, b=b, v=v)
            return tuple(plain.backward(cache, grad_output))

    def drop_in(x, *, w, b, v):
        return Function.apply(x, w, b, v)

    plain.model = drop_in
    return plain


def model_function(x, *, w, b, v):
    """The model itself, as PyTorch differentiates it."""
    import torch

    return torch.tanh(x @ w + b) @ v
