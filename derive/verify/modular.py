"""Arithmetic modulo the prime 2⁶¹ - 1, where an equality of polynomials is decided by a few draws.

Arrays hold Python integers between 0 and the prime.  Residues are ordered by their
representatives between -p/2 and p/2, so that comparisons, absolute values and selections obey the
relations among themselves.  Functions that are not rational are atoms: a random residue that the
name and the arguments decide.  exp and log are each other's inverse, exp(-x) is 1/exp(x), and
what is made of them is computed from them.  What needs a root that does not exist, or divides by
zero, raises `Undecided`: draw again, or use many digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply
from derive.verify.operations import exact_operation

PRIME = 2**61 - 1
Array = Any


class Undecided(ArithmeticError):
    """The residues drawn, or the function met, admit no value."""


class Residues:
    """The field of integers modulo PRIME, with atoms drawn anew for each `seed`."""

    dtype: type = object

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.logs: dict[int, int] = {}
        self.exps: dict[int, int] = {}

    def number(self, value: Fraction) -> int:
        return value.numerator * self.inverse(value.denominator) % PRIME

    def tidy(self, array: Array) -> Array:
        return array % PRIME

    def inverse(self, value: int) -> int:
        if value % PRIME == 0:
            raise Undecided("a division by zero")
        return pow(value, -1, PRIME)

    def power(self, base: Array, exponent: Fraction) -> Array:
        return _each(lambda x: self._power(x, exponent), base)

    def _power(self, x: int, exponent: Fraction) -> int:
        q = exponent.denominator
        if q > 2:
            raise Undecided("a root of higher order")
        root = x if q == 1 else self.root(x)
        whole = exponent.numerator
        return pow(root if whole > 0 else self.inverse(root), abs(whole), PRIME)

    def root(self, x: int) -> int:
        found = pow(x, (PRIME + 1) // 4, PRIME)
        if found * found % PRIME != x % PRIME:
            raise Undecided("no square root modulo the prime")
        return found

    def atom(self, name: str, *args: int) -> int:
        text = f"{self.seed}:{name}:{args}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:16]) % (PRIME - 1) + 1

    def exp(self, x: int) -> int:
        if x == 0:
            return 1
        if _signed(x) < 0:
            return self.inverse(self.exp(-x % PRIME))
        if x not in self.exps:
            self.exps[x] = self.atom("exp", x)
            self.logs[self.exps[x]] = x
            self.logs[self.inverse(self.exps[x])] = -x % PRIME
        return self.exps[x]

    def log(self, x: int) -> int:
        if x == 0:
            raise Undecided("the logarithm of zero")
        if x == 1:
            return 0
        if x not in self.logs:
            value = self.atom("log", x)
            self.logs[x], self.logs[self.inverse(x)] = value, -value % PRIME
            self.exps[abs(_signed(value))] = x if _signed(value) > 0 else self.inverse(x)
        return self.logs[x]

    def defines(self, name: str) -> bool:
        return name in _RATIONAL

    def call(self, name: str, *args: Array) -> Array:
        rational = _RATIONAL.get(name)
        if name == "clip":
            raise Undecided(f"{name} is not constant in a range that residues hardly meet")

        def value(*entries: int) -> int:
            if rational is None:
                return self.atom(name, *(entry % PRIME for entry in entries))
            return rational(self, *entries) % PRIME

        return _each(value, *args)

    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array:
        return exact_operation(self, node, sizes, *args)


def _each(function: Callable[..., int], *args: Array) -> Array:
    if not args:
        return np.array(function(), dtype=object)
    return np.asarray(np.frompyfunc(function, len(args), 1)(*args), dtype=object)


def _signed(x: int) -> int:
    x %= PRIME
    return x if x <= PRIME // 2 else x - PRIME


def _greater(x: int, y: int) -> bool:
    return _signed(x) > _signed(y)


def _sigmoid(f: Residues, x: int) -> int:
    return f.inverse(1 + f.exp(-x % PRIME))


def _tanh(f: Residues, x: int) -> int:
    e = f.exp(2 * x % PRIME)
    return (e - 1) * f.inverse(e + 1)


def _softplus(f: Residues, x: int) -> int:
    return f.log((1 + f.exp(x)) % PRIME)


def _wins(f: Residues, x: int, y: int) -> int:
    return f.inverse(2) if x == y else int(_greater(x, y))


def _safe_reciprocal(f: Residues, x: int) -> int:
    return f.inverse(x) if x else 0


_RATIONAL: dict[str, Callable[..., int]] = {
    "exp": Residues.exp,
    "expm1": lambda f, x: f.exp(x) - 1,
    "log": Residues.log,
    "log1p": lambda f, x: f.log((1 + x) % PRIME),
    "sqrt": Residues.root,
    "rsqrt": lambda f, x: f.inverse(f.root(x)),
    "hypot": lambda f, x, y: f.root((x * x + y * y) % PRIME),
    "logaddexp": lambda f, x, y: f.log((f.exp(x) + f.exp(y)) % PRIME),
    "sigmoid": _sigmoid,
    "logsigmoid": lambda f, x: f.log(_sigmoid(f, x)),
    "tanh": _tanh,
    "softplus": _softplus,
    "abs": lambda f, x: abs(_signed(x)),
    "sign": lambda f, x: (_signed(x) > 0) - (_signed(x) < 0),
    "float": lambda f, x: x,
    "step": lambda f, x: int(_signed(x) > 0),
    "maximum": lambda f, x, y: x if _greater(x, y) else y,
    "minimum": lambda f, x, y: y if _greater(x, y) else x,
    "fmax": lambda f, x, y: y if _greater(y, x) else x,
    "fmin": lambda f, x, y: y if _greater(x, y) else x,
    "nan_to_num": lambda f, x, nan: x,
    "isnan": lambda f, x: 0,
    "isinf": lambda f, x: 0,
    "isfinite": lambda f, x: 1,
    "signbit": lambda f, x: int(_signed(x) < 0),
    "copysign": lambda f, x, y: abs(_signed(x)) * (1 if _signed(y) >= 0 else -1),
    "wins": _wins,
    "where": lambda f, c, a, b: a if c else b,
    "safe_reciprocal": _safe_reciprocal,
    "greater": lambda f, x, y: int(_greater(x, y)),
    "greater_equal": lambda f, x, y: int(not _greater(y, x)),
    "less": lambda f, x, y: int(_greater(y, x)),
    "less_equal": lambda f, x, y: int(not _greater(x, y)),
    "equal": lambda f, x, y: int(x == y),
    "not_equal": lambda f, x, y: int(x != y),
    "logical_and": lambda f, x, y: int(bool(x) and bool(y)),
    "logical_or": lambda f, x, y: int(bool(x) or bool(y)),
    "logical_not": lambda f, x: int(not x),
}
