"""Emitted products: as many multiplications as the best order takes, counted where they run."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

from derive.algebra.association import cost
from derive.algebra.nodes import Symbol
from derive.emit.code import Printer
from derive.emit.names import Names
from derive.emit.numpy_dialect import NumPy
from tests.random_products import LETTERS, NAMES, random_product

MULTIPLICATIONS: list[int] = []


class Counted(np.ndarray):
    """An array that notes the multiplications of arrays that it takes part in."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(x) for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        if ufunc is np.matmul:
            MULTIPLICATIONS.append(np.size(result) * plain[0].shape[-1])
        elif ufunc is np.multiply and all(x.ndim for x in plain):
            MULTIPLICATIONS.append(np.size(result))
        return counted(result)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        plain = [np.asarray(x) if isinstance(x, np.ndarray) else x for x in args]
        result = function(*plain, **options)
        if function is np.vdot:
            MULTIPLICATIONS.append(plain[0].size)
        elif function is np.tensordot:
            at = plain[2][0]
            axes = at if isinstance(at, tuple) else (at,)
            MULTIPLICATIONS.append(np.size(result) * prod(plain[0].shape[k] for k in axes))
        elif function is np.einsum:
            left, right = plain[0].split("->")[0].split(",")
            sizes = dict(zip(left + right, plain[1].shape + plain[2].shape, strict=True))
            MULTIPLICATIONS.append(prod(sizes.values()))
        return counted(result)


def counted(array: Any) -> Counted:
    return np.asarray(array).view(Counted)


def run(text: str, arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, int]:
    """Return what the code gives, and how many multiplications of entries that took."""
    MULTIPLICATIONS.clear()
    value = eval(text, {"np": np, **{name: counted(a) for name, a in arrays.items()}})
    return np.asarray(value), sum(MULTIPLICATIONS)


@pytest.mark.parametrize("seed", range(200))
def test_the_code_of_a_product_takes_no_more_than_the_best_order(seed: int) -> None:
    node, sizes = random_product(seed)
    rng = np.random.default_rng(seed)
    symbols = [factor for factor in node.children if isinstance(factor, Symbol)]
    arrays = {s.name: rng.standard_normal([d.evaluate(sizes) for d in s.shape]) for s in symbols}
    printer = Printer(NumPy(), Names(NAMES, LETTERS, ["np"]), sizes)
    (line,) = printer.lines(Symbol("y", node.shape), node, room=1000)
    value, multiplications = run(line.text, arrays)
    operands = [
        part
        for s, (_, axes) in zip(symbols, node.factors, strict=True)
        for part in (arrays[s.name], list(axes))
    ]
    np.testing.assert_allclose(value, np.einsum(*operands, list(node.out)), rtol=1e-10, atol=1e-12)
    assert multiplications <= cost(node, sizes)
