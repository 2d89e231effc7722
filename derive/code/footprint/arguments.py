"""Shapes and axes as they are given to NumPy's functions."""

from __future__ import annotations

from derive.code.footprint.values import Unknown, Value
from derive.dims import Dim, Shape


def shape_of(value: Value) -> Shape:
    """Return a shape that was given as a size or as a tuple of sizes."""
    return value if isinstance(value, tuple) else (value,)


def axes_of(value: Value, rank: int) -> tuple[int, ...]:
    """Return axes that were given as a number, a tuple, or None for all."""
    if value is None:
        return tuple(range(rank))
    found = value if isinstance(value, tuple) else (value,)
    return tuple(integer(axis) % rank for axis in found)


def integer(value: Value) -> int:
    """Return a size that is a number."""
    number = value.value if isinstance(value, Dim) else None
    if number is None:
        raise Unknown("an axis that is no number")
    return number
