"""Inputs of ±10⁴ in float32: what is finite under PyTorch is finite in the generated code.

Nothing warns on the way, float32 stays float32, and no argument is written to.
"""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest
import torch

import derive

IMPORTS = "import torch\nimport torch.nn.functional as F\n"
MODELS = {
    "softmax": ('s: "n k"', "return torch.softmax(s, 1)"),
    "log_softmax": ('s: "n k"', "return torch.log_softmax(s, 1)"),
    "log_of_softmax": (
        's: "n k", t: "n k: simplex"',
        "p = torch.softmax(s, 1)\n    return -(t * torch.log(p)).sum(1).mean()",
    ),
    "cross_entropy_simplex": (
        's: "n k", t: "n k: simplex"',
        "return -(t * torch.log_softmax(s, 1)).sum(1).mean()",
    ),
    "cross_entropy_labels": ('s: "n k", t: "n: int < k"', "return F.cross_entropy(s, t)"),
    "logsumexp": ('s: "n k"', "return torch.logsumexp(s, 1)"),
    "logistic": (
        's: "n k", y: "n k: simplex"',
        "p = torch.sigmoid(s)\n    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).sum()",
    ),
    "logistic_with_logits": (
        's: "n k", y: "n k: simplex"',
        "return F.binary_cross_entropy_with_logits(s, y)",
    ),
    "logsigmoid": ('s: "n k"', "return F.logsigmoid(s)"),
    "sigmoid": ('s: "n k"', "return torch.sigmoid(s)"),
    "softplus": ('s: "n k"', "return F.softplus(s)"),
    "gelu": ('s: "n k"', "return F.gelu(s)"),
    "gelu_tanh": ('s: "n k"', "return F.gelu(s, approximate='tanh')"),
    "silu": ('s: "n k"', "return F.silu(s)"),
    "mish": ('s: "n k"', "return F.mish(s)"),
    "tanh": ('s: "n k"', "return torch.tanh(s)"),
    "elu": ('s: "n k"', "return F.elu(s)"),
    "logaddexp": ('s: "n k", u: "n k"', "return torch.logaddexp(s, u)"),
    "norm": ('s: "n k"', "return torch.linalg.vector_norm(s, dim=1)"),
    "attention": (
        'q: "n d", s: "m d", v: "m e"',
        "return torch.softmax(q @ s.T, 1) @ v",
    ),
    "tanh_network": (
        's: "n k", t: "n h: simplex", *, w: "k h"',
        "return F.cross_entropy(torch.tanh(s) @ w * 1000.0, t)",
    ),
}
SIZES = {"n": 6, "k": 5, "d": 4, "m": 3, "e": 2, "h": 3}
# PyTorch's own value is infinite here (the logarithm of a rounded 0); the stable form is not.
INFINITE_IN_TORCH = {"log_of_softmax", "logistic"}


def text(name: str) -> str:
    signature, body = MODELS[name]
    return f"{IMPORTS}def model({signature}):\n    {body}\n"


@cache
def derived(name: str) -> derive.Derived:
    return derive.derive(text(name))


def draw(name: str, size: float, seed: int) -> dict[str, np.ndarray]:
    """Return float32 entries from -size, -1, 0, 1 and size, and targets at their corners."""
    rng = np.random.default_rng(seed)
    found = {}
    for argument in derived(name).program.arguments:
        shape = tuple(SIZES[str(d)] for d in argument.symbol.shape)
        kind = argument.symbol.kind
        if kind == "simplex":
            value = np.eye(shape[-1], dtype="f4")[rng.integers(0, shape[-1], shape[:-1])]
        elif kind.startswith("int"):
            value = rng.integers(0, SIZES["k"], shape)
        else:
            value = rng.choice(np.array([-size, -1, 0, 1, size], "f4"), shape)
        value.flags.writeable = False
        found[argument.name] = value
    return found


