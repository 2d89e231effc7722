"""The table of checks: right modules pass, and every planted fault is caught by each oracle."""

from __future__ import annotations

import pytest

import derive
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.errors import DeriveError
from derive.program.derivation import Derivation
from derive.program.program import Program
from derive.verify import Report, check, torch_oracles
from derive.verify.sizes import size_sets
from tests import programs
from tests.verify import modules

SPECTRAL = """
import torch

def spectral(a: "m n"):
    return torch.linalg.matrix_norm(a, ord=2)
"""


def derived(made: Program) -> Derivation:
    return reverse(split(made), tuple(a.name for a in made.arguments))


def report(fault: str = "", *, torch: bool = False, sizes: dict | None = None) -> Report:
    """Check the hand-written modules with a fault in them."""
    made = modules.model()
    generated = modules.torch_module(fault) if torch else None
    itself = modules.model_function if torch else None
    numpy_fault = "" if torch else fault
    return check(made, derived(made), modules.numpy_module(numpy_fault), generated, itself, sizes)


def wrong(found: Report) -> set[tuple[str, str, str]]:
    return {(r.gradient, r.oracle, r.sizes) for r in found.rows if r.verdict == "WRONG"}


def test_right_modules_pass_every_oracle():
    pytest.importorskip("torch")
    found = report(torch=True)
    assert found.ok, found.table()
    assert {row.oracle for row in found.rows} == {
        "sum of steps, exact",
        "reference evaluator",
        "shapes of NumPy",
        "shapes of PyTorch",
        "complex step",
        "4-point difference",
        "autograd of the model",
        "generated PyTorch",
        "gradcheck",
        "gradgradcheck",
        "second order",
        "second order of the model",
    }
    assert {row.sizes for row in found.rows} == {"distinct", "equal"}


@pytest.mark.parametrize("fault", modules.FAULTS)
def test_a_fault_in_numpy_is_caught_by_complex_step_and_by_differences(fault):
    found = report(fault)
    assert not found.ok
    oracles = {oracle for _, oracle, _ in wrong(found)}
    if fault == "missing batch sum":
        assert "shapes of NumPy" in oracles
    else:
        assert {"complex step", "4-point difference"} <= oracles


@pytest.mark.parametrize("fault", modules.FAULTS)
def test_a_fault_in_numpy_is_caught_by_the_model_under_pytorch(fault):
    pytest.importorskip("torch")
    made = modules.model()
    found = check(made, derived(made), modules.numpy_module(fault), None, modules.model_function)
    assert "autograd of the model" in {oracle for _, oracle, _ in wrong(found)}


@pytest.mark.parametrize("fault", modules.FAULTS)
def test_a_fault_in_pytorch_is_caught_by_gradcheck_or_by_the_shapes(fault):
    pytest.importorskip("torch")
    oracles = {oracle for _, oracle, _ in wrong(report(fault, torch=True))}
    if fault == "missing batch sum":  # autograd reduces it without a word
        assert "shapes of PyTorch" in oracles
    else:
        assert {"gradcheck", "generated PyTorch", "second order of the model"} <= oracles


def test_a_fault_in_second_order_alone_is_caught():
    pytest.importorskip("torch")
    made, found = modules.model(), modules.torch_module()
    right = found.model

    def first_order_only(x, *, w, b, v):
        y = right(x, w=w, b=b, v=v)
        return y if not w.requires_grad else _Cut.apply(y, x, w, b, v)

    import torch

    class _Cut(torch.autograd.Function):
        """The right gradient, with h taken as a constant when it is differentiated again."""

        @staticmethod
        def forward(y, x, w, b, v):
            return y.clone()

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs[1:])

        @staticmethod
        def backward(ctx, g):
            x, w, b, v = ctx.saved_tensors
            h = torch.tanh(x @ w + b).detach()
            grad_z = g[:, None] * v * (1 - h**2)
            return None, grad_z @ w.T, x.T @ grad_z, grad_z.sum(0), h.T @ g

    found.model = first_order_only
    checked = check(made, derived(made), modules.numpy_module(), found, modules.model_function)
    oracles = {oracle for _, oracle, _ in wrong(checked)}
    assert oracles == {"gradgradcheck", "second order", "second order of the model"}


