"""Training with the emitted optimizers: step by step that of torch.optim, and the model's names."""

from __future__ import annotations

import itertools
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner

import derive
from derive.cli import main
from derive.face import shipped
from derive.program.optimizers import OPTIMIZERS
from tests.code.modules import imported

ROOT = Path(__file__).parents[3]
ODD = '''\
import torch


def odd(state: "n lr", update: "n", *, lr: "lr", Parameters: "", w: "lr", betas: "lr",
        eps=0.5, max_norm=2.0):
    """Names that the optimizer has, too."""
    gradients = state @ (lr * w) + Parameters
    t = torch.tanh(gradients) * max_norm
    value_and_grad = ((t - update) ** 2).mean() + eps * (betas ** 2).sum()
    return value_and_grad
'''
TEXTS = {name: shipped.path(name).read_text("utf-8") for name in ("mlp", "logistic_regression")}
TEXTS["odd"] = ODD
TORCH: dict[str, Any] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda p, **k: torch.optim.SGD(p, **{"momentum": 0.9, **k}),
    "nesterov": lambda p, **k: torch.optim.SGD(p, **{"momentum": 0.9, "nesterov": True, **k}),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "sgd": [{}],
    "momentum": [{}, {"momentum": 0.5, "dampening": 0.25}],
    "nesterov": [{}, {"momentum": 0.5}],
    "rmsprop": [{}, {"momentum": 0.8, "alpha": 0.9, "eps": 1e-3}],
    "adam": [{}, {"betas": (0.5, 0.75), "eps": 1e-3}],
    "adamw": [{}, {"betas": (0.5, 0.75), "eps": 1e-3}, {"weight_decay": 0.0}],
}
DECAYS = ({}, {"weight_decay": 0.1})
CLIPS = (None, 0.05)
# RMSProp with its preset step circles the minimum here, and there any rounding grows.
SHORT = {"rmsprop": {"lr": 2e-4}}
STEPS = [
    (optimizer, {**decay, **variant}, clip)
    for optimizer, variants in VARIANTS.items()
    for variant, decay, clip in itertools.product(variants, DECAYS, CLIPS)
]
RUNS = [("mlp", name, {**SHORT.get(name, {}), **given}, clip) for name, given, clip in STEPS]
RUNS += [
    (model, name, {**SHORT.get(name, {}), "weight_decay": 0.1}, clip)
    for model, name, clip in itertools.product(TEXTS, OPTIMIZERS, (0.05, 1e3))
    if model != "mlp"
]


@cache
def trainer(name: str, optimizer: str) -> ModuleType:
    text = derive.derive(TEXTS[name], wrt="params").to_numpy(optimizer=optimizer)
    return imported(text, f"{name}_{optimizer}")


def drawn(name: str, dtype: str = "f8") -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Return read-only data and parameters."""
    rng = np.random.default_rng(3)
    program = derive.derive(TEXTS[name]).program
    sizes = dict(zip(program.dimensions, (5, 3, 4), strict=False))
    found: dict[str, dict[str, np.ndarray]] = {"data": {}, "parameter": {}}
    for argument in program.arguments:
        if argument.default is None:
            shape = tuple(d.evaluate(sizes) for d in argument.symbol.shape)
            value = np.asarray(0.5 * rng.standard_normal(shape), dtype)
            value.flags.writeable = False
            found[argument.symbol.role][argument.name] = value
    return list(found["data"].values()), found["parameter"]


def model_of(name: str) -> Any:
    scope: dict[str, Any] = {}
    exec(compile(TEXTS[name], name, "exec", dont_inherit=True), scope)
    return scope[name]


def expected(
    name: str, optimizer: str, keywords: dict, max_norm: float | None, steps: int
) -> tuple[list[float], dict[str, np.ndarray]]:
    """Return the losses and the last parameters of torch.optim with PyTorch's autograd."""
    data, start = drawn(name)
    function = model_of(name)
    tensors = {k: torch.tensor(np.array(v), requires_grad=True) for k, v in start.items()}
    stepper = TORCH[optimizer](list(tensors.values()), **keywords)
    losses = []
    for _ in range(steps):
        loss = function(*(torch.tensor(np.array(x)) for x in data), **tensors)
        losses.append(loss.item())
        stepper.zero_grad()
        loss.backward()
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(list(tensors.values()), max_norm)
        stepper.step()
    return losses, {k: t.detach().numpy() for k, t in tensors.items()}


