"""The model language, promise by promise: each model is checked by every oracle.

The models' own text is run by PyTorch, so that what derive reads is compared with what Python does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import derive

ROOT = Path(__file__).parents[2]
TORCH = "import torch\nimport torch.nn.functional as F\n"
MODELS = {
    "a_loop_over_a_constant_range": """
def f(x: "n d", *, w: "d d", steps=3):
    for i in range(steps):
        x = torch.tanh(x @ w) + x / (i + 1)
    return x
""",
    "a_loop_over_layers_of_one_array": """
def f(x: "n d", *, ws: "4 d d", bs: "4 d"):
    h = x
    for i in range(4):
        h = torch.tanh(h @ ws[i] + bs[i])
    return h.sum()
""",
    "nested_helpers_and_helpers_of_the_file": """
def affine(x, w, b):
    return x @ w + b

def f(x: "n d", *, w1: "d h", b1: "h", w2: "h 1", b2: "1"):
    def layer(h, w, b, act=torch.tanh):
        return act(affine(h, w, b))
    h = layer(x, w1, b1)
    y = layer(h, w2, b2, act=torch.sigmoid).squeeze(1)
    return (y * y).mean()
""",
    "lists_built_in_loops_and_stacked": """
def f(x: "b t d", h: "b m", *, w: "d m", u: "m m", t_steps=3):
    outs = []
    for t in range(t_steps):
        h = torch.tanh(x[:, t] @ w + h @ u)
        outs.append(h)
    y = torch.stack(outs, dim=1)
    return y.mean(dim=(0, 1))
""",
    "indexed_assignment": """
def f(s: "n k", y: "n: int < k"):
    rows = torch.arange(s.shape[0])
    margin = s - s[rows, y][:, None] + 1
    margin[rows, y] = 0
    return F.relu(margin).sum() / s.shape[0]
""",
    "shape_arithmetic": """
def f(x: "n d", *, w: "d 2*d"):
    n, d = x.shape
    z = x @ w
    a, b = z[:, :d], z[:, d:]
    return (a * torch.sigmoid(b)).sum() / (n * d) ** 0.5
""",
    "augmented_assignment_and_unpacking": """
def f(x: "n d", y: "n d"):
    a, (b, c) = x + y, (x * y, 2.0)
    a *= c
    a -= b
    a = a / (1 + y * y)
    return a, b.sum(0)
""",
    "tuple_of_outputs": """
def f(x: "n d", *, g: "d", eps=1e-5):
    mu = x.mean(dim=1, keepdim=True)
    var = ((x - mu) ** 2).mean(dim=1, keepdim=True)
    y = (x - mu) / torch.sqrt(var + eps) * g
    return y, mu.squeeze(1), var.squeeze(1)
""",
    "constants_as_keywords": """
def f(x: "n d", y: "n", *, w: "d", lam=0.1, power=3):
    return ((x @ w - y) ** 2).sum() + lam * (w ** power).sum()
""",
    "einsum_and_views": """
