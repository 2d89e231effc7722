"""Activation functions.  Most are compositions: what they mean gives their slopes and their code.

A slope is told beside a meaning where the chain rule's is longer, overflows or has other values at
kinks than PyTorch: relu'(0) = 0, and 0 at both ends of what is clipped.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive.algebra.scalars.tree import call
from derive.operations.record import Function, Regular, composition, out, smooth, x, y

_HALF, _SIXTH = Fraction(1, 2), Fraction(1, 6)
_GELU = Fraction("0.044715")  # Hendrycks and Gimpel 2016
_exp, _expm1, _log, _tanh = (partial(call, f) for f in ("exp", "expm1", "log", "tanh"))
_sigmoid, _softplus, _normal_cdf = (partial(call, f) for f in ("sigmoid", "softplus", "normal_cdf"))
_clip, _step, _where = partial(call, "clip"), partial(call, "step"), partial(call, "where")
_positive = call("greater", x, 0)

# fmt: off
ACTIVATIONS: tuple[Function, ...] = (
    smooth("sigmoid", out * (1 - out), code="own | torch", models="torch m F sp:expit ts:expit jnn",
        inverse=_log(x) - call("log1p", -x), never_zero=True, of_logits=True,
        sign=("σ", r"\sigma")),
    # σ(-x) keeps its digits where 1 - σ(x) has none
    smooth("logsigmoid", _sigmoid(-x), meaning=_log(_sigmoid(x)), named=True, code="own | F",
        models="F sp:log_expit jnn:log_sigmoid", inverse=-_log(_expm1(-x)), of_logits=True),
    # exp(x) / (1 + exp(x)) overflows
    smooth("softplus", _sigmoid(x), meaning=_log(1 + _exp(x)), named=True,
        code="own | F(threshold=50)", inverse=_log(_expm1(x)), never_zero=True),
    composition("relu", call("maximum", x, 0), _step(out), named=True, code="| torch",
        models="torch m F jnn"),
    composition("leaky_relu", _where(_positive, x, y * x),
        _where(_positive, 1, y), call("minimum", x, 0), named=True, code="own | F",
        models="F jnn", signature="x negative_slope=0.01", plain_parameters=True, keeps_sign=True),
    # the slope by the value saves an exponential
    composition("elu", _where(_positive, x, y * _expm1(call("minimum", x, 0))),
        _where(_positive, 1, out + y), _where(_positive, 0, _expm1(x)), named=True,
        code="own | F", models="F jnn", signature="x alpha=1", plain_parameters=True,
        keeps_sign=True),
    composition("relu6", _clip(x, 0, 6), _step(x) * _step(6 - x), code="| F", models="F jnn"),
    composition("hardtanh", _clip(x, -1, 1), _step(x + 1) * _step(1 - x), code="| F"),
    composition("hardsigmoid", _clip(x / 6 + _HALF, 0, 1), _SIXTH * _step(x + 3) * _step(3 - x),
        code="| F", models="F jnn:hard_sigmoid", of_logits=True),
    # the slope is finite at ±∞
    composition("hardswish", x * call("hardsigmoid", x),
        _where(call("greater", x, -3), _where(call("less", x, 3), x / 3 + _HALF, 1), 0), named=True,
        code="| F", models="F jnn:hard_swish"),
    # the slope in factors
    composition("silu", x * _sigmoid(x), _sigmoid(x) * (1 + x * (1 - _sigmoid(x))), named=True,
        code="| F", models="F jnn jnn:swish"),
    composition("mish", x * _tanh(_softplus(x)), named=True, code="| F", models="F jnn"),
    composition("gelu", x * _normal_cdf(x), named=True, code="| F"),
    composition("gelu_tanh",
        _HALF * x * (1 + _tanh(call("sqrt", 2 / call("pi")) * (x + _GELU * x**3))), named=True,
        code='own | F.gelu(approximate="tanh")'),
    composition("softsign", x / (1 + call("abs", x)), (1 + call("abs", x)) ** -2, code="| F",
        models="F jnn:soft_sign", regular=Regular.BETWEEN_KINKS),
)
# fmt: on