@pytest.mark.parametrize(("optimizer", "keywords", "max_norm"), STEPS)
def test_each_step_is_that_of_torch_for_the_same_gradients(optimizer, keywords, max_norm):
    made = trainer("mlp", optimizer)
    rng = np.random.default_rng(4)
    parameters = made.Parameters(**drawn("mlp")[1])
    tensors = [torch.tensor(np.array(w), requires_grad=True) for w in parameters]
    stepper = TORCH[optimizer](tensors, **keywords)
    state = made.init_state(parameters)
    for _ in range(100):
        gradients = made.Parameters(*(rng.standard_normal(w.shape) for w in parameters))
        parameters, state = made.update(parameters, gradients, state, **keywords, max_norm=max_norm)
        for tensor, gradient in zip(tensors, gradients, strict=True):
            tensor.grad = torch.tensor(gradient)
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(tensors, max_norm)
        stepper.step()
        for found, tensor in zip(parameters, tensors, strict=True):
            np.testing.assert_allclose(found, tensor.detach().numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("name", "optimizer", "keywords", "max_norm"), RUNS)
def test_a_hundred_steps_are_those_of_torch(name, optimizer, keywords, max_norm):
    made = trainer(name, optimizer)
    data, start = drawn(name)
    clip = "optimizer_max_norm" if name == "odd" else "max_norm"
    parameters = made.Parameters(**start)
    state, losses = made.init_state(parameters), []
    for _ in range(100):
        given = {**keywords, clip: max_norm}
        loss, parameters, state = made.train_step(parameters, state, *data, **given)
        losses.append(loss)
    wanted, ends = expected(name, optimizer, keywords, max_norm, 100)
    np.testing.assert_allclose(losses, wanted, rtol=1e-12, atol=1e-15)
    assert parameters._fields == tuple(ends)
    for found, end in zip(parameters, ends.values(), strict=True):
        np.testing.assert_allclose(found, end, rtol=1e-12, atol=1e-15)
    assert state.t == 100


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", TEXTS)
def test_float32_stays_float32_whatever_kind_of_number_the_keywords_are(name, optimizer):
    made = trainer(name, optimizer)
    data, start = drawn(name, "f4")
    parameters = made.Parameters(**start)
    state = made.init_state(parameters)
    numbers = {k.name: np.float64(0.5) for k in OPTIMIZERS[optimizer].keywords}
    if "betas" in numbers:
        numbers["betas"] = np.array([0.9, 0.99])
    gradients = made.value_and_grad(*data, **start)[1]
    for _ in range(2):
        parameters, state = made.update(
            parameters, gradients, state, **numbers, max_norm=np.float64(0.1)
        )
    arrays = [*parameters, *(x for tree in state[1:] for x in tree)]
    assert {x.dtype.name for x in arrays} == {"float32"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_parameters_of_any_rank_and_of_no_entries_are_trained_without_data(optimizer):
    text = """\
def penalty(*, a: "b n d", w: "n", c: ""):
    loss = (a ** 2).sum() + (w ** 2).sum() * c ** 2
    return loss
"""
    made = imported(derive.derive(text).to_numpy(optimizer=optimizer), f"penalty_{optimizer}")
    parameters = made.Parameters(np.ones((2, 0, 3)), np.ones(0), 3.0)
    state = made.init_state(parameters)
    loss, moved, state = made.train_step(parameters, state, max_norm=1.0, weight_decay=0.1)
    assert loss == 0
    assert [np.shape(w) for w in moved] == [(2, 0, 3), (0,), ()]
    assert np.isfinite(moved.c)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_given_is_written_to_or_handed_back(optimizer):
    made = trainer("mlp", optimizer)
    data, start = drawn("mlp")
    parameters = made.Parameters(**start)
    state = made.init_state(parameters)
    gradients = made.value_and_grad(*data, **start)[1]
    given = [*parameters, *gradients, *(x for tree in state[1:] for x in tree)]
    for array in given:
        array.flags.writeable = False
    moved, later = made.update(parameters, gradients, state, max_norm=0.1, weight_decay=0.1)
    found = [*moved, *(x for tree in later[1:] for x in tree)]
    for k, array in enumerate(found):
        assert not any(np.shares_memory(array, other) for other in [*given, *found[:k]])
    assert not any(
        np.shares_memory(a, b) for a, b in itertools.combinations(given[2 * len(start) :], 2)
    )
    assert state.t == 0
    assert later.t == 1


def test_gradients_may_hold_more_than_the_parameters_and_may_be_parameters():
    made = imported(derive.derive(TEXTS["mlp"]).to_numpy(optimizer="sgd"), "mlp_all")
    data, start = drawn("mlp")
    parameters = made.Parameters(**start)
    state = made.init_state(parameters)
    gradients = made.value_and_grad(*data, **start)[1]
    assert gradients._fields != parameters._fields
    own = made.Parameters(*(getattr(gradients, name) for name in parameters._fields))
    first, second = (made.update(parameters, g, state)[0] for g in (gradients, own))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_gradient_of_another_shape_is_refused_by_name():
    made = trainer("mlp", "adam")
    parameters = made.Parameters(**drawn("mlp")[1])
    gradients = parameters._replace(b1=np.ones(1))
    with pytest.raises(ValueError, match=r"the gradient of b1 has shape \(1,\), needs \(4,\)"):
        made.update(parameters, gradients, made.init_state(parameters))


def test_a_gradient_that_is_no_number_is_clipped_to_none_as_in_torch():
    made = trainer("mlp", "sgd")
    parameters = made.Parameters(**drawn("mlp")[1])
    gradients = parameters._replace(b2=np.array([np.nan]))
    moved, _ = made.update(parameters, gradients, made.init_state(parameters), max_norm=1.0)
    assert all(np.isnan(array).all() for array in moved)


CLASHES = """\
def clashes(value_and_grad: "n", parameters: "n", np: "n", lr: "", gradients: "", *,
            update: "n", count: "", train_step: "", init_state: ""):
    state = ((update * value_and_grad - parameters + np) ** 2).sum()
    state = state * lr + count * train_step * gradients + init_state ** 2
    return state
"""


def test_the_models_names_win():
    made = imported(derive.derive(CLASHES).to_numpy(optimizer="momentum"), "clashes_momentum")
    rng = np.random.default_rng(1)
    arrays = [rng.standard_normal(3) for _ in range(3)]
    parameters = made.Parameters(rng.standard_normal(3), 2.0, 0.5, -1.0)
    state = made.init_state(parameters)
    value, moved, state = made.train_step(
        parameters, state, *arrays, 0.25, 2.0, optimizer_lr=0.5, momentum=0.0
    )
    again, gradients = made.value_and_grad(*arrays, 0.25, 2.0, **parameters._asdict())
    assert value == again
    for before, after, name in zip(parameters, moved, made.Parameters._fields, strict=True):
        np.testing.assert_allclose(after, before - 0.5 * getattr(gradients, name), rtol=1e-14)


def test_parameters_without_a_gradient_stay_keywords_of_a_step():
    made = imported(
        derive.derive(TEXTS["mlp"], wrt=["w1", "b2"]).to_numpy(optimizer="adam"), "mlp_frozen"
    )
    data, start = drawn("mlp")
    parameters = made.Parameters(w1=start["w1"], b2=start["b2"])
    frozen = {name: start[name] for name in ("b1", "w2")}
    step = made.train_step(parameters, made.init_state(parameters), *data, **frozen, lr=0.01)
    assert step[1]._fields == ("w1", "b2")
    assert step[0] == made.predict(*data, **start)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_formatter_and_the_linter_have_nothing_to_say(optimizer, tmp_path):
    for name in (*TEXTS, "clashes"):
        text = derive.derive(TEXTS.get(name, CLASHES)).to_numpy(optimizer=optimizer)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    config = ("--config", str(ROOT / "generated" / "ruff.toml"), str(tmp_path))
    for command in (("format", "--check"), ("check",)):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *config], capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_documents_tell_the_step_of_the_code(optimizer, lang):
    derived = derive.derive(TEXTS["mlp"])
    plain = derived.to_markdown(lang=lang)
    told = derived.to_markdown(lang=lang, optimizer=optimizer)
    assert r"w \leftarrow w - " in told
    assert r"\rho^{2} = " in told
    assert {"en": ", and the state |", "zh": "，以及状态 |"}[lang] in told
    assert f"torch.optim.{OPTIMIZERS[optimizer].torch}" in told
    assert "W_{1} \\leftarrow W_{1} - \\eta\\,\\nabla W_{1}" in plain
    for keyword in OPTIMIZERS[optimizer].keywords:
        assert f"| `{keyword.name}` | `{keyword.default}` |" in told
    assert told.count("\n- ") == plain.count("\n- ") + 1  # its reference
    assert r"\leftarrow w - " in derived.to_latex(lang=lang, optimizer=optimizer)


