"""Each operation takes the memory that is told for it: results, temporaries, copies."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy import special

from derive.algebra.nodes import Symbol
from derive.code.footprint import Measure, Unknown
from derive.code.footprint.library import FUNCTIONS
from derive.code.page import helpers
from derive.dims import shape_of
from derive.operations import functions as operations
from derive.program.program import Program
from tests.code.footprint.traced import kept_by, peak_of
from tests.programs import program

SIZES = {"n": 320, "d": 260, "c": 4}
SMALL = 12_000  # bytes of Python's own objects

HELPERS, _ = helpers("numpy/helpers.py", ("_added_up", "_added_at", "_added_along"))
ADDED = "\n\n\n".join(HELPERS)
HEAD = f"""
{ADDED}

def _softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
    return e / e.sum(axis=axis, keepdims=True)


def _placed(x, where, shape):
    y = np.zeros(shape, x.dtype)
    y[where] = x
    return y


def forward(x, y, w, b, z, s, t, m, k):
    n, d = x.shape
    c = t.shape[0]
"""
ARGUMENTS = (
    Symbol("x", shape_of("n", "d"), "data"),
    Symbol("y", shape_of("n", "d"), "data"),
    Symbol("w", shape_of("d", "d"), "data"),
    Symbol("b", shape_of("d"), "data"),
    Symbol("z", shape_of("n", 1), "data"),
    Symbol("s", shape_of(), "data"),
    Symbol("t", shape_of("c", "n", "d"), "data"),
    Symbol("m", shape_of("n", "d"), "data", "bool"),
    Symbol("k", shape_of("n"), "data", "int < d"),
)
EXPRESSIONS = """
x @ w + b
x * y + y
y + x * y
y - x * y
1 - x * y
2 * (x * y)
(x * y) / n
1 / (x * y)
-(x * y)
(x * y) ** 2
(x * y) ** 3
x**2 * y
np.exp(x * y)
(np.exp(x) - y) / n
x * (y > 0)
(x + y) * (x - y)
x * y * z
(x * y)[:, None] * 2
(x * y).T * 2
s * (x * y)
x.sum() * (x * y)
(x * y) * x.sum()
(x * y).sum(axis=0)
(x * y).mean(axis=1, keepdims=True)
x.max(axis=1)
x.argmax(axis=1)
m.any(axis=0)
x.T @ y
x @ b
b @ w
t @ w
t.swapaxes(-1, -2) @ t
np.vdot(x, y)
np.vdot(x.T, y.T)
np.tensordot(t, w, (2, 0))
np.tensordot(t, t, ((0, 1), (0, 1)))
np.tensordot(t, t[:, :, :20], ((0, 1), (0, 1)))
np.tensordot(t, w, (2, 0)) * 2
np.einsum("cnd,nd->cn", t, x, optimize=True)
np.einsum("cnd,ne->cde", t, x, optimize=True)
np.einsum("cnd,cnd->cd", t, t, optimize=True)
np.linalg.norm(x)
np.linalg.norm(x, axis=1)
np.linalg.inv(w)
np.linalg.solve(w, w)
np.linalg.slogdet(w)[1]
np.trace(w)
w.diagonal()[..., None] * np.eye(d, dtype=x.dtype)
np.where(x > 0, x, y)
np.asarray(np.where(x > 0, 1, 0.1), x.dtype)
np.asarray(m, x.dtype) * x
np.clip(x - 1, 0, 1)
np.full((n, d), 1.0, x.dtype) / n
np.broadcast_to(b, (n, d)).copy()
np.stack((x, y))
np.concatenate((x, y), 1)
np.asarray(k[:, None] == np.arange(d), x.dtype)
np.tri(d, d, 0, x.dtype)
1 - np.tri(d, d, -1, x.dtype)
np.divide(1, x, out=np.zeros_like(x), where=np.not_equal(x, 0))
np.fromiter(map(math.erf, x.ravel().tolist()), x.dtype, x.size).reshape(x.shape)
special.digamma(x)
t.reshape(c * n, d) * 2
t.transpose(1, 0, 2).reshape(n, c * d) * 2
t.transpose(1, 0, 2) * 2
x[:, 1:] * y[:, : d - 1]
x[::2] + y[::2]
x[1:]
w[k]
w[:, k]
_added_up(x, k, d)
_added_up(x[:, 0], k, d)
_added_at(x[:, 0], (k, k), (d, d))
_added_along(x, y.argsort(axis=1), axis=1, size=d)
_added_along(x[:, :1], k[:, None], axis=1, size=d)
_softmax(x @ w, axis=1)
_placed(x, np.s_[:, 1:], (n, d + 1))
x.T + y.T
w + w.T
x.astype(y.dtype)
np.packbits(x > 0)
np.unpackbits(np.packbits(m), count=n * d).reshape(n, d).view(bool) * x
np.linalg.cholesky(w @ w.T)
np.linalg.eigh(w + w.T)[1]
x.cumsum(axis=0)
np.tril(w)
np.flip(x, axis=0) * y
x[:0:-1] + y[1:]
x.argsort(axis=1)
x.argsort(axis=0)
np.take_along_axis(x, y.argsort(axis=1), axis=1)
np.moveaxis(t, 0, 1).reshape(n, c * d)
""".strip().splitlines()


def module(expression: str) -> tuple[str, Program]:
    text = f"{HEAD}    return {expression}\n"
    return text, program(ARGUMENTS, [(Symbol("o", ()), ARGUMENTS[5])], [Symbol("o", ())])


def drawn(dtype: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = {"x": (320, 260), "y": (320, 260), "w": (260, 260), "b": (260,), "z": (320, 1)}
    found = {k: rng.uniform(0.1, 0.9, shape).astype(dtype) for k, shape in shapes.items()}
    found["w"] = found["w"] + 400 * np.eye(260, dtype=dtype)
    found |= {"s": np.asarray(0.5, dtype), "t": rng.uniform(size=(4, 320, 260)).astype(dtype)}
    return found | {"m": rng.random((320, 260)) < 0.5, "k": rng.integers(0, 260, 320)}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_peak_and_what_is_kept_are_as_told(expression: str, dtype: str) -> None:
    text, made = module(expression)
    scope = {"np": np, "math": math, "special": special}
    exec(compile(text, "forward", "exec"), scope)
    values = drawn(dtype)
    measure = Measure(text, made, values["x"].itemsize, SIZES, exact=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peak, kept = (f(lambda: scope["forward"](**values)) for f in (peak_of, kept_by))
    told = measure.peak("forward").peak.evaluate(SIZES)
    assert abs(told - peak) <= 0.01 * peak + SMALL
    assert abs(measure.kept("forward").evaluate(SIZES) - kept) <= 0.001 * kept + SMALL


@pytest.mark.parametrize(
    "expression",
    [
        "np.fft.fft(x)",
        "np.unique(x)",
        "x.frobnicate()",
        "np.einsum('ii,jk', w, x)",
        "[x for x in t]",
    ],
)
def test_what_is_not_known_is_refused_by_name(expression: str) -> None:
    text, made = module(expression)
    with pytest.raises(Unknown):
        Measure(text, made, 4, SIZES, exact=True).peak("forward")


def test_an_array_that_is_written_into_takes_no_more() -> None:
    text, made = module("h")
    plain = text.replace(
        "    return", "    h = x @ w\n    h = np.exp(h, out=h)\n    h /= n\n    return"
    )
    peak = Measure(plain, made, 4, SIZES, exact=True).peak("forward").peak
    assert str(peak) == "4*d*n"


def test_letters_count_as_large_and_leave_out_buffers_of_fixed_size() -> None:
    text, made = module("(x * y + y) * b")
    assert str(Measure(text, made, 4, SIZES, exact=False).peak("forward").peak) == "8*d*n"


def test_the_line_that_needs_most_is_told() -> None:
    text, made = module("x")
    text = text.replace("    return", "    h = x @ w\n    g = t * h\n    del g, h\n    return")
    line = Measure(text, made, 4, SIZES, exact=True).peak("forward").line
    assert text.splitlines()[line - 1].strip() == "g = t * h"


def test_every_ufunc_that_code_is_written_with_is_known() -> None:
    told = [known.numpy for known in operations.FUNCTIONS.values() if known.numpy]
    spelled = {of.name for of in told if of.home == "np"}
    assert {f"np.{name}" for name in spelled} <= FUNCTIONS.keys()
    assert {f"special.{of.name}" for of in told if of.home == "special"} <= FUNCTIONS.keys()
