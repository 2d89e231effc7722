"""The slope of every scalar function against SymPy's own derivative, and PyTorch's.

SymPy's formulas here are written from the functions' definitions, not from our table.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf

from derive.algebra.scalars import tree as sc
from derive.operations.functions import FUNCTIONS, slope
from derive.verify.digits import Digits
from derive.verify.evaluate import FLOATS
from derive.verify.walk import Evaluator

x, y, z = sympy.symbols("x y z", real=True)
CDF = (1 + sympy.erf(x / sympy.sqrt(2))) / 2
LOGISTIC = 1 / (1 + sympy.exp(-x))
PLUS = sympy.log(1 + sympy.exp(x))
PDF = sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)
HENDRYCKS = sympy.sqrt(2 / sympy.pi) * (x + sympy.Rational(44715, 10**6) * x**3)


def clipped(value: sympy.Expr, low: object, high: object) -> sympy.Expr:
    return sympy.Piecewise((low, value < low), (high, value > high), (value, True))


def truncated(value: sympy.Expr) -> sympy.Expr:
    return sympy.Piecewise((sympy.floor(value), value > 0), (-sympy.floor(-value), True))


SMOOTH = {
    "exp": sympy.exp(x),
    "expm1": sympy.exp(x) - 1,
    "exp2": 2**x,
    "log": sympy.log(x),
    "log1p": sympy.log(1 + x),
    "log2": sympy.log(x, 2),
    "log10": sympy.log(x, 10),
    "sqrt": sympy.sqrt(x),
    "rsqrt": 1 / sympy.sqrt(x),
    "cbrt": x ** sympy.Rational(1, 3),
    "sin": sympy.sin(x),
    "cos": sympy.cos(x),
    "tan": sympy.tan(x),
    "sinh": sympy.sinh(x),
    "cosh": sympy.cosh(x),
    "tanh": sympy.tanh(x),
    "arcsin": sympy.asin(x),
    "arccos": sympy.acos(x),
    "arctan": sympy.atan(x),
    "arcsinh": sympy.asinh(x),
    "arccosh": sympy.acosh(x),
    "arctanh": sympy.atanh(x),
    "arctan2": sympy.atan2(x, y),
    "hypot": sympy.sqrt(x**2 + y**2),
    "logaddexp": sympy.log(sympy.exp(x) + sympy.exp(y)),
    "pow": x**y,
    "powlog": x**y * sympy.log(x),
    "power_slope": y * x ** (y - 1),
    "logaddexp2": sympy.log(2**x + 2**y, 2),
    "lgamma": sympy.loggamma(x),
    "digamma": sympy.digamma(x),
    "polygamma": sympy.polygamma(x, y),
    "erfinv": sympy.erfinv(x),
    "erfcx": sympy.exp(x**2) * sympy.erfc(x),
    "log_normal_cdf": sympy.log(CDF),
    "normal_quantile": sympy.sqrt(2) * sympy.erfinv(2 * x - 1),
    "i0": sympy.besseli(0, x),
    "i1": sympy.besseli(1, x),
    "sigmoid": LOGISTIC,
    "logsigmoid": sympy.log(LOGISTIC),
    "softplus": PLUS,
    "silu": x * LOGISTIC,
    "mish": x * sympy.tanh(PLUS),
    "erf": sympy.erf(x),
    "erfc": sympy.erfc(x),
    "normal_cdf": CDF,
    "normal_pdf": PDF,
    "gelu": x * CDF,
    "gelu_tanh": x / 2 * (1 + sympy.tanh(HENDRYCKS)),
    "softsign": x / (1 + sympy.Abs(x)),
}
WITH_KINKS = {
    "abs": sympy.Piecewise((x, x > 0), (-x, True)),
    "relu": sympy.Piecewise((x, x > 0), (0, True)),
    "leaky_relu": sympy.Piecewise((x, x > 0), (x * y, True)),
    "elu": sympy.Piecewise((x, x > 0), (y * (sympy.exp(x) - 1), True)),
    "relu6": clipped(x, 0, 6),
    "hardtanh": clipped(x, -1, 1),
    "hardsigmoid": clipped(x / 6 + sympy.Rational(1, 2), 0, 1),
    "hardswish": x * clipped(x / 6 + sympy.Rational(1, 2), 0, 1),
    "i0e": sympy.Piecewise((sympy.exp(-x), x > 0), (sympy.exp(x), True)) * sympy.besseli(0, x),
    "i1e": sympy.Piecewise((sympy.exp(-x), x > 0), (sympy.exp(x), True)) * sympy.besseli(1, x),
    "fmax": sympy.Piecewise((x, x > y), (y, True)),
    "fmin": sympy.Piecewise((x, x < y), (y, True)),
    "fmod": x - y * truncated(x / y),
    "remainder": x - y * sympy.floor(x / y),
    "copysign": sympy.Piecewise((x, x * y > 0), (-x, True)),
    "nan_to_num": x,
    "maximum": sympy.Piecewise((x, x > y), (y, True)),
    "minimum": sympy.Piecewise((x, x < y), (y, True)),
    "clip": clipped(x, y, z),
    "where": sympy.Piecewise((y, x > 0), (z, True)),
    "safe_reciprocal": 1 / x,
}
FORMULAS = SMOOTH | WITH_KINKS
RANGES = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt", "rsqrt", "cbrt", "pow", "powlog"), (0.1, 3)),
    **dict.fromkeys(("power_slope", "lgamma", "digamma"), (0.1, 3)),
    **dict.fromkeys(("erfinv", "normal_quantile"), (0.05, 0.95)),
    **dict.fromkeys(("arcsin", "arccos", "arctanh", "log1p"), (-0.9, 0.9)),
    "arccosh": (1.1, 4),
    **dict.fromkeys(("relu6", "hardtanh", "hardsigmoid", "hardswish"), (-8, 8)),
}
CONSTANT = {name for name, entry in FUNCTIONS.items() if not any(entry.slopes)}


def points(name: str, count: int = 8) -> list[list[Fraction]]:
    """Return exact arguments in the function's domain."""
    source = random.Random(name)
    low, high = RANGES.get(name, (-3, 3))
    arity = FUNCTIONS[name].arity
    found = [[Fraction(source.uniform(low, high)) for _ in range(arity)] for _ in range(count)]
    if name == "clip":
        return [[a, -abs(b) / 2, abs(c) / 2] for a, b, c in found]
    if name == "polygamma":
        return [[Fraction(k % 3 + 1), abs(b) + 1] for k, (_, b) in enumerate(found)]
    if name == "where":
        return [[Fraction(k % 2), b, c] for k, (_, b, c) in enumerate(found)]
    return found


