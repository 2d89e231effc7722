"""Slopes of the special functions: gamma and Bessel functions, inverses of the error function.

Abramowitz & Stegun 6.3, 6.4 (gamma), 7.1 (error function), 9.6 (Bessel); in x, y (the arguments)
and `out` (the value) like those of `derive.algebra.scalars.functions`, which holds them all.
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.scalars.tree import OUT, Scalar, call, slot

x, y, out = slot(0), slot(1), slot(OUT)
HALF = Fraction(1, 2)
pi = call("pi")

SLOPES: dict[str, tuple[Scalar | None, ...]] = {
    "lgamma": (call("digamma", x),),
    "digamma": (call("polygamma", 1, x),),
    "polygamma": (None, call("polygamma", x + 1, y)),
    "erfinv": (HALF * call("sqrt", pi) * call("exp", out**2),),
    "erfcx": (2 * x * out - 2 / call("sqrt", pi),),
    "log_normal_cdf": (call("sqrt", 2 / pi) / call("erfcx", -x / call("sqrt", 2)),),
    "normal_quantile": (call("sqrt", 2 * pi) * call("exp", HALF * out**2),),
}


def _bessel() -> dict[str, tuple[Scalar | None, ...]]:
    """I₁' = I₀ - I₁/x, which is 1/2 at 0; the scaled ones carry exp(-|x|)."""
    at_zero = call("where", call("equal", x, 0), HALF, 0)
    ratio = out * call("safe_reciprocal", x)
    return {
        "i0": (call("i1", x),),
        "i1": (call("i0", x) - ratio - at_zero,),
        "i0e": (call("i1e", x) - call("sign", x) * out,),
        "i1e": (call("i0e", x) - call("sign", x) * out - ratio - at_zero,),
    }


SLOPES |= _bessel()
