"""What generated NumPy code really takes, by tracemalloc."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any


def peak_of(run: Callable[[], Any]) -> int:
    """Return the most bytes alive at once while it runs, warmed up before."""
    run()
    gc.collect()
    tracemalloc.start()
    result = run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return peak


def kept_by(run: Callable[[], Any]) -> int:
    """Return the bytes that its result keeps alive."""
    run()
    gc.collect()
    tracemalloc.start()
    result = run()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return kept
