"""Which forward values suffice for a gradient: the sets found, and the formulas that prove it."""

from __future__ import annotations

import importlib.util
from itertools import combinations

import numpy as np
import pytest
import torch

from derive import reader
from derive.algebra.build import cotangent
from derive.algebra.nodes import Node, Symbol
from derive.derivation.split import split
from derive.face import shipped
from derive.plan.keep.parts import KeepableParts
from derive.plan.planner.alternatives import Sufficient, alternatives
from derive.program.program import Program
from derive.verify.evaluate import evaluate, forward

OPERATIONS = {
    program.name: (path, split(program))
    for path in shipped.operations().values()
    for program in reader.read_file(path)
}
SIZES = {"n": 3, "d": 4, "m": 5}


def names_of(found: Sufficient) -> frozenset[str]:
    return frozenset(k.name if isinstance(k, Symbol) else "mask" for k in found.kept)


def gradients_of(program: Program) -> list[str]:
    return [a.name for a in program.arguments if a.symbol.is_float and a.default is None]


CASES = [(name, x) for name, (_, program) in OPERATIONS.items() for x in gradients_of(program)]


@pytest.mark.parametrize(
    ("operation", "sets"),
    [
        ("tanh", [{"x"}, {"y"}]),
        ("sigmoid", [{"x"}, {"y"}]),
        ("exp", [{"x"}, {"y"}]),
        ("log", [{"x"}, {"y"}]),
        ("softmax", [{"y"}]),
        ("relu", [{"x"}, {"y"}, {"mask"}]),
        ("leaky_relu", [{"x"}, {"y"}, {"mask"}]),
        ("gelu", [{"x"}]),
        ("silu", [{"x"}]),
        ("square", [{"x"}]),
        ("abs", [{"x"}]),
        ("sum", [set()]),
        ("max", [{"mask"}, {"x", "y"}]),
        ("norm", [{"x", "y"}]),
        ("layer_norm", [{"r", "y"}, {"diff", "r"}, {"x", "u", "r"}]),
        ("rms_norm", [{"x", "r"}, {"r", "y"}]),
    ],
)
def test_an_operation_of_one_array_needs_what_its_slope_is_written_in(operation, sets):
    found = [names_of(s) for s in alternatives(OPERATIONS[operation][1], "x")]
    assert len(found) == len(sets)
    assert set(found) == set(map(frozenset, sets))


@pytest.mark.parametrize(("variable", "needed"), [("x", {"w"}), ("w", {"x"}), ("b", set())])
def test_each_gradient_of_a_linear_layer_needs_the_other_factor(variable, needed):
    (found,) = alternatives(OPERATIONS["linear"][1], variable)
    assert names_of(found) == needed


@pytest.mark.parametrize(("name", "variable"), CASES)
def test_no_set_contains_another(name, variable):
    found = [set(s.kept) for s in alternatives(OPERATIONS[name][1], variable)]
    assert found
    for first, second in combinations(found, 2):
        assert not first <= second
        assert not second <= first


@pytest.mark.parametrize(("name", "variable"), CASES)
def test_every_set_gives_the_gradient_of_autograd_and_takes_nothing_else(name, variable):
    path, program = OPERATIONS[name]
    arguments = _arguments(program)
    upstream, wanted = _by_autograd(path, program, arguments, variable)
    values = forward(program, arguments, SIZES)
    for found in alternatives(program, variable):
        known = _kept(found, values)
        known |= {a.symbol: values[a.symbol] for a in program.arguments if a.default is not None}
        known[cotangent(program.outputs[0])] = upstream
        for symbol, expr in found.formulas.items():
            known[symbol] = evaluate(_over(expr, found), known, SIZES)
        got = known[cotangent(program.symbols[variable])]
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)


def _arguments(program: Program) -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    found = {}
    for argument in program.arguments:
        shape = tuple(d.evaluate(SIZES) for d in argument.symbol.shape)
        if argument.default is None:
            draw = random.uniform(0.5, 2.0, shape)
            if program.name not in ("log", "sqrt"):
                draw *= random.choice([-1.0, 1.0], shape)
            found[argument.name] = draw
            if argument.symbol.kind.startswith("int"):
                found[argument.name] = random.integers(0, SIZES["d"], shape)
            elif argument.symbol.kind == "bool":
                found[argument.name] = draw > 0
    return found


def _by_autograd(path, program, arguments, variable):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tensors = {name: torch.tensor(value) for name, value in arguments.items()}
    tensors[variable].requires_grad_()
    output = getattr(module, program.name)(**tensors)
    upstream = torch.linspace(0.5, 1.5, output.numel(), dtype=output.dtype).reshape(output.shape)
    (gradient,) = torch.autograd.grad(output, tensors[variable], upstream, materialize_grads=True)
    return upstream.numpy(), gradient.numpy()


def _stand_in(node: Node, found: Sufficient) -> Symbol:
    return Symbol(f"kept_{found.kept.index(node)}", node.shape)


def _kept(found: Sufficient, values) -> dict[Symbol, np.ndarray]:
    """Only what the set holds, so that a formula which takes more cannot be evaluated."""
    known = {}
    for node in found.kept:
        symbol = node if isinstance(node, Symbol) else _stand_in(node, found)
        known[symbol] = values[node] if node is symbol else evaluate(node, values, SIZES)
    return known


def _over(expr: Node, found: Sufficient) -> Node:
    """The formula with a symbol for each part that is kept: masks may be one of a map's parts."""
    names = {k: _stand_in(k, found) for k in found.kept if not isinstance(k, Symbol)}
    return KeepableParts(frozenset(), len).kept_in(expr, names) if names else expr
