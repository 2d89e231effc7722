"""What is predicted is what is used: cache and peak of every shipped model, by tracemalloc.

And the cache by what autograd saves of the generated Function.  Sizes are such that each matrix
has a megabyte; arguments are the caller's and counted apart.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from derive.dims import size_of
from derive.documents.terminal.memory import Needs, needs
from derive.face import shipped
from derive.face.api import Derived
from tests.code.footprint.traced import kept_by, peak_of

MEGABYTE = 2**20
BUFFER = 4 * 8192
SHIPPED = sorted(shipped.names())


@cache
def made(name: str) -> Derived:
    return derive.derive(name)


@cache
def module(name: str) -> Any:
    return made(name).compile("numpy")


def sizes_of(name: str) -> dict[str, int]:
    """Return different sizes at which every matrix of the model has a megabyte of float32.

    Where arrays of more axes grow faster, the largest has some 8 megabytes.
    """
    symbols = made(name).program.symbols.values()
    sizes = {d: 2 + k for k, d in enumerate(made(name).program.dimensions)}
    wide = [s.shape for s in symbols if sum(d.value is None for d in s.shape) > 1]
    wide = wide or [s.shape for s in symbols]

    def entries() -> list[int]:
        return [int(np.prod([d.evaluate(sizes) for d in shape])) for shape in wide]

    while 4 * min(entries()) < MEGABYTE and 4 * max(entries()) < 8 * MEGABYTE:
        sizes = {d: size + size // 3 + 1 for d, size in sizes.items()}
    return sizes


def drawn(name: str, dtype: str) -> dict[str, np.ndarray]:
    sizes, rng = sizes_of(name), np.random.default_rng(0)
    found = {}
    for argument in made(name).program.arguments:
        symbol = argument.symbol
        shape = tuple(d.evaluate(sizes) for d in symbol.shape)
        if argument.default is not None:
            continue
        if symbol.kind.startswith("int"):
            found[symbol.name] = rng.integers(0, 2, shape)
        elif symbol.kind == "bool":
            found[symbol.name] = rng.random(shape) < 0.5
        else:
            value = np.asarray(rng.uniform(0.1, 0.9, shape))
            found[symbol.name] = value.astype(dtype)
    return found


def predicted(name: str, dtype: str) -> Needs:
    return needs(made(name).plan, np.dtype(dtype).itemsize, sizes_of(name))


def number(count: Any) -> int:
    assert count is not None and count.value is not None, "all sizes are given"
    return count.value


def close(found: int, told: int) -> bool:
    return abs(found - told) <= 0.01 * found + 2000  # bytes of Python's own objects


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_peak_of_value_and_grad_is_as_predicted(name: str, dtype: str) -> None:
    if not hasattr(module(name), "value_and_grad"):
        pytest.skip("its output is not a number")
    values = drawn(name, dtype)
    found = peak_of(lambda: module(name).value_and_grad(**values))
    assert close(found, number(predicted(name, dtype).peak))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_peak_of_forward_and_backward_apart_is_as_predicted(name: str, dtype: str) -> None:
    values, run = drawn(name, dtype), module(name)
    output, _ = run.forward(**values)
    several = isinstance(output, tuple)
    given: Any = [np.ones(np.shape(o), dtype) for o in (output if several else [output])]
    given = tuple(given) if several else given[0]
    del output

    def apart() -> Any:
        result = run.forward(**values)
        return result, run.backward(result[1], given)

    assert close(peak_of(apart), number(predicted(name, dtype).apart))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_cache_is_as_large_as_predicted(name: str, dtype: str) -> None:
    values = drawn(name, dtype)
    found = kept_by(lambda: module(name).forward(**values)[1])
    assert close(found, number(predicted(name, dtype).cache))


@pytest.mark.parametrize("name", SHIPPED)
def test_autograd_saves_what_is_predicted(name: str) -> None:
    torch = pytest.importorskip("torch")
    values = {k: torch.from_numpy(v) for k, v in drawn(name, "float32").items()}
    for value in values.values():
        value.requires_grad_(value.is_floating_point())
    given = {value.untyped_storage().data_ptr() for value in values.values()}
    saved: dict[int, int] = {}

    def pack(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in given:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    function = getattr(made(name).compile("torch"), name)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = function(**values)
    assert output is not None
    assert close(sum(saved.values()), number(predicted(name, "float32").cache) + bytes_less(name))


def bytes_less(name: str) -> int:
    """Return how many bytes NumPy's bits spare: PyTorch has a byte for each truth value."""
    masks = [kept.symbol for kept in made(name).plan.kept if kept.is_mask]
    entries = [size_of(mask.shape).evaluate(sizes_of(name)) for mask in masks]
    return sum(count - (count + 7) // 8 for count in entries)


def test_a_formula_in_letters_gives_the_same_number() -> None:
    for name in SHIPPED:
        sizes = sizes_of(name)
        letters, exact = needs(made(name).plan, 4, {}), predicted(name, "float32")
        assert letters.cache.evaluate(sizes) == number(exact.cache)
        if letters.moment == exact.moment and letters.peak is not None:
            beside = number(exact.peak) - letters.peak.evaluate(sizes)
            assert 0 <= beside <= 2 * BUFFER, "buffers of NumPy's, which the formula leaves out"


def test_memory_is_freed_and_reused_so_that_less_is_needed_than_apart() -> None:
    for name in ("mlp", "mlp_relu"):
        told = predicted(name, "float32")
        assert number(told.peak) + number(told.cache) <= number(told.apart) + 2**17
