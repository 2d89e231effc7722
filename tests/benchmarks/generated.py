"""Generated NumPy beside PyTorch eager and the bare matrix products, one thread, float32.

    OMP_NUM_THREADS=1 python tests/benchmarks/generated.py

Forward and all gradients of the parameters: the tiny network of the shipped `mlp` (5×3 → 4 → 1)
and a ReLU classifier 784-512-512-10 with 128 samples.  Medians of interleaved runs; ratios.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from types import ModuleType

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import torch  # noqa: E402

import derive  # noqa: E402

CLASSIFIER = """
import torch
import torch.nn.functional as F


def classifier(x: "n d", t: "n k: simplex", *, w1: "d h", b1: "h", w2: "h g", b2: "g",
               w3: "g k", b3: "k"):
    z1 = x @ w1 + b1
    h1 = torch.relu(z1)
    z2 = h1 @ w2 + b2
    h2 = torch.relu(z2)
    z3 = h2 @ w3 + b3
    loss = -(t * F.log_softmax(z3, dim=1)).sum() / x.shape[0]
    return loss
"""


def arrays(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    made = {
        name: (rng.standard_normal(shape) * 0.05).astype(np.float32)
        for name, shape in shapes.items()
    }
    if "t" in made:
        made["t"] = np.eye(made["t"].shape[1], dtype=np.float32)[
            rng.integers(0, made["t"].shape[1], made["t"].shape[0])
        ]
    return made


def eager(
    loss: Callable[..., torch.Tensor], given: dict[str, np.ndarray], parameters: list[str]
) -> Callable[[], object]:
    tensors = {name: torch.from_numpy(a.copy()) for name, a in given.items()}
    for name in parameters:
        tensors[name].requires_grad_()
    wanted = [tensors[name] for name in parameters]
    return lambda: torch.autograd.grad(loss(**tensors), wanted)


def apart(model: ModuleType, given: dict[str, np.ndarray]) -> Callable[[], object]:
    """Return forward and then backward, the cache held in between."""

    def run() -> object:
        _, cache = model.forward(**given)
        return model.backward(cache)

    return run


def products(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    made = [[rng.standard_normal(s).astype(np.float32) for s in pair] for pair in pairs]
    return lambda: [a @ b for a, b in made]


def median_of(runs: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    for run in runs.values():
        for _ in range(3):
            run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    order = random.Random(0)
    for _ in range(repeats):
        for name, run in order.sample(list(runs.items()), len(runs)):  # after any of the others
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def report(title: str, runs: dict[str, Callable[[], object]], repeats: int) -> None:
    found = median_of(runs, repeats)
    print(title)
    for name, value in found.items():
        against = value / found["torch eager"]
        print(f"  {name:17} {value * 1e6:10.1f} µs   {against:6.3f} of torch eager")


def tiny() -> None:
    model = derive.derive("mlp", wrt="params").compile("numpy")
    given = arrays({"x": (5, 3), "y": (5,), "w1": (3, 4), "b1": (4,), "w2": (4, 1), "b2": (1,)})

    def loss(x, y, w1, b1, w2, b2):  # type: ignore[no-untyped-def]
        return ((y - ((x @ w1 + b1) @ w2 + b2).squeeze()) ** 2).sum()

    names = ["w1", "b1", "w2", "b2"]
    runs = {
        "value_and_grad": lambda: model.value_and_grad(**given),
        "forward, backward": apart(model, given),
        "torch eager": eager(loss, given, names),
        "products alone": products(
            [
                ((5, 3), (3, 4)),
                ((5, 4), (4, 1)),
                ((5, 1), (1, 4)),
                ((4, 5), (5, 1)),
                ((3, 5), (5, 4)),
            ]
        ),
    }
    report("mlp 5×3 → 4 → 1", runs, 400)


def classifier() -> None:
    model = derive.derive(CLASSIFIER, wrt="params").compile("numpy")
    n, d, h, g, k = 128, 784, 512, 512, 10
    given = arrays(
        {
            "x": (n, d),
            "t": (n, k),
            "w1": (d, h),
            "b1": (h,),
            "w2": (h, g),
            "b2": (g,),
            "w3": (g, k),
            "b3": (k,),
        }
    )

    def loss(x, t, w1, b1, w2, b2, w3, b3):  # type: ignore[no-untyped-def]
        hidden = torch.relu(torch.relu(x @ w1 + b1) @ w2 + b2)
        return -(t * torch.log_softmax(hidden @ w3 + b3, 1)).sum() / n

    runs = {
        "value_and_grad": lambda: model.value_and_grad(**given),
        "forward, backward": apart(model, given),
        "torch eager": eager(loss, given, ["w1", "b1", "w2", "b2", "w3", "b3"]),
        "products alone": products(
            [
                ((n, d), (d, h)),
                ((n, h), (h, g)),
                ((n, g), (g, k)),
                ((n, k), (k, g)),
                ((g, n), (n, k)),
                ((n, g), (g, h)),
                ((h, n), (n, g)),
                ((d, n), (n, h)),
            ]
        ),
    }
    report("784-512-512-10, 128 samples", runs, 40)


if __name__ == "__main__":
    torch.set_num_threads(1)
    tiny()
    classifier()
