"""value_and_grad in one straight line: forward and backward's numbers, memory freed and reused."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import derive
from derive.algebra.build import add, contract, labels_of
from derive.algebra.nodes import Symbol
from derive.code.in_place import in_place
from derive.code.numpy.module import emit_numpy
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.face.api import module_of
from derive.plan.planner.planner import make_plan
from derive.program.program import Program
from tests.code.model_texts import MODELS
from tests.code.modules import derived, draw, module, sizes_of
from tests.random_programs import random_program

SCALAR = sorted(name for name in MODELS if hasattr(module(name), "value_and_grad"))


@pytest.mark.parametrize("equal", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("name", SCALAR)
def test_it_gives_what_forward_and_backward_give(name: str, equal: bool) -> None:
    values = draw(name, sizes_of(name, equal=equal))  # read-only: a write to them raises
    agree(module(name), values)


@pytest.mark.parametrize("name", SCALAR)
def test_no_result_shares_memory_with_another_or_with_what_was_given(name: str) -> None:
    values = draw(name, sizes_of(name, equal=True))
    value, gradients = module(name).value_and_grad(**values)
    results = [value, *gradients]
    for k, result in enumerate(results):
        others = [*values.values(), *results[:k]]
        assert not any(np.shares_memory(result, other) for other in others)


@pytest.mark.parametrize("name", SCALAR)
def test_every_argument_may_have_a_dtype_of_its_own(name: str) -> None:
    values = draw(name, sizes_of(name))
    floats = [key for key, value in values.items() if value.dtype.kind == "f"]
    for narrow in floats:
        mixed = {k: v.astype("f4") if k == narrow else v for k, v in values.items()}
        made = module(name)
        value, gradients = made.value_and_grad(**mixed)
        output, cache = made.forward(**mixed)
        assert np.asarray(value).dtype == np.asarray(output).dtype
        for found, wanted in zip(gradients, made.backward(cache), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)


def agree(made: Any, values: dict[str, Any]) -> None:
    """Compare with forward and backward, to a rounding error of the largest entry."""
    value, gradients = made.value_and_grad(**values)
    output, cache = made.forward(**values)
    assert value == output and made.predict(**values) == output
    for found, wanted in zip(gradients, made.backward(cache), strict=True):
        assert np.shape(found) == np.shape(wanted)
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
        scale = np.abs(wanted).max(initial=1.0)
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13 * scale)


MASKED = """\
import torch.nn.functional as F


def hinge(x: "n d", y: "n", *, w: "d"):
    return F.relu(1 - y * (x @ w)).sum()


def chosen(x: "n d", m: "n d: bool"):
    return (x * m).sum()
