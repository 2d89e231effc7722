"""Several outputs of any shape: vector-Jacobian products against autograd, in both targets."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

import derive
from derive.face.api import Derived
from tests.second_models import model

MODELS = {
    "a matrix and a number": model(
        'x: "n d", w: "d m"', "y = x @ w", "return torch.tanh(y), (y ** 2).sum()"
    ),
    "one used by the other": model(
        'x: "n d", w: "d m"', "y = x @ w", "z = torch.tanh(y)", "return z, y, z.sum(1)"
    ),
    "a chain of three": model(
        'x: "n"', "a = torch.sin(x)", "b = a * a", "c = b.sum()", "return a, b, c"
    ),
    "an argument as an output": model('x: "n", y: "n"', "return x, x * y"),
    "integers beside floats": model('x: "n d"', "return torch.argmax(x, 1), x.amax(1)"),
    "truth values beside floats": model('x: "n d"', "return x > 0, torch.relu(x)"),
    "one that is constant": model('x: "n d", y: "m"', "return torch.floor(x), x * 2, y"),
    "one that a variable misses": model('x: "n", y: "m"', "return x ** 2, y ** 3"),
    "a tuple of one": model('x: "n d"', "return (x ** 2,)"),
    "a transpose": model('x: "n d"', "return x.T, x.T @ x"),
    "rank three": model('a: "b n m", x: "b m d"', "y = a @ x", "return y, y.sum((1, 2))"),
    "statistics": model(
        'x: "n d"', "m = x.mean(1, keepdim=True)", "return m, x - m, ((x - m) ** 2).mean()"
    ),
    "detached": model('x: "n"', "y = x ** 2", "return y, y.detach() * x"),
}


@cache
def derived(name: str) -> Derived:
    return derive.derive(MODELS[name])


@cache
def compiled(name: str, target: str) -> ModuleType:
    return derived(name).compile(target)


def values_of(name: str, equal: bool) -> dict[str, np.ndarray]:
    program = derived(name).program
    distinct = dict(zip(program.dimensions, (4, 3, 2, 5), strict=False))
    sizes = dict.fromkeys(distinct, 3) if equal else distinct
    rng = np.random.default_rng(5)
    shapes = {a.name: [d.evaluate(sizes) for d in a.symbol.shape] for a in program.arguments}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def by_autograd(text: str, values: dict[str, np.ndarray], given: list[Any]) -> dict[str, Any]:
    """Return the gradients of the sum of all outputs, each times what is given for it."""
    scope: dict[str, Any] = {}
    exec(compile(text, "model", "exec", dont_inherit=True), scope)
    tensors = {k: torch.tensor(v, requires_grad=True) for k, v in values.items()}
    outputs = scope["model"](**tensors)
    pairs = [(o, torch.tensor(g)) for o, g in zip(outputs, given, strict=True)]
    total = sum((o * g).sum() for o, g in pairs if o.is_floating_point())
    found = torch.autograd.grad(total, list(tensors.values()), allow_unused=True)
    zeros = {k: torch.zeros_like(v) for k, v in tensors.items()}
    return {k: zeros[k] if g is None else g for k, g in zip(tensors, found, strict=True)}


@pytest.mark.parametrize("equal", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("name", MODELS)
def test_backward_takes_a_cotangent_for_each_output(name, target, equal):
    values = values_of(name, equal)
    made = compiled(name, target)
    arrays = values if target == "numpy" else {k: torch.tensor(v) for k, v in values.items()}
    outputs, cache_ = made.forward(**arrays)
    rng = np.random.default_rng(6)
    given = [np.asarray(rng.standard_normal(np.shape(o))) for o in outputs]
    passed = given if target == "numpy" else [torch.tensor(g) for g in given]
    found = made.backward(cache_, tuple(passed))
    expected = by_autograd(MODELS[name], values, given)
    for argument, wanted in expected.items():
        got = getattr(found, argument)
        got = np.zeros(wanted.shape) if got is None else np.asarray(got)
        assert got.shape == tuple(wanted.shape)
        assert np.abs(got - wanted.numpy()).max() < 1e-11, argument
