"""Elementary functions and constants (Abramowitz & Stegun 4): powers, logarithms, circular ones."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive.algebra.scalars.tree import call
from derive.operations.record import Function, function, out, smooth, within, x, y

_HALF = Fraction(1, 2)
_exp, _exp2, _expm1 = partial(call, "exp"), partial(call, "exp2"), partial(call, "expm1")
_log, _log1p, _log2 = partial(call, "log"), partial(call, "log1p"), partial(call, "log2")
_pow, _powlog, _power_slope = (partial(call, f) for f in ("pow", "powlog", "power_slope"))
_POWER_ALONG_EXPONENT = _pow(x, y - 1) + y * _powlog(x, y - 1)
_sin, _cos, _tan = partial(call, "sin"), partial(call, "cos"), partial(call, "tan")
_sinh, _tanh, _sqrt = partial(call, "sinh"), partial(call, "tanh"), partial(call, "sqrt")

# fmt: off
ELEMENTARY: tuple[Function, ...] = (
    smooth("pi", code="", arithmetic=True),
    smooth("e", code="", arithmetic=True),
    function("inf", code=""),
    smooth("exp", out, models="all math", inverse=_log(x), never_zero=True),
    smooth("expm1", out + 1, meaning=_exp(x) - 1, models="all math ts", inverse=_log1p(x)),
    smooth("exp2", _log(2) * out, meaning=_pow(2, x), models="all ts math", inverse=_log2(x),
        never_zero=True),
    within("log", 1 / x, inverse=_exp(x)),
    within("log1p", 1 / (1 + x), meaning=_log(1 + x), inverse=_expm1(x)),
    within("log2", 1 / (_log(2) * x), models="all math", inverse=_exp2(x),
        sign=("log₂", r"\log_{2}")),
    within("log10", 1 / (_log(10) * x), models="all math", sign=("log₁₀", r"\log_{10}")),
    within("sqrt", _HALF / out, meaning=x**_HALF, models="all math", inverse=x**2, never_zero=True),
    within("rsqrt", -_HALF * out**3, meaning=x**-_HALF, code="| torch", models="torch m",
        inverse=x**-2, never_zero=True),
    within("cbrt", Fraction(1, 3) / out**2, code="np | own", models="np sp math", inverse=x**3),
    within("pow", _power_slope(x, y), _powlog(x, y), code="", word="power"),
    function("power_slope", y * _power_slope(x, y - 1), _POWER_ALONG_EXPONENT,
        meaning=y * _pow(x, y - 1), code="own"),
    within("powlog", _POWER_ALONG_EXPONENT, _log(x) * _powlog(x, y), meaning=_pow(x, y) * _log(x),
        code="own"),
    function("hypot", x / out, y / out, meaning=_sqrt(x**2 + y**2), models="all math",
        tensors_alone=True),
    smooth("logaddexp", _exp(x - out), _exp(y - out), meaning=_log(_exp(x) + _exp(y)), models="all",
        tensors_alone=True),
    smooth("logaddexp2", _exp2(x - out), _exp2(y - out), meaning=_log2(_pow(2, x) + _pow(2, y)),
        models="all", tensors_alone=True),
    function("safe_reciprocal", -(out**2), meaning=1 / x, code="own", arithmetic=True),
    smooth("sin", _cos(x), models="all math"),
    smooth("cos", -_sin(x), models="all math"),
    smooth("tan", 1 + out**2, models="all math"),
    smooth("sinh", call("cosh", x), models="all math", inverse=call("arcsinh", x)),
    smooth("cosh", _sinh(x), models="all math"),
    smooth("tanh", 1 - out**2, models="all math F", inverse=call("arctanh", x)),
    within("arcsin", (1 - x**2) ** -_HALF, models="all both:asin m:asin math:asin",
        inverse=_sin(x)),
    within("arccos", -((1 - x**2) ** -_HALF), models="all both:acos m:acos math:acos",
        inverse=_cos(x)),
    smooth("arctan", 1 / (1 + x**2), models="all both:atan m:atan math:atan", inverse=_tan(x)),
    smooth("arcsinh", (1 + x**2) ** -_HALF, models="all both:asinh m:asinh math:asinh",
        inverse=_sinh(x)),
    within("arccosh", (x**2 - 1) ** -_HALF, models="all both:acosh m:acosh math:acosh"),
    within("arctanh", 1 / (1 - x**2), models="all both:atanh m:atanh math:atanh", inverse=_tanh(x)),
    smooth("arctan2", y / (x**2 + y**2), -x / (x**2 + y**2),
        models="both both:atan2 m m:atan2 math:atan2", tensors_alone=True),
)
# fmt: on