def number(value: object) -> mpf:
    """Return the number that an array without axes holds."""
    return mpf(np.asarray(value, object).item())


def test_every_function_with_a_slope_has_a_formula_here():
    assert set(FORMULAS) == set(FUNCTIONS) - CONSTANT


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_slopes_are_those_that_sympy_finds(name):
    arity = FUNCTIONS[name].arity
    tree = sc.call(name, *(sc.slot(k) for k in range(arity)))
    with mp.workdps(60):
        evaluator = Evaluator(Digits(), {}, {})
        for point in points(name):
            at = [np.array(mpf(p.numerator) / p.denominator, object) for p in point]
            for i, symbol in list(enumerate((x, y, z)))[:arity]:
                if FUNCTIONS[name].slopes[i] is None:
                    continue
                derivative = FORMULAS[name].diff(symbol)
                derivative = derivative.replace(sympy.Subs, lambda *_: sympy.S.Zero)  # floor'
                formula = sympy.lambdify((x, y, z)[:arity], derivative, "mpmath")
                expected = mpf(formula(*(number(p) for p in at)))
                found = number(evaluator.scalar(slope(tree, i), at))
                assert abs(found - expected) < mpf(10) ** -40 * (1 + abs(found)), (
                    i,
                    point,
                )


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"where"}))
def test_the_complex_step_sees_the_slope_of_every_function(name):
    arity = FUNCTIONS[name].arity
    tree = sc.call(name, *(sc.slot(k) for k in range(arity)))
    evaluator = Evaluator(FLOATS, {}, {})
    for point in points(name):
        at = [np.array(float(p)) for p in point]
        for i in range(arity):
            if FUNCTIONS[name].slopes[i] is None:
                continue
            moved = [np.array(complex(float(p), 1e-200 * (k == i))) for k, p in enumerate(point)]
            step = np.imag(evaluator.scalar(tree, moved)) / 1e-200
            expected = evaluator.scalar(slope(tree, i), at)
            assert abs(step - expected) <= 2e-13 * (1 + abs(expected)), (i, point)
            real = np.real(evaluator.scalar(tree, moved))
            assert abs(real - evaluator.scalar(tree, at)) <= 1e-14 * (1 + abs(real))


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"inf"}))
def test_values_in_floats_agree_with_sixty_digits(name):
    tree = sc.call(name, *(sc.slot(k) for k in range(FUNCTIONS[name].arity)))
    with mp.workdps(60):
        for point in points(name):
            floats = Evaluator(FLOATS, {}, {}).scalar(tree, [np.array(float(p)) for p in point])
            many = [np.array(mpf(float(p)), object) for p in point]
            exact = number(Evaluator(Digits(), {}, {}).scalar(tree, many))
            assert abs(mpf(float(floats)) - exact) < 1e-14 * (1 + abs(exact)), point


