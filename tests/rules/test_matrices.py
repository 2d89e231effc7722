"""Operations on whole matrices against PyTorch: values, gradients, and gradients of gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from derive.algebra.build import apply
from derive.algebra.nodes import Symbol
from derive.derivation.reverse import pull
from derive.dims import Shape, dim, smaller
from derive.program.program import Equation
from derive.rules import rule_of
from derive.verify.evaluate import evaluate

k, m, n = map(dim, "kmn")
SIZES = (
    {"k": 2, "m": 5, "n": 3},
    {"k": 3, "m": 3, "n": 3},
    {"k": 2, "m": 4, "n": 1},
    {"k": 0, "m": 2, "n": 2},
)


class Case(NamedTuple):
    """An operation, the shapes of its arguments, what PyTorch calls it, and how to draw."""

    rule: str
    args: tuple[Shape, ...]
    shape: Shape
    torch: Callable[..., Any]
    kind: str = ""


def symmetric(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of the symmetric part: only symmetric changes are meant."""
    return lambda a: function((a + a.mT) / 2)


def left(a: torch.Tensor) -> torch.Tensor:
    """Return PyTorch's left singular vectors, with the signs that NumPy gives them."""
    u = torch.linalg.svd(a, full_matrices=False).U
    facing = torch.tensor(np.linalg.svd(a.detach().numpy(), full_matrices=False)[0])
    return u * torch.sign((u.detach() * facing).sum(-2, keepdim=True))


def right(a: torch.Tensor) -> torch.Tensor:
    """Return PyTorch's right singular vectors as rows, with the signs that NumPy gives them."""
    w = torch.linalg.svd(a, full_matrices=False).Vh
    facing = torch.tensor(np.linalg.svd(a.detach().numpy(), full_matrices=False)[2])
    return w * torch.sign((w.detach() * facing).sum(-1, keepdim=True))


SQUARE, STACK = (n, n), (k, n, n)
CASES = (
    Case("inverse", (SQUARE,), SQUARE, torch.linalg.inv),
    Case("inverse", (STACK,), STACK, torch.linalg.inv),
    Case("solve", (SQUARE, (n,)), (n,), torch.linalg.solve),
    Case("solve", (SQUARE, (n, m)), (n, m), torch.linalg.solve),
    Case("solve", (STACK, (k, n, m)), (k, n, m), torch.linalg.solve),
    Case(
        "solve", (STACK, (k, n)), (k, n), lambda a, b: torch.linalg.solve(a, b[..., None])[..., 0]
    ),
    Case("det", (STACK,), (k,), torch.linalg.det),
    Case("logdet", (STACK,), (k,), torch.logdet, "posdef"),
    Case("logabsdet", (STACK,), (k,), lambda a: torch.linalg.slogdet(a).logabsdet),
    Case("pinv", ((k, n, m),), (k, m, n), torch.linalg.pinv),
    Case("pinv", ((m, n),), (n, m), torch.linalg.pinv),
    Case("cholesky", (STACK,), STACK, symmetric(torch.linalg.cholesky), "posdef"),
    Case("eigenvalues", (STACK,), (k, n), symmetric(torch.linalg.eigvalsh), "posdef"),
    Case("eigenvectors", (STACK,), STACK, symmetric(lambda a: torch.linalg.eigh(a)[1]), "posdef"),
    Case("singular_values", ((k, m, n),), (k, smaller(m, n)), torch.linalg.svdvals),
    Case("singular_values", ((n, m),), (smaller(n, m),), torch.linalg.svdvals),
    Case("left_vectors", (STACK,), STACK, left),
    Case("left_vectors", ((m, n),), (m, smaller(m, n)), left),
    Case("left_vectors", ((n, m),), (n, smaller(m, n)), left),
    Case("right_vectors", (STACK,), STACK, right),
    Case("right_vectors", ((k, m, n),), (k, smaller(m, n), n), right),
    Case("right_vectors", ((n, m),), (smaller(m, n), m), right),
    Case("orthonormal_factor", (STACK,), STACK, lambda a: torch.linalg.qr(a).Q),
    Case("orthonormal_factor", ((m, n),), (m, n), lambda a: torch.linalg.qr(a).Q),
    Case("triangular_factor", (STACK,), STACK, lambda a: torch.linalg.qr(a).R),
    Case("triangular_factor", ((k, m, n),), STACK, lambda a: torch.linalg.qr(a).R),
    Case("expm", (STACK,), STACK, torch.linalg.matrix_exp),
)


def drawn(case: Case, sizes: dict[str, int]) -> list[np.ndarray]:
    """Return well-conditioned arguments."""
    rng = np.random.default_rng(3)
    found = []
    for shape in case.args:
        array = rng.standard_normal([d.evaluate(sizes) for d in shape])
        if case.kind == "posdef":
            spread = np.diag(1.0 + np.arange(array.shape[-1]))
            array = array @ np.swapaxes(array, -1, -2) / 4 + spread
        elif shape[-2:] == SQUARE:
            array = array / 2 + 2 * np.eye(array.shape[-1])
        found.append(array)
    return found


@pytest.mark.parametrize("sizes", SIZES, ids=["distinct", "equal", "one", "empty"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}-{len(c.args[0])}-{len(c.shape)}")
def test_value_gradient_and_its_gradient_are_those_of_pytorch(case, sizes):
    arrays = drawn(case, sizes)
    rng = np.random.default_rng(4)
    symbols = [Symbol(f"x{i}", shape, kind=case.kind) for i, shape in enumerate(case.args)]
    node = apply(case.rule, symbols, (), case.shape)
    upstream = Symbol("y", case.shape, "cotangent")
    given = rng.standard_normal([d.evaluate(sizes) for d in case.shape])
    values = {**dict(zip(symbols, arrays, strict=True)), upstream: given}
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    output = case.torch(*leaves)
    close(evaluate(node, values, sizes), output)
    first = torch.autograd.grad(output, leaves, torch.tensor(given), create_graph=True)
    for i, gradient in enumerate(first):
        told = rule_of(node).pullback(node, i, upstream, None)
        whole = evaluate(told, values, sizes)
        close(whole, gradient)
        direction = rng.standard_normal(gradient.shape)
        options = {"retain_graph": True, "allow_unused": True, "materialize_grads": True}
        if not gradient.requires_grad:  # PyTorch takes a 1×1 determinant for linear, as it is
            gradient = gradient + 0 * sum(leaf.sum() for leaf in leaves)
        second = torch.autograd.grad(gradient, leaves, torch.tensor(direction), **options)
        along, named = Symbol("v", told.shape, "cotangent"), Symbol("p", told.shape)
        again = pull(Equation(1, named, told, "", None), along, set(symbols))
        known = {**values, along: direction, named: whole}
        for symbol, expected in zip(symbols, second, strict=True):
            close(evaluate(again[symbol], known, sizes) if symbol in again else 0.0, expected)


def close(found: Any, expected: Any) -> None:
    expected = expected.detach().numpy()
    scale = max(1.0, np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(found, expected, atol=1e-11 * scale, rtol=0)
