"""Generated modules for tests: imported from a file, with values drawn for their arguments."""

from __future__ import annotations

import atexit
import importlib.util
import inspect
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

import derive
from derive.face.api import Derived
from tests.code.model_texts import MODELS

SIZES = (3, 2, 5, 4, 6, 7)
FOLDER = Path(tempfile.mkdtemp(prefix="derive-generated-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


@cache
def derived(name: str, wrt: tuple[str, ...] | None = None) -> Derived:
    """Return the model of that name, derived."""
    return derive.derive(MODELS[name], wrt=wrt)


@cache
def module(name: str, wrt: tuple[str, ...] | None = None) -> ModuleType:
    """Return its generated NumPy module, imported from a file of its own."""
    return imported(derived(name, wrt).to_numpy(), f"{name}_{'_'.join(wrt or ())}")


def imported(text: str, name: str) -> ModuleType:
    """Return the module of a text, imported from a file."""
    path = FOLDER / f"{name}{os.getpid()}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def sizes_of(name: str, *, equal: bool = False) -> dict[str, int]:
    """Return a size for each dimension: all different, or all 4; every shape has entries."""
    program = derived(name).program
    sizes = dict(zip(program.dimensions, [4] * 6 if equal else SIZES, strict=False))
    shapes = [argument.symbol.shape for argument in program.arguments]
    while any(d.evaluate(sizes) < 1 for shape in shapes for d in shape):
        sizes = {dimension: size + 1 for dimension, size in sizes.items()}
    return sizes


def draw(name: str, sizes: dict[str, int], dtype: str = "f8", seed: int = 1) -> dict[str, Any]:
    """Return read-only values for the model's arrays, away from kinks and domain borders."""
    rng = np.random.default_rng(seed)
    found = {}
    for argument in derived(name).program.arguments:
        if argument.default is not None:
            continue
        symbol = argument.symbol
        shape = tuple(d.evaluate(sizes) for d in symbol.shape)
        value = _value(symbol.kind, shape, sizes, rng)
        if symbol.is_float:
            value = value.astype(dtype)
        value.flags.writeable = False
        found[argument.name] = value
    return found


def _value(
    kind: str, shape: tuple[int, ...], sizes: dict[str, int], rng: np.random.Generator
) -> np.ndarray:
    if kind == "bool":
        return np.asarray(rng.random(shape) < 0.5)
    if kind.startswith("int"):
        bound = kind.partition("<")[2].strip()
        return np.asarray(rng.integers(0, sizes.get(bound, 2), shape))
    if kind == "simplex":
        return rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    if kind == "positive":
        return np.asarray(rng.uniform(0.3, 1.5, shape))
    value = np.asarray(rng.standard_normal(shape))
    return value + value.T if kind == "symmetric" else value


def cotangents(outputs: Sequence[Any], seed: int = 2) -> list[np.ndarray]:
    """Return a read-only gradient for each output."""
    rng = np.random.default_rng(seed)
    found = []
    for output in outputs:
        dtype = np.asarray(output).dtype
        found.append(np.asarray(rng.standard_normal(np.shape(output))).astype(dtype))
        found[-1].flags.writeable = False
    return found


def run(made: ModuleType, values: dict[str, Any]) -> tuple[tuple, list[np.ndarray], Any]:
    """Return the outputs, a cotangent for each, and the gradients."""
    output, cache = made.forward(**values)
    several = isinstance(output, tuple)
    outputs = output if several else (output,)
    given = cotangents(outputs)
    return outputs, given, made.backward(cache, tuple(given) if several else given[0])


def run_torch(name: str, values: dict[str, Any], given: list[np.ndarray]) -> tuple[tuple, dict]:
    """Return the outputs and gradients of the model's own text under PyTorch's autograd."""
    scope: dict[str, Any] = {}
    exec(compile(MODELS[name], name, "exec", dont_inherit=True), scope)
    function = scope[name]
    kinds = inspect.signature(function).parameters
    tensors = {
        key: torch.tensor(np.array(value)).requires_grad_(value.dtype.kind == "f")
        for key, value in values.items()
    }
    named = {k: t for k, t in tensors.items() if kinds[k].kind is inspect.Parameter.KEYWORD_ONLY}
    output = function(*(t for k, t in tensors.items() if k not in named), **named)
    outputs = output if isinstance(output, tuple) else (output,)
    loss = sum((o * torch.tensor(np.array(g))).sum() for o, g in zip(outputs, given, strict=True))
    asked = {key: t for key, t in tensors.items() if t.requires_grad}
    found = torch.autograd.grad(loss, list(asked.values()), allow_unused=True)
    gradients = {
        key: np.zeros(t.shape, values[key].dtype) if g is None else g.numpy()
        for (key, t), g in zip(asked.items(), found, strict=True)
    }
    return tuple(o.detach().numpy() for o in outputs), gradients
