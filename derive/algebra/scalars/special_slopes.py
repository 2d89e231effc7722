"""Slopes of the special functions: gamma and Bessel functions, inverses of the error function.

Abramowitz & Stegun 6.3, 6.4 (gamma), 7.1 (error function), 9.6 (Bessel); in x, y (the arguments)
and `_out` (the value) like those of `derive.algebra.scalars.functions`, which holds them all.
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra.scalars.tree import OUT, Scalar, call, slot

_x, _y, _out = slot(0), slot(1), slot(OUT)
_HALF = Fraction(1, 2)
_pi = call("pi")

SLOPES: dict[str, tuple[Scalar | None, ...]] = {
    "lgamma": (call("digamma", _x),),
    "digamma": (call("polygamma", 1, _x),),
    "polygamma": (None, call("polygamma", _x + 1, _y)),
    "erfinv": (_HALF * call("sqrt", _pi) * call("exp", _out**2),),
    "erfcx": (2 * _x * _out - 2 / call("sqrt", _pi),),
    "log_normal_cdf": (call("sqrt", 2 / _pi) / call("erfcx", -_x / call("sqrt", 2)),),
    "normal_quantile": (call("sqrt", 2 * _pi) * call("exp", _HALF * _out**2),),
}


def _bessel() -> dict[str, tuple[Scalar | None, ...]]:
    """I₁' = I₀ - I₁/x, which is 1/2 at 0; the scaled ones carry exp(-|x|)."""
    at_zero = call("where", call("equal", _x, 0), _HALF, 0)
    ratio = _out * call("safe_reciprocal", _x)
    return {
        "i0": (call("i1", _x),),
        "i1": (call("i0", _x) - ratio - at_zero,),
        "i0e": (call("i1e", _x) - call("sign", _x) * _out,),
        "i1e": (call("i0e", _x) - call("sign", _x) * _out - ratio - at_zero,),
    }


SLOPES |= _bessel()
