"""Functions at each entry that are made of named ones and keep no name of their own.

A line has a signature and spellings, as `derive.reader.library` reads them, and what is computed of
the operands x, y, z in their order.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import NamedTuple

from derive.algebra.scalars.tree import Scalar, call
from derive.operations.record import w, x, y, z


class Idiom(NamedTuple):
    """A composition by its signature, what it computes, and its spellings."""

    signature: str
    meaning: Scalar
    models: str


# Klambauer et al. 2017, "Self-normalizing neural networks"; the digits are PyTorch's.
_SELU_ALPHA = Fraction("1.6732632423543772848170429916717")
_SELU_SCALE = Fraction("1.0507009873554804934193349852946")
_HALF = Fraction(1, 2)
_abs, _exp, _log, _log1p = (partial(call, f) for f in ("abs", "exp", "log", "log1p"))
_equal, _greater, _less = (partial(call, f) for f in ("equal", "greater", "less"))
_lgamma, _where, _and = (partial(call, f) for f in ("lgamma", "where", "logical_and"))


def xlogy_of(factor: Scalar, argument: Scalar) -> Scalar:
    """Return x log y, which is 0 where x is 0 and the logarithm is none."""
    nothing = _and(_equal(factor, 0), call("less_equal", argument, 0))
    return _where(nothing, 0, factor * _log(argument))


_RELATIVE_ENTROPY = xlogy_of(x, x) - xlogy_of(x, y)
_NOTHING_LOGGED = _and(_equal(x, 0), call("less_equal", y, -1))
_FAR = x * (_abs(y) - _HALF * x)
_CLOSE = call("less_equal", _abs(x - y), w + z * _abs(y))

# fmt: off
IDIOMS: tuple[Idiom, ...] = (
    Idiom("x y | alpha=1", x + z * y, "torch:add m:add"),
    Idiom("x y | alpha=1", x - z * y, "torch:subtract m:subtract torch:sub m:sub"),
    Idiom("x y | alpha=1", y - z * x, "torch:rsub"),
    Idiom("x", 1 / x, "np:reciprocal torch:reciprocal m:reciprocal"),
    Idiom("x y", xlogy_of(x, y), "sp:xlogy ts:xlogy torch:xlogy m:xlogy"),
    Idiom("x y", _where(_NOTHING_LOGGED, 0, x * _log1p(y)), "sp:xlog1py ts:xlog1py"),
    Idiom("x", -xlogy_of(x, x), "sp:entr ts:entr"),
    Idiom("x y", _RELATIVE_ENTROPY, "sp:rel_entr"),
    Idiom("x y", _RELATIVE_ENTROPY - x + y, "sp:kl_div"),
    Idiom("condition x y", _where(x, y, z), "both:where"),
    Idiom("x condition y", _where(y, x, z), "m:where"),
    Idiom("x mask value", _where(y, z, x), "m:masked_fill torch:masked_fill"),
    Idiom("x y weight", x + z * (y - x), "torch:lerp m:lerp"),
    Idiom("x y z | value=1", x + w * y * z, "torch:addcmul m:addcmul"),
    Idiom("x y z | value=1", x + w * (y / z), "torch:addcdiv m:addcdiv"),
    Idiom("x y", _and(x, y), "all:logical_and all:bitwise_and"),
    Idiom("x y", call("logical_or", x, y), "all:logical_or all:bitwise_or"),
    Idiom("x", call("logical_not", x), "all:logical_not all:bitwise_not np:invert"),
    Idiom("x", _and(call("isinf", x), _greater(x, 0)), "all:isposinf"),
    Idiom("x", _and(call("isinf", x), _less(x, 0)), "all:isneginf"),
    Idiom("x y rtol=1e-5 atol=1e-8", _CLOSE, "all:isclose"),
    Idiom("x", call("pi") * x / 180, "np:deg2rad np:radians torch:deg2rad m:deg2rad math:radians"),
    Idiom("x", 180 * x / call("pi"), "np:rad2deg np:degrees torch:rad2deg m:rad2deg math:degrees"),
    Idiom("x y", _where(_equal(x, 0), y, _greater(x, 0)), "all:heaviside"),
    Idiom("x y", _lgamma(x) + _lgamma(y) - _lgamma(x + y), "sp:betaln"),
    Idiom("x", _exp(_log(10) * x), "sp:exp10"),
    Idiom("delta x", _where(call("less_equal", _abs(y), x), _HALF * y**2, _FAR), "sp:huber"),
    Idiom("x", x - call("trunc", x), "torch:frac m:frac"),
    Idiom("x y", call("floor", x / y), "all:floor_divide"),
    Idiom("x y", x * call("exp2", y), "all:ldexp"),
    Idiom("x", _where(_less(x, 0), call("pi"), 0), "all:angle"),
    Idiom("x", _SELU_SCALE * call("elu", x, _SELU_ALPHA), "F:selu torch:selu jnn:selu"),
    Idiom("x lambd=0.5", _where(_greater(_abs(x), y), x, 0),
        "F:hardshrink torch:hardshrink m:hardshrink"),
    Idiom("x lambd=0.5", _where(_greater(_abs(x), y), x - y * call("sign", x), 0), "F:softshrink"),
    Idiom("x", x - call("tanh", x), "F:tanhshrink"),
    Idiom("x threshold value", _where(_greater(x, y), x, z), "F:threshold torch:threshold"),
)
# fmt: on
