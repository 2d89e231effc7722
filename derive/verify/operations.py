"""The operations with rules of their own, told by their definition over any arithmetic.

Operations that move entries and compute none are the same for floats and exact numbers
(`moved`); the others are told over exact arithmetic (`exact_operation`).  What is in neither cannot
be decided exactly: `Unknown` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cmp_to_key, reduce
from typing import Any, Protocol

import numpy as np

from derive.algebra.nodes import Apply
from derive.verify import matrices
from derive.verify.unknown import Unknown

Array = Any
_Sizes = Mapping[str, int]


class _Exact(Protocol):
    """What the definitions need of an arithmetic (`derive.verify.walk.Arithmetic`)."""

    dtype: type

    def number(self, value: Fraction) -> Any: ...
    def tidy(self, array: Array) -> Array: ...
    def power(self, base: Array, exponent: Fraction) -> Array: ...
    def call(self, name: str, *args: Array) -> Array: ...


def moved(node: Apply, sizes: _Sizes, zero: object, *args: Array) -> Array | None:
    """Return the value of an operation that moves or counts entries; None for another."""
    shape = tuple(d.evaluate(sizes) for d in node.shape)
    if node.rule == "slice":
        return np.array(args[0][_ranges(node.params, sizes)])
    if node.rule == "place":
        found = np.full(shape, zero, np.asarray(args[0]).dtype)
        found[_ranges(node.params[:-1], sizes)] = args[0]
        return found
    if node.rule == "reshape":
        return np.reshape(args[0], shape)
    if node.rule == "stack":
        return np.stack(args, axis=node.params[0])
    if node.rule == "concatenate":
        return np.concatenate(args, axis=node.params[0])
    if node.rule == "flip":
        return np.flip(args[0], node.params)
    if node.rule == "gather":
        return np.take_along_axis(args[0], _integers(args[1]), node.params[0])
    if node.rule == "scatter":
        places = list(np.indices(args[1].shape))
        places[node.params[0]] = _integers(args[1])
        found = np.full(shape, zero, np.asarray(args[0]).dtype)
        np.add.at(found, tuple(places), args[0])
        return found
    if node.rule == "iota":
        return np.arange(*shape) + np.full(shape, zero)
    if node.rule == "tri":
        lower, k = node.params
        rows, columns = shape
        below = np.tri(rows, columns, k if lower else k - 1, dtype=int)
        return (below if lower else 1 - below) + np.full(shape, zero)
    return None


def _integers(index: Array) -> Array:
    """Return integers that an arithmetic holds as its own numbers."""
    return np.array([int(k) for k in np.real(index).ravel()], int).reshape(np.shape(index))


def _ranges(ranges: tuple, sizes: _Sizes) -> tuple[slice, ...]:
    return tuple(slice(a.evaluate(sizes), b.evaluate(sizes), step) for a, b, step in ranges)


def exact_operation(a: _Exact, node: Apply, sizes: _Sizes, *args: Array) -> Array:
    """Return the operation's value over the arithmetic."""
    if node.rule == "onehot":
        return _one_hot(a, node.shape[-1].evaluate(sizes), *args)
    if node.rule not in _TABLE:
        raise Unknown(f"no exact definition of {node.rule}")
    return _TABLE[node.rule](a, node, *args)


def _one_hot(a: _Exact, depth: int, index: Array) -> Array:
    places = [
        a.call("equal", index, np.asarray(a.number(Fraction(k)), a.dtype)) for k in range(depth)
    ]
    return np.stack(places, axis=-1)


def _argsort(a: _Exact, node: Apply, x: Array) -> Array:
    """Return the places in order; equal entries keep theirs."""
    _, axis, descending = node.params

    def compared(p: tuple[int, Any], q: tuple[int, Any]) -> int:
        more, less = (p[1], q[1]) if not descending else (q[1], p[1])
        if a.call("greater", more, less)[()]:
            return 1
        return 0 if a.call("equal", more, less)[()] else -1

    def one_line(line: Array) -> Array:
        places = sorted(enumerate(line), key=cmp_to_key(compared))
        return np.array([a.number(Fraction(k)) for k, _ in places], a.dtype)

    lines = np.moveaxis(x, axis, -1)
    found = np.empty(lines.shape, a.dtype)
    for at in np.ndindex(lines.shape[:-1]):
        found[at] = one_line(lines[at])
    return np.moveaxis(found, -1, axis)


def _argmin(a: _Exact, node: Apply, x: Array) -> Array:
    return _argmax(a, node, a.tidy(-x))


def _prod(a: _Exact, node: Apply, x: Array) -> Array:
    (axis,) = node.params
    return _multiplied(a, list(np.moveaxis(x, axis, 0)), x.shape[:axis] + x.shape[axis + 1 :])


