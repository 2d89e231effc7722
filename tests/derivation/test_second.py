"""Jacobians, Hessians and products with them: against PyTorch, differences, and as structures."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy
import torch

import derive
from derive.errors import DeriveError
from derive.face.api import Derived
from derive.program.extra import NoSuchExtra
from tests.code.modules import _value
from tests.second_models import CURVED, SEVERAL, model

TARGETS = ("numpy", "torch")


@cache
def derived(text: str, *extras: str) -> Derived:
    return derive.derive(text, extras=extras)


@cache
def compiled(text: str, target: str, *extras: str) -> ModuleType:
    return derived(text, *extras).compile(target)


def values_of(text: str, equal: bool) -> dict[str, np.ndarray]:
    """Return values for a model's arguments, at sizes all different or all equal."""
    program = derived(text).program
    distinct = dict(zip(program.dimensions, (5, 3, 4, 2), strict=False))
    sizes = dict.fromkeys(distinct, 4) if equal else distinct
    rng = np.random.default_rng(7)
    found = {}
    for argument in program.arguments:
        symbol = argument.symbol
        shape = tuple(d.evaluate(sizes) for d in symbol.shape)
        value = _value(symbol.kind, shape, sizes, rng)
        if symbol.kind == "posdef":
            value = value @ value.T + 4 * np.eye(len(value))
        value.flags.writeable = False
        found[argument.name] = value
    return found


def function(text: str) -> Any:
    """Return the model itself, as PyTorch runs it."""
    scope: dict[str, Any] = {}
    exec(compile(text, "model", "exec", dont_inherit=True), scope)
    return scope["model"]


def given(values: dict[str, np.ndarray], target: str) -> dict[str, Any]:
    if target == "numpy":
        return dict(values)
    return {name: torch.tensor(np.array(value)) for name, value in values.items()}


def close(found: Any, expected: Any, within: float = 1e-11) -> None:
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max(initial=0) <= within * max(1, np.abs(expected).max())


def hessian_by_torch(text: str, variable: str, values: dict[str, np.ndarray]) -> np.ndarray:
    tensors = given(values, "torch")

    def loss(x: torch.Tensor) -> torch.Tensor:
        return function(text)(**{**tensors, variable: x})

    return torch.func.jacrev(torch.func.jacrev(loss))(tensors[variable]).numpy()


def jacobian_by_torch(text: str, x: str, tensors: dict[str, torch.Tensor]) -> Any:
    """Return the Jacobian of each output; that of integers is zero."""
    run = function(text)

    def as_floats(v: torch.Tensor) -> Any:
        found = run(**{**tensors, x: v})
        if not isinstance(found, tuple):
            return found
        return tuple(f if f.is_floating_point() else 0 * v.sum() + f for f in found)

    return torch.func.jacrev(as_floats)(tensors[x])


def parts(hessian: Any) -> tuple[str, ...]:
    found = hessian.parts if type(hessian).__name__ == "SumHessian" else (hessian,)
    return tuple(type(part).__name__.removesuffix("Hessian") for part in found)


IN_ARGUMENTS = [name for name, m in CURVED.items() if f"{m.variable}:" in m.text.split(")")[0]]


