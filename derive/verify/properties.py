"""Draws that obey the property of their symbol exactly, in any arithmetic."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derive.algebra.nodes import Symbol
from derive.verify.integers import bound_of
from derive.verify.walk import Arithmetic

Array = Any


def drawn(
    symbol: Symbol, sizes: Mapping[str, int], arithmetic: Arithmetic, entry: Callable[[], Any]
) -> Array:
    """Return an array for the symbol, made of what `entry` draws.

    ArithmeticError where a row that is to sum to one sums to zero modulo the prime.
    """
    shape = tuple(d.evaluate(sizes) for d in symbol.shape)
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        array[index] = entry()
    if symbol.kind.startswith("int"):
        return _whole(array, bound_of(symbol.kind, sizes), arithmetic)
    if symbol.kind == "bool":
        return _whole(array, 2, arithmetic)
    if symbol.kind in ("positive", "simplex"):
        array = array * array
    if symbol.kind == "posdef":
        array = _positive_definite(array)
    return obeying(symbol.kind, arithmetic.tidy(array), arithmetic)


def obeying(kind: str, array: Array, arithmetic: Arithmetic) -> Array:
    """Return the symmetric part, or the rows divided by their sums: what floats have but nearly."""
    if kind in ("symmetric", "posdef"):
        half = arithmetic.number(Fraction(1, 2))
        array = (array + np.swapaxes(array, -1, -2)) * half
    if kind == "simplex" and array.size:
        array = array * arithmetic.power(array.sum(axis=-1, keepdims=True), Fraction(-1))
    return arithmetic.tidy(array)


def summing_to_one(array: Array, axes: list[int]) -> Array:
    """Change the last entry along each axis so that the entries sum to one."""
    for axis in axes:
        if array.shape[axis]:
            front: list[Any] = [slice(None)] * array.ndim
            front[axis] = slice(-1)
            last: list[Any] = [slice(None)] * array.ndim
            last[axis] = -1
            array[tuple(last)] = 1 - array[tuple(front)].sum(axis=axis)
    return array


def _positive_definite(array: Array) -> Array:
    """Return LLᵀ, whose pivots have roots also modulo a prime; L is far from singular."""
    count = array.shape[-1]
    factor = np.tril(array) + 2 * count * np.eye(count, dtype=int).astype(object)
    return factor @ np.swapaxes(factor, -1, -2)


def _whole(array: Array, bound: int, arithmetic: Arithmetic) -> Array:
    draws = random.Random(repr(array.tolist()))
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        result[index] = arithmetic.number(Fraction(draws.randrange(bound)))
    return result
