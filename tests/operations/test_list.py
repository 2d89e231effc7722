"""`derive list --operations`: every operation has an example, and its gradient is derived."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from derive.cli.face import main
from derive.cli.one_liners import one_liner
from derive.reader.library import entries


@pytest.fixture(scope="module")
def printed() -> str:
    result = CliRunner().invoke(main, ["list", "--operations"])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_operation_has_an_example_that_the_reader_takes():
    without = [entry.spellings for entry in entries() if one_liner(entry) is None]
    assert not without


def test_every_spelling_is_printed_with_a_gradient(printed):
    blocks = re.split(r"\n(?=\S)", printed)
    assert len(blocks) >= len(entries())
    shown = set(re.findall(r"[\w.]+", printed))
    for entry in entries():
        for spelled in entry.spellings:
            assert spelled.rpartition(".")[2] in " ".join(shown), spelled
    assert "no gradient" not in printed
    assert printed.count("    f = ") == len(entries())


@pytest.mark.parametrize(
    ("call", "gradient"),
    [
        ("torch.tanh(x)", "∇X = ∇F ⊙ (1 − tanh(X)²)"),
        ("torch.lgamma(x)", "∇X = ∇F ⊙ ψ(X)"),
        ("torch.matmul(x, y)", "∇X = ∇F Yᵀ"),
        ("torch.dot(x, y)", "∇x = y"),
        ("torch.logical_or(x, y)", "∇X = 0"),
        ("np.sort(x)", "∇X = scatter_rows(∇F, argsort_rows(X))"),
        ("torch.masked_fill(x, m, 0.0)", "∇X = ∇F ⊙ (1 − M)"),
        ("torch.tril(x)", "∇X = tril(∇F)"),
        ("np.cumsum(x)", "∇X = unvec_n×d(triu(1 1ᵀ) ∇f)"),
        ("torch.narrow(x, 1, 1, 1)", "∇X = [0(n×1), ∇F, 0(n×(d − 2))]"),
        ("torch.clip(x, -1, 1)", "∇X = ∇F ⊙ [−1 ≤ X ≤ 1]"),
        ("torch.diff(x)", "∇X = [−∇F, 0] + [0, ∇F]"),
        ("torch.cholesky(x)", "where Φ(A): the lower triangle of the square matrix A"),
    ],
)
def test_the_gradients_are_those_of_a_textbook(printed, call, gradient):
    block = printed.split(f"f = {call}")[1].split("    f = ")[0]
    assert gradient in block, block
