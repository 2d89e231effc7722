"""Arithmetic at 60 digits, for what a prime cannot decide: roots and identities of functions.

Arrays hold mpmath numbers.  Functions are defined here from nothing but mpmath; compositions are
what their records mean.  mpmath is imported with SymPy, which needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp, mpf

from derive.algebra.nodes import Apply
from derive.verify.operations import exact_operation

Array = Any
DIGITS = 60


class Digits:
    """Real numbers; evaluate under `mp.workdps(DIGITS)`."""

    dtype: type = object

    def number(self, value: Fraction) -> mpf:
        return mpf(value.numerator) / value.denominator

    def tidy(self, array: Array) -> Array:
        return array

    def power(self, base: Array, exponent: Fraction) -> Array:
        return _each(lambda x: _power(x, exponent), base)

    def defines(self, name: str) -> bool:
        return name in _FUNCTIONS

    def call(self, name: str, *args: Array) -> Array:
        return _each(_FUNCTIONS[name], *args)

    def operation(self, node: Apply, sizes: Mapping[str, int], *args: Array) -> Array:
        return exact_operation(self, node, sizes, *args)


def _each(function: Callable[..., Any], *args: Array) -> Array:
    if not args:
        return np.array(function(), dtype=object)
    return np.asarray(np.frompyfunc(function, len(args), 1)(*args), dtype=object)


def _power(x: mpf, exponent: Fraction) -> mpf:
    if exponent.denominator == 1:
        return x ** int(exponent)
    if x < 0:
        raise ArithmeticError("a root of a negative number")
    return x ** (mpf(exponent.numerator) / exponent.denominator)


def _real(function: Callable[..., Any]) -> Callable[..., mpf]:
    """Refuse what leaves the real line."""

    def checked(*args: mpf) -> mpf:
        value = function(*args)
        if mp.im(value) != 0:
            raise ArithmeticError("the value is not real")
        return mp.re(value)

    return checked


def _sigmoid(x: mpf) -> mpf:
    return 1 / (1 + mp.exp(-x))


def _softplus(x: mpf) -> mpf:
    return mp.log(1 + mp.exp(x))


def _clip(x: mpf, low: mpf, high: mpf) -> mpf:
    return min(max(x, low), high)


def _trunc(x: mpf) -> mpf:
    return mp.sign(x) * mp.floor(abs(x))


def _truth(test: Callable[..., bool]) -> Callable[..., mpf]:
    return lambda *args: mpf(int(test(*args)))


_SMOOTH: dict[str, Callable[..., Any]] = {
    **{name: getattr(mp, name) for name in ("exp", "expm1", "log", "log1p", "sqrt", "log10")},
    **{name: getattr(mp, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"arc{name}": getattr(mp, f"a{name}") for name in ("sin", "cos", "tan")},
    **{f"arc{name}": getattr(mp, f"a{name}") for name in ("sinh", "cosh", "tanh")},
    "pi": lambda: +mp.pi,
    "e": lambda: +mp.e,
    "inf": lambda: mp.inf,
    "exp2": lambda x: mpf(2) ** x,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "rsqrt": lambda x: 1 / mp.sqrt(x),
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "arctan2": mp.atan2,
    "hypot": mp.hypot,
    "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    "pow": mp.power,
    "power_slope": lambda x, y: y * mp.power(x, y - 1) if y else mpf(0),
    "powlog": lambda x, y: mp.power(x, y) * mp.log(x),
    "logaddexp2": lambda x, y: mp.log(mpf(2) ** x + mpf(2) ** y) / mp.log(2),
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: mp.log(_sigmoid(x)),
    "softplus": _softplus,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "normal_cdf": mp.ncdf,
    "normal_pdf": mp.npdf,
    "lgamma": lambda x: mp.log(abs(mp.gamma(x))),
    "digamma": mp.digamma,
    "polygamma": lambda n, x: mp.psi(int(n), x),
    "erfinv": mp.erfinv,
    "erfcx": lambda x: mp.exp(x * x) * mp.erfc(x),
    "log_normal_cdf": lambda x: mp.log(mp.ncdf(x)),
    "normal_quantile": lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1),
    "i0": lambda x: mp.besseli(0, x),
    "i1": lambda x: mp.besseli(1, x),
    "i0e": lambda x: mp.exp(-abs(x)) * mp.besseli(0, x),
    "i1e": lambda x: mp.exp(-abs(x)) * mp.besseli(1, x),
}

_WITH_KINKS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "sign": mp.sign,
    "float": mpf,
    "step": _truth(lambda x: x > 0),
    "maximum": max,
    "minimum": min,
    "fmax": max,
    "fmin": min,
    "fmod": lambda x, y: x - y * _trunc(x / y),
    "remainder": lambda x, y: x - y * mp.floor(x / y),
    "copysign": lambda x, y: abs(x) if y >= 0 else -abs(x),
    "nan_to_num": lambda x, nan: x,
    "clip": _clip,
    "wins": lambda x, y: mpf(int(x > y)) if x != y else mpf("0.5"),
    "where": lambda condition, x, y: x if condition else y,
    "safe_reciprocal": lambda x: 1 / x if x else mpf(0),
    "floor": mp.floor,
    "ceil": mp.ceil,
    "round": mp.nint,
    "trunc": _trunc,
    "greater": _truth(lambda x, y: x > y),
    "greater_equal": _truth(lambda x, y: x >= y),
    "less": _truth(lambda x, y: x < y),
    "less_equal": _truth(lambda x, y: x <= y),
    "equal": _truth(lambda x, y: x == y),
    "not_equal": _truth(lambda x, y: x != y),
    "logical_and": _truth(lambda x, y: bool(x) and bool(y)),
    "logical_or": _truth(lambda x, y: bool(x) or bool(y)),
    "logical_not": _truth(lambda x: not x),
    "isnan": _truth(mp.isnan),
    "isfinite": _truth(mp.isfinite),
    "isinf": _truth(mp.isinf),
    "signbit": _truth(lambda x: x < 0),
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _real(function) for name, function in (_SMOOTH | _WITH_KINKS).items()
}
