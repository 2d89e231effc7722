"""Arrays that count the multiplications of entries that they take part in.

A matrix product of m×k and k×n counts m·k·n; what multiplies an array by a number counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

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


@contextmanager
def counting() -> Iterator[list[int]]:
    """Give the list to which counted arrays add while the block runs."""
    MULTIPLICATIONS.clear()
    yield MULTIPLICATIONS
