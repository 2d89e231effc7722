"""Special functions: error, normal, gamma and Bessel functions (Abramowitz & Stegun 6, 7, 9.6)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive.algebra.scalars.tree import call
from derive.operations.record import Function, function, out, smooth, within, x, y

_HALF = Fraction(1, 2)
_exp, _log, _sqrt, _pi = (
    partial(call, "exp"),
    partial(call, "log"),
    partial(call, "sqrt"),
    call("pi"),
)
_erf, _normal_cdf, _absolute = (
    partial(call, "erf"),
    partial(call, "normal_cdf"),
    partial(call, "abs"),
)
_i0, _i1 = partial(call, "i0"), partial(call, "i1")
_I1_OVER_X = out * call("safe_reciprocal", x) + call("where", call("equal", x, 0), _HALF, 0)

# fmt: off
SPECIAL_FUNCTIONS: tuple[Function, ...] = (
    smooth("erf", 2 / _sqrt(_pi) * _exp(-(x**2)), code="own | torch", models="torch m sp ts math"),
    smooth("erfc", -2 / _sqrt(_pi) * _exp(-(x**2)), meaning=1 - _erf(x), named=True,
        code="own | torch", models="torch m sp ts math"),
    smooth("erfcx", 2 * x * out - 2 / _sqrt(_pi), meaning=_exp(x**2) * (1 - _erf(x)), named=True,
        code="special | torch.special.erfcx", models="sp ts"),
    within("erfinv", _HALF * _sqrt(_pi) * _exp(out**2), code="special | torch",
        models="torch m sp ts", sign=("erf⁻¹", r"\mathrm{erf}^{-1}")),
    smooth("normal_pdf", -x * out, code="own", sign=("φ", r"\varphi")),
    smooth("normal_cdf", call("normal_pdf", x), code="own | torch.special.ndtr",
        models="sp:ndtr ts:ndtr", sign=("Φ", r"\Phi")),
    smooth("log_normal_cdf", _sqrt(2 / _pi) / call("erfcx", -x / _sqrt(2)),
        meaning=_log(_normal_cdf(x)), code="special.log_ndtr | torch.special.log_ndtr",
        models="sp:log_ndtr ts:log_ndtr"),
    within("normal_quantile", _sqrt(2 * _pi) * _exp(_HALF * out**2),
        code="special.ndtri | torch.special.ndtri", models="sp:ndtri ts:ndtri",
        sign=("Φ⁻¹", r"\Phi^{-1}")),
    within("lgamma", call("digamma", x), code="special.gammaln | torch",
        models="torch m sp:gammaln ts:gammaln math", sign=("log Γ", r"\log\Gamma")),
    within("digamma", call("polygamma", 1, x), code="special | torch",
        models="torch m sp sp:psi ts ts:psi", sign=("ψ", r"\psi")),
    within("polygamma", None, call("polygamma", x + 1, y), code="own | torch"),
    smooth("i0", _i1(x), code="special | torch", models="all sp ts ts:modified_bessel_i0",
        sign=("I₀", "I_0")),
    smooth("i1", _i0(x) - _I1_OVER_X, code="special | torch.special.i1",
        models="sp ts ts:modified_bessel_i1", sign=("I₁", "I_1")),
    function("i0e", call("i1e", x) - call("sign", x) * out, meaning=_exp(-_absolute(x)) * _i0(x),
        code="special | torch.special.i0e", models="sp ts"),
    function("i1e", call("i0e", x) - call("sign", x) * out - _I1_OVER_X,
        meaning=_exp(-_absolute(x)) * _i1(x), code="special | torch.special.i1e", models="sp ts"),
)
# fmt: on
