"""Hessians of logistic regression: emitted closed form, hand-written NumPy, PyTorch and JAX.

Run as `OMP_NUM_THREADS=1 python tests/benchmarks/hessians.py`.  All run in one process on the same
float64 data, one round after another; the medians and their ratios to the emitted NumPy code are
printed.  The best hand-written form multiplies a scaled matrix by its own transpose, half the work
of a general product; the emitted code does so as well, and checks its arguments besides.  The
script fails where the emitted code takes a tenth longer than the best.
JAX is left out where it is not installed.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import derive

MODEL = """\
import torch

def logistic(x: "n d", y: "n", *, w: "d"):
    p = torch.sigmoid(x @ w)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
"""
SIZES = ((200, 100, 400), (1000, 500, 40), (2000, 1000, 3))  # n, d, rounds
SLACK = 1.1
Contender = Callable[[], Any]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-z)), which does not overflow."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def scaled(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return XᵀDX/n as a matrix times its own transpose, which BLAS does by halves."""
    p = sigmoid(x @ w)
    half = np.sqrt(p * (1 - p) / len(x))[:, None] * x
    return half.T @ half


def plain(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return XᵀDX/n as it is usually written."""
    p = sigmoid(x @ w)
    return (x.T * (p * (1 - p) / len(x))) @ x


def loss_in_torch(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the loss, stable, as one would write it for autograd."""
    return torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)


def in_jax(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> Contender:
    """Return JAX' compiled Hessian of the same loss."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    data, labels, weights = map(jnp.asarray, (x, y, w))

    def loss(w: Any) -> Any:
        logits = data @ w
        return jnp.mean(jax.nn.softplus(logits) - labels * logits)

    compiled = jax.jit(jax.hessian(loss))
    return lambda: compiled(weights).block_until_ready()


def contenders(n: int, d: int) -> dict[str, Contender]:
    """Return what is timed, the emitted code first."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((n, d)), (rng.random(n) < 0.5).astype(float)
    w = rng.standard_normal(d) / np.sqrt(d)
    emitted = derive.derive(MODEL, extras=["hessian:w"])
    in_numpy, in_torch = emitted.compile("numpy"), emitted.compile("torch")
    tensors = [torch.tensor(array) for array in (w, x, y)]
    hessian = torch.func.hessian(loss_in_torch)
    found: dict[str, Contender] = {
        "emitted NumPy": lambda: in_numpy.hessian_w(x, y, w=w),
        "hand, scaled by roots": lambda: scaled(x, y, w),
        "hand, (X.T * s) @ X": lambda: plain(x, y, w),
        "emitted PyTorch": lambda: in_torch.hessian_w(tensors[1], tensors[2], w=tensors[0]),
        "torch.func.hessian": lambda: hessian(*tensors),
    }
    if importlib.util.find_spec("jax"):
        found["jax.hessian, jit"] = in_jax(x, y, w)
    return found


def medians(tried: dict[str, Contender], rounds: int) -> dict[str, float]:
    """Return the median time of each in seconds.

    All take turns, in another order each round, and each runs twice, the second run counting: what
    ran before leaves caches cold.
    """
    expected = np.asarray(next(iter(tried.values()))())
    for name, run in tried.items():
        assert np.allclose(np.asarray(run()), expected, rtol=1e-9, atol=1e-12), name
    times: dict[str, list[float]] = {name: [] for name in tried}
    turns = random.Random(0)
    for _ in range(rounds):
        for name, run in turns.sample(list(tried.items()), len(tried)):
            run()
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> int:
    slow = False
    for n, d, rounds in SIZES:
        found = medians(contenders(n, d), rounds)
        own, best = found["emitted NumPy"], min(v for k, v in found.items() if "hand" in k)
        print(f"n = {n}, d = {d}")
        for name, taken in found.items():
            print(f"  {name:<24}{taken * 1e3:10.3f} ms  {taken / own:7.2f}")
        slow = slow or own > SLACK * best
    print("slower than by hand" if slow else "at least as fast as by hand")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