def f(x: "b t 2*g", *, wq: "2*g 2*g", wk: "2*g 2*g", heads=2):
    b, t, e = x.shape
    q = (x @ wq).view(b, t, heads, e // heads).transpose(1, 2)
    k = (x @ wk).view(b, t, heads, e // heads).transpose(1, 2)
    s = torch.softmax(q @ k.transpose(-2, -1) / 2.0, dim=-1)
    return torch.einsum("bhij,bhij->", s, s)
""",
    "branches_and_kinks": """
def f(x: "n d", y: "n d", *, slope=0.1):
    if slope > 0:
        z = torch.where(x > y, x * y, slope * x)
    else:
        z = x
    return torch.maximum(z, y).clamp(-2, 2).abs().sum(-1)
""",
    "fixed_constants_shape_the_program": """
def f(x: "n d", *, w: "d d", depth=2, scale=0.5):
    h = x
    for _ in range(depth):
        h = h + scale * torch.relu(h @ w)
    return h
""",
    "greek_and_hostile_names": """
def f(np: "n d", *, θ: "d h", grad: "h", cache: "h"):
    self = np @ θ + grad
    backward = torch.tanh(self) * cache
    return backward.sum()
""",
    "labels_and_masks": """
def f(z: "n k", t: "n: int < k", keep: "n: bool"):
    losses = F.cross_entropy(z, t, reduction="none")
    return torch.where(keep, losses, 0.0).sum()
""",
    "properties": """
def f(a: "n d: positive", t: "n k: simplex", *, w: "d k"):
    z = torch.log(a) @ w
    return -(t * torch.log_softmax(z, dim=-1)).sum() + torch.sqrt(a).mean()
""",
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_uses_it_is_derived_and_true(name, tmp_path):
    path = tmp_path / "model.py"
    path.write_text(TORCH + MODELS[name], encoding="utf-8")
    report = derive.derive(f"{path}:f").check(run_model=True)
    assert report.ok, str(report)
    compared = {row.oracle for row in report.rows if row.verdict == "ok"}
    assert {"complex step", "4-point difference", "autograd of the model"} <= compared, str(report)


SPELLINGS = [
    ("numpy", "import numpy as np", "np.tanh(np.sum(x * w, axis=1, keepdims=True)).mean()"),
    ("torch", "import torch", "torch.tanh(torch.sum(x * w, dim=1, keepdim=True)).mean()"),
    ("methods", "", "(x * w).sum(1, keepdim=True).tanh().mean()"),
    ("names", "from torch import tanh, mean", "mean(tanh((x * w).sum(dim=1, keepdim=True)))"),
    ("renamed", "from numpy import tanh as th", "th((x * w).sum(axis=-1, keepdims=True)).mean()"),
    ("mixed", "import torch as t", "t.mean(t.tanh(t.einsum('ij,j->i', x, w)[:, None]))"),
]


@pytest.mark.parametrize(("name", "line", "body"), SPELLINGS, ids=[s[0] for s in SPELLINGS])
def test_the_spellings_of_both_libraries_mean_the_same(name, line, body):
    made = derive.derive(f'{line}\ndef f(x: "n d", *, w: "d"):\n    return {body}\n')
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((4, 3)), rng.standard_normal(3)
    value, gradients = made.compile("numpy").value_and_grad(x, w=w)
    y = np.tanh(x @ w)
    assert value == pytest.approx(y.mean(), abs=1e-14)
    assert np.allclose(gradients.w, x.T @ (1 - y**2) / 4, atol=1e-14)


def live(x: "n d", y: "n 1", *, w: "d m", b: ""):
    z = x @ w + b
    return ((z - y) ** 2).mean()


def test_a_live_function_is_read_from_its_source_and_run_as_the_oracle():
    made = derive.derive(live)
    report = made.check()
    assert report.ok, str(report)
    assert "autograd of the model" in {row.oracle for row in report.rows}
    assert set(made.compile("numpy").Gradients._fields) == {"x", "y", "w", "b"}


def test_annotations_of_jaxtyping_and_typing_are_read_as_well():
    made = derive.derive(
        "from typing import Annotated\nfrom torch import Tensor\n"
        "from jaxtyping import Float, Int\nimport torch.nn.functional as F\n"
        'def f(x: Float[Tensor, "n d"], t: Int[Tensor, "n"], w: Annotated[Tensor, "d k"]):\n'
        "    return F.cross_entropy(x @ w, t)\n"
    )
    assert [a.name for a in made.program.arguments if a.symbol.is_float] == ["x", "w"]
    assert made.check(run_model=False).ok


def test_dimensions_declared_equal_make_a_square_weight_of_a_general_one():
    text = 'def f(x: "n d", *, w: "h d"):\n    return ((x @ w) ** 2).sum()\n'
    with pytest.raises(derive.DeriveError, match="does not fit"):
        derive.derive(text)
    made = derive.derive(text, same=[("d", "h")])
    assert made.check(run_model=False).ok
    assert len(made.program.dimensions) == 2


def test_a_fixed_constant_raises_for_any_other_value():
    text = TORCH + MODELS["fixed_constants_shape_the_program"]
    module = derive.derive(text).compile("numpy")
    x, w = np.ones((2, 3)), np.eye(3)
    assert module.predict(x, w=w, depth=2, scale=1.0)[0, 0] == 4
    with pytest.raises(ValueError, match="depth"):
        module.forward(x, w=w, depth=3)


def test_a_keyword_constant_stays_a_keyword_of_the_generated_code():
    module = derive.derive(TORCH + MODELS["constants_as_keywords"]).compile("numpy")
    x, y, w = np.zeros((2, 3)), np.zeros(2), np.ones(3)
    assert module.predict(x, y, w=w, lam=2.0) == pytest.approx(6.0)
    assert module.predict(x, y, w=w) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("expression", "shapes"),
    [
        ("((x @ w - y)**2).sum()", "x: n d, w: d, y: n"),
        ("tanh(x @ w1) @ w2", "x: n d, w1: d h, w2: h m"),
        ("logsumexp(a, dim=1).mean()", "a: n k"),
        ("trace(a @ b.T)", "a: n d, b: n d"),
    ],
)
def test_an_expression_is_checked_from_the_command_line(expression, shapes, tmp_path):
    run = checked("-e", expression, "--shape", shapes, folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "every gradient agrees" in run.stdout


def test_second_derivatives_are_checked_from_the_command_line(tmp_path):
    words = ("-e", "np.exp(x @ w).sum()", "--shape", "x: n d, w: d")
    run = checked(*words, "--with", "hessian:w", "--with", "jacobian:x", folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "every derivative agrees" in run.stdout
    assert {"hessian_w", "jacobian_x"} <= {line.split()[0] for line in run.stdout.split("\n  ")}


def test_arrays_that_a_model_makes_itself_are_float64_while_it_is_checked(tmp_path):
    (tmp_path / "m.py").write_text(
        "import torch\n\n\n"
        'def f(x: "n d"):\n'
        "    return torch.linalg.slogdet(x.T @ x + 0.1 * torch.eye(x.shape[1]))[1]\n"
    )
    run = checked("m.py", "--run-model", folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "autograd of the model" in run.stdout


def test_a_model_that_is_singular_at_the_sizes_given_is_no_success(tmp_path):
    words = ("-e", "np.linalg.inv(a @ b)", "--shape", "a: n k, b: k n", "--size", "n=3,k=2")
    run = checked(*words, folder=tmp_path)
    assert run.returncode == 1
    assert "a matrix that is inverted is singular (rank 2 of 3)" in run.stdout
    assert run.stdout.splitlines()[-1].startswith("UNDETERMINED")


def checked(*words, folder):
    """Run `derive check` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "derive", "check", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
