"""Models that invert, solve and take determinants: every oracle, the forms, the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import derive
from derive.algebra.properties.symmetry import is_symmetric
from derive.verify.modules import gradients_of
from derive.verify.samples import draw
from derive.verify.torch_oracles import autograd
from tests.acceptance import matrix_models

ROOT = Path(__file__).parents[2]
WITH_EXTREMES = (matrix_models.extreme, matrix_models.spectral_norm, matrix_models.conditioned)


@pytest.mark.parametrize("model", matrix_models.MODELS, ids=lambda model: model.__name__)
def test_every_gradient_agrees_with_every_oracle(model):
    report = derive.derive(model).check()
    assert report.ok, report.table()


@pytest.mark.parametrize("model", matrix_models.MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("size", [0, 1])
def test_the_code_takes_matrices_of_one_entry_and_of_none(model, size):
    if not size and model in WITH_EXTREMES:
        pytest.skip("there is no largest of no eigenvalues")
    derived = derive.derive(model)
    sizes = dict.fromkeys(derived.program.dimensions, size)
    point = draw(derived.program, sizes)
    module = derived.compile("numpy")
    _, found = gradients_of(
        module, derived.program, derived.derivation.wrt, point.arguments, point.cotangents
    )
    expected = autograd(model, derived.program, point)
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, expected[name], atol=1e-10, err_msg=name)


def gradient(expression: str, shapes: str, name: str) -> str:
    """Return the printed gradient of an expression of PyTorch."""
    signature = ", ".join(f'{k}: "{v}"' for k, v in (s.split(": ", 1) for s in shapes.split(", ")))
    model = f"import torch\n\n\ndef model({signature}):\n    return {expression}\n"
    lines = [line.split() for line in repr(derive.derive(model)).splitlines()]
    found = next(words for words in lines if words[:2] == [f"∇{name}", "="])
    return " ".join(found[2:-1])


SQUARE = "a: n n, b: n, c: n"
FORMS = (
    # Matrix Cookbook, (49), (57), (61), (63), (64)
    ("torch.linalg.det(a)", SQUARE, "A", "det(A) A⁻ᵀ"),
    ("torch.logdet(a)", SQUARE, "A", "A⁻ᵀ"),
    ("torch.slogdet(a)[1]", SQUARE, "A", "A⁻ᵀ"),
    ("b @ torch.linalg.inv(a) @ c", SQUARE, "A", "−A⁻ᵀ b cᵀ A⁻ᵀ"),
    ("torch.trace(b @ torch.inverse(a) @ c)", "a: n n, b: m n, c: n m", "A", "−A⁻ᵀ Bᵀ Cᵀ A⁻ᵀ"),
    ("torch.trace(torch.inverse(a + b))", "a: n n, b: n n", "A", "−(A + B)⁻ᵀ (A + B)⁻ᵀ"),
    # (53): tall Gram matrices
    ("torch.linalg.det(a.T @ a)", "a: m n", "A", "2 det(Aᵀ A) A (Aᵀ A)⁻¹"),
    ("torch.logdet(a.T @ a)", "a: m n", "A", "2 A (Aᵀ A)⁻¹"),
    ("torch.logdet(torch.eye(a.shape[0]) + a @ a.T)", "a: m n", "A", "2 (I + A Aᵀ)⁻¹ A"),
    # what cancels
    ("torch.trace(torch.inverse(torch.inverse(a)))", SQUARE, "A", "I"),
    ("torch.logdet(a.T)", SQUARE, "A", "A⁻ᵀ"),
    ("torch.linalg.solve(a, a @ b) @ c", SQUARE, "b", "c"),
    # a symmetric matrix is its own transpose
    ("torch.logdet(a)", "a: n n: posdef", "A", "A⁻¹"),
    ("b @ torch.linalg.solve(a, b)", "a: n n: symmetric, b: n", "A", "−A⁻¹ b bᵀ A⁻¹"),
    ("b @ torch.linalg.solve(a, b)", "a: n n: symmetric, b: n", "b", "2 A⁻¹ b"),
)


@pytest.mark.parametrize("expression, shapes, name, form", FORMS)
def test_a_gradient_has_the_form_that_one_knows(expression, shapes, name, form):
    assert gradient(expression, shapes, name) == form


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_no_inverse_is_formed_where_a_solve_serves(target):
    for model in (matrix_models.mahalanobis, matrix_models.quadratic, matrix_models.stacked):
        text = getattr(derive.derive(model, wrt="params"), f"to_{target}")()
        assert "linalg.inv(" not in text
        assert "linalg.solve(" in text


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_both_results_of_a_decomposition_are_taken_at_once(target):
    for model, call in (
        (matrix_models.spectral, "eigh(k)"),
        (matrix_models.quadratic, "slogdet(a)"),
        (matrix_models.nuclear, "svd(a, full_matrices=False)"),
        (matrix_models.shrunk, "svd(a, full_matrices=False)"),
        (matrix_models.orthogonalised, "qr(a)"),
    ):
        text = getattr(derive.derive(model), f"to_{target}")()
        lines = [line for line in text.splitlines() if "#" not in line.partition(call)[0]]
        found = [line.partition(" = ")[0].strip() for line in lines if call in line]
        assert found and all(", " in targets for targets in found)


CURVED = (
    (matrix_models.gaussian, "s"),
    (matrix_models.marginal, "k"),
    (matrix_models.kernel, "x"),
    (matrix_models.extreme, "k"),
    (matrix_models.least_squares, "a"),
    (matrix_models.nuclear, "a"),
    (matrix_models.conditioned, "a"),
    (matrix_models.orthogonalised, "a"),
    (matrix_models.weighted_least_squares, "x"),
)


@pytest.mark.parametrize("model, name", CURVED, ids=lambda x: getattr(x, "__name__", x))
def test_a_gradient_can_be_differentiated_again(model, name):
    derived = derive.derive(model, extras=[f"hvp:{name}"])
    program = derived.program
    sizes = dict(zip(program.dimensions, (4, 2, 3), strict=False))
    arguments = draw(program, sizes).arguments
    symmetric = is_symmetric(program.symbols[name])
    direction = np.random.default_rng(1).standard_normal(arguments[name].shape)
    direction = (direction + direction.T) / 2 if symmetric else direction
    leaves = {key: torch.tensor(value) for key, value in arguments.items()}

    def loss(moved: torch.Tensor) -> torch.Tensor:
        return model(**{**leaves, name: (moved + moved.mT) / 2 if symmetric else moved})

    along = torch.tensor(direction)
    _, expected = torch.autograd.functional.hvp(loss, leaves[name], along)
    found = getattr(derived.compile("numpy"), f"hvp_{name}")(direction, **arguments)
    found = (found + found.T) / 2 if symmetric else found
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-9)


def test_the_code_is_as_the_formatter_would_write_it(tmp_path):
    for model in matrix_models.MODELS:
        derived = derive.derive(model)
        (tmp_path / f"{model.__name__}_numpy.py").write_text(derived.to_numpy(), "utf-8")
        (tmp_path / f"{model.__name__}_torch.py").write_text(derived.to_torch(), "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["check"], ["format", "--check"]):
        rules = ["--config", str(ROOT / "generated" / "ruff.toml")]
        found = subprocess.run(
            [ruff, *command, *rules, tmp_path], capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stdout + found.stderr
