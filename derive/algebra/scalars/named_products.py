"""Products of functions that have a name: sinh x / cosh x = tanh x, x sign x = |x|."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, slot

_x = slot(0)

_NAMED: tuple[tuple[Scalar, Scalar, int, Scalar], ...] = (
    (call("sinh", _x), call("cosh", _x), -1, call("tanh", _x)),
    (call("sin", _x), call("cos", _x), -1, call("tan", _x)),
    (call("tanh", _x), call("cosh", _x), 1, call("sinh", _x)),
    (call("tan", _x), call("cos", _x), 1, call("sin", _x)),
    (call("sign", _x), _x, 1, call("abs", _x)),
    (call("sign", _x), call("abs", _x), 1, _x),
)
"""f, g, e and what f gᵉ is, for every x where both sides have a value."""


def with_names(tree: Scalar) -> Scalar:
    """Return the function with such products by their names."""
    children = [with_names(child) for child in tree.children]
    if tuple(children) != tree.children:
        tree = scalar.rebuild(tree, children)
    return _named(tree) if tree.op == "mul" else tree


def _named(product: Scalar) -> Scalar:
    powers = dict(_power(factor) for factor in product.args)
    for base, exponent in powers.items():
        for first, second, e, name in _NAMED:
            if base.op != "call" or base.args[0] != first.args[0]:
                continue
            at = {0: base.args[1]}
            other = scalar.substitute(second, at)
            shared = _shared(exponent, powers.get(other, Fraction(0)) * e)
            if shared:
                taken = [base**-shared, other ** (-e * shared)]
                found = scalar.mul(*product.args, *taken, scalar.substitute(name, at) ** shared)
                if found.operations < product.operations:
                    return _named(found) if found.op == "mul" else found
    return product


def _shared(first: Fraction, second: Fraction) -> Fraction:
    """Return the power that two whole powers of one sign have in common, 0 where there is none."""
    whole = first.denominator == second.denominator == 1
    return min(first, second, key=abs) if whole and first * second > 0 else Fraction(0)


def _power(factor: Scalar) -> tuple[Scalar, Fraction]:
    return factor.args if factor.op == "pow" else (factor, Fraction(1))