@pytest.mark.parametrize("equal", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", IN_ARGUMENTS)
def test_a_hessian_equals_that_of_pytorch_in_every_form(name, target, equal):
    text, x, *_ = CURVED[name]
    made = compiled(text, target, f"hessian:{x}", f"hvp:{x}", f"jacobian:{x}")
    values = values_of(text, equal)
    expected = hessian_by_torch(text, x, values)
    passed = given(values, target)
    dense = getattr(made, f"hessian_{x}")(**passed)
    factors = getattr(made, f"hessian_{x}")(**passed, dense=False)
    close(dense, expected)
    close(factors.dense(), expected)
    v = np.random.default_rng(1).standard_normal(values[x].shape)
    product = np.tensordot(expected, v, v.ndim)
    direction = given({"v": v}, target)["v"]
    close(factors @ direction, product)
    close(getattr(made, f"hvp_{x}")(direction, **passed), product)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", IN_ARGUMENTS)
def test_a_hessian_is_symmetric_to_the_last_bit(name, target):
    text, x, *_ = CURVED[name]
    values = values_of(text, equal=False)
    made = compiled(text, target, f"hessian:{x}", f"hvp:{x}", f"jacobian:{x}")
    found = np.asarray(getattr(made, f"hessian_{x}")(**given(values, target)))
    rank = values[x].ndim
    rows, cols = range(rank), range(rank, 2 * rank)
    assert np.array_equal(found, np.moveaxis(found, [*rows, *cols], [*cols, *rows]))


@pytest.mark.parametrize("name", CURVED)
def test_structure_is_kept(name):
    text, x, structure, constant = CURVED[name]
    found = derived(text, f"hessian:{x}").extras[0]
    made = compiled(text, "numpy", f"hessian:{x}")
    factors = getattr(made, f"hessian_{x}")(**values_of(text, equal=False), dense=False)
    assert parts(factors) == structure
    assert found.constant == constant
    if constant:
        moved = values_of(text, equal=False)
        if x in moved:
            moved[x] = moved[x] + 1
        again = getattr(made, f"hessian_{x}")(**moved)
        assert np.array_equal(again, factors.dense())


@pytest.mark.parametrize("target", TARGETS)
def test_the_hessian_in_a_value_takes_it_as_an_argument(target):
    text, x, *_ = CURVED["small network, hidden values"]
    made = compiled(text, target, f"hessian:{x}", f"hvp:{x}")
    values = values_of(text, equal=False)
    y1 = torch.tanh(torch.tensor(values["x"] @ values["w1"] + values["b1"]))
    w2, y = (torch.tensor(np.array(values[name])) for name in ("w2", "y"))
    loss = lambda y1: ((y1 @ w2 - y) ** 2).mean()  # noqa: E731
    expected = torch.func.hessian(loss)(y1).numpy()
    close(getattr(made, f"hessian_{x}")(**given(values, target)), expected)


@pytest.mark.parametrize("name", ["small network, first weights", "layer norm", "log-sum-exp"])
def test_a_hessian_equals_four_point_differences_of_the_gradient(name):
    text, x, *_ = CURVED[name]
    made = compiled(text, "numpy", f"hessian:{x}")
    values = values_of(text, equal=False)

    def gradient(entry: tuple[int, ...], step: float) -> np.ndarray:
        moved = values[x].copy()
        moved[entry] += step
        _, found = made.value_and_grad(**{**values, x: moved})
        return getattr(found, x)

    found, delta = getattr(made, f"hessian_{x}")(**values), 1e-3
    for entry in np.ndindex(values[x].shape):
        near = gradient(entry, delta) - gradient(entry, -delta)
        far = gradient(entry, 2 * delta) - gradient(entry, -2 * delta)
        index = (*(slice(None) for _ in entry), *entry)
        close(found[index], (8 * near - far) / (12 * delta), 1e-8)


@pytest.mark.parametrize("equal", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_jacobian_equals_that_of_pytorch(name, target, equal):
    text, x = SEVERAL[name]
    values = values_of(text, equal)
    tensors = given(values, "torch")
    if x not in values:  # a value: the model from there on
        values_before = tensors["a"] @ tensors["x"]
        expected = torch.func.jacrev(lambda y: (torch.tanh(y), (y * y).sum()))(values_before)
    else:
        expected = jacobian_by_torch(text, x, tensors)
    made = compiled(text, target, f"jacobian:{x}")
    found = getattr(made, f"jacobian_{x}")(**given(values, target))
    several = isinstance(expected, tuple)
    assert isinstance(found, tuple) == several
    pairs = (found, expected) if several else ([found], [expected])
    for got, wanted in zip(*pairs, strict=True):
        close(got, wanted)


@pytest.mark.parametrize("name", SEVERAL)
def test_nothing_that_is_returned_shares_memory_with_an_argument(name):
    text, x = SEVERAL[name]
    values = values_of(text, equal=True)
    found = getattr(compiled(text, "numpy", f"jacobian:{x}"), f"jacobian_{x}")(**values)
    for array in found if isinstance(found, tuple) else (found,):
        assert not any(np.shares_memory(array, value) for value in values.values())


@pytest.mark.parametrize(
    ("text", "x", "formula"),
    [
        (SEVERAL["linear map"][0], "x", "A"),
        (SEVERAL["layer"][0], "x", "diag(1 − tanh(A x)²) A"),
        (SEVERAL["matrix product, right"][0], "w", "δ[j,l] X[i,k]"),
        (SEVERAL["matrix product, left"][0], "x", "δ[i,k] W[l,j]"),
        (SEVERAL["sum"][0], "x", "δ[i,j]"),
    ],
)
def test_a_jacobian_is_read_off(text, x, formula):
    assert shown(derived(text), "jacobian", x) == formula


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("logistic regression", "1/n Xᵀ diag(σ(X w) ⊙ (1 − σ(X w))) X"),
        ("cross-entropy in the logits", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"),
        ("least squares", "Xᵀ X"),
        (
            "log-sum-exp of a linear map",
            "Aᵀ (diag(softmax(A x)) − softmax(A x) softmax(A x)ᵀ) A",
        ),
        ("norm", "I/‖x‖ − x xᵀ/‖x‖³"),
        ("quadratic form", "A + Aᵀ"),
        ("symmetric quadratic form", "A"),
        ("matrix factorisation, left", "2 Σ_q δ[i,l] V[q,p] V[q,j]"),
        ("inverse in a form", "2 A⁻¹"),
        ("squared norm", "2 δ[i,k] δ[j,l]"),
    ],
)
def test_a_hessian_is_the_one_of_the_textbook(name, formula):
    text, x, *_ = CURVED[name]
    assert shown(derived(text), "hessian", x) == formula


def shown(d: Derived, kind: str, x: str) -> str:
    from derive.formulas.extras import ExtraFormulas

    (line,) = ExtraFormulas(d.derivation, d._extra(kind, x)).lines("text")
    return line.split(" = ")[1]


def test_results_of_two_axes_are_sympy_matrices():
    found = derived(CURVED["logistic regression"].text).hessian("w")
    assert isinstance(found, sympy.MatrixExpr)
    assert str(found.shape) == "(d, d)"
    assert isinstance(derived(SEVERAL["layer"][0]).jacobian("x"), sympy.MatrixExpr)
    assert isinstance(derived(CURVED["ridge"].text).hvp("w"), sympy.MatrixExpr)


def test_several_outputs_have_a_jacobian_each():
    found = derived(SEVERAL["several outputs"][0]).jacobian("x")
    assert [str(f.shape) for f in found] == ["(m, n)", "(m, n)", "(n, 1)"]


def test_a_hessian_vector_product_never_forms_the_hessian():
    text = CURVED["logistic regression"].text
    made = compiled(text, "numpy", "hvp:w")
    n, d = 3, 20_000  # the Hessian would take 3 GB
    rng = np.random.default_rng(0)
    x, y, w, v = rng.standard_normal((n, d)), np.ones(n), np.zeros(d), np.ones(d)
    close(made.hvp_w(v, x, y, w=w), x.T @ (x @ v) / 4 / n)


@pytest.mark.parametrize("target", TARGETS)
def test_float32_stays_float32(target):
    for name in (
        "logistic regression",
        "ridge",
        "batched cross-entropy",
        "norm",
        "Rosenbrock",
        "softmax layer",
        "normalised rows",
        "determinant",
        "trace of a product",
    ):
        text, x, *_ = CURVED[name]
        made = compiled(text, target, f"hessian:{x}", f"hvp:{x}", f"jacobian:{x}")
        values = {
            k: v.astype("f4") if v.dtype.kind == "f" else v
            for k, v in values_of(text, equal=False).items()
        }
        passed = given(values, target)
        assert "float32" in str(getattr(made, f"hessian_{x}")(**passed).dtype), name
        assert "float32" in str(getattr(made, f"hvp_{x}")(passed[x], **passed).dtype), name


def test_arrays_without_entries_have_hessians_of_zeros():
    text = CURVED["logistic regression"].text
    made = compiled(text, "numpy", "hessian:w")
    found = made.hessian_w(np.ones((0, 3)), np.ones(0), w=np.ones(3))
    assert np.array_equal(found, np.zeros((3, 3)))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_band_is_right_where_it_leaves_no_room(size):
    text, x, *_ = CURVED["Rosenbrock"]
    values = {x: np.linspace(0.5, 1, size)}
    found = compiled(text, "numpy", f"hessian:{x}").hessian_x(**values)
    close(found, hessian_by_torch(text, x, values))


def test_changes_of_arrays_put_together_are_put_together():
    text = model('x: "n d"', "return (torch.cat([x, torch.sin(x)], 1) ** 2).sum()")
    formula = shown(derived(text), "hvp", "x")
    assert formula == "2 (V ⊙ (1 + cos(X)² − sin(X)²))"


@pytest.mark.parametrize("target", TARGETS)
def test_a_direction_of_another_shape_is_refused(target):
    text = CURVED["logistic regression"].text
    values = given(values_of(text, equal=False), target)
    made = compiled(text, target, "hvp:w")
    with pytest.raises(ValueError, match=r"direction has shape \(5,\), needs \(3,\) as w"):
        made.hvp_w(values["y"], **values)


def test_the_functions_of_pytorch_go_through_its_transforms():
    text = CURVED["small network, first weights"].text
    made = compiled(text, "torch", "hessian:w1", "hvp:w1")
    values = given(values_of(text, equal=False), "torch")
    many = torch.stack([values["w1"], 2 * values["w1"]])
    found = torch.func.vmap(lambda w1: made.hessian_w1(**{**values, "w1": w1}))(many)
    close(found[1], made.hessian_w1(**{**values, "w1": many[1]}))


def test_names_of_the_model_win_over_those_of_the_functions():
    text = model(
        'dense: "n d", direction: "n", hessian: "n", *, v: "d", jacobian: ""',
        "parts = dense @ v",
        "l = (direction * torch.tanh(parts) - hessian) ** 2",
        "return l.sum() * jacobian",
    )
    values = values_of(text, equal=False)
    expected = hessian_by_torch(text, "v", values)
    for target in TARGETS:
        made = compiled(text, target, "hessian:v", "hvp:v", "jacobian:direction")
        passed = given(values, target)
        close(made.hessian_v(**passed), expected)
        product = expected @ values["v"]
        factors = made.hessian_v(**passed, dense_2=False)
        close(factors @ passed["v"], product)
        arguments = [passed[name] for name in ("dense", "direction", "hessian")]
        rest = {name: passed[name] for name in ("v", "jacobian")}
        close(made.hvp_v(passed["v"], *arguments, **rest), product)


class TestWhatDoesNotExist:
    def test_a_hessian_of_an_array(self):
        with pytest.raises(NoSuchExtra, match="does not return one number"):
            derived(SEVERAL["layer"][0]).hessian("x")

    def test_a_variable_that_the_model_lacks(self):
        with pytest.raises(DeriveError, match="no variable 'q'") as fault:
            derive.derive(SEVERAL["layer"][0], extras=["jacobian:q"])
        assert "jacobians of a, x" in str(fault.value)

    def test_an_integer_variable(self):
        text = CURVED["cross-entropy with labels"].text
        with pytest.raises(NoSuchExtra, match="t holds int < c"):
            derive.derive(text, extras=["hessian:t"])

    @pytest.mark.parametrize("wrong", ["hessian", "curvature:w", "hessian:", ":w"])
    def test_a_text_that_is_not_kind_and_variable(self, wrong):
        with pytest.raises(NoSuchExtra, match="is not KIND:VARIABLE"):
            derive.derive(CURVED["ridge"].text, extras=[wrong])


def test_a_hundred_layers_take_time_that_grows_with_their_number():
    def text(layers: int) -> str:
        lines = [f"x = torch.tanh(w{k} * x) + x" for k in range(layers)]
        names = ", ".join(f'w{k}: "n"' for k in range(layers))
        return model(f'x0: "n", *, {names}', "x = x0", *lines, "return (x ** 2).sum()")

    found = derive.derive(text(60), wrt=["w0"], extras=["hvp:w0", "hessian:w0"])
    assert found.extras[1].parts[0].kind == "diagonal"
    assert len(found.to_numpy().splitlines()) < 60 * 60
