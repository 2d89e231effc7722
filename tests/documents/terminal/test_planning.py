"""The page of `derive plan`: peak memory, and what is said where it is not known."""

from __future__ import annotations

import pytest

import derive
from derive.code.footprint import Unknown
from derive.documents.terminal import memory
from derive.documents.terminal.planning import plan_lines
from derive.formulas.notation import Notation


def page(model: str, **sizes: int) -> str:
    made = derive.derive(model)
    return "\n".join(plan_lines(made.plan, Notation(made.derivation), sizes, "float32"))


def test_the_peak_is_told_with_its_moment_and_what_is_alive() -> None:
    text = page("mlp", n=128)
    peak = "4 d h + 512 d + 520 h + 520, in backward (1): the results and ∇Y₁"
    assert f"  peak    {peak}\n" in text
    assert "  new memory   512 h + 512\n" in text


def test_it_is_told_what_forward_and_backward_apart_need_more() -> None:
    text = page("mlp", n=128)
    assert "forward and backward called one by one need 512 h + 1024 more,\n" in text
    assert "because the caller holds the cache until both are done" in text


def test_without_a_number_as_output_forward_and_backward_are_apart() -> None:
    text = page("linear")
    assert "in value_and_grad" not in text
    assert "peak    4 d m + 4 d n + 4 m n + 4 m, forward and backward called one by one" in text


def test_with_all_sizes_given_the_peak_is_a_number() -> None:
    assert "peak    3347500, in backward (1)" in page("mlp_relu", n=128, d=784, k=10, h=512, m=512)


def test_where_an_operation_is_not_known_a_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unknown("`np.frobnicate`")

    monkeypatch.setattr(memory.Measure, "peak", refuse)
    text = page("mlp", n=128)
    assert "peak    at least" in text
    assert "temporaries are not counted: the memory of `np.frobnicate` is not known" in text


SHARED = """\
import torch
import torch.nn.functional as F


def hinge(x: "n d", y: "n", *, w: "d"):
    return F.relu(1 - y * (x @ w)).sum()


def viewed(x: "n d", *, w: "d k", v: "k k"):
    a = torch.tanh(x @ w)
    t = a.T
    return (v @ t).sum(1) @ t.sum(1)
"""


def row_of(text: str, value: str) -> list[str]:
    """Return the cells of a value's row in the table of the cache."""
    lines = text.partition("Cache")[2].splitlines()
    row = next(line for line in lines if line.split()[:1] == [value])
    return [cell.strip() for cell in row.split("  ") if cell.strip()]


def test_a_mask_counts_a_bit_for_each_entry() -> None:
    made = derive.derive(SHARED, name="hinge", wrt=["w"])
    text = "\n".join(plan_lines(made.plan, Notation(made.derivation), {"n": 800}, "float32"))
    assert row_of(text, "relu_mask")[2] == "100"
    assert "new memory   100\n" in text


def test_a_view_counts_nothing_beside_what_it_shows() -> None:
    made = derive.derive(SHARED, name="viewed")
    text = "\n".join(plan_lines(made.plan, Notation(made.derivation), {}, "float32"))
    assert row_of(text, "T")[2] == "view of A"
    assert "new memory   4 k n\n" in text
