"""Comparisons and what chooses by them, signs and roundings.

At kinks the slopes are PyTorch's: |0|' = 0, a tie of maximum gives half to each and one of fmax all
to the first, clip counts its bounds as inside.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from derive.algebra.scalars.tree import call, mul
from derive.operations.record import Function, function, out, x, y, z

_HALF = Fraction(1, 2)
_where, _wins, _greater = partial(call, "where"), partial(call, "wins"), partial(call, "greater")
_less_equal, _absolute = partial(call, "less_equal"), partial(call, "abs")
_minimum, _maximum, _infinite = partial(call, "minimum"), partial(call, "maximum"), call("inf")
_above = call("logical_or", call("greater_equal", x, y), call("isnan", y))
_below = call("logical_or", _less_equal(x, y), call("isnan", y))
_arithmetic = partial(function, arithmetic=True)


def _constant(name: str, models: str, **known: Any) -> Function:
    """Return the record of a function of one argument that is constant between its kinks."""
    return function(name, None, models=models, arithmetic=True, **known)


def _test(name: str, arity: int, models: str, **known: Any) -> Function:
    """Return the record of a function whose values are truth values."""
    return function(name, *(None,) * arity, models=models, truth=True, **known)


# fmt: off
CHOICES: tuple[Function, ...] = (
    _arithmetic("abs", call("sign", x), models="all all:absolute np:fabs math:fabs",
        word="magnitude"),
    _arithmetic("maximum", _wins(x, y), _wins(y, x), models="both m", sign=("max", r"\max")),
    _arithmetic("minimum", _wins(y, x), _wins(x, y), models="both m", sign=("min", r"\min")),
    function("fmax", _where(_above, 1, 0), _where(_above, 0, 1), meaning=_maximum(x, y),
        models="both m", tensors_alone=True),
    function("fmin", _where(_below, 1, 0), _where(_below, 0, 1), meaning=_minimum(x, y),
        models="both m", tensors_alone=True),
    _arithmetic("clip", _where(_less_equal(y, x), _less_equal(x, z), 0), None, None,
        meaning=_minimum(_maximum(x, y), z), code="np |", word="clipped"),
    _arithmetic("where", None, _where(x, 1, 0), _where(x, 0, 1), code="np |", word="chosen"),
    _arithmetic("wins", None, None, meaning=_greater(x, y) + _HALF * call("equal", x, y),
        code="own"),
    _constant("sign", "all m:sgn torch:sgn"),
    _constant("step", "", meaning=_greater(x, 0), code=""),
    _constant("floor", "all math"),
    _constant("ceil", "all math"),
    _constant("round", "both np:rint np:around m ts", code="np.rint | torch", word="rounded"),
    _constant("trunc", "all torch:fix np:fix m:fix math"),
    _constant("float", "", meaning=x, code="", word="as_float"),
    function("fmod", mul(1), -call("trunc", x / y), meaning=x - y * call("trunc", x / y),
        models="all math", tensors_alone=True),
    function("remainder", mul(1), -call("floor", x / y), meaning=x - y * call("floor", x / y)),
    function("copysign", out * call("safe_reciprocal", x), None, models="all math",
        tensors_alone=True),
    function("nan_to_num", _where(call("isfinite", x), 1, 0), None, code="np(nan={1}) | torch",
        models="all", signature="x nan=0"),
)
# fmt: on
COMPARISONS: tuple[Function, ...] = (
    _test("greater", 2, "all torch:gt m:gt", code="", arithmetic=True),
    _test("greater_equal", 2, "all torch:ge m:ge", code="", arithmetic=True),
    _test("less", 2, "all torch:lt m:lt", code="", arithmetic=True),
    _test("less_equal", 2, "all torch:le m:le", code="", arithmetic=True),
    _test("equal", 2, "np torch:eq m:eq", code="", arithmetic=True),
    _test("not_equal", 2, "all torch:ne m:ne", code="", arithmetic=True),
    _test("logical_and", 2, "", code="", arithmetic=True),
    _test("logical_or", 2, "", code="", arithmetic=True),
    _test("logical_not", 1, "", arithmetic=True),
    _test("isnan", 1, "all math"),
    _test("isfinite", 1, "all math", meaning=call("less", _absolute(x), _infinite)),
    _test("isinf", 1, "all math", meaning=call("equal", _absolute(x), _infinite)),
    _test("signbit", 1, "all", meaning=call("less", x, 0)),
)
