"""The generated NumPy modules: right, in the caller's dtype, and its data left alone."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

import derive
from tests.code.model_texts import MODELS
from tests.code.modules import (
    FOLDER,
    cotangents,
    derived,
    draw,
    imported,
    module,
    run,
    run_torch,
    sizes_of,
)

ALL = sorted(MODELS)
KINDS = (": int", ": bool", ": simplex", ": positive", ": symmetric")
FLOATS = [name for name in ALL if not any(kind in MODELS[name] for kind in KINDS)]


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("equal", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("name", ALL)
def test_values_and_gradients_are_those_of_autograd(name: str, equal: bool) -> None:
    values = draw(name, sizes_of(name, equal=equal))
    outputs, given, gradients = run(module(name), values)
    expected, expected_gradients = run_torch(name, values, given)
    for found, wanted in zip(outputs, expected, strict=True):
        assert np.shape(found) == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-11)
    assert gradients._fields == tuple(expected_gradients)
    for key, wanted in expected_gradients.items():
        found = getattr(gradients, key)
        assert np.shape(found) == wanted.shape
        scale = max(1.0, np.abs(wanted).max(initial=0.0))
        np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-11 * scale)


@pytest.mark.parametrize("name", ALL)
def test_float32_stays_float32(name: str) -> None:
    values = draw(name, sizes_of(name), "f4")
    outputs, _, gradients = run(module(name), values)
    assert {np.asarray(x).dtype.name for x in (*outputs, *gradients)} == {"float32"}


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_is_returned_shares_memory_with_what_was_given(name: str) -> None:
    values = draw(name, sizes_of(name))
    _, given, gradients = run(module(name), values)
    for k, gradient in enumerate(gradients):
        others = [*values.values(), *given, *list(gradients)[:k]]
        assert not any(np.shares_memory(gradient, other) for other in others)


@pytest.mark.parametrize("name", ALL)
def test_backward_may_be_called_again(name: str) -> None:
    made = module(name)
    output, cache = made.forward(**draw(name, sizes_of(name)))
    given = cotangents(output if isinstance(output, tuple) else (output,))
    grad_output = tuple(given) if isinstance(output, tuple) else given[0]
    first, second = made.backward(cache, grad_output), made.backward(cache, grad_output)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", ALL)
def test_predict_and_value_and_grad_agree_with_forward_and_backward(name: str) -> None:
    made, values = module(name), draw(name, sizes_of(name))
    output, cache = made.forward(**values)
    alone = made.predict(**values)
    several = isinstance(output, tuple)
    pairs = zip(output, alone, strict=True) if several else [(output, alone)]
    assert all(np.array_equal(a, b) for a, b in pairs)
    scalar = not several and not np.shape(output)
    assert hasattr(made, "value_and_grad") == scalar
    if scalar:
        value, gradients = made.value_and_grad(**values)
        assert value == output
        again = made.backward(cache)
        assert all(np.array_equal(a, b) for a, b in zip(gradients, again, strict=True))


@pytest.mark.parametrize("layout", ["fortran", "strided", "reversed"])
@pytest.mark.parametrize("name", ALL)
def test_any_memory_layout_will_do(name: str, layout: str) -> None:
    values = draw(name, sizes_of(name))
    moved = {key: _laid_out(value, layout) for key, value in values.items()}
    _, _, expected = run(module(name), values)
    _, _, found = run(module(name), moved)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def _laid_out(value: np.ndarray, layout: str) -> np.ndarray:
    if not value.ndim:
        return value
    if layout == "fortran":
        return np.asfortranarray(value)
    if layout == "strided":
        return np.repeat(value, 2, axis=-1)[..., ::2]
    return value[::-1].copy()[::-1]


@pytest.mark.parametrize("name", FLOATS)
def test_every_size_may_be_zero(name: str) -> None:
    made, sizes = module(name), sizes_of(name)
    for dimension in sizes:
        few = {**sizes, dimension: 0}
        shapes = [symbol.shape for symbol in derived(name).program.symbols.values()]
        if any(d.evaluate(few) < 0 for shape in shapes for d in shape):
            continue
        values = draw(name, few)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a mean of nothing is nan, as everywhere
            outputs, _, gradients = run(made, values)
            if hasattr(made, "value_and_grad"):
                made.value_and_grad(**values)
        del outputs
        for key, gradient in gradients._asdict().items():
            assert np.shape(gradient) == np.shape(values[key])


@pytest.mark.parametrize("name", ALL)
def test_the_self_check_of_the_module_passes(name: str, capsys: pytest.CaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module(name)._self_check()
    printed = capsys.readouterr().out
    assert printed.count("largest error") == len(module(name).Gradients._fields)


def test_the_self_check_catches_a_wrong_gradient() -> None:
    right = derived("linear").to_numpy()
    text = right.replace("grad_x = grad_y @ w.T", "grad_x = 2 * grad_y @ w.T")
    with pytest.raises(SystemExit, match="grad_x is wrong"):
        imported(text, "wrong")._self_check()


def test_the_modules_are_clean_as_they_are() -> None:
    folder = FOLDER / "clean"
    folder.mkdir(exist_ok=True)
    for name in ALL:
        (folder / f"{name}.py").write_text(derived(name).to_numpy(), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    shape = ["--isolated", "--line-length", "88"]
    command = [*ruff, "format", *shape, "--diff", "-q", str(folder)]
    done = subprocess.run(command, capture_output=True)
    assert not done.stdout.decode()
    rules = ["--select", "E,F,I,B,UP,SIM,RUF", "--ignore", "E741,RUF001,RUF002,RUF003"]
    done = subprocess.run([*ruff, "check", *shape, *rules, "-q", str(folder)], capture_output=True)
    assert not done.stdout.decode()


@pytest.mark.parametrize("name", ALL)
def test_only_numpy_is_imported_and_no_slow_idiom_is_printed(name: str) -> None:
    tree = ast.parse(derived(name).to_numpy())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    for node in imports:
        modules |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
    assert modules <= {"typing", "numpy", "math"}
    powers = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)]
    exponents = [node.right for node in powers if isinstance(node.op, ast.Pow)]
    assert all(e.value == 2 for e in exponents if isinstance(e, ast.Constant))


def test_a_chain_ending_in_a_vector_forms_no_matrix_product() -> None:
    text = derived("chain").to_numpy()
    assert "product = c @ v" in text
    assert "product_2 = b @ product" in text
    assert "y = a @ product_2" in text


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys, hashlib, derive\n"
        "from tests.code.model_texts import MODELS\n"
        "names = ('mlp', 'kinks', 'gelus', 'lstm_cell', 'hostile', 'bilinear')\n"
        "text = ''.join(derive.derive(MODELS[name]).to_numpy() for name in names)\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    names = ("mlp", "kinks", "gelus", "lstm_cell", "hostile", "bilinear")
    text = "".join(derived(name).to_numpy() for name in names)
    expected = hashlib.sha256(text.encode()).hexdigest()
    for seeds in (range(0, 4), range(4, 8)):
        running = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.getcwd()},
            )
            for seed in seeds
        ]
        for process in running:
            assert process.communicate()[0].decode().strip() == expected


def test_only_the_gradients_asked_for_are_computed() -> None:
    made = module("linear", ("w",))
    assert made.Gradients._fields == ("w",)
    assert made.Cache._fields == ("x", "m")
    x, w, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
    _, cache = made.forward(x, w=w, b=b)
    assert np.array_equal(made.backward(cache, np.ones((2, 4))).w, x.T @ np.ones((2, 4)))


def test_a_gradient_of_a_value_between_can_be_asked_for() -> None:
    made = module("mlp", ("y1", "w1"))
    values = draw("mlp", sizes_of("mlp"))
    _, cache = made.forward(**values)
    gradients = made.backward(cache)
    assert gradients._fields == ("w1", "y1") or gradients._fields == ("y1", "w1")
    assert np.allclose(gradients.w1, values["x"].T @ gradients.y1)


def test_an_unused_argument_has_a_gradient_of_zeros() -> None:
    _, _, gradients = run(module("unused"), draw("unused", sizes_of("unused")))
    assert gradients.y.shape == (5,) and not gradients.y.any()


def test_plain_python_numbers_are_scalars_too() -> None:
    made = module("ridge")
    x, y, w = (np.ones(shape, "f4") for shape in ((3, 2), 3, 2))
    value, gradients = made.value_and_grad(x, y, w=w, lam=0.5)
    assert value.dtype == np.float32 and gradients.w.dtype == np.float32
    assert gradients.lam == 2.0


def test_a_constant_is_a_keyword_with_its_default() -> None:
    made, values = module("layernorm"), draw("layernorm", sizes_of("layernorm"))
    usual, _ = made.forward(**values)
    other, _ = made.forward(**values, eps=0.5)
    assert not np.allclose(usual, other)
    assert "eps=1e-5" in derived("layernorm").to_numpy()


def test_inputs_of_any_size_stay_finite_in_float32() -> None:
    model = (
        "import torch\nimport torch.nn.functional as F\n"
        'def wild(x: "n d", t: "n d: simplex"):\n'
        "    s = F.softplus(x) + torch.sigmoid(x) + F.logsigmoid(x) + F.silu(x)\n"
        "    loss = -(t * torch.log_softmax(x, 1)).sum() + s.sum()\n"
        "    return loss\n"
    )
    made = imported(derive.derive(model).to_numpy(), "wild")
    x = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4]], "f4")
    value, gradients = made.value_and_grad(x, np.full((2, 3), 1 / 3, "f4"))
    assert np.isfinite(value) and all(np.isfinite(g).all() for g in gradients)


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("linear", {"x": (2,)}, r"x has shape \(2,\), needs \(n, d\)"),
        ("linear", {"w": (7, 5)}, r"w has shape \(7, 5\), needs \(d, m\) with d = 2 as in x"),
        ("linear", {"b": (4,)}, r"b has shape \(4,\), needs \(m,\) with m = 5 as in w"),
        ("derived", {"x": (3, 7)}, r"x has shape \(3, 7\), needs \(n, 4\*k\)"),
        ("derived", {"z": (3,)}, r"z has shape \(3,\), needs \(n-1,\) with n = 3 as in x"),
        ("ridge", {"lam": (1,)}, r"lam has shape \(1,\), needs \(\)"),
        ("traces", {"a": (3, 4)}, r"a has shape \(3, 4\), needs \(n, n\)"),
    ],
)
def test_a_wrong_shape_names_the_argument_and_what_it_needs(
    name: str, changed: dict[str, tuple[int, ...]], message: str
) -> None:
    values = draw(name, sizes_of(name))
    values.update({key: np.zeros(shape) for key, shape in changed.items()})
    with pytest.raises(ValueError, match=message):
        module(name).forward(**values)


def test_a_wrong_gradient_of_the_output_is_refused() -> None:
    made = module("linear")
    _, cache = made.forward(**draw("linear", sizes_of("linear")))
    with pytest.raises(ValueError, match=r"needs \(n, m\) = \(3, 5\)"):
        made.backward(cache, np.ones((5, 3)))


def test_floats_where_integers_are_needed_are_refused() -> None:
    values = draw("mask", sizes_of("mask"))
    with pytest.raises(TypeError, match="t has dtype float64, needs integers"):
        module("mask").forward(**{**values, "t": values["t"].astype(float)})


def test_linear_reads_as_the_example_does() -> None:
    text = derived("linear").to_numpy()
    assert "    y = x @ w + b  # (1): (n, d)(d, m) + (m,) -> (n, m)\n" in text
    assert (
        "    # (1) y = x @ w + b\n"
        "    grad_x = grad_y @ w.T  # (n, m)(m, d) -> (n, d)\n"
        "    grad_w = x.T @ grad_y  # (d, n)(n, m) -> (d, m)\n"
        "    grad_b = grad_y.sum(axis=0)  # (n, m) -> (m,)\n"
        "\n"
        "    return Gradients(grad_x, grad_w, grad_b)\n"
    ) in text
