"""Gradients of unnamed values that code does without: ∇Z = g vᵀ in ∇A = ∇Z Bᵀ is g (B v)ᵀ.

The gradient of a value that the user did not name is a statement of its own on paper.  Where all
that use it take fewer operations with its product merged into theirs, it is no statement of code:
an outer product is never multiplied out for the sake of a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from derive.algebra.build import substitute
from derive.algebra.forms.association import Sizes, cost
from derive.algebra.nodes import Contract, Node, Symbol, symbols_of, walk
from derive.program.derivation import Derivation, Gradient


def absorbed(derivation: Derivation, gradients: Iterable[Gradient], sizes: Sizes) -> list[Gradient]:
    """Return the gradients that are computed, those of unnamed values merged where that pays.

    gradients: in the order of the reverse sweep, so that users come after what they use.
    """
    found = {gradient.symbol: gradient for gradient in gradients}
    users: dict[Symbol, list[Symbol]] = {}
    for gradient in found.values():
        for symbol in symbols_of(gradient.expr):
            users.setdefault(symbol, []).append(gradient.symbol)
    unnamed = {e.symbol for e in derivation.program.equations if not e.named}
    for symbol, gradient in tuple(found.items()):
        if gradient.variable in unnamed and gradient.variable.name not in derivation.wrt:
            merged = _merged(found[symbol], [found[user] for user in users.get(symbol, ())], sizes)
            found |= {user.symbol: user for user in merged}
            if merged:
                del found[symbol]
    return list(found.values())


def _merged(inner: Gradient, users: Sequence[Gradient], sizes: Sizes) -> list[Gradient]:
    """Return the users with the product in the place of its name, none where that does not pay."""
    if not isinstance(inner.expr, Contract):
        return []
    put: dict[Node, Node] = {inner.symbol: inner.expr}
    longer = [replace(user, expr=substitute(user.expr, put)) for user in users]
    before = sum(multiplications(g.expr, sizes) for g in (inner, *users))
    after = sum(multiplications(g.expr, sizes) for g in longer)
    return longer if after < before else []


def multiplications(expr: Node, sizes: Sizes) -> int:
    """Return how many the expression's products take, each in its best order."""
    return sum(cost(node, sizes) for node in walk(expr) if isinstance(node, Contract))