"""


@pytest.mark.parametrize("name", ["hinge", "chosen"])
def test_truth_values_beside_an_upstream_gradient_of_one_become_numbers(name: str) -> None:
    made = derive.derive(MASKED, name=name).compile("numpy")
    rng = np.random.default_rng(0)
    values = {"x": rng.standard_normal((5, 3))}
    if name == "hinge":
        values |= {"y": np.sign(rng.standard_normal(5)), "w": rng.standard_normal(3)}
    else:
        values |= {"m": rng.random((5, 3)) < 0.5}
    agree(made, values)


def with_loss(made: Program) -> Program:
    """Return the program with one output: the sum of the squares of all its values."""
    loss = Symbol("loss", ())
    parts = []
    for equation in made.equations:
        axes, sizes = labels_of(equation.symbol)
        parts.append(contract((), [(equation.symbol, axes), (equation.symbol, axes)], sizes))
    last = replace(made.equations[-1], number=len(made.equations) + 1, symbol=loss)
    equations = [*made.equations, replace(last, expr=add(*parts))]
    equations = [replace(e, text=f"{e.symbol.name} = ...") for e in equations]
    return replace(made, equations=tuple(equations), outputs=(loss,), returns_tuple=False)


@pytest.mark.parametrize("block", range(4))
def test_random_programs_give_what_forward_and_backward_give(block: int) -> None:
    for seed in range(25 * block, 25 * block + 25):
        program = split(with_loss(random_program(seed)))
        derivation = reverse(program, tuple(a.name for a in program.arguments))
        made = module_of(emit_numpy(make_plan(derivation)), f"random_{seed}")
        rng = np.random.default_rng(seed)
        for sizes in ({"n": 3, "d": 2, "h": 4}, {"n": 3, "d": 3, "h": 3}):
            values = {}
            for argument in program.arguments:
                shape = tuple(d.evaluate(sizes) for d in argument.symbol.shape)
                values[argument.name] = np.asarray(rng.uniform(0.1, 0.9, shape))
            agree(made, values)


def straight(name: str) -> ast.FunctionDef:
    tree = ast.parse(derived(name).to_numpy())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return next(node for node in functions if node.name == "value_and_grad")


@pytest.mark.parametrize("name", SCALAR)
def test_nothing_is_used_after_it_was_dropped(name: str) -> None:
    alive = {a.arg for a in [*straight(name).args.args, *straight(name).args.kwonlyargs]}
    for statement in straight(name).body:
        used = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        if isinstance(statement, ast.Delete):
            gone = {n.id for n in used}
            assert gone <= alive
            alive -= gone
        alive |= {n.id for n in used if isinstance(n.ctx, ast.Store)}


def test_the_upstream_gradient_stands_in_no_formula() -> None:
    for name in SCALAR:
        output = derived(name).program.outputs[0].name
        words = {n.id for n in ast.walk(straight(name)) if isinstance(n, ast.Name)}
        assert f"grad_{output}" not in words
        assert "grad_output" not in words - set(derived(name).program.symbols)


def test_the_straight_line_of_a_network_reads_as_by_hand() -> None:
    text = derived("mlp_relu").to_numpy()
    assert "    h1 = np.maximum(affine, 0, out=affine)  # (2): (n, h)\n    del affine\n" in text
    assert "    grad_affine = np.multiply(grad_h1, h1 > 0, out=grad_h1)  # (n, h)\n" in text


@pytest.mark.parametrize(
    ("text", "arrays", "steps"),
    [
        ("np.maximum(a, 0)", "a", ["t = np.maximum(a, 0, out=a)"]),
        ("g * (h > 0)", "g", ["t = np.multiply(g, h > 0, out=g)"]),
        ("(np.exp(s) - y) / n", "s", ["t = np.exp(s, out=s)", "t -= y", "t /= n"]),
        ("1 - s**2", "s", ["t = np.square(s, out=s)", "np.subtract(1, t, out=t)"]),
        ("-s / n", "s", ["t = np.negative(s, out=s)", "t /= n"]),
        ("g * (1 - h**2)", "h g", ["t = np.multiply(g, 1 - h**2, out=g)"]),
        ("s * (g - (g * s).sum())", "g", ["t = np.subtract(g, (g * s).sum(), out=g)", "t *= s"]),
        ("s * (g - (g * s).sum())", "s", ["t = np.multiply(s, g - (g * s).sum(), out=s)"]),
        ("np.tanh(a) + a", "a", ["t = np.add(np.tanh(a), a, out=a)"]),
    ],
)
def test_a_statement_is_written_in_place_with_the_fewest_steps(text, arrays, steps):
    assert [s.line for s in in_place("t", text, arrays.split(), "np")] == steps


@pytest.mark.parametrize(
    "text",
    [
        "a.T * b",
        "a[:, None] * b",
        "_sigmoid(a)",
        "a @ b",
        "a > 0",
        "b * c",
        "np.where(a > 0, a, b)",
        "a.sum(axis=1)",
        "np.exp(np.tanh(np.sin(np.cos(a))))",
    ],
)
def test_what_is_no_chain_of_few_ufuncs_stays_as_it_is(text):
    assert in_place("t", text, ["a"], "np") == ()
