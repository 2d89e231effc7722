"""The cache against PyTorch: no gradient of any shipped model saves more than eager autograd.

Recomputing what is cheap saves less where a network has GELU, SiLU or layer norm, and gradients
stay what they are.
"""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

import derive
from derive.face import shipped
from tests.acceptance.saved_bytes import (
    asked,
    derived,
    draw,
    generated,
    model,
    page,
    parameters,
    predicted,
    run,
    subsets,
)

ROOT = Path(__file__).parents[2]
SHIPPED = shipped.names()
MODES = ("none", "cheap")
DISTINCT = (6, 8, 10, 12, 4, 14, 16)
BLOCK = {"b": 4, "t": 128, "k": 32}  # with 8 heads of 32 the width is 256


def sizes_of(program, kind):
    """Return different sizes, or such as costs are compared at: the first twice the others."""
    if kind == "distinct":
        return dict(zip(program.dimensions, DISTINCT, strict=False))
    return {name: 8 if k else 16 for k, name in enumerate(program.dimensions)}


def agree(ours, theirs):
    for found, expected in zip(ours.gradients, theirs.gradients, strict=True):
        torch.testing.assert_close(found, expected, atol=1e-11, rtol=1e-10)


@pytest.mark.parametrize("kind", ["distinct", "as compared"])
@pytest.mark.parametrize("name", SHIPPED)
def test_no_set_of_gradients_saves_more_than_eager_or_other_than_planned(name, kind):
    made = derived(name)
    program, function = made.program, generated(made)
    sizes = sizes_of(program, kind)
    values = draw(program, sizes, torch.float64)
    for needs in subsets(program):
        eager = run(model(name), program, values, needs)
        ours = run(function, program, values, needs)
        assert ours.saved <= eager.saved, needs
        assert ours.saved == predicted(made.plan, sizes, 8, needs), needs
        agree(ours, eager)


@pytest.mark.parametrize("name", SHIPPED)
def test_recomputing_saves_what_is_planned_and_no_more_than_without(name):
    made = derived(name)
    program, again = made.program, made.planned("cheap")
    sizes = sizes_of(program, "as compared")
    values = draw(program, sizes, torch.float64)
    for needs in filter(None, (asked(program), parameters(program))):
        plain, found = (run(generated(m), program, values, needs) for m in (made, again))
        assert found.saved <= plain.saved
        assert found.saved == predicted(again.plan, sizes, 8, needs)
        agree(found, plain)


def gelu_net(x: "n d", *, w1: "d h", b1: "h", w2: "h m", b2: "m"):
    return F.gelu(x @ w1 + b1) @ w2 + b2


def gelu_tanh_net(x: "n d", *, w1: "d h", b1: "h", w2: "h m", b2: "m"):
    return F.gelu(x @ w1 + b1, approximate="tanh") @ w2 + b2


def silu_net(x: "n d", *, w1: "d h", b1: "h", w2: "h m", b2: "m"):
    return F.silu(x @ w1 + b1) @ w2 + b2


def swiglu(x: "n d", *, wg: "d h", wu: "d h", wd: "h d"):
    return x + (F.silu(x @ wg) * (x @ wu)) @ wd


def pre_norm(x: "n d", *, g: "d", b: "d", w1: "d h", b1: "h", w2: "h d"):
    z = F.layer_norm(x, (x.shape[1],), g, b)
    return x + torch.tanh(z @ w1 + b1) @ w2


def post_norm(x: "n d", *, w1: "d h", w2: "h d", g: "d", b: "d"):
    return F.layer_norm(x + torch.relu(x @ w1) @ w2, (x.shape[1],), g, b)


def two_norms(x: "n d", y: "n m", *, w1: "d h", g1: "h", b1: "h", w2: "h m", g2: "m", b2: "m"):
    h1 = F.silu(F.layer_norm(x @ w1, (w1.shape[1],), g1, b1))
    h2 = F.gelu(F.layer_norm(h1 @ w2, (w2.shape[1],), g2, b2))
    return ((h2 - y) ** 2).mean()


NETWORKS = {
    f.__name__: f
    for f in (gelu_net, gelu_tanh_net, silu_net, swiglu, pre_norm, post_norm, two_norms)
}


@pytest.mark.parametrize("kind", ["distinct", "as compared"])
@pytest.mark.parametrize("name", NETWORKS)
def test_recomputing_saves_strictly_less_than_eager_with_gelu_silu_or_layer_norm(name, kind):
    made = derive.derive(NETWORKS[name])
    program = made.program
    sizes = sizes_of(program, kind)
    values = draw(program, sizes, torch.float64)
    plain, again = (generated(made.planned(mode)) for mode in MODES)
    for needs in (asked(program), parameters(program)):
        eager = run(NETWORKS[name], program, values, needs)
        found = run(again, program, values, needs)
        assert run(plain, program, values, needs).saved <= eager.saved
        assert found.saved < eager.saved
        agree(found, eager)


def smooth(name):
    """Whether a shipped model has a GELU, a SiLU or a layer norm."""
    text = shipped.path(name).read_text("utf-8")
    return any(word in text for word in ("gelu(", "silu(", "layer_norm("))


@pytest.mark.parametrize("name", list(filter(smooth, SHIPPED)))
def test_recomputing_saves_strictly_less_of_a_shipped_model_with_them(name):
    program, again = derived(name).program, generated(derived(name).planned("cheap"))
    values = draw(program, sizes_of(program, "as compared"), torch.float64)
    for needs in (asked(program), parameters(program)):
        eager = run(model(name), program, values, needs)
        found = run(again, program, values, needs)
        assert found.saved < eager.saved
        agree(found, eager)


@pytest.mark.parametrize("sizes", [None, BLOCK], ids=["reference sizes", "its sizes"])
def test_a_block_of_gpt_2_saves_at_most_three_fifths_of_eager(sizes):
    made = derived("transformer_block")
    program, function = made.program, generated(made.planned("cheap", sizes=sizes))
    values = draw(program, BLOCK, torch.float32)
    needs = asked(program)
    eager = run(model("transformer_block"), program, values, needs)
    assert run(function, program, values, needs).saved <= 0.61 * eager.saved


def test_the_committed_table_is_what_is_measured():
    committed = (ROOT / "generated" / "saved_bytes.md").read_text("utf-8")
    assert committed == page(), "python -m tests.acceptance.saved_bytes > generated/saved_bytes.md"