def _multiplied(a: _Exact, factors: list[Array], shape: tuple[int, ...]) -> Array:
    total = np.full(shape, a.number(Fraction(1)))
    for factor in factors:
        total = np.asarray(a.tidy(total * factor))
    return total


def _partial_products(kept: Callable[[int, int], bool]) -> Callable[[_Exact, Apply, Array], Array]:
    """Make the products over the j that are kept for each i."""

    def value(a: _Exact, node: Apply, x: Array) -> Array:
        (axis,) = node.params
        lines = list(np.moveaxis(x, axis, 0))
        found = np.empty_like(np.moveaxis(x, axis, 0))
        for i in range(len(lines)):
            factors = [line for j, line in enumerate(lines) if kept(i, j)]
            found[i] = _multiplied(a, factors, found.shape[1:])
        return np.moveaxis(found, 0, axis)

    return value


def _cumsum(a: _Exact, node: Apply, x: Array) -> Array:
    axis, from_end = node.params
    turned = np.flip(x, axis) if from_end else x
    total = np.asarray(a.tidy(np.add.accumulate(turned, axis)), x.dtype)
    return np.flip(total, axis) if from_end else total


def _argmax(a: _Exact, node: Apply, x: Array) -> Array:
    """Return the place of the first largest entry along the axis, as numbers."""
    entries = list(np.moveaxis(x, node.params[1], 0))
    best = entries[0]
    place = np.full(np.shape(best), a.number(Fraction(0)), a.dtype)
    for k, entry in enumerate(entries):
        larger = a.call("greater", entry, best)
        place = a.call("where", larger, np.asarray(a.number(Fraction(k)), a.dtype), place)
        best = a.call("where", larger, entry, best)
    return place


def _total(a: _Exact, x: Array, axes: tuple[int, ...], *, keep: bool = True) -> Array:
    zero = a.number(Fraction(0))
    return np.asarray(a.tidy(x.sum(axis=axes, keepdims=keep, initial=zero)), a.dtype)


def _softmax(a: _Exact, node: Apply, x: Array) -> Array:
    e = a.call("exp", x)
    return a.tidy(e * a.power(_total(a, e, node.params), Fraction(-1)))


def _logsumexp(a: _Exact, node: Apply, x: Array) -> Array:
    return a.call("log", _total(a, a.call("exp", x), node.params, keep=False))


def _log_softmax(a: _Exact, node: Apply, x: Array) -> Array:
    total = _total(a, a.call("exp", x), node.params)
    return a.tidy(x - a.call("log", total))


def _norm(a: _Exact, node: Apply, x: Array) -> Array:
    return a.power(_total(a, a.tidy(x * x), node.params, keep=False), Fraction(1, 2))


def _power_norm(a: _Exact, node: Apply, x: Array) -> Array:
    p, *axes = node.params
    powers: Array = np.asarray(a.power(a.call("abs", x), p), a.dtype)
    return a.power(_total(a, powers, tuple(axes), keep=False), 1 / p)


def _stop(a: _Exact, node: Apply, x: Array) -> Array:
    return x


def _some(a: _Exact, node: Apply, x: Array) -> Array:
    return a.call("greater", _total(a, x, node.params, keep=False), _number(a, 0))


def _every(a: _Exact, node: Apply, x: Array) -> Array:
    fails = _total(a, a.call("logical_not", x), node.params, keep=False)
    return a.call("equal", fails, _number(a, 0))


def _number(a: _Exact, value: int) -> Array:
    return np.asarray(a.number(Fraction(value)), a.dtype)


def _extreme(function: str) -> Callable[[_Exact, Apply, Array], Array]:
    def value(a: _Exact, node: Apply, x: Array) -> Array:
        last = np.moveaxis(x, node.params, range(-len(node.params), 0))
        rows = last.reshape(*last.shape[: x.ndim - len(node.params)], -1)
        entries = [rows[..., k] for k in range(rows.shape[-1])]
        return reduce(lambda p, q: np.asarray(a.call(function, p, q), a.dtype), entries)

    return value


_TABLE: dict[str, Callable[..., Array]] = {
    "any": _some,
    "all": _every,
    "argmax": _argmax,
    "argmin": _argmin,
    "argsort": _argsort,
    "prod": _prod,
    "prod_others": _partial_products(lambda i, j: i != j),
    "cumprod": _partial_products(lambda i, j: j <= i),
    "cumsum": _cumsum,
    "power_norm": _power_norm,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "norm": _norm,
    "stop": _stop,
    "max": _extreme("maximum"),
    "min": _extreme("minimum"),
    **matrices.TABLE,
}
