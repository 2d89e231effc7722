"""Losses where SymPy's own matrix `.diff` is wrong or raises, and what derive gives there.

Both are shown for each loss: SymPy's answer as it is, and ours against PyTorch's autograd on the
model's text.  (Should a later SymPy be right, its half of the test says so by failing.)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest
import torch
from sympy import (
    HadamardProduct,
    MatrixSymbol,
    OneMatrix,
    ShapeError,
    Trace,
    exp,
    log,
    symbols,
    tanh,
)

import derive

n, d, h, m, k = symbols("n d h m k", integer=True, positive=True)
SIZES = {"n": 5, "d": 3, "h": 4, "m": 2, "k": 6}

TWO_LAYERS = """\
import torch
def two_layers(x: "n d", t: "n m", *, w1: "d h", w2: "h m"):
    l = ((torch.tanh(x @ w1) @ w2 - t) ** 2).sum()
    return l
"""
TWO_TANH = """\
import torch
def two_tanh(x: "n d", *, w1: "d h", w2: "h m"):
    l = (torch.tanh(torch.tanh(x @ w1) @ w2) ** 2).sum()
    return l
"""
THREE_TANH = """\
import torch
def three_tanh(x: "n d", t: "n k", *, w1: "d h", w2: "h m", w3: "m k"):
    l = ((torch.tanh(torch.tanh(torch.tanh(x @ w1) @ w2) @ w3) - t) ** 2).sum()
    return l
"""
CROSS_ENTROPY = """\
import torch
def cross_entropy(x: "n d", t: "n k: simplex", *, w: "d k"):
    z = x @ w
    l = torch.log(torch.exp(z).sum(1)).sum() - (t * z).sum()
    return l
"""
HADAMARD = """\
def hadamard(x: "n d", y: "n h", *, w: "d h"):
    l = ((y * (x @ w)) ** 2).sum()
    return l
"""


def compiled(text: str) -> Callable:
    scope: dict = {}
    exec(compile(text, "model", "exec", dont_inherit=True), scope)
    return next(v for v in scope.values() if inspect.isfunction(v))


@pytest.mark.parametrize("text", [TWO_LAYERS, TWO_TANH, THREE_TANH, CROSS_ENTROPY, HADAMARD])
@pytest.mark.parametrize("size", [None, 3])
def test_ours_agrees_with_autograd_for_distinct_and_for_equal_sizes(text, size):
    derived = derive.derive(text)
    rng = np.random.default_rng(0)
    values = {}
    for argument in derived.program.arguments:
        shape = tuple(size or SIZES[str(dim)] for dim in argument.symbol.shape)
        values[argument.name] = rng.standard_normal(shape)
        if argument.symbol.kind == "simplex":
            values[argument.name] = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    tensors = {name: torch.tensor(v, requires_grad=True) for name, v in values.items()}
    compiled(text)(**tensors).backward()
    _, gradients = derived.compile("numpy").value_and_grad(**values)
    for name, found in gradients._asdict().items():
        wanted = tensors[name].grad.numpy()
        assert np.abs(found - wanted).max() < 1e-11 * max(1, np.abs(wanted).max()), name


def network(sizes: tuple, depth: int):
    """Return the input, the weights and the output of a tanh network, last layer linear."""
    x = MatrixSymbol("X", *sizes[:2])
    weights = [MatrixSymbol(f"W{i}", *sizes[i : i + 2]) for i in range(1, depth + 1)]
    value = x
    for weight in weights[:-1]:
        value = (value * weight).applyfunc(tanh)
    return x, weights, value * weights[-1]


class TestSymPy:
    def test_loses_a_transpose_in_the_first_of_two_layers(self):
        _, (w1, _), output = network((n, d, h, m), 2)
        residual = output - MatrixSymbol("T", n, m)
        found = Trace(residual.T * residual).diff(w1)
        shapes = [tuple(f.shape for f in p.args) for p in found.atoms(HadamardProduct)]
        assert ((n, h), (h, n)) in shapes, "SymPy is repaired"
        with pytest.raises((ShapeError, ValueError)):
            found.subs({n: 2, d: 3, h: 4, m: 2}).doit().as_explicit()

    def test_is_silently_wrong_there_where_all_sizes_are_equal(self):
        x, (w1, w2), output = network((2, 2, 2, 2), 2)
        t = MatrixSymbol("T", 2, 2)
        found = Trace((output - t).T * (output - t)).diff(w1)
        rng = np.random.default_rng(0)
        values = {symbol: rng.standard_normal((2, 2)) for symbol in (x, w1, w2, t)}
        entries = {
            symbol[i, j]: value[i, j]
            for symbol, value in values.items()
            for i, j in np.ndindex(2, 2)
        }
        theirs = np.array(found.as_explicit().subs(entries).evalf().tolist(), dtype=float)
        names = dict(zip(("x", "w1", "w2", "t"), values.values(), strict=True))
        module = derive.derive(TWO_LAYERS).compile("numpy")
        ours = module.value_and_grad(**names)[1].w1
        tensors = {name: torch.tensor(v, requires_grad=True) for name, v in names.items()}
        compiled(TWO_LAYERS)(**tensors).backward()
        wanted = tensors["w1"].grad.numpy()
        assert np.abs(ours - wanted).max() < 1e-12
        assert np.abs(theirs - wanted).max() > 1e-3, "SymPy is repaired"

    @pytest.mark.parametrize("depth", [2, 3])
    def test_raises_where_the_last_layer_has_its_tanh_too(self, depth):
        _, weights, output = network((n, d, h, m, k)[: depth + 2], depth)
        activated = output.applyfunc(tanh)
        with pytest.raises(ValueError, match="index is larger"):
            Trace(activated.T * activated).diff(weights[0])

    def test_has_zero_for_softmax_cross_entropy(self):
        x, w, t = MatrixSymbol("X", n, d), MatrixSymbol("W", d, k), MatrixSymbol("T", n, k)
        z = x * w
        rows = (z.applyfunc(exp) * OneMatrix(k, 1)).applyfunc(log)
        found = (Trace(OneMatrix(1, n) * rows) - Trace(t.T * z)).diff(w)
        assert found.is_zero or found.is_ZeroMatrix, "SymPy is repaired"

    def test_raises_for_the_norm_of_an_entrywise_product(self):
        x, w, y = MatrixSymbol("X", n, d), MatrixSymbol("W", d, h), MatrixSymbol("Y", n, h)
        product = HadamardProduct(y, x * w)
        with pytest.raises((ValueError, TypeError)):
            Trace(product.T * product).diff(w)
