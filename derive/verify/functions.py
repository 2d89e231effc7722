"""The named scalar functions on NumPy arrays, real or complex, for the reference evaluator.

Each is analytic in a strip about the real axis away from its kinks, so that the complex step
x + ih sees its slope; branches are chosen by the real part.  NumPy's own abs, maximum of complex
numbers, logaddexp and arctan2 are not: they drop the imaginary part, or raise.
erf: Abramowitz & Stegun 7.1.6; erfc for large arguments: 7.1.14.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from derive.verify import special

Array = Any


def positive(z: Array) -> Array:
    """Whether the real part is not negative."""
    return np.real(z) >= 0


def absolute(z: Array) -> Array:
    return np.sign(np.real(z)) * z


def sigmoid(z: Array) -> Array:
    e = np.exp(-absolute(z))
    return np.where(positive(z), 1, e) / (1 + e)


def _softplus(z: Array) -> Array:
    return np.where(positive(z), z, 0) + np.log1p(np.exp(-absolute(z)))


def logaddexp(a: Array, b: Array) -> Array:
    return larger(a, b) + np.log1p(np.exp(_smaller(a, b) - larger(a, b)))


def larger(a: Array, b: Array) -> Array:
    return np.where(np.real(a) >= np.real(b), a, b)


def _smaller(a: Array, b: Array) -> Array:
    return np.where(np.real(a) >= np.real(b), b, a)


def arctan2(y: Array, x: Array) -> Array:
    """The angle of (x, y), by the half-angle form where x is negative."""
    r = np.sqrt(x * x + y * y)
    right = np.real(x) >= 0
    safe = np.where(right, r + x, np.where(np.real(y) == 0, 1, y))
    left = 2 * np.arctan((r - x) / safe)
    straight = np.where(np.real(y) == 0, math.pi, left)
    return np.where(right, 2 * np.arctan(y / safe), straight)


def erf(z: Array) -> Array:
    near = np.abs(np.real(z)) < 2.5
    series = _erf_series(np.where(near, z, 0))
    tail = 1 - _erfc_fraction(np.where(near, 3, absolute(z)))
    return np.where(near, series, np.sign(np.real(z)) * tail)


def erfc(z: Array) -> Array:
    far = np.real(z) > 2
    return np.where(far, _erfc_fraction(np.where(far, z, 3)), 1 - erf(z))


def _erf_series(z: Array) -> Array:
    term = total = z * (2 / math.sqrt(math.pi))
    for k in range(1, 80):
        term = term * (2 * z * z / (2 * k + 1))
        total = total + term
    return total * np.exp(-z * z)


def _erfc_fraction(z: Array) -> Array:
    tail = z
    for k in range(150, 0, -1):
        tail = z + (k / 2) / tail
    return np.exp(-z * z) / (math.sqrt(math.pi) * tail)


def normal_cdf(z: Array) -> Array:
    return erfc(-z / math.sqrt(2)) / 2


def normal_pdf(z: Array) -> Array:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def normal_quantile(p: Array) -> Array:
    """The inverse of Φ: Newton's method from the solution for the real part."""
    w = special.standard_quantile(np.real(p))
    return w + (p - normal_cdf(w)) / normal_pdf(w)


def erfinv(z: Array) -> Array:
    w = special.standard_quantile((1 + np.real(z)) / 2) / math.sqrt(2)
    return w + (z - erf(w)) * math.sqrt(math.pi) / 2 * np.exp(w * w)


def gelu_tanh(z: Array) -> Array:
    return z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2


def wins(x: Array, y: Array) -> Array:
    """1 where x is the larger, one half at a tie."""
    a, b = np.real(x), np.real(y)
    return np.where(a > b, 1.0, np.where(a == b, 0.5, 0.0))


def _clip(x: Array, low: Array, high: Array) -> Array:
    return _smaller(larger(x, low), high)


def step(z: Array) -> Array:
    return np.where(np.real(z) > 0, 1.0, 0.0)


def sign_power(z: Array, exponent: float) -> Array:
    """The real branch of a root of odd order."""
    return np.sign(np.real(z)) * absolute(z) ** exponent


def safe_reciprocal(z: Array) -> Array:
    at_zero = z == 0
    return np.where(at_zero, 0, 1 / np.where(at_zero, 1, z))


def _power(x: Array, y: Array) -> Array:
    """x**y; a real whole exponent by multiplication, so that a negative base keeps its slope."""
    x, y = np.broadcast_arrays(x, y)
    whole = (np.imag(y) == 0) & (np.real(y) == np.round(np.real(y)))
    general = np.power(np.where(whole, 1, x), np.where(whole, 1, y))
    kind = np.result_type(x, float)
    exact = np.power(np.asarray(x, kind), np.where(whole, np.real(y), 1))
    return np.where(whole, exact, general)


def powlog(x: Array, y: Array) -> Array:
    at_zero = (x == 0) & (np.real(y) > 0)
    return np.where(at_zero, 0, _power(x, y) * np.log(np.where(at_zero, 1, x)))