TORCH = {
    **{name: name for name in ("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt")},
    **{name: name for name in ("rsqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin")},
    **{name: name for name in ("arccos", "arctan", "arcsinh", "arccosh", "arctanh", "arctan2")},
    **{name: name for name in ("hypot", "logaddexp", "pow", "sigmoid", "erf", "erfc", "abs")},
    **{name: name for name in ("maximum", "minimum", "relu", "fmax", "fmin", "fmod")},
    **{name: name for name in ("logaddexp2", "lgamma", "erfinv", "i0", "remainder", "copysign")},
    **dict.fromkeys(("logsigmoid", "softplus", "silu", "mish", "gelu", "softsign"), ""),
    **dict.fromkeys(("relu6", "hardtanh", "hardsigmoid", "hardswish"), ""),
}


@pytest.mark.parametrize("name", sorted(TORCH))
def test_slopes_are_those_that_pytorch_finds(name):
    torch = pytest.importorskip("torch")
    at = points(name) + kinks(name)
    function = getattr(torch, name, None) or getattr(torch.nn.functional, name)
    tree = sc.call(name, *(sc.slot(k) for k in range(FUNCTIONS[name].arity)))
    for point in at:
        leaves = [torch.tensor(float(p), dtype=torch.float64, requires_grad=True) for p in point]
        expected = torch.autograd.grad(function(*leaves), leaves)
        for i, gradient in enumerate(expected):
            with np.errstate(all="ignore"):
                arrays = [np.array(float(p)) for p in point]
                found = float(Evaluator(FLOATS, {}, {}).scalar(slope(tree, i), arrays))
            rel = 1e-7 if name == "hardsigmoid" else 1e-12  # PyTorch's 1/6 is a float32
            assert found == pytest.approx(gradient.item(), rel=rel, abs=1e-13, nan_ok=True), point


def kinks(name: str) -> list[list[Fraction]]:
    """Return points at which the conventions are PyTorch's."""
    at = {
        "abs": [0],
        "relu": [0],
        "relu6": [0, 6],
        "hardtanh": [-1, 1],
        "hardsigmoid": [-3, 3],
        "hardswish": [-3, 3],
        "softsign": [0],
    }
    if name in ("maximum", "minimum"):
        return [[Fraction(2), Fraction(2)]]
    return [[Fraction(p)] for p in at.get(name, [])]
