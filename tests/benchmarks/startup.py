"""How long whole commands take, beside the imports that they cannot do without.

    python tests/benchmarks/startup.py

Prints medians of interleaved runs and their ratios.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

PAIRS = (
    ("derive generate linear --to numpy", "import sympy", 1.5),
    ("derive --help", "import click", 1.5),
)


def seconds(command: list[str], folder: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main(repeats: int = 15) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for words, statement, goal in PAIRS:
            ours = [sys.executable, "-m", *words.split()]
            base = [sys.executable, "-c", statement]
            times: dict[str, list[float]] = {"ours": [], "base": []}
            for k in range(repeats + 1):
                found = {"ours": seconds(ours, folder), "base": seconds(base, folder)}
                if k:
                    for name, value in found.items():
                        times[name].append(value)
            a, b = (statistics.median(times[name]) for name in ("ours", "base"))
            print(f"{words:36} {a:.3f} s   {statement}: {b:.3f} s   ratio {a / b:.2f} (≤ {goal})")


if __name__ == "__main__":
    main()
