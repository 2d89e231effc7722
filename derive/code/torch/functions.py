"""How elementwise functions are spelled in PyTorch.

Numbers beside tensors stay Python numbers, so that no dtype changes.
"""

from __future__ import annotations

import re

from derive.code.comparisons import comparisons
from derive.code.dialect import Spelling, call, method
from derive.code.precedence import COMPARE, Code, power, product
from derive.code.torch.arrays import TorchArrays

_PLAIN = (
    "exp expm1 exp2 log log1p log2 log10 sqrt rsqrt sin cos tan sinh cosh tanh arcsin arccos "
    "arctan arcsinh arccosh arctanh abs sigmoid erf erfc sign floor "
    "ceil trunc round logical_not relu lgamma digamma polygamma erfinv i0 remainder nan_to_num "
    "isnan isfinite isinf signbit"
)
_SPECIAL = {
    **{name: name for name in ("erfcx", "i0e", "i1", "i1e")},
    "normal_cdf": "ndtr",
    "log_normal_cdf": "log_ndtr",
    "normal_quantile": "ndtri",
}
_TWO_TENSORS = "arctan2 hypot logaddexp logaddexp2 fmax fmin fmod copysign"
_FUNCTIONAL = "relu6 hardtanh hardsigmoid hardswish logsigmoid silu mish gelu softsign"
_HELPED = "cbrt normal_pdf power_slope powlog safe_reciprocal wins"


def functions(xp: TorchArrays) -> dict[str, Spelling]:
    """Return how each scalar function is spelled, by its name."""

    def plain(name: str) -> Spelling:
        return lambda *args: call(f"{xp.torch}.{name}", *args)

    def helper(name: str) -> Spelling:
        return lambda *args: call(xp.helper(f"_{name}"), *args)

    table: dict[str, Spelling] = {name: plain(name) for name in _PLAIN.split()}
    table |= {name: xp.in_functional(name) for name in _FUNCTIONAL.split()}
    table |= {name: plain(f"special.{spelled}") for name, spelled in _SPECIAL.items()}
    table |= {name: _of_tensors(xp, name) for name in _TWO_TENSORS.split()}
    table |= {name: helper(name) for name in _HELPED.split()}
    table |= comparisons(_is_literal)
    table |= {
        "softplus": xp.in_functional("softplus", "threshold=50"),
        "gelu_tanh": xp.in_functional("gelu", 'approximate="tanh"'),
        "leaky_relu": lambda x, slope: _leaky_relu(xp, x, slope),
        "elu": lambda x, alpha: _elu(xp, x, alpha),
        "maximum": lambda x, y: _extreme(xp, x, y, "maximum", "min"),
        "minimum": lambda x, y: _extreme(xp, x, y, "minimum", "max"),
        "where": lambda test, yes, no: _where(xp, test, yes, no),
        "clip": lambda x, low, high: _clip(x, low, high),
        "pow": lambda x, y: power(x, y.at(8)),
    }
    return table


def _is_literal(code: Code) -> bool:
    """Whether the code is a plain number, which the two-tensor functions do not take."""
    names = re.findall(r"(?<![\w.])[^\W\d]\w*", code.text)
    return not set(names) - {"math", "_math"}


def _of_tensors(xp: TorchArrays, name: str) -> Spelling:
    """Return the spelling of a function of two tensors, a number beside one being put into one."""

    def spelled(x: Code, y: Code) -> Code:
        if _is_literal(y):
            return call(f"{xp.torch}.{name}", x, call(f"{xp.torch}.full_like", x, y))
        if _is_literal(x):
            return call(f"{xp.torch}.{name}", call(f"{xp.torch}.full_like", y, x), y)
        return call(f"{xp.torch}.{name}", x, y)

    return spelled


def _leaky_relu(xp: TorchArrays, x: Code, slope: Code) -> Code:
    if _is_literal(slope):
        return xp.in_functional("leaky_relu")(x, slope)
    test = Code(f"{x.at(COMPARE + 1)} > 0", COMPARE)
    return call(f"{xp.torch}.where", test, x, product([slope, x]))


def _elu(xp: TorchArrays, x: Code, alpha: Code) -> Code:
    if _is_literal(alpha):
        return xp.in_functional("elu")(x, alpha)
    test = Code(f"{x.at(COMPARE + 1)} > 0", COMPARE)
    below = product([alpha, call(f"{xp.torch}.expm1", method(x, "clamp", "max=0"))])
    return call(f"{xp.torch}.where", test, x, below)


def _extreme(xp: TorchArrays, x: Code, y: Code, name: str, bound: str) -> Code:
    """Return the larger or the smaller; beside a number that is a clamp."""
    if _is_literal(y):
        return method(x, "clamp", f"{bound}={y.text}")
    if _is_literal(x):
        return method(y, "clamp", f"{bound}={x.text}")
    return call(f"{xp.torch}.{name}", x, y)


def _where(xp: TorchArrays, test: Code, yes: Code, no: Code) -> Code:
    """Return a choice; torch takes two plain numbers for float32, which would lose digits."""
    if _is_literal(yes) and _is_literal(no):
        return call(xp.helper("_either"), test, yes, no, xp.like)
    return call(f"{xp.torch}.where", test, yes, no)


def _clip(x: Code, low: Code, high: Code) -> Code:
    if _is_literal(low) == _is_literal(high):
        return method(x, "clamp", low.text, high.text)
    return method(method(x, "clamp", f"min={low.text}"), "clamp", f"max={high.text}")
