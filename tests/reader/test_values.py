"""What is read computes what the model computes when it runs under its own library."""

from __future__ import annotations

import numpy as np
import pytest

from derive.dims import dim
from derive.reader import read_text
from tests.reader import numeric
from tests.reader.models import CASES, text_of

torch = pytest.importorskip("torch")
SIZES = {"n": 5, "d": 3, "m": 4, "k": 6, "b": 2, "h": 7, "v": 8}


def draw(argument, sizes, rng):
    shape = [d.evaluate(sizes) for d in argument.symbol.shape]
    kind = argument.symbol.kind
    if kind.startswith("int"):
        bound = dim(kind.partition("<")[2].strip()).evaluate(sizes)
        return rng.integers(0, bound, shape)
    if kind == "bool":
        return rng.random(shape) > 0.5
    value = rng.standard_normal(shape)
    if kind == "positive":
        return np.abs(value) + 0.1
    if kind == "simplex":
        return np.exp(value) / np.exp(value).sum(-1, keepdims=True)
    return value


def run_model(text, library, arguments):
    space: dict = {}
    exec(compile(text, "model.py", "exec"), space)
    if library == "torch":
        torch.set_default_dtype(torch.float64)
        given = {k: torch.as_tensor(v) for k, v in arguments.items()}
        found = space["model"](**given)
    else:
        found = space["model"](**arguments)
    found = found if isinstance(found, tuple) else (found,)
    return [np.asarray(f) for f in found]


@pytest.mark.parametrize(
    ("library", "head", "body"), CASES, ids=[f"{c[0]}-{c[2][:60]}" for c in CASES]
)
def test_a_model_is_read_as_it_runs(library, head, body):
    text = text_of(library, head, body)
    (program,) = read_text(text)
    rng = np.random.default_rng(1)
    arguments = {a.name: draw(a, SIZES, rng) for a in program.arguments if a.default is None}
    expected = run_model(text, library, arguments)
    found = numeric.run(program, arguments, SIZES)
    assert len(found) == len(expected)
    for have, want in zip(found, expected, strict=True):
        assert have.shape == want.shape
        np.testing.assert_allclose(have, want, rtol=1e-9, atol=1e-9)