def torch_run(name: str, values: dict, given: np.ndarray) -> tuple[np.ndarray, dict]:
    scope: dict = {}
    exec(compile(text(name), name, "exec", dont_inherit=True), scope)
    tensors = {
        key: torch.tensor(np.array(v), requires_grad=v.dtype.kind == "f")
        for key, v in values.items()
    }
    output = scope["model"](**tensors)
    output.backward(torch.tensor(given))
    gradients = {key: t.grad.numpy() for key, t in tensors.items() if t.grad is not None}
    return output.detach().numpy(), gradients


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", [1e2, 1e4])
class TestLargeInputs:
    def test_generated_numpy_is_finite_where_pytorch_is(self, name, size):
        module = derived(name).compile("numpy")
        for seed in range(3):
            values = draw(name, size, seed)
            with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
                warnings.simplefilter("error")
                output, kept = module.forward(**values)
                given = np.ones(np.shape(output), "f4")
                gradients = module.backward(kept, given)._asdict()
            self.compare(name, size, output, gradients, *torch_run(name, values, given))

    def test_generated_pytorch_is_finite_where_pytorch_is(self, name, size):
        module = derived(name).compile("torch")
        function = getattr(module, derived(name).program.name)
        for seed in range(3):
            values = draw(name, size, seed)
            tensors = {
                key: torch.tensor(np.array(v), requires_grad=v.dtype.kind == "f")
                for key, v in values.items()
            }
            output = function(**tensors)
            output.backward(torch.ones_like(output))
            gradients = {key: t.grad.numpy() for key, t in tensors.items() if t.grad is not None}
            given = np.ones(tuple(output.shape), "f4")
            self.compare(
                name, size, output.detach().numpy(), gradients, *torch_run(name, values, given)
            )

    def compare(self, name, size, output, gradients, wanted_output, wanted):
        assert np.asarray(output).dtype == np.float32
        finite = np.isfinite(wanted_output)
        assert np.isfinite(np.asarray(output)[finite]).all()
        assert np.allclose(np.asarray(output)[finite], wanted_output[finite], rtol=2e-5, atol=1e-5)
        for key, gradient in gradients.items():
            assert gradient.dtype == np.float32, key
            finite = np.isfinite(wanted[key])
            assert np.isfinite(gradient[finite]).all(), key
            if name not in INFINITE_IN_TORCH:
                assert finite.all(), key
                # Differences of large numbers: those of attention are of scores times keys.
                largest = size**2 if name == "attention" else np.abs(wanted[key]).max()
                assert np.allclose(gradient, wanted[key], rtol=2e-4, atol=1e-5 * max(1, largest))


@pytest.mark.parametrize("name", ["log_of_softmax", "logistic"])
def test_losses_that_overflow_as_written_are_finite_with_their_gradient(name):
    module = derived(name).compile("numpy")
    values = draw(name, 1e4, 0)
    loss, gradients = module.value_and_grad(**values)
    assert np.isfinite(loss)
    assert np.isfinite(gradients.s).all()
    assert not np.isfinite(torch_run(name, values, np.ones((), "f4"))[0])


@pytest.mark.parametrize("name", ["logistic_regression", "mlp_relu", "mlp", "ridge", "linear"])
def test_shipped_models_stay_finite_and_in_float32(name):
    model = derive.derive(name)
    rng = np.random.default_rng(0)
    sizes = {"n": 7, "d": 3, "h": 4, "m": 5, "k": 6}
    values = {}
    for argument in model.program.arguments:
        if argument.default is not None:
            continue
        shape = tuple(sizes.get(str(d), 1) for d in argument.symbol.shape)
        large = argument.name == "x"
        values[argument.name] = rng.choice([-1.0, 0.5, 1.0], shape).astype("f4") * (
            1e4 if large else 1
        )
        if argument.symbol.kind == "simplex":
            values[argument.name] = np.eye(shape[-1], dtype="f4")[rng.integers(0, 6, shape[:-1])]
        if name == "logistic_regression" and argument.name == "y":
            values["y"] = (rng.random(shape) > 0.5).astype("f4")
    module = model.compile("numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        output, kept = module.forward(**values)
        gradients = module.backward(kept, np.ones(np.shape(output), "f4"))
    assert np.asarray(output).dtype == np.float32
    assert np.isfinite(output).all()
    for gradient in gradients:
        assert gradient.dtype == np.float32
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_a_mask_times_a_constant_has_the_dtype_of_the_arguments(target):
    made = derive.derive(
        'import torch\ndef f(x: "n d", y: "n d", *, slope=0.1):\n'
        "    return torch.where(x > y, x * y, slope * x)\n"
    )
    x, y = (np.random.default_rng(k).standard_normal((4, 3)).astype("f4") for k in range(2))
    module = made.compile(target)
    if target == "numpy":
        gradients = module.backward(module.forward(x, y)[1], np.ones((4, 3), "f4"))
        assert {g.dtype for g in gradients} == {np.dtype("f4")}
    else:
        x, y = torch.tensor(x, dtype=torch.bfloat16), torch.tensor(y, dtype=torch.bfloat16)
        gradients = module.backward(module.forward(x, y)[1], torch.ones(4, 3, dtype=x.dtype))
        assert {g.dtype for g in gradients} == {torch.bfloat16}
