"""Statements and expressions of Python that are read: value and gradients are those of PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.errors import DeriveError
from derive.reader import read_expression, read_text

torch = pytest.importorskip("torch")
HEAD = """\
import functools
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint


@torch.no_grad()
def centre(x):
    return x.mean(0)


@functools.cache
def doubled(x):
    return 2 * x
"""
BODIES = {
    "no_grad": "with torch.no_grad():\n    m = (x * w).mean(0)\nreturn ((x - m) @ w).sum()",
    "no_grad of two": "with torch.no_grad():\n    m, s = x.mean(0), x.std(0)\n"
    "return (((x - m) / s @ w) ** 2).sum()",
    "no_grad of a name": "with torch.no_grad():\n    m = x\nreturn (m @ w).sum()",
    "no_grad of a view": "with torch.no_grad():\n    m = x[0]\nreturn (x @ w * m.sum()).sum()",
    "no_grad of a clone": "with torch.no_grad():\n    m = x.clone()\n    m += 1\n"
    "return (m * x).sum()",
    "no_grad of a list": "with torch.no_grad():\n    a = [x * 2, x * 3]\nreturn (a[1] * x).sum()",
    "no_grad around a loop": "with torch.no_grad():\n    m = x\n    for k in range(3):\n"
    "        m = m * x\nreturn (m * x).sum()",
    "enable_grad within": "with torch.no_grad():\n    with torch.enable_grad():\n"
    "        m = x * w\nreturn (m * x).sum()",
    "set_grad_enabled": "with torch.set_grad_enabled(False):\n    m = x * w\nreturn (m * x).sum()",
    "decorated helper": "return (((x - centre(x)) @ w) ** 2).sum()",
    "cached helper": "return (doubled(x) @ w).sum()",
    "nested decorated helper": "@torch.no_grad()\ndef fixed(a):\n    b = a * w\n    return b\n"
    "return (fixed(x) * x).sum()",
    "walrus": "return (y := x @ w).sum() + (y**2).sum()",
    "walrus in a condition": "if (rank := x.ndim) == 2:\n    return (x @ w).sum() * rank\nreturn w",
    "dict comprehension": "d = {k: x * k for k in range(1, 4) if k != 2}\n"
    "return (d[1] * d[3]).sum()",
    "dict with **": "a = {'dim': 1}\nb = {**a, 'keepdim': True}\nreturn (x.sum(**b) * x).sum()",
    "call with **": "options = dict(dim=1)\nreturn (x.sum(**options) ** 2).sum()",
    "partial": "rows = functools.partial(torch.sum, dim=1)\nreturn (rows(x) ** 2).sum()",
    "checkpoint": "return checkpoint(lambda a, b: a * b, x, w, use_reentrant=False).sum()",
    "layers": "act = nn.LeakyReLU(0.2)\nreturn nn.Sequential(act, nn.Softplus(beta=2), "
    "nn.Identity())(x).sum()",
    "losses": "return nn.MSELoss(reduction='sum')(x, w * x) + nn.HuberLoss(delta=0.5)(x, 2 * x)",
    "f-string": "axis = 'i'\nreturn (torch.einsum(f'{axis}j,j->{axis}', x, w) ** 2).sum()",
    "assertions": "assert x.ndim == 2, f'{x.shape} {x.mean()} {type(x)}'\nassert x.shape[0] > 0\n"
    "assert isinstance(x, torch.Tensor) and not isinstance(x, (int, float))\n"
    "assert (x * x >= 0).all()\nreturn (x @ w).sum()",
    "guards": "if x.shape[0] < 2:\n    raise ValueError(f'{x.shape}')\nreturn (x @ w).sum()",
    "settings": "torch.manual_seed(0)\nprint(f'{x.shape}')\ny = x * w\ny.retain_grad()\npass\n"
    "return (y**2).sum()",
    "inplace": "y = x * w\nz = F.relu(y, inplace=True)\nreturn (y * z).sum()",
    "inplace alone": "y = x * w\nF.relu(y, inplace=True)\nreturn (y * x).sum()",
    "inplace of a layer": "y = nn.ReLU(inplace=True)(x * w)\nreturn (y * x).sum()",
    "inplace of a value": "return (F.leaky_relu(x * w, 0.1, inplace=True) * x).sum()",
    "swap and del": "a, b = x, w\na, b = b, a\nc = b @ a\ndel a, b\nreturn (c**2).sum()",
    "augmented": "y = x @ w\ny *= 2\ny -= w.sum()\ny /= 3\ny **= 2\nreturn y.sum()",
    "while and else": "k = 3\nwhile k > 1:\n    x = x * w\n    k -= 1\nelse:\n    x = x + 1\n"
    "return x.sum()",
}


def text_of(body: str) -> str:
    indented = "".join(f"    {line}\n" for line in body.split("\n"))
    return f'{HEAD}\n\ndef model(x: "n d", w: "d"):\n{indented}'


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BODIES)
def test_a_statement_means_what_it_means_to_pytorch(name, capsys):
    text = text_of(BODIES[name])
    derived = derive.derive(text)
    rng = np.random.default_rng(3)
    values = {"x": rng.standard_normal((4, 3)), "w": rng.standard_normal(3)}
    space: dict = {}
    exec(compile(text, "model.py", "exec"), space)
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in values.items()}
    value = space["model"](**leaves)
    wanted = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    found, gradients = derived.compile("numpy").value_and_grad(**values)
    np.testing.assert_allclose(found, value.item(), rtol=1e-12)
    for name, gradient in zip(leaves, wanted, strict=True):
        expected = np.zeros_like(values[name]) if gradient is None else gradient.numpy()
        np.testing.assert_allclose(getattr(gradients, name), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("statement", "remark"),
    [
        ("assert x.shape[1] % 2 == 0", "x.shape[1] % 2 == 0 is taken to hold"),
        ("if x.shape[0] < 2:\n    raise ValueError", "x.shape[0] < 2 is taken not to hold"),
    ],
)
def test_what_the_sizes_decide_is_remarked(statement, remark):
    (program,) = read_text(text_of(f"{statement}\nreturn (x @ w).sum()"))
    assert any(told.startswith(remark) for told in program.remarks)


def test_equal_sizes_are_declared_and_not_asserted():
    with pytest.raises(DeriveError, match="never equal") as caught:
        read_text(text_of("assert x.shape[0] == x.shape[1]\nreturn x.sum()"))
    assert caught.value.hint == "declare them equal: --same n=d"


@pytest.mark.parametrize(
    ("text", "shapes", "same"),
    [
        ("(x @ w).sum() / n", "x: n d, w: d", "(x @ w).sum() / x.shape[0]"),
        ("(np.eye(d) @ x.T).sum() * n", "x: n d", "(np.eye(x.shape[1]) @ x.T).sum() * x.shape[0]"),
        ("x.reshape(n * d).sum()", "x: n d", "x.reshape(x.shape[0] * x.shape[1]).sum()"),
        ("(d * x).sum()", "x: n, d: ", "(d * x).sum()"),
    ],
)
def test_the_name_of_a_dimension_is_its_size_in_an_expression(text, shapes, same):
    program = read_expression(text, shapes)
    assert program.source.endswith(f"return {same}")
    assert program.equations[-1].expr == read_expression(same, shapes).equations[-1].expr


def test_dimensions_declared_equal_are_equal_as_numbers():
    program = read_expression("(x @ x).sum() / d", "x: n d", same={"d": "n"})
    assert set(program.dimensions) == {"n"}


@pytest.mark.parametrize(
    "text",
    [
        "scipy.linalg.expm(x)",
        "jnp.exp(x)",
        "jax.numpy.exp(x)",
        "jax.nn.relu(x)",
        "nn.functional.relu(x)",
        "nn.ReLU()(x)",
        "special.expit(x)",
    ],
)
def test_the_modules_of_an_expression_stand_ready(text):
    assert read_expression(text, "x: n n").arguments[0].name == "x"