LOG2 = math.log(2)


def _compare(ufunc: Callable[..., Array]) -> Callable[..., Array]:
    return lambda a, b: ufunc(np.real(a), np.real(b)).astype(float)


def copysign(x: Array, y: Array) -> Array:
    return np.copysign(1, np.real(y)) * absolute(x)


def _remainder(x: Array, y: Array) -> Array:
    return x - y * np.floor(np.real(x) / np.real(y))


def fmod(x: Array, y: Array) -> Array:
    return x - y * np.trunc(np.real(x) / np.real(y))


def fmax(x: Array, y: Array) -> Array:
    return np.where((np.real(x) >= np.real(y)) | np.isnan(y), x, y)


def fmin(x: Array, y: Array) -> Array:
    return np.where((np.real(x) <= np.real(y)) | np.isnan(y), x, y)


def _nan_to_num(x: Array, nan: Array) -> Array:
    return np.where(np.isfinite(x), x, np.nan_to_num(np.real(x), nan=np.real(nan)))


def test(ufunc: Callable[..., Array]) -> Callable[..., Array]:
    return lambda z: ufunc(np.real(z)).astype(float)


def hardswish(z: Array) -> Array:
    return z * _clip(z + 3, 0, 6) / 6


def of_real(ufunc: Callable[..., Array]) -> Callable[..., Array]:
    return lambda z: ufunc(np.real(z))


TABLE: dict[str, Callable[..., Array]] = {
    **{
        name: getattr(np, name)
        for name in ("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "sin", "cos")
    },
    **{
        name: getattr(np, name)
        for name in ("tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh")
    },
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "pi": lambda: math.pi,
    "e": lambda: math.e,
    "inf": lambda: math.inf,
    "rsqrt": lambda z: 1 / np.sqrt(z),
    "cbrt": lambda z: sign_power(z, 1 / 3),
    "arctan2": arctan2,
    "hypot": lambda x, y: np.sqrt(x * x + y * y),
    "logaddexp": logaddexp,
    "logaddexp2": lambda x, y: logaddexp(x * LOG2, y * LOG2) / LOG2,
    "pow": _power,
    "power_slope": lambda x, y: y * _power(x, y - (y != 0)),
    "powlog": powlog,
    "sigmoid": sigmoid,
    "logsigmoid": lambda z: -_softplus(-z),
    "softplus": _softplus,
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * np.tanh(_softplus(z)),
    "erf": erf,
    "erfc": erfc,
    "normal_cdf": normal_cdf,
    "normal_pdf": normal_pdf,
    "erfinv": erfinv,
    "erfcx": lambda z: np.exp(z * z) * erfc(z),
    "log_normal_cdf": lambda z: np.log(normal_cdf(z)),
    "normal_quantile": normal_quantile,
    "lgamma": special.lgamma,
    "digamma": special.digamma,
    "polygamma": special.polygamma,
    "i0": lambda z: special.bessel(0, z),
    "i1": lambda z: special.bessel(1, z),
    "i0e": lambda z: special.scaled_bessel(0, z),
    "i1e": lambda z: special.scaled_bessel(1, z),
    "gelu": lambda z: z * normal_cdf(z),
    "gelu_tanh": gelu_tanh,
    "softsign": lambda z: z / (1 + absolute(z)),
    "abs": absolute,
    "relu": lambda z: np.where(np.real(z) > 0, z, 0),
    "leaky_relu": lambda z, slope: np.where(np.real(z) > 0, z, slope * z),
    "elu": lambda z, alpha: np.where(np.real(z) > 0, z, alpha * np.expm1(_smaller(z, 0))),
    "relu6": lambda z: _clip(z, 0, 6),
    "hardtanh": lambda z: _clip(z, -1, 1),
    "hardsigmoid": lambda z: _clip(z + 3, 0, 6) / 6,
    "hardswish": hardswish,
    "maximum": larger,
    "minimum": _smaller,
    "fmax": fmax,
    "fmin": fmin,
    "fmod": fmod,
    "remainder": _remainder,
    "copysign": copysign,
    "nan_to_num": _nan_to_num,
    "clip": _clip,
    "where": lambda condition, a, b: np.where(np.real(condition) != 0, a, b),
    "safe_reciprocal": safe_reciprocal,
    "sign": of_real(np.sign),
    "step": step,
    "float": lambda z: z,
    "floor": of_real(np.floor),
    "ceil": of_real(np.ceil),
    "round": of_real(np.round),
    "trunc": of_real(np.trunc),
    "wins": wins,
    **{
        name: _compare(getattr(np, name))
        for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
    },
    **{name: test(getattr(np, name)) for name in ("isnan", "isfinite", "isinf", "signbit")},
    "logical_and": _compare(np.logical_and),
    "logical_or": _compare(np.logical_or),
    "logical_not": lambda z: (np.real(z) == 0).astype(float),
}
