"""Products of functions that have a name: sinh x / cosh x = tanh x, x sign x = |x|."""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, slot

x = slot(0)

NAMED: tuple[tuple[Scalar, Scalar, int, Scalar], ...] = (
    (call("sinh", x), call("cosh", x), -1, call("tanh", x)),
    (call("sin", x), call("cos", x), -1, call("tan", x)),
    (call("tanh", x), call("cosh", x), 1, call("sinh", x)),
    (call("tan", x), call("cos", x), 1, call("sin", x)),
    (call("sign", x), x, 1, call("abs", x)),
    (call("sign", x), call("abs", x), 1, x),
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
        for first, second, e, name in NAMED:
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
