"""Gradients come out in the form that a mathematician would keep, however the loss was written.

Each form is tested as it is printed, as a SymPy expression, and against the same formula written
by hand in NumPy: an oracle that knows nothing of derive.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from sympy import (
    HadamardProduct,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Symbol,
    Transpose,
    preorder_traversal,
)

import derive

IMPORTS = "import torch\nimport torch.nn.functional as F\nfrom torch import log, softmax\n"
n, d, k = (Symbol(name, integer=True, positive=True) for name in "ndk")
X, W, S, T = (MatrixSymbol(*at) for at in (("X", n, d), ("w", d, 1), ("S", n, k), ("T", n, k)))
Y = MatrixSymbol("y", n, 1)


def model(signature: str, *lines: str) -> derive.Derived:
    body = "".join(f"    {line}\n" for line in lines)
    return derive.derive(f"{IMPORTS}def f({signature}):\n{body}")


def printed(derived: derive.Derived) -> dict[str, str]:
    """Return the gradients as `derive show --brief` prints them, by the variable's glyph."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in repr(derived).splitlines()]
    return dict(line[0].removeprefix("∇").split(" = ", 1) for line in lines if " = " in line[0])


def gradient(derived: derive.Derived, name: str, **arguments) -> np.ndarray:
    """Return a gradient of the generated NumPy with upstream gradient one."""
    return getattr(derived.compile("numpy").value_and_grad(**arguments)[1], name)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax_rows(z):
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def draw(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


LOGISTIC = {
    "log_p": (
        "p = torch.sigmoid(x @ w)",
        "return -(y * log(p) + (1 - y) * log(1 - p)).sum()",
    ),
    "log_p_nested": (
        "return -(y * log(torch.sigmoid(x @ w)) + (1 - y) * log(1 - torch.sigmoid(x @ w))).sum()",
    ),
    "logsigmoid": (
        "z = x @ w",
        "return -(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).sum()",
    ),
    "softplus": ("z = x @ w", "return (F.softplus(z) - y * z).sum()"),
    "softplus_nested": ("return (F.softplus(x @ w) - y * (x @ w)).sum()",),
    "softplus_last": ("return (-y * (x @ w) + F.softplus(x @ w)).sum()",),
    "with_logits": (
        "z = x @ w",
        "return F.binary_cross_entropy_with_logits(z, y, reduction='sum')",
    ),
    "with_logits_nested": ("return F.binary_cross_entropy_with_logits(x @ w, y, reduction='sum')",),
}


@pytest.mark.parametrize("spelling", LOGISTIC)
class TestLogisticRegression:
    def derived(self, spelling):
        return model('x: "n d", y: "n", *, w: "d"', *LOGISTIC[spelling])

    def test_the_gradient_is_printed_as_one_product(self, spelling):
        assert printed(self.derived(spelling))["w"] == "Xᵀ (σ(X w) − y)"

    def test_the_gradient_is_a_product_in_sympy(self, spelling):
        found = self.derived(spelling).gradients["w"]
        assert isinstance(found, MatMul)
        left, difference = found.args
        assert left == Transpose(X)
        assert isinstance(difference, MatAdd)
        (probabilities,) = set(difference.args) - {MatMul(-1, Y)}
        assert str(probabilities) == "sigmoid(X*w)"

    def test_the_generated_code_computes_it(self, spelling):
        x, w, y = draw(7, 3), draw(3, seed=1), (draw(7, seed=2) > 0).astype(float)
        found = gradient(self.derived(spelling), "w", x=x, y=y, w=w)
        assert np.abs(found - x.T @ (sigmoid(x @ w) - y)).max() < 1e-12


class TestLeastSquares:
    @pytest.mark.parametrize(
        "loss",
        [
            "((x @ w - y) ** 2).sum()",
            "((y - x @ w) ** 2).sum()",
            "torch.sum(torch.square(x @ w - y))",
            "(x @ w - y) @ (x @ w - y)",
            "F.mse_loss(x @ w, y, reduction='sum')",
        ],
    )
    def test_the_residual_is_kept_whole(self, loss):
        derived = model('x: "n d", y: "n", *, w: "d"', f"return {loss}")
        assert printed(derived)["w"] == "2 Xᵀ (X w − y)"
        assert derived.gradients["w"] == MatMul(
            2, Transpose(X), MatAdd(MatMul(X, W), MatMul(-1, Y))
        )
        x, w, y = draw(7, 3), draw(3, seed=1), draw(7, seed=2)
        found = gradient(derived, "w", x=x, y=y, w=w)
        assert np.abs(found - 2 * x.T @ (x @ w - y)).max() < 1e-12

    def test_ridge_adds_its_penalty(self):
        derived = derive.derive("ridge")
        assert printed(derived)["w"] in ("2 (Xᵀ (X w − y) + lam w)", "2 (lam w + Xᵀ (X w − y))")
        lam = derived.gradients["w"].free_symbols - {X, W, Y, n, d}
        assert [str(symbol) for symbol in lam] == ["lam"]
        x, w, y = draw(7, 3), draw(3, seed=1), draw(7, seed=2)
        found = gradient(derived, "w", x=x, y=y, w=w, lam=0.3)
        assert np.abs(found - (2 * x.T @ (x @ w - y) + 0.6 * w)).max() < 1e-12

    def test_a_matrix_of_outputs_and_a_bias_stay_in_one_difference(self):
        derived = model(
            'x: "n d", t: "n m", *, w: "d m", b: "m"', "return ((x @ w + b - t) ** 2).sum()"
        )
        assert printed(derived)["W"] == "2 Xᵀ (X W + 1 bᵀ − T)"


SOFTMAX = {
    "log_softmax": ("return -(t * torch.log_softmax(s, 1)).sum(1).mean()",),
    "log_softmax_over_n": ("return -(t * torch.log_softmax(s, dim=1)).sum() / s.shape[0]",),
    "log_of_softmax": ("return -(t * log(softmax(s, 1))).sum(1).mean()",),
    "log_of_a_named_softmax": ("p = softmax(s, dim=1)", "return -(t * log(p)).sum(1).mean()"),
    "logsumexp": ("return (torch.logsumexp(s, 1) - (t * s).sum(1)).mean()",),
    "cross_entropy": ("return F.cross_entropy(s, t)",),
}


class TestSoftmaxCrossEntropy:
    @pytest.mark.parametrize("spelling", SOFTMAX)
    def test_on_a_simplex_it_is_the_difference_of_probabilities(self, spelling):
        derived = model('s: "n k", t: "n k: simplex"', *SOFTMAX[spelling])
        assert printed(derived)["S"] == "1/n (softmax(S) − T)"
        found = derived.gradients["s"]
        assert found.free_symbols == {S, T, n, k}
        assert found.args[0] == 1 / n
        assert MatMul(-1, T) in found.args[1].args
        assert not found.has(HadamardProduct)
        s, t = draw(5, 4), softmax_rows(draw(5, 4, seed=1))
        assert np.abs(gradient(derived, "s", s=s, t=t) - (softmax_rows(s) - t) / 5).max() < 1e-14

    @pytest.mark.parametrize(
        "loss",
        [
            "F.cross_entropy(s, t)",
            "F.nll_loss(F.log_softmax(s, dim=1), t)",
            "-torch.log_softmax(s, 1)[torch.arange(s.shape[0]), t].mean()",
        ],
    )
    def test_with_integer_labels_no_row_sum_is_left(self, loss):
        derived = model('s: "n k", t: "n: int < k"', f"return {loss}")
        assert printed(derived)["S"] == "1/n (softmax(S) − onehot(t))"
        s, t = draw(5, 4), np.array([0, 3, 1, 1, 2])
        wanted = (softmax_rows(s) - np.eye(4)[t]) / 5
        assert np.abs(gradient(derived, "s", s=s, t=t) - wanted).max() < 1e-14

    def test_on_any_other_targets_the_row_sums_stay(self):
        derived = model('s: "n k", t: "n k"', "return F.cross_entropy(s, t)")
        s, t = draw(5, 4), draw(5, 4, seed=1)
        wanted = (t.sum(1, keepdims=True) * softmax_rows(s) - t) / 5
        assert np.abs(gradient(derived, "s", s=s, t=t) - wanted).max() < 1e-14

    def test_behind_a_layer_the_difference_is_not_multiplied_out(self):
        derived = model(
            'x: "n d", t: "n k: simplex", *, w: "d k"',
            "z = x @ w",
            "return -(t * torch.log_softmax(z, 1)).sum() / x.shape[0]",
        )
        assert printed(derived)["W"] == "1/n Xᵀ (softmax(X W) − T)"


def test_softmax_has_its_compact_pullback():
    derived = model('s: "n k"', "p = softmax(s, 1)", "return p")
    assert printed(derived)["S"] == "softmax(S) ⊙ (∇P − (∇P ⊙ softmax(S)) 1 1ᵀ)"
    found = derived.gradients["s"]
    assert isinstance(found, HadamardProduct)
    assert len(found.args) == 2
    s, g = draw(5, 4), draw(5, 4, seed=1)
    module = derived.compile("numpy")
    p = softmax_rows(s)
    wanted = p * (g - (g * p).sum(1, keepdims=True))
    assert np.abs(module.backward(module.forward(s)[1], g).s - wanted).max() < 1e-14


def test_the_pullback_of_softmax_is_the_same_along_columns():
    derived = model('s: "n k"', "p = softmax(s, 0)", "return p")
    s, g = draw(5, 4), draw(5, 4, seed=1)
    module = derived.compile("numpy")
    p = softmax_rows(s.T).T
    wanted = p * (g - (g * p).sum(0, keepdims=True))
    assert np.abs(module.backward(module.forward(s)[1], g).s - wanted).max() < 1e-14


def test_log_of_softmax_is_told_to_be_rewritten():
    derived = model('s: "n k", t: "n k: simplex"', *SOFTMAX["log_of_a_named_softmax"])
    assert "log_softmax" in derived.to_numpy()
    assert "np.log(p" not in derived.to_numpy()


@pytest.mark.parametrize("name", ["linear", "mlp", "logistic_regression", "ridge"])
def test_no_gradient_has_a_product_of_sums_multiplied_out(name):
    """In an expanded form one matrix would stand as a factor in two terms of one sum."""
    derived = derive.derive(name)
    for expression in derived.gradients.values():
        for node in preorder_traversal(expression):
            if isinstance(node, MatAdd):
                firsts = [term.args[0] for term in node.args if isinstance(term, MatMul)]
                matrices = [first for first in firsts if getattr(first, "is_Matrix", False)]
                assert len(matrices) == len(set(matrices)), node
