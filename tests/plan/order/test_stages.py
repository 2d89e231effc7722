"""Products that forward multiplies on the way: values that are kept where backward uses them."""

from __future__ import annotations

import pytest

import derive
from derive.algebra.nodes import symbols_of
from derive.face.api import Derived
from derive.plan.order.stages import Stages

HEAD = "import torch\nimport torch.nn.functional as F\n\n\n"
GATE = """def gate(x: "n d", *, w1: "d h", w3: "d h", w2: "h d"):
    return (F.silu(x @ w1) * (x @ w3)) @ w2
"""
ADAPTED = """def adapted(x: "n d", *, w: "d m", a: "d r", b: "r m"):
    return x @ w + (x @ a) @ b
"""
NORMED = """def normed(x: "n d", *, g: "d", w: "d m"):
    return (x * torch.rsqrt((x ** 2).mean(-1, keepdim=True)) * g) @ w
"""
SCALED = """def scaled(x: "n d", *, w: "d m", s: "m"):
    return s * torch.exp(x @ w).sum(0)
"""


def derived(text: str, wrt: list[str] | None = None, mode: str = "none") -> Derived:
    return derive.derive(HEAD + text, wrt=wrt).planned(mode, sizes={"r": 4})


def kept(made: Derived) -> set[str]:
    return {k.symbol.name for k in made.plan.kept if not k.held}


def made_in_backward(made: Derived) -> list[set[str]]:
    """Return the names that each statement of backward uses."""
    blocks = made.plan.backward
    return [{s.name for s in symbols_of(a.expr)} for block in blocks for a in block.assigns]


@pytest.mark.parametrize("mode", ["none", "cheap"])
def test_no_product_with_a_weight_is_multiplied_again(mode: str) -> None:
    made = derived(GATE, mode=mode)
    assert "product_2" in kept(made)
    assert not any({"x", "w3"} <= names for names in made_in_backward(made))
    assert made.check().ok


def test_what_one_gradient_needs_is_kept_for_it() -> None:
    found = {k.symbol.name: tuple(k.serves) for k in derived(GATE).plan.kept if not k.held}
    assert found["product_3"] == ("w2",)
    assert "w2" not in found["silu"]


def test_a_low_rank_product_is_kept_for_its_second_factor() -> None:
    made = derived(ADAPTED, wrt=["a", "b"])
    assert kept(made) == {"product"}
    assert made.check().ok


def test_a_product_that_spares_no_work_is_not_kept_beside_what_the_caller_holds() -> None:
    assert kept(derived(NORMED)) == {"rsqrt"}


def test_the_sum_of_a_kept_array_is_kept_for_the_gradient_that_needs_no_more() -> None:
    found = {k.symbol.name: tuple(k.serves) for k in derived(SCALED).plan.kept if not k.held}
    assert found["total"] == ("s",)


def test_a_product_of_weights_alone_is_no_stage() -> None:
    made = derived('def folded(x: "n d", *, a: "d r", b: "r d"):\n    return x @ a @ b\n')
    assert all(
        "x" in map(str, symbols_of(s.expr)) for s in Stages(made.derivation, {"r": 999}).found
    )
