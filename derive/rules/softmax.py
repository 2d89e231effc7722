"""Softmax, log-softmax and log-sum-exp along axes.

With S = softmax(X), each sum along the axis written σ(·):
    softmax       dS = S ⊙ (dX - σ(S ⊙ dX))       X̄ = S ⊙ (Ȳ - σ(S ⊙ Ȳ))
    log-softmax   dY = dX - σ(S ⊙ dX)              X̄ = Ȳ - S ⊙ σ(Ȳ),   S = exp(Y)
    log-sum-exp   dy = σ(S ⊙ dX)                   X̄ = S ⊙ ȳ,           S = exp(X - y)
Bishop 2006, 4.3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from derive.algebra.build import add, contract, elementwise, hadamard, labels_of, negative
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.rules.base import Rule, output

EXP = scalar.call("exp", scalar.slot(0))
EXP_DIFFERENCE = scalar.call("exp", scalar.slot(0) - scalar.slot(1))


def summed(node: Node, axes: Sequence[int]) -> Node:
    """Return the sums along `axes`, without those axes."""
    labels, sizes = labels_of(node)
    return contract([label for label in labels if label not in axes], [(node, labels)], sizes)


def copied(node: Node, axes: Sequence[int], shape: tuple) -> Node:
    """Return the node copied along `axes` into an array of `shape`."""
    kept = [label for label in range(len(shape)) if label not in axes]
    return contract(range(len(shape)), [(node, kept)], dict(enumerate(shape)))


def _stable_exp(x: Any, xp: ModuleType, axes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Return the largest entry, exp(x - largest) and its sum, along the axes."""
    top = xp.real(x).max(axis=axes, keepdims=True, initial=-xp.inf)
    top = xp.where(xp.isfinite(top), top, 0)
    e = xp.exp(x - top)
    return top, e, e.sum(axis=axes, keepdims=True)


class Softmax:
    """S = exp(X) / σ(exp(X))."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        _, e, total = _stable_exp(x, xp, node.params)
        return e / total

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        s = output(node, out)
        return hadamard(s, _centred(dX, s, node.params))

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        s = output(node, out)
        return hadamard(s, _centred(Ybar, s, node.params))


def _centred(g: Node, s: Node, axes: tuple[int, ...]) -> Node:
    """Return g - σ(g ⊙ s)."""
    return add(g, negative(copied(summed(hadamard(g, s), axes), axes, g.shape)))


class LogSoftmax:
    """Y = X - log σ(exp(X))."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        top, _, total = _stable_exp(x, xp, node.params)
        return x - top - xp.log(total)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return _centred(dX, _exp(output(node, out)), node.params)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        s = _exp(output(node, out))
        total = copied(summed(Ybar, node.params), node.params, node.shape)
        return add(Ybar, negative(hadamard(s, total)))


def _exp(y: Node) -> Node:
    return elementwise(EXP, [y], y.shape)


class LogSumExp:
    """y = log σ(exp(X)), without the axes."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        top, _, total = _stable_exp(x, xp, node.params)
        return xp.squeeze(top + xp.log(total), axis=node.params)

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return summed(hadamard(_weights(node, out), dX), node.params)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return hadamard(copied(Ybar, node.params, x.shape), _weights(node, out))


def _weights(node: Apply, out: Symbol | None) -> Node:
    (x,) = node.args
    y = copied(output(node, out), node.params, x.shape)
    return elementwise(EXP_DIFFERENCE, [x, y], x.shape)


SOFTMAX_RULES: dict[str, Rule] = {
    "softmax": Softmax(),
    "log_softmax": LogSoftmax(),
    "logsumexp": LogSumExp(),
}
