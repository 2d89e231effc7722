"""How long derivation plus NumPy text takes for tanh networks, per layer, beside JAX' tracing.

    python tests/benchmarks/derivation.py [--jax]

Prints medians of interleaved repetitions in one process, and their ratios.  With --jax, which
needs jax installed, `make_jaxpr(value_and_grad(loss))` of the same network is timed in turn.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import derive

LAYERS = (1, 10, 100, 1000)


def source(layers: int) -> str:
    """Return the model text of a tanh network under squared error, two statements a layer."""
    parameters = ", ".join(f'w{k}: "h h", b{k}: "h"' for k in range(1, layers + 1))
    lines = [f'def net(x: "n h", t: "n h", *, {parameters}):', "    h0 = x"]
    for k in range(1, layers + 1):
        lines += [f"    z{k} = h{k - 1} @ w{k} + b{k}", f"    h{k} = np.tanh(z{k})"]
    lines += [f"    loss = ((h{layers} - t) ** 2).sum()", "    return loss"]
    return "import numpy as np\n\n\n" + "\n".join(lines) + "\n"


def ours(layers: int) -> Callable[[], object]:
    text = source(layers)
    return lambda: derive.derive(text).to_numpy()


def jax_trace(layers: int) -> Callable[[], object]:
    import jax
    import jax.numpy as jnp

    def loss(parameters: list, x: object, t: object) -> object:
        for w, b in parameters:
            x = jnp.tanh(x @ w + b)
        return ((x - t) ** 2).sum()

    parameters = [(jnp.ones((4, 4)), jnp.ones(4)) for _ in range(layers)]
    x = jnp.ones((5, 4))
    return lambda: jax.make_jaxpr(jax.value_and_grad(loss))(parameters, x, x)


def medians(runs: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the median seconds of each, all run in turn."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jax", action="store_true", help="time JAX' tracing beside it")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    per_layer = {}
    for layers in LAYERS:
        runs = {"derive": ours(layers)}
        if options.jax:
            runs["jax"] = jax_trace(layers)
        found = medians(runs, options.repeats)
        per_layer[layers] = found["derive"] / layers * 1e3
        line = f"{layers:5} layers   {per_layer[layers]:7.3f} ms a layer"
        if options.jax:
            line += f"   jax {found['jax'] / layers * 1e3:7.3f}"
            line += f"   ratio {found['derive'] / found['jax']:.3f}"
        print(line, flush=True)
    print(f"drift, 1000 to 100 layers: {per_layer[1000] / per_layer[100]:.2f}")


if __name__ == "__main__":
    main()
