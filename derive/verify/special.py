"""Special functions on NumPy arrays, real or complex, for the reference evaluator.

Gamma functions are moved to large arguments by their recurrence, where the asymptotic series
holds (Abramowitz & Stegun 6.1.41, 6.3.18, 6.4.11); the modified Bessel functions are their power
series (9.6.10); the inverses of the error function are Newton's method from the real solution.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

Array = Any
SHIFT = 12
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)  # B₂, B₄, …


def _signed(z: Array) -> Array:
    """Return |z| as an analytic function: z where the real part is positive, else -z."""
    return np.where(np.real(z) >= 0, z, -z)


def lgamma(z: Array) -> Array:
    far = z + SHIFT
    series = sum(b / (2 * k * (2 * k - 1) * far ** (2 * k - 1)) for k, b in _numbered())
    stirling = (far - 0.5) * np.log(far) - far + math.log(2 * math.pi) / 2 + series
    return stirling - sum(np.log(_signed(z + k)) for k in range(SHIFT))


def _numbered() -> list[tuple[int, float]]:
    return list(enumerate(BERNOULLI, 1))


def digamma(z: Array) -> Array:
    far = z + SHIFT
    series = sum(b / (2 * k * far ** (2 * k)) for k, b in _numbered())
    return np.log(far) - 1 / (2 * far) - series - sum(1 / (z + k) for k in range(SHIFT))


def polygamma(order: Array, z: Array) -> Array:
    n = int(np.real(order))
    far = z + SHIFT
    near = sum(1 / (z + k) ** (n + 1) for k in range(SHIFT))
    tail = 1 / (n * far**n) + 1 / (2 * far ** (n + 1))
    for k, b in _numbered():
        rising = math.factorial(2 * k + n - 1) / math.factorial(n) / math.factorial(2 * k)
        tail = tail + b * rising / far ** (2 * k + n)
    return (-1) ** (n + 1) * math.factorial(n) * (near + tail)


def bessel(order: int, z: Array) -> Array:
    """Return Iₙ(z) by its power series, which converges everywhere."""
    term = total = (z / 2) ** order / math.factorial(order) + 0 * z
    for k in range(1, 80):
        term = term * (z * z / 4) / (k * (k + order))
        total = total + term
    return total


def scaled_bessel(order: int, z: Array) -> Array:
    return np.exp(-_signed(z)) * bessel(order, z)


def standard_quantile(p: Array) -> Array:
    """Return the real solution w of Φ(w) = p, nan where there is none."""
    inverse = NormalDist().inv_cdf
    found = [inverse(x) if 0 < x < 1 else math.nan for x in np.ravel(p).tolist()]
    return np.reshape(found, np.shape(p))