def test_adamw_on_paper():
    told = derive.derive(TEXTS["mlp"]).to_markdown(optimizer="adamw")
    assert r"w \leftarrow \left( 1 - \eta\,\lambda \right)\,w" in told
    assert r"v \leftarrow \beta_{2}\,v + \left( 1 - \beta_{2} \right)\,g^{2}" in told
    assert (
        r"w \leftarrow w - \frac{\eta\,m}{\left( 1 - \beta_{1}^{t} \right)\,"
        r"\left( \sqrt{\frac{v}{1 - \beta_{2}^{t}}} + \epsilon \right)}"
    ) in told


def test_the_pytorch_module_needs_none():
    with pytest.raises(ValueError, match=r"torch\.optim"):
        derive.derive(TEXTS["mlp"]).compile("torch", optimizer="adam")


def test_an_unknown_optimizer_is_answered_with_the_known_ones():
    with pytest.raises(derive.DeriveError, match=r"did you mean adamw\?"):
        derive.derive(TEXTS["mlp"]).to_numpy(optimizer="adamww")


@pytest.mark.parametrize("target", ["numpy", "markdown"])
@pytest.mark.parametrize(
    ("text", "wrt", "words"),
    [
        ('def f(x: "n", *, w: "n"):\n    y = x * w\n    return y\n', None, "returns y (n,)"),
        ('def f(x: "n", w: "n"):\n    l = (x * w).sum()\n    return l\n', None, "put a * before"),
        ('def f(x: "n", *, w: "n"):\n    l = (x * w).sum()\n    return l\n', "x", "of w as well"),
    ],
    ids=["no scalar", "no parameters", "no gradient"],
)
def test_a_model_that_cannot_be_trained_is_refused(text, wrt, words, target):
    derived = derive.derive(text, wrt=wrt)
    with pytest.raises(derive.DeriveError) as fault:
        derived.to_numpy(optimizer="adam") if target == "numpy" else derived.to_markdown(
            optimizer="adam"
        )
    assert words in str(fault.value)


def test_generate_and_check_with_an_optimizer(tmp_path):
    command = ["generate", "mlp", "--optimizer", "adamw", "--out", str(tmp_path)]
    runner = CliRunner()
    assert runner.invoke(main, command).exit_code == 0
    code = (tmp_path / "mlp" / "mlp_numpy.py").read_text("utf-8")
    assert code.startswith('"""Forward and backward pass of `mlp` in NumPy, and training by AdamW.')
    assert runner.invoke(main, [*command, "--check"]).exit_code == 0
    assert (
        runner.invoke(main, ["generate", "mlp", "--check", "--out", str(tmp_path)]).exit_code == 1
    )
    assert runner.invoke(main, command).exit_code == 0
    assert (tmp_path / "mlp" / "mlp_numpy.py").read_text("utf-8") == code
