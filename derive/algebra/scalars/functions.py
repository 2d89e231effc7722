"""The named scalar functions with their slopes: the one list of elementwise functions.

Each entry gives the partial derivative for each argument as a `Scalar` in x, y, z (the arguments)
and, where that reads better or is more stable, in `_out`, the value of the function.  None marks an
argument in which the function is constant wherever it is differentiable.  At kinks the values are
PyTorch's: relu'(0) = 0, |0|' = 0, a tie of maximum gives half to each and one of fmax all to the
first, clip counts its bounds as inside, x**0 has the slope 0 at 0 too.  Slopes of the standard
functions: Abramowitz & Stegun 4.2 to 4.6 and 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from derive.algebra.scalars import special_slopes as special
from derive.algebra.scalars.tree import (
    OUT,
    Scalar,
    add,
    call,
    mul,
    power,
    slot,
    substitute,
    transform,
)

_x, _y, _z, _out = slot(0), slot(1), slot(2), slot(OUT)
_HALF = Fraction(1, 2)
_pi = call("pi")

_Slope = Scalar | None


@dataclass(frozen=True)
class _Function:
    """A named scalar function: its name, its partial slopes, whether its value is a truth value."""

    name: str
    slopes: tuple[_Slope, ...]
    boolean: bool = False

    @property
    def arity(self) -> int:
        return len(self.slopes)


def _smooth() -> dict[str, tuple[_Slope, ...]]:
    sigmoid_x = call("sigmoid", _x)
    return {
        "exp": (_out,),
        "expm1": (_out + 1,),
        "exp2": (call("log", 2) * _out,),
        "log": (1 / _x,),
        "log1p": (1 / (1 + _x),),
        "log2": (1 / (call("log", 2) * _x),),
        "log10": (1 / (call("log", 10) * _x),),
        "sqrt": (_HALF / _out,),
        "rsqrt": (-_HALF * _out**3,),
        "cbrt": (Fraction(1, 3) / _out**2,),
        "sin": (call("cos", _x),),
        "cos": (-call("sin", _x),),
        "tan": (1 + _out**2,),
        "sinh": (call("cosh", _x),),
        "cosh": (call("sinh", _x),),
        "tanh": (1 - _out**2,),
        "arcsin": (power(1 - _x**2, -_HALF),),
        "arccos": (-power(1 - _x**2, -_HALF),),
        "arctan": (1 / (1 + _x**2),),
        "arcsinh": (power(1 + _x**2, -_HALF),),
        "arccosh": (power(_x**2 - 1, -_HALF),),
        "arctanh": (1 / (1 - _x**2),),
        "arctan2": (_y / (_x**2 + _y**2), -_x / (_x**2 + _y**2)),
        "hypot": (_x / _out, _y / _out),
        "logaddexp": (call("exp", _x - _out), call("exp", _y - _out)),
        "logaddexp2": (call("exp2", _x - _out), call("exp2", _y - _out)),
        "pow": (call("power_slope", _x, _y), call("powlog", _x, _y)),
        "power_slope": (
            _y * call("power_slope", _x, _y - 1),
            call("pow", _x, _y - 1) + _y * call("powlog", _x, _y - 1),
        ),
        "powlog": (
            call("pow", _x, _y - 1) + _y * call("powlog", _x, _y - 1),
            call("log", _x) * call("powlog", _x, _y),
        ),
        "sigmoid": (_out * (1 - _out),),
        "logsigmoid": (call("sigmoid", -_x),),
        "softplus": (sigmoid_x,),
        "silu": (sigmoid_x * (1 + _x * (1 - sigmoid_x)),),
        "mish": (
            call("tanh", call("softplus", _x))
            + _x * (1 - call("tanh", call("softplus", _x)) ** 2) * sigmoid_x,
        ),
        "erf": (2 / call("sqrt", _pi) * call("exp", -(_x**2)),),
        "erfc": (-2 / call("sqrt", _pi) * call("exp", -(_x**2)),),
        "normal_cdf": (call("normal_pdf", _x),),
        "normal_pdf": (-_x * _out,),
        "gelu": (call("normal_cdf", _x) + _x * call("normal_pdf", _x),),
        "gelu_tanh": (_gelu_tanh_slope(),),
        "softsign": (power(1 + call("abs", _x), -2),),
    }


def _gelu_tanh_slope() -> Scalar:
    """Slope of x/2 (1 + tanh(c (x + a x³))), c = sqrt(2/π), a = 0.044715 (Hendrycks, Gimpel)."""
    a = Fraction("0.044715")
    c = call("sqrt", 2 / _pi)
    t = call("tanh", c * (_x + a * _x**3))
    return _HALF * (1 + t) + _HALF * _x * (1 - t**2) * c * (1 + 3 * a * _x**2)


def _with_kinks() -> dict[str, tuple[_Slope, ...]]:
    inside = call("where", call("less_equal", _y, _x), call("less_equal", _x, _z), 0)
    above = call("logical_or", call("greater_equal", _x, _y), call("isnan", _y))
    below = call("logical_or", call("less_equal", _x, _y), call("isnan", _y))
    return {
        "abs": (call("sign", _x),),
        "relu": (call("step", _out),),
        "leaky_relu": (call("where", call("greater", _x, 0), 1, _y), call("minimum", _x, 0)),
        "elu": (
            call("where", call("greater", _x, 0), 1, _out + _y),
            call("where", call("greater", _x, 0), 0, call("expm1", _x)),
        ),
        "relu6": (call("step", _x) * call("step", 6 - _x),),
        "hardtanh": (call("step", _x + 1) * call("step", 1 - _x),),
        "hardsigmoid": (Fraction(1, 6) * call("step", _x + 3) * call("step", 3 - _x),),
        "hardswish": (
            call(
                "where",
                call("greater", _x, -3),
                call("where", call("less", _x, 3), _x / 3 + _HALF, 1),
                0,
            ),
        ),
        "maximum": (call("wins", _x, _y), call("wins", _y, _x)),
        "minimum": (call("wins", _y, _x), call("wins", _x, _y)),
        "fmax": (call("where", above, 1, 0), call("where", above, 0, 1)),
        "fmin": (call("where", below, 1, 0), call("where", below, 0, 1)),
        "clip": (inside, None, None),
        "where": (None, call("where", _x, 1, 0), call("where", _x, 0, 1)),
        "safe_reciprocal": (-(_out**2),),
        "fmod": (mul(1), -call("trunc", _x / _y)),
        "remainder": (mul(1), -call("floor", _x / _y)),
        "copysign": (_out * call("safe_reciprocal", _x), None),
        "nan_to_num": (call("where", call("isfinite", _x), 1, 0), None),
    }


def _piecewise_constant() -> dict[str, tuple[_Slope, ...]]:
    one = ("sign", "step", "floor", "ceil", "round", "trunc", "float")
    return {name: (None,) for name in one} | {"wins": (None, None)}


def _boolean() -> dict[str, tuple[_Slope, ...]]:
    compare = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
    two = (*compare, "logical_and", "logical_or")
    one = ("logical_not", "isnan", "isfinite", "isinf", "signbit")
    return {name: (None, None) for name in two} | {name: (None,) for name in one}


FUNCTIONS: dict[str, _Function] = {
    "pi": _Function("pi", ()),
    "e": _Function("e", ()),
    "inf": _Function("inf", ()),
    **{
        name: _Function(name, slopes)
        for table in (_smooth(), special.SLOPES, _with_kinks(), _piecewise_constant())
        for name, slopes in table.items()
    },
    **{name: _Function(name, slopes, boolean=True) for name, slopes in _boolean().items()},
}


@lru_cache(maxsize=4096)
def slope(tree: Scalar, index: int) -> Scalar:
    """Return the partial derivative of the tree in slot `index`, by the chain rule."""
    if index not in tree.slots:
        return mul(0)
    if tree.op == "slot":
        return mul(1)
    if tree.op == "add":
        return add(*(slope(term, index) for term in tree.args))
    if tree.op == "mul":
        return add(
            *(
                mul(*tree.args[:k], slope(factor, index), *tree.args[k + 1 :])
                for k, factor in enumerate(tree.args)
                if index in factor.slots
            )
        )
    if tree.op == "pow":
        base, exponent = tree.args
        return mul(exponent, power(base, exponent - 1), slope(base, index))
    return _call_slope(tree, index)


def _call_slope(tree: Scalar, index: int) -> Scalar:
    name, *args = tree.args
    if name == "pow" and not args[0].slots:  # the base is a number, and so is its logarithm
        return mul(call("log", args[0]), tree, slope(args[1], index))
    values = {OUT: tree, **dict(enumerate(args))}
    terms = []
    for argument, partial in zip(args, FUNCTIONS[name].slopes, strict=True):
        if partial is not None and index in argument.slots:
            terms.append(mul(substitute(partial, values), slope(argument, index)))
    return add(*terms)


def is_truth(tree: Scalar) -> bool:
    """Whether the function's values are truth values: 0 and 1."""
    if tree.op != "call":
        return False
    name, *args = tree.args
    choice = name == "where" and {args[1].number, args[2].number} == {0, 1}
    return name == "step" or FUNCTIONS[name].boolean or choice


def without_clamps(tree: Scalar) -> Scalar:
    """Return the tree with the sign of relu(u) told by u itself: relu(u) > 0 where u > 0."""

    def told(part: Scalar) -> Scalar | None:
        if part.op != "call" or part.args[0] not in ("step", "greater"):
            return None
        name, inner, *zero = part.args
        is_clamp = inner.op == "call" and inner.args[0] == "relu"
        if not is_clamp or any(bound.number != 0 for bound in zero):
            return None
        return call(name, without_clamps(inner.args[1]), *zero)

    return transform(tree, told)
