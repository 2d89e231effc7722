"""Evaluate an expression over any arithmetic: floats, residues modulo a prime, or many digits.

An `Arithmetic` says what numbers, powers, named functions and operations are; this file walks the
nodes once for all of them, each shared node once.  A composition that an arithmetic does not
define is what it means.  It is written from the definition of the nodes
and shares nothing with the emitters.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars.tree import Scalar
from derive.operations.functions import FUNCTIONS
from derive.verify.operations import moved

Array = Any


class Arithmetic(Protocol):
    """How numbers are made, raised to exact powers, multiplied out, and put into functions."""

    dtype: type

    def number(self, value: Fraction) -> Any: ...
    def tidy(self, array: Array) -> Array: ...
    def power(self, base: Array, exponent: Fraction) -> Array: ...
    def defines(self, name: str) -> bool: ...
    def call(self, name: str, *args: Array) -> Array: ...
    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array: ...


class Evaluator:
    """Values of nodes, given those of symbols and the sizes of dimensions."""

    def __init__(
        self, arithmetic: Arithmetic, values: Mapping[Symbol, Array], sizes: Mapping[str, int]
    ) -> None:
        self.arithmetic = arithmetic
        self.sizes = sizes
        self.known: dict[Node, Array] = {symbol: array for symbol, array in values.items()}

    def shape(self, node: Node) -> tuple[int, ...]:
        return tuple(d.evaluate(self.sizes) for d in node.shape)

    def value(self, node: Node) -> Array:
        """Return the array of the node's shape; KeyError for a symbol that has no value."""
        if node not in self.known:
            children = [self.value(child) for child in node.children]
            found = self._compute(node, children)
            found = self._array(found)
            if np.shape(found) != self.shape(node):
                raise ValueError(f"{node!r} evaluates to {np.shape(found)}, not {node.shape}")
            self.known[node] = found
        return self.known[node]

    def _array(self, found: Array) -> Array:
        """Undo NumPy's habit of handing out a bare number for an array without axes."""
        return np.asarray(found, object if self.arithmetic.dtype is object else None)

    def _compute(self, node: Node, children: list[Array]) -> Array:
        a = self.arithmetic
        if isinstance(node, Contract):
            return self._contract(node, children)
        if isinstance(node, Add):
            total = children[0]
            for child in children[1:]:
                total = total + child
            return a.tidy(total)
        if isinstance(node, Map):
            entries = self.scalar(node.fn, children)
            return np.array(np.broadcast_to(entries, self.shape(node)))
        if isinstance(node, Apply):
            found = moved(node, self.sizes, a.number(Fraction(0)), *children)
            return a.operation(node, self.sizes, *children) if found is None else found
        raise KeyError(f"no value is given for {node!r}")

    def _contract(self, node: Contract, children: list[Array]) -> Array:
        a = self.arithmetic
        sizes = [d.evaluate(self.sizes) for d in node.sizes]
        product = self._array(self._coefficient(node))
        labels: tuple[int, ...] = ()
        wanted = set(node.out)
        for k, (child, (_, axes)) in enumerate(zip(children, node.factors, strict=True)):
            product, labels = _multiplied(product, labels, *_distinct(child, axes))
            product = self._array(a.tidy(product))
            later = wanted.union(*(axes for _, axes in node.factors[k + 1 :]))
            done = tuple(i for i, label in enumerate(labels) if label not in later)
            if done:
                product = self._array(a.tidy(np.sum(product, axis=done)))
                labels = tuple(label for label in labels if label in later)
        out = tuple(dict.fromkeys(node.out))
        product = np.broadcast_to(_placed(product, labels, out), [sizes[label] for label in out])
        return np.array(product) if len(out) == len(node.out) else self._diagonal(node, product)

    def _diagonal(self, node: Contract, product: Array) -> Array:
        """Put the entries where the repeated labels of `out` agree."""
        out = tuple(dict.fromkeys(node.out))
        full = np.full(self.shape(node), self.arithmetic.number(Fraction(0)), product.dtype)
        grid = np.indices(product.shape)
        full[tuple(grid[out.index(label)] for label in node.out)] = product
        return full

    def _coefficient(self, node: Contract) -> Any:
        a = self.arithmetic
        total = a.number(node.coefficient.number)
        for d, exponent in node.coefficient.powers:
            size = a.number(Fraction(d.evaluate(self.sizes)))
            total = a.tidy(total * a.power(np.asarray(size, a.dtype), exponent)[()])
        return total

    def scalar(self, tree: Scalar, slots: list[Array]) -> Array:
        """Return the scalar function at arrays, one for each slot."""
        a = self.arithmetic
        if tree.op == "slot":
            return slots[tree.args[0]]
        if tree.op == "number":
            return np.asarray(a.number(tree.args[0]), a.dtype)
        parts = [self.scalar(child, slots) for child in tree.children]
        if tree.op == "pow":
            return a.power(parts[0], tree.args[1])
        if tree.op == "call":
            known = FUNCTIONS[tree.args[0]]
            if known.composed and known.meaning is not None and not a.defines(known.name):
                return self.scalar(known.meaning, parts)
            return a.call(known.name, *parts)
        total = parts[0]
        for part in parts[1:]:
            total = total + part if tree.op == "add" else a.tidy(total * part)
        return a.tidy(total)


def _distinct(array: Array, axes: tuple[int, ...]) -> tuple[Array, tuple[int, ...]]:
    """Take the diagonal where a label is repeated."""
    labels = tuple(dict.fromkeys(axes))
    if len(labels) == len(axes):
        return array, axes
    sizes = [array.shape[axes.index(label)] for label in labels]
    grid = np.indices(sizes)
    return array[tuple(grid[labels.index(label)] for label in axes)], labels


def _multiplied(
    left: Array, left_labels: tuple[int, ...], right: Array, right_labels: tuple[int, ...]
) -> tuple[Array, tuple[int, ...]]:
    """Return the product at equal labels, and its labels."""
    labels = tuple(dict.fromkeys(left_labels + right_labels))
    return _placed(left, left_labels, labels) * _placed(right, right_labels, labels), labels


def _placed(array: Array, labels: tuple[int, ...], among: tuple[int, ...]) -> Array:
    """Put the axes in the order of `among`, with axes of length 1 where a label is missing."""
    order = [labels.index(label) for label in among if label in labels]
    lengths = [array.shape[labels.index(label)] if label in labels else 1 for label in among]
    return np.transpose(array, order).reshape(lengths)
