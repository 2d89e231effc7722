"""Triangular systems in code: each library's own way, no general solve, of any size and layout."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

import derive

HEAD = "import torch\n\n\n"
LOWER = (
    'def model(a: "n n", b: "n k"):\n    return torch.linalg.solve_triangular(a, b, upper=False)\n'
)
UPPER = LOWER.replace("upper=False", "upper=True")
STACK = LOWER.replace('"n n"', '"m n n"').replace('"n k"', '"m n k"')
SIZES = (0, 1, 5, 64, 65, 150)


def drawn(shape: tuple[int, ...], dtype: str = "f8") -> np.ndarray:
    """Return well-conditioned matrices: a heavy diagonal."""
    n = shape[-1]
    noise = np.random.default_rng(n).standard_normal(shape) / max(1, n)
    return (noise + 2 * np.eye(n)).astype(dtype)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("text", [LOWER, UPPER], ids=["lower", "upper"])
def test_blocks_of_rows_give_the_solution(text, n):
    module = derive.derive(HEAD + text).compile("numpy")
    a, b = drawn((n, n)), np.random.default_rng(1).standard_normal((3, n)).T
    expected = linalg.solve_triangular(a, b, lower=text is LOWER) if n else b
    np.testing.assert_allclose(module.predict(a, b), expected, atol=1e-12)
    single = module.predict(a.astype("f4"), b.astype("f4"))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, atol=1e-5)


def test_a_stack_of_systems_is_solved_at_once():
    module = derive.derive(HEAD + STACK).compile("numpy")
    a = np.stack([drawn((70, 70)), drawn((70, 70)).T])
    b = np.random.default_rng(2).standard_normal((2, 70, 4))
    np.testing.assert_allclose(module.predict(a, b), np.linalg.solve(np.tril(a), b), atol=1e-12)


def test_no_general_solve_is_called_for_a_triangle():
    for text, side in ((LOWER, "lower"), (UPPER, "upper")):
        derived = derive.derive(HEAD + text)
        numpy, torch = derived.to_numpy(), derived.to_torch()
        assert f"_solve_{side}(" in numpy
        assert "linalg.solve(" not in torch
        assert "linalg.solve_triangular(" in torch
