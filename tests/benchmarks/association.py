"""Products in the order that derive chooses beside the same products as written, one thread.

    OMP_NUM_THREADS=1 python tests/benchmarks/association.py

Forward and backward of the generated NumPy, float64, against NumPy that multiplies from left to
right and writes diag, trace and sum as they stand.  Medians of interleaved runs; ratios.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

import derive  # noqa: E402

SIZE = 400
REPEATS = 15
Arrays = dict[str, np.ndarray]


class Case(NamedTuple):
    """A product as one writes it, and its gradients as written for it by the chain rule."""

    words: str
    arguments: str
    body: str
    forward: Callable[..., Any]
    backward: Callable[..., Any]


def _diag_row(g: np.ndarray, d: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.diagonal(g @ s.T), np.diag(d).T @ g


def _weighted(g: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
    full = np.diag(w)
    return full @ x @ g.T + full.T @ x @ g, np.diagonal(x @ g @ x.T)


CASES = (
    Case(
        "a @ b @ v",
        'a: "n m", b: "m k", v: "k"',
        "a @ b @ v",
        lambda a, b, v: a @ b @ v,
        lambda g, a, b, v: (np.outer(g, v) @ b.T, a.T @ np.outer(g, v), (a @ b).T @ g),
    ),
    Case(
        "tr(a @ b)",
        'a: "n m", b: "m n"',
        "np.trace(a @ b)",
        lambda a, b: np.trace(a @ b),
        lambda g, a, b: (g * np.eye(len(a)) @ b.T, a.T @ (g * np.eye(len(a)))),
    ),
    Case(
        "diag(d) @ s",
        'd: "n", s: "n m"',
        "np.diag(d) @ s",
        lambda d, s: np.diag(d) @ s,
        _diag_row,
    ),
    Case(
        "x.T @ diag(w) @ x",
        'x: "n d", w: "n"',
        "x.T @ np.diag(w) @ x",
        lambda x, w: x.T @ np.diag(w) @ x,
        _weighted,
    ),
    Case(
        "(a @ b).sum(0)",
        'a: "n m", b: "m k"',
        "(a @ b).sum(0)",
        lambda a, b: (a @ b).sum(0),
        lambda g, a, b: (np.ones((len(a), 1)) * g @ b.T, a.T @ (np.ones((len(a), 1)) * g)),
    ),
)


def medians(runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each, run in turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(REPEATS + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if repeat:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def compared(case: Case) -> dict[str, float]:
    """Return the times of the generated code and of the naive, which give the same."""
    text = f"import numpy as np\n\n\ndef product({case.arguments}):\n    return {case.body}\n"
    derived = derive.derive(text)
    module = derived.compile("numpy")
    rng = np.random.default_rng(0)
    symbols = [argument.symbol for argument in derived.program.arguments]
    arrays = [rng.standard_normal([SIZE] * symbol.rank) for symbol in symbols]
    value, cache = module.forward(*arrays)
    upstream = np.asarray(rng.standard_normal(np.shape(value)))
    np.testing.assert_allclose(value, case.forward(*arrays), rtol=1e-6, atol=1e-6)
    found, expected = module.backward(cache, upstream), case.backward(upstream, *arrays)
    for gradient, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, other, rtol=1e-6, atol=1e-6)
    return medians(
        {
            "forward": lambda: module.forward(*arrays),
            "forward as written": lambda: case.forward(*arrays),
            "backward": lambda: module.backward(cache, upstream),
            "backward as written": lambda: case.backward(upstream, *arrays),
        }
    )


def main() -> None:
    print(f"as written / derive, all sizes {SIZE}")
    for case in CASES:
        found = compared(case)
        ratios = [found[f"{way} as written"] / found[way] for way in ("forward", "backward")]
        print(f"  {case.words:20} forward {ratios[0]:7.1f}   backward {ratios[1]:7.1f}")


if __name__ == "__main__":
    main()
