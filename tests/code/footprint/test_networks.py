"""The memory of whole generated functions is as told: small models of every kind, and a block."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import derive
from derive.code.footprint import Measure
from derive.documents.terminal.memory import needs
from tests.code.footprint.traced import kept_by, peak_of
from tests.code.model_texts import MODELS
from tests.code.modules import cotangents, derived, draw, module

PYTHON = 4000  # bytes of Python's own objects
WIDE, DEEP = (300, 400, 350, 320, 310, 330), (30, 40, 36, 28, 32, 26)

BLOCK = """
import torch
import torch.nn.functional as F


def block(x: "b s 4*e", t: "b s 4*e", *, g: "4*e", c: "4*e", q: "4*e 4*e", k: "4*e 4*e",
          v: "4*e 4*e", o: "4*e 4*e", w1: "4*e m", b1: "m", w2: "m 4*e"):
    mean = x.mean(-1, keepdim=True)
    spread = ((x - mean) ** 2).mean(-1, keepdim=True)
    z = (x - mean) / torch.sqrt(spread + 1e-5) * g + c
    queries = (z @ q).reshape(x.shape[0], x.shape[1], 4, -1).transpose(1, 2)
    keys = (z @ k).reshape(x.shape[0], x.shape[1], 4, -1).transpose(1, 2)
    values = (z @ v).reshape(x.shape[0], x.shape[1], 4, -1).transpose(1, 2)
    weights = torch.softmax(queries @ keys.transpose(2, 3) / 8.0, dim=-1)
    heads = (weights @ values).transpose(1, 2).reshape(x.shape[0], x.shape[1], -1)
    r = x + heads @ o
    y = r + F.gelu(r @ w1 + b1) @ w2
    return ((y - t) ** 2).mean()
"""


def close(found: int, told: int) -> bool:
    return abs(found - told) <= 0.01 * found + PYTHON


def sizes_of(name: str) -> dict[str, int]:
    program = derived(name).program
    most = max(symbol.rank for symbol in program.symbols.values())
    sizes = WIDE if most < 3 else DEEP
    return {d: size * (400 if most < 2 else 1) for d, size in zip(program.dimensions, sizes)}  # noqa: B905


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_function_takes_what_is_told(name: str) -> None:
    made, sizes, values = module(name), sizes_of(name), draw(name, sizes_of(name), "f4")
    measure = Measure(derived(name).to_numpy(), derived(name).program, 4, sizes, exact=True)
    output, _ = made.forward(**values)
    several = isinstance(output, tuple)
    found = cotangents(output if several else (output,))
    given: Any = tuple(found) if several else found[0]
    del output

    def apart() -> Any:
        result = made.forward(**values)
        return result, made.backward(result[1], given)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert close(peak_of(apart), measure.apart().peak.evaluate(sizes))
        kept = kept_by(lambda: made.forward(**values)[1])
        assert close(kept, measure.cache().evaluate(sizes))
        if hasattr(made, "value_and_grad"):
            peak = peak_of(lambda: made.value_and_grad(**values))
            assert close(peak, measure.peak("value_and_grad").peak.evaluate(sizes))


@pytest.mark.parametrize("recompute", ["none", "cheap"])
def test_a_transformer_block_takes_what_is_told_whatever_is_made_again(recompute: str) -> None:
    sizes = {"b": 4, "s": 96, "e": 40, "m": 600}
    made = derive.derive(BLOCK).planned(recompute, sizes=sizes)
    run, rng = made.compile("numpy"), np.random.default_rng(0)
    values = {}
    for argument in made.program.arguments:
        shape = tuple(d.evaluate(sizes) for d in argument.symbol.shape)
        values[argument.name] = (rng.standard_normal(shape) * 0.3).astype("f4")
    told = needs(made.plan, 4, sizes)
    assert told.peak is not None
    assert close(peak_of(lambda: run.value_and_grad(**values)), told.peak.evaluate({}))
    assert close(kept_by(lambda: run.forward(**values)[1]), told.cache.evaluate({}))
