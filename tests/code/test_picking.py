"""Entries picked by integers are indexed, and their gradients added up, with no one-hot array."""

from __future__ import annotations

import numpy as np
import pytest

import derive

torch = pytest.importorskip("torch")
HEAD = "import torch\nimport torch.nn.functional as F\n\n\n"
CALLS = {
    "x[i]": ('x: "n d", i: "m: int < n"', "x[i]", "_added_up(grad_out, i, n)"),
    "F.embedding(i, x)": ('x: "n d", i: "b m: int < n"', "x[i]", "_added_up(grad_out, i, n)"),
    "x[:, i]": ('x: "n d", i: "m: int < d"', "x[:, i]", "_added_up(grad_out.T, i, d).T"),
    "torch.gather(x, 1, i)": (
        'x: "n d", i: "n m: int < d"',
        "np.take_along_axis(x, i, axis=1)",
        "_added_along(grad_out, i, axis=1, size=d)",
    ),
    "x[torch.arange(x.shape[0]), i]": (
        'x: "n d", i: "n: int < d"',
        "np.take_along_axis(x, i[:, None], axis=1)[:, 0]",
        "_added_along(grad_out[:, None], i[:, None], axis=1, size=d)",
    ),
    "x[i, j]": (
        'x: "n d", i: "m: int < n", j: "m: int < d"',
        "x[i, j]",
        "_added_at(grad_out, (i, j), (n, d))",
    ),
    "F.one_hot(i, y.shape[0]).to(x).T @ x * y[:, None]": (
        'x: "m d", y: "n", i: "m: int < n"',
        "_added_up(x, i, n)",
        "[i]",
    ),
    "x[i].sum(1)": (
        'x: "n d", i: "b m: int < n"',
        "x[i].sum(axis=1)",
        "_added_up(grad_out[:, None]",
    ),
    "torch.index_add(x, 0, i, y)": (
        'x: "n d", y: "m d", i: "m: int < n"',
        "_added_up(y, i, n)",
        "grad_out[i]",
    ),
}


def model(call: str) -> derive.face.api.Derived:
    arguments, _, _ = CALLS[call]
    return derive.derive(f"{HEAD}def model({arguments}):\n    return {call}\n")


@pytest.mark.parametrize("call", CALLS)
def test_code_indexes_and_adds_up(call):
    _, forward, backward = CALLS[call]
    numpy, pytorch = model(call).to_numpy(), model(call).to_torch()
    head, _, rest = numpy.partition("def backward(")
    assert forward in head
    assert backward in rest.partition("def predict(")[0]
    for text in (numpy, pytorch):
        assert "one_hot =" not in text
        assert "_one_hot(" not in text


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("size", [None, 3])
def test_values_and_gradients_are_those_of_pytorch(call, size):
    derived = model(call)
    sizes = {n: size or k for k, n in enumerate(derived.program.dimensions, 2)}
    rng = np.random.default_rng(0)
    values = {}
    for argument in derived.program.arguments:
        shape = [d.evaluate(sizes) for d in argument.symbol.shape]
        bound = argument.symbol.kind.partition("< ")[2]
        floats = argument.symbol.is_float
        draw = rng.standard_normal(shape) if floats else rng.integers(0, sizes[bound], shape)
        values[argument.name] = draw
    space: dict = {}
    exec(compile(f"{HEAD}{derived.program.source}\n", "model", "exec"), space)
    tensors = {k: torch.tensor(v, requires_grad=v.dtype == np.float64) for k, v in values.items()}
    wanted = space["model"](**tensors)
    upstream = rng.standard_normal(tuple(wanted.shape))
    wanted.backward(torch.tensor(upstream))
    numpy = derived.compile("numpy")
    found, cache = numpy.forward(**values)
    gradients = numpy.backward(cache, upstream)
    np.testing.assert_allclose(found, wanted.detach().numpy(), atol=1e-13)
    for name, gradient in gradients._asdict().items():
        np.testing.assert_allclose(gradient, tensors[name].grad.numpy(), atol=1e-13)


def test_the_scores_of_a_loss_keep_their_one_hot_targets():
    text = derive.derive(
        f'{HEAD}def model(x: "n k", y: "n: int < k"):\n    return F.cross_entropy(x, y)\n'
    ).to_numpy()
    assert "diff = np.exp(log_softmax) - one_hot" in text


def test_a_table_of_many_rows_is_never_multiplied_by():
    derived = derive.derive(
        f'{HEAD}def model(i: "b: int < v", w: "v d", *, u: "d m"):\n'
        "    return torch.tanh(w[i] @ u).sum()\n"
    )
    values = {
        "i": np.arange(7) * 100_000,
        "w": np.ones((1_000_000, 2), np.float32),
        "u": np.ones((2, 3), np.float32),
    }
    _, gradients = derived.compile("numpy").value_and_grad(**values)
    assert np.flatnonzero(gradients.w[:, 0]).tolist() == values["i"].tolist()
