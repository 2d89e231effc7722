"""An entrywise equation y = f(…, x, …) solved for x, where y and the other arguments determine it.

    y = log x: x = exp y        y = a / b: a = y ⊙ b        y = x - c: x = y + c

A product is solved for a factor only where the other factors can never be 0.  Domains are those
on which f is one-to-one and what it is read as: √x for x ≥ 0, arcsin for |x| ≤ 1.
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.build import elementwise
from derive.algebra.maps import as_map
from derive.algebra.nodes import Map, Node, Symbol, symbols_of
from derive.algebra.scalars.tree import Scalar, add, mul, power, slot, substitute
from derive.operations.functions import FUNCTIONS


def solved(symbol: Symbol, expr: Node, unknown: Symbol, nonzero: set[Symbol]) -> Node | None:
    """Return `unknown` as it follows from `symbol = expr`; None where it does not.

    nonzero: what is known never to be 0, such as a reciprocal deviation.
    """
    fn, args = as_map(expr)
    if unknown not in args or unknown.shape != symbol.shape:
        return None
    at = args.index(unknown)
    safe = frozenset(k for k, arg in enumerate(args) if nonzero.issuperset(symbols_of(arg)))
    found = _solve(fn, at, slot(len(args)), safe)
    return None if found is None else elementwise(found, [*args, symbol], symbol.shape)


def never_zero(expr: Node) -> bool:
    """Whether the expression is an entrywise function that is never 0: 1/√(v + ε), exp(x)."""
    if not isinstance(expr, Map):
        return False
    if expr.fn.op == "pow":
        return expr.fn.args[1] < 0 or expr.fn.args[1].denominator == 2
    return expr.fn.op == "call" and FUNCTIONS[expr.fn.args[0]].never_zero


def _solve(tree: Scalar, at: int, value: Scalar, safe: frozenset[int]) -> Scalar | None:
    """Return what slot `at` is where the tree has this value."""
    if tree == slot(at):
        return value
    inside = [child for child in tree.children if at in child.slots]
    if len(inside) != 1:
        return None
    (inner,) = inside
    others = [child for child in tree.children if child is not inner]
    if tree.op == "add":
        return _solve(inner, at, value - add(*others), safe)
    if tree.op == "mul" and all(_is_safe(other, safe) for other in others):
        return _solve(inner, at, value / mul(*others), safe)
    if tree.op == "pow" and tree.args[1] in (-1, Fraction(1, 2), Fraction(-1, 2)):
        return _solve(inner, at, power(value, 1 / tree.args[1]), safe)
    inverse = FUNCTIONS[tree.args[0]].inverse if tree.op == "call" else None
    if inverse is not None:
        return _solve(inner, at, substitute(inverse, {0: value}), safe)
    return None


def _is_safe(factor: Scalar, safe: frozenset[int]) -> bool:
    """Whether a factor is never 0: a number, what is known so, or a reciprocal."""
    if factor.op == "slot":
        return factor.args[0] in safe
    if factor.op == "pow":
        return factor.args[1] < 0 or _is_safe(factor.args[0], safe)
    return factor.op == "number"
