"""Symmetric arguments: the free gradient, its projection, and arguments that are used twice."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from click.testing import CliRunner

import derive
from derive.cli import main
from derive.derivation.projection import closed_projection
from derive.face.api import Derived
from derive.verify import structure
from derive.verify.samples import draw

HEAD = "import torch\n\n\n"
MODELS = {
    "bilinear": 'def bilinear(x: "n", y: "n", *, a: "n n: symmetric"):\n    return x @ a @ y\n',
    "quadratic": 'def quadratic(x: "n", *, a: "n n: symmetric"):\n    return x @ a @ x\n',
    "trace": """def trace(b: "n n", *, a: "n n: symmetric"):
    return torch.trace(a @ b @ a)
""",
    "wishart": """def wishart(s: "n n: symmetric", *, a: "n n: posdef"):
    return torch.logdet(a) + torch.trace(torch.linalg.inv(a) @ s)
""",
    "layer": """def layer(x: "m n", y: "m n", *, a: "n n: symmetric"):
    return ((torch.tanh(x @ a) - y) ** 2).sum()
""",
    "stack": """def stack(x: "k n", y: "k n", *, a: "k n n: symmetric"):
    return torch.einsum("ki,kij,kj->", x, a, y)
""",
    "vector": 'def vector(x: "n", *, a: "n n: symmetric"):\n    return torch.sin(a @ x)\n',
}


def derived(name: str) -> Derived:
    return derive.derive(HEAD + MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_the_projection_is_the_symmetric_part_of_the_free_gradient(name: str) -> None:
    derivation = derived(name).derivation
    sizes = {"n": 3, "m": 4, "k": 2}
    point = draw(derivation.program, sizes)
    free = structure.gradients(derivation, point.arguments, point.cotangents, sizes)
    for argument, found in structure.projected_gradients(derivation, point).items():
        expected = (free[argument] + np.swapaxes(free[argument], -1, -2)) / 2
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_both_gradients_are_checked(name: str) -> None:
    report = derived(name).check(sizes={"n": 3})
    assert report.ok, report
    rows = {(row.gradient, row.oracle) for row in report.rows}
    for oracle in ("complex step", "4-point difference"):
        assert {("a", oracle), ("sym(a)", oracle)} <= rows


def test_a_free_gradient_given_for_the_projection_is_found_out(monkeypatch) -> None:
    made = derived("bilinear")
    free = made.derivation.gradients["a"].expr
    monkeypatch.setattr(structure, "_formula", lambda *_: free)
    wrong = [row for row in made.check().rows if row.verdict == "WRONG"]
    assert {(row.gradient, row.oracle) for row in wrong} == {("sym(a)", "its transpose")}


def test_a_projection_that_is_off_is_found_out(monkeypatch) -> None:
    made = derived("bilinear")
    off = derive.derive(HEAD + MODELS["bilinear"].replace("x @ a @ y", "1.001 * x @ a @ y"))
    expr = closed_projection(off.derivation, "a")
    monkeypatch.setattr(structure, "_formula", lambda *_: expr)
    wrong = [row for row in made.check().rows if row.verdict == "WRONG"]
    assert {row.gradient for row in wrong} == {"sym(a)"}


def test_the_projection_has_the_form_of_the_tables() -> None:
    assert str(derived("bilinear").projected("a")) == "(1/2)*(x*y.T + y*x.T)"
    made = derived("wishart")
    assert made.projected("a") == made.gradients["a"]


def test_the_projection_of_an_argument_without_structure_is_its_gradient() -> None:
    made = derived("bilinear")
    assert made.projected("x") == made.gradients["x"]
    with pytest.raises(KeyError, match="q has no gradient"):
        made.projected("q")


def test_documents_and_modules_say_which_gradient_is_meant() -> None:
    made = derived("bilinear")
    for lang, word in (("en", "*free* gradient"), ("zh", "*自由*梯度")):
        text = made.to_markdown(lang=lang)
        assert word in text
        assert r"\mathrm{sym}(\nabla A) = \frac{1}{2}" in text
    for text in (made.to_numpy(), made.to_torch()):
        assert "(g + g.T) / 2" in text
    assert "(g + g.swapaxes(-1, -2)) / 2" in derived("stack").to_numpy()
    plain = derive.derive(HEAD + MODELS["bilinear"].replace(": symmetric", ""))
    assert "*free*" not in plain.to_markdown()
    assert "free" not in plain.to_numpy()


TIED = {
    "autoencoder": """def autoencoder(x: "n d", *, w: "d h"):
    return ((torch.tanh(x @ w) @ w.T - x) ** 2).sum()
""",
    "power": 'def power(x: "n", *, a: "n n: symmetric"):\n    return x @ a @ a @ a @ x\n',
    "recurrent": """def recurrent(x: "n d", *, w: "d d", b: "d"):
    h = x
    for _ in range(3):
        h = torch.tanh(h @ w + b)
    return (h * b).sum()
""",
}


@pytest.mark.parametrize("name", TIED)
def test_the_uses_of_an_argument_add_up(name: str) -> None:
    made = derive.derive(HEAD + TIED[name])
    assert made.check().ok
    namespace: dict = {}
    exec(HEAD + TIED[name], namespace)
    point = draw(made.program, {"n": 3, "d": 3, "h": 2})
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in point.arguments.items()}
    namespace[name](**leaves).backward()
    _, found = made.compile("numpy").value_and_grad(**point.arguments)
    for argument, leaf in leaves.items():
        np.testing.assert_allclose(getattr(found, argument), leaf.grad, rtol=1e-10, atol=1e-12)


def test_training_keeps_a_symmetric_parameter_symmetric() -> None:
    module = derived("layer").compile("numpy", optimizer="adam")
    rng = np.random.default_rng(0)
    x, y, a = rng.standard_normal((5, 3)), rng.standard_normal((5, 3)), np.eye(3)
    leaf = torch.tensor(a, requires_grad=True)
    leaf.register_hook(lambda g: (g + g.T) / 2)
    optimizer = torch.optim.Adam([leaf], lr=0.1)
    parameters = module.Parameters(a)
    state = module.init_state(parameters)
    for _ in range(20):
        optimizer.zero_grad()
        ((torch.tanh(torch.tensor(x) @ leaf) - torch.tensor(y)) ** 2).sum().backward()
        optimizer.step()
        _, parameters, state = module.train_step(parameters, state, x, y, lr=0.1)
    np.testing.assert_array_equal(parameters.a, parameters.a.T)
    np.testing.assert_allclose(parameters.a, leaf.detach(), rtol=1e-10)


@pytest.mark.parametrize(
    ("shapes", "names"),
    [("a: n n: symmetric, b: n n", "∇A"), ("a: n n: symmetric, b: n n: posdef", "∇A and ∇B")],
)
def test_the_remark_on_free_gradients_reads_well_for_one_and_for_two(shapes, names):
    request = ["show", "-e", "np.trace(a @ b)", "--shape", shapes, "--brief"]
    shown = CliRunner().invoke(main, request, catch_exceptions=False).output
    assert f"In {names} all entries count as independent." in shown
