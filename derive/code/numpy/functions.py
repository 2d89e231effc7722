"""How elementwise functions are spelled in NumPy.

What NumPy has none of (erf and its kin) are helpers of the module, or SciPy's special functions.
Idioms that are an order of magnitude slower than need be (a general power, `where` for relu) are
not used.
"""

from __future__ import annotations

from derive.code.comparisons import comparisons
from derive.code.dialect import Spelling, call
from derive.code.numpy.arrays import NumPyArrays
from derive.code.precedence import Code, power, product, quotient, total

_ONE, _ZERO = Code("1"), Code("0")
_PLAIN = (
    "exp expm1 exp2 log log1p log2 log10 sqrt cbrt sin cos tan sinh cosh tanh arcsin arccos "
    "arctan arcsinh arccosh arctanh arctan2 hypot logaddexp abs maximum minimum clip where "
    "sign floor ceil trunc logical_not logaddexp2 fmax fmin fmod remainder copysign "
    "isnan isfinite isinf signbit"
)
_OF_SCIPY = {
    "lgamma": "gammaln",
    "digamma": "digamma",
    "erfinv": "erfinv",
    "erfcx": "erfcx",
    "log_normal_cdf": "log_ndtr",
    "normal_quantile": "ndtri",
    **{name: name for name in ("i0", "i0e", "i1", "i1e")},
}
_RENAMED = {"round": "rint"}
_HELPED = (
    "sigmoid logsigmoid softplus normal_pdf normal_cdf erf erfc gelu_tanh leaky_relu elu wins "
    "safe_reciprocal powlog power_slope polygamma"
)


def functions(xp: NumPyArrays) -> dict[str, Spelling]:
    """Return how each scalar function is spelled, by its name."""

    def plain(name: str) -> Spelling:
        return lambda *args: call(f"{xp.np}.{name}", *args)

    def helper(name: str) -> Spelling:
        return lambda *args: call(xp.helper(f"_{name}"), *args)

    table: dict[str, Spelling] = {name: plain(name) for name in _PLAIN.split()}
    table |= {name: plain(spelled) for name, spelled in _RENAMED.items()}
    table |= {name: helper(name) for name in _HELPED.split()}
    table |= {name: _of_scipy(xp, spelled) for name, spelled in _OF_SCIPY.items()}
    table |= comparisons(lambda code: code.is_number)
    table |= {
        "nan_to_num": lambda x, nan: call(f"{xp.np}.nan_to_num", x, f"nan={nan.text}"),
        "rsqrt": lambda x: quotient(_ONE, [table["sqrt"](x)]),
        "relu": lambda x: table["maximum"](x, _ZERO),
        "relu6": lambda x: table["clip"](x, _ZERO, Code("6")),
        "hardtanh": lambda x: table["clip"](x, Code("-1"), _ONE),
        "hardsigmoid": lambda x: table["clip"](
            total([(False, quotient(x, [Code("6")])), (False, Code("0.5"))]), _ZERO, _ONE
        ),
        "hardswish": lambda x: product([x, table["hardsigmoid"](x)]),
        "pow": power,
        "silu": lambda x: product([x, table["sigmoid"](x)]),
        "mish": lambda x: product([x, table["tanh"](table["softplus"](x))]),
        "gelu": lambda x: product([x, table["normal_cdf"](x)]),
        "softsign": lambda x: quotient(x, [total([(False, _ONE), (False, table["abs"](x))])]),
    }
    return table


def _of_scipy(xp: NumPyArrays, name: str) -> Spelling:
    def spelled(*args: Code) -> Code:
        xp.imports["special"] = None
        return call(f"{xp.special}.{name}", *args)

    return spelled
