"""The reference evaluator: expressions, programs and derivations in NumPy, real or complex.

It is the yardstick for everything that is generated, and takes the complex step: every function
here is analytic away from its kinks (`derive.verify.functions`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from derive.algebra.build import cotangent
from derive.algebra.nodes import Apply, Node, Symbol
from derive.program.derivation import Derivation
from derive.program.program import Program
from derive.rules import rule_of
from derive.verify.functions import TABLE
from derive.verify.operations import exact_operation
from derive.verify.walk import Evaluator

Array = Any


class Floats:
    """Double precision, real or complex."""

    dtype: type = float

    def number(self, value: Fraction) -> float:
        return float(value)

    def tidy(self, array: Array) -> Array:
        return array

    def power(self, base: Array, exponent: Fraction) -> Array:
        if exponent.denominator == 1:
            whole = int(exponent)
            return base**whole if whole >= 0 else 1 / base**-whole
        return base ** float(exponent)

    def defines(self, name: str) -> bool:
        return name in TABLE

    def call(self, name: str, *args: Array) -> Array:
        return np.asarray(TABLE[name](*args))

    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array:
        if node.rule == "stop":  # a constant: the complex step does not pass
            return np.real(args[0])
        if node.rule == "onehot":
            places = np.arange(node.shape[-1].evaluate(sizes))
            return (np.real(args[0])[..., None] == places).astype(float)
        if node.rule in ("max", "min"):
            return _extreme(args[0], node.params, smallest=node.rule == "min")
        if node.rule in ("any", "all"):
            return getattr(np, node.rule)(np.real(args[0]) != 0, axis=node.params).astype(float)
        if node.rule in ("argmax", "argmin"):
            return getattr(np, node.rule)(np.real(args[0]), axis=node.params[1])
        if node.rule == "argsort":
            _, axis, descending = node.params
            keys = -np.real(args[0]) if descending else np.real(args[0])
            return np.argsort(keys, axis=axis, kind="stable")
        if node.rule in ("prod_others", "cumprod"):
            return exact_operation(self, node, sizes, *args)
        try:
            return np.asarray(rule_of(node).value(node, np, *args))
        except np.linalg.LinAlgError:  # singular, or not positive definite: no number
            return np.full([d.evaluate(sizes) for d in node.shape], np.nan)


def _extreme(x: Array, axes: tuple[int, ...], *, smallest: bool) -> Array:
    """Return the entry whose real part is the largest, or smallest, along the axes."""
    last = np.moveaxis(x, axes, range(-len(axes), 0))
    rows = last.reshape(*last.shape[: np.ndim(x) - len(axes)], -1)
    order = -np.real(rows) if smallest else np.real(rows)
    chosen = np.argmax(order, axis=-1)[..., None]
    return np.take_along_axis(rows, chosen, axis=-1)[..., 0]


FLOATS = Floats()


def evaluate(node: Node, values: Mapping[Symbol, Array], sizes: Mapping[str, int]) -> Array:
    """Return the value of the node as an array of its shape.

    values: an array for every symbol that occurs.  sizes: an integer for every dimension name.
    """
    with np.errstate(all="ignore"):
        return Evaluator(FLOATS, values, sizes).value(node)


def inputs(program: Program, arguments: Mapping[str, Array]) -> dict[Symbol, Array]:
    """Return the value of every argument; constants have their default."""
    known: dict[Symbol, Array] = {}
    for argument in program.arguments:
        if argument.name in arguments:
            known[argument.symbol] = as_floats(arguments[argument.name])
        elif argument.default is not None:
            known[argument.symbol] = np.asarray(float(argument.default))
        else:
            raise KeyError(f"no value is given for {argument.name}")
    return known


def forward(
    program: Program, arguments: Mapping[str, Array], sizes: Mapping[str, int]
) -> dict[Symbol, Array]:
    """Return the value of every argument and equation."""
    known = inputs(program, arguments)
    evaluator = Evaluator(FLOATS, known, sizes)
    with np.errstate(all="ignore"):
        for equation in program.equations:
            known[equation.symbol] = evaluator.value(equation.expr)
            evaluator.known[equation.symbol] = known[equation.symbol]
    return known


def as_floats(value: Array) -> Array:
    """Return a double or complex array; truth values and integers become floats."""
    array = np.asarray(value)
    return array if np.iscomplexobj(array) else array.astype(float)


def run_program(
    program: Program, arguments: Mapping[str, Array], sizes: Mapping[str, int]
) -> dict[str, Array]:
    """Return every value of the program by name, arguments included."""
    found = forward(program, arguments, sizes)
    return {symbol.name: value for symbol, value in found.items()}


def gradients(
    derivation: Derivation,
    arguments: Mapping[str, Array],
    cotangents: Sequence[Array],
    sizes: Mapping[str, int],
) -> dict[str, Array]:
    """Return every gradient of the derivation by name, given one cotangent for each output."""
    known: dict[Symbol, Array] = forward(derivation.program, arguments, sizes)
    for symbol, value in zip(derivation.given, cotangents, strict=True):
        known[symbol] = as_floats(value)
    evaluator = Evaluator(FLOATS, known, sizes)
    found: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for name, gradient in derivation.gradients.items():
            found[name] = evaluator.value(gradient.expr)
            evaluator.known[gradient.symbol] = found[name]
    for output in derivation.program.outputs:
        if output.name in derivation.wrt and output.name not in found:
            found[output.name] = evaluator.known[cotangent(output)]
    return found