def test_a_derivation_with_a_wrong_step_is_caught_exactly():
    made = programs.linear()
    derivation = derived(made)
    gradient = derivation.gradients["w"]
    from dataclasses import replace

    from derive.algebra.build import scale

    altered = {**derivation.gradients, "w": replace(gradient, expr=scale(2, gradient.expr))}
    found = check(made, replace(derivation, gradients=altered))
    assert ("all", "sum of steps, exact", "distinct") in wrong(found)
    assert ("w", "complex step", "equal") in wrong(found)


def test_a_module_that_raises_is_wrong_and_says_what_it_said():
    made = modules.model()
    broken = modules.numpy_module()
    broken.backward = lambda cache, grad_output: cache.x @ cache.x
    found = check(made, derived(made), broken)
    assert not found.ok
    assert "ValueError" in found.table()


def test_a_lost_transpose_is_silent_in_the_shapes_of_equal_sizes():
    found = wrong(report("missing transpose"))
    assert not any(oracle == "shapes of NumPy" for _, oracle, _ in found)
    assert ("x", "complex step", "equal") in found


def test_without_pytorch_a_row_says_so_and_nothing_fails(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(torch_oracles, "find_spec", lambda name: None)
    found = report(torch=True)
    assert found.ok
    assert "torch is not installed" in found.table()


def test_a_model_that_does_not_run_is_skipped_with_its_reason():
    pytest.importorskip("torch")
    made = modules.model()

    def needs_more(x, *, w, b, v):
        raise RuntimeError("no such thing")

    found = check(made, derived(made), modules.numpy_module(), None, needs_more)
    assert found.ok
    assert "RuntimeError: no such thing" in found.table()
    assert "skipped" in found.table()


def test_the_table_has_a_line_for_each_gradient_and_oracle_in_aligned_columns():
    lines = report().table().splitlines()
    assert lines[0] == "model"
    assert lines[2].split() == ["gradient", "oracle", "n=2,", "d=3", "all", "3", "bound"]
    body = [line for line in lines[3:] if line.startswith("  ")]
    start = lines[2].index("oracle")
    assert all(line[start - 1] == " " and line[start] != " " for line in body)
    assert lines[-1] == "every gradient agrees"


def test_sizes_that_the_user_gives_are_kept():
    found = report(sizes={"n": 7, "d": 4})
    assert found.sizes == {"given": {"n": 7, "d": 4}}
    partly = report(sizes={"n": 7})
    assert all(sizes["n"] == 7 for sizes in partly.sizes.values())


def test_a_size_for_a_dimension_that_is_not_there_is_refused():
    with pytest.raises(DeriveError, match="no dimension q"):
        report(sizes={"q": 3})


def test_sizes_are_pairwise_distinct_primes_and_then_all_equal():
    sets = size_sets(programs.mlp(), {})
    assert sorted(sets["distinct"].values()) == [2, 3, 5]
    assert len(set(sets["equal"].values())) == 1


@pytest.mark.parametrize("name", ["predict", "value_and_grad"])
@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_a_fault_in_what_repeats_forward_and_backward_is_caught(name, target, monkeypatch):
    if target == "torch":
        pytest.importorskip("torch")
    d = derive.derive("mlp")
    made = {kind: d.compile(kind) for kind in ("numpy", "torch")}
    right = getattr(made[target], name)

    def altered(*given, **named):
        found = right(*given, **named)
        return 1.0005 * found if name == "predict" else (1.0005 * found[0], found[1])

    monkeypatch.setattr(made[target], name, altered)
    report = check(d.program, d.derivation, made["numpy"], made["torch"])
    word = "NumPy" if target == "numpy" else "PyTorch"
    assert {oracle for _, oracle, _ in wrong(report)} == {f"other functions, {word}"}


def test_the_cotangent_that_backward_has_by_itself_is_tried():
    d = derive.derive(SPECTRAL)
    made = d.compile("numpy")
    right = made.backward
    made.backward = lambda cache, grad_output=2.0: right(cache, grad_output)
    report = check(d.program, d.derivation, made)
    assert {oracle for _, oracle, _ in wrong(report)} == {"other functions, NumPy"}
