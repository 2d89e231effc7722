"""The Cache section tells what is kept, made again and not needed, and none as another."""

from __future__ import annotations

import re

import pytest

from derive import derive
from derive.algebra.build import cotangent
from derive.formulas.notation import Notation
from derive.plan.storage import shown_by

NETWORKS = {
    "tanh": """
import torch
def model(x: "n d", y: "n k", *, w1: "d h", w2: "h k"):
    z1 = x @ w1
    h1 = torch.tanh(z1)
    l = ((h1 @ w2 - y) ** 2).sum()
    return l
""",
    "residual": """
import torch
def model(x: "n d", y: "n d", *, w1: "d d", w2: "d d"):
    h1 = x + torch.relu(x @ w1)
    h2 = h1 + torch.relu(h1 @ w2)
    l = ((h2 - y) ** 2).sum()
    return l
""",
    "gelu": """
import torch.nn.functional as F
def model(x: "n d", y: "n d", *, g: "d", b: "d", w1: "d h", w2: "h d"):
    u = F.layer_norm(x, (x.shape[-1],), g, b)
    a = F.gelu(u @ w1)
    l = ((x + a @ w2 - y) ** 2).sum()
    return l
""",
    "attention": """
import torch
def model(q: "n d", k: "m d", v: "m d"):
    s = q @ k.T
    p = torch.softmax(s, dim=1)
    y = p @ v
    return y
""",
    "view": """
import torch
def model(x: "n d", *, w: "d h", v: "n h"):
    t = (x @ w).T
    l = (t * (torch.exp(t) @ v @ v.T).T.T).sum()
    return l
""",
}


def section(name: str, recompute: str = "none", lang: str = "en") -> str:
    text = derive(NETWORKS[name]).planned(recompute).to_markdown(lang=lang)
    title = "Cache" if lang == "en" else "缓存"
    return re.search(rf"^## \d+\. {title}\n(.*?)^## ", text, re.S | re.M)[1]


def rows(text: str) -> dict[str, list[str]]:
    """The first table's rows by symbol: kept, because, bytes."""
    table = text.split("\n\n| ", 1)[1].split("\n\n")[0]
    cells = [[c.strip() for c in line[2:-2].split(" | ")] for line in table.splitlines()[2:]]
    return {symbol.strip("$`"): rest for symbol, *rest in cells}


def asked(text: str) -> dict[str, str]:
    table = text.split("What is kept follows what is asked:\n\n")[1].split("\n\n")[0]
    return dict(line.strip("| ").split(" | ") for line in table.splitlines()[2:])


def test_a_value_whose_output_tells_the_slope_is_not_needed():
    found = rows(section("tanh"))
    assert found["Z_{1}"][:2] == ["no", "not needed: $`H_{1}`$ tells the slope of (2)"]
    assert r"1 - H_{1}^{\odot 2}" in found["H_{1}"][1]
    assert found["l"][1] == "it occurs in no gradient"


def test_a_mask_is_told_as_truth_values():
    found = rows(section("residual"))
    masks = [cells for symbol, cells in found.items() if "> 0" in symbol]
    assert masks
    assert all("one bit each would do" in cells[2] for cells in masks)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("recompute", ["none", "cheap", "budget=300kB"])
def test_what_is_made_again_is_told_so_and_nothing_else_of_it(name, recompute):
    model = derive(NETWORKS[name]).planned(recompute)
    text = section(name, recompute)
    found = rows(text)
    written = {s: model._notation.latex(s) for s in model.program.symbols.values()}
    for symbol in model.plan.made:
        if symbol in written:
            assert found[written[symbol]][0] == "made again"
            assert "in no gradient" not in found[written[symbol]][1]
    assert ("backward makes it again" in text) == bool(model.plan.made)


def test_gelu_is_made_again_from_its_input_at_a_price():
    found = rows(section("gelu", "cheap"))
    kept, why, size = found["A"]
    assert kept == "made again"
    assert r"A = \mathrm{gelu}" in why
    assert why.endswith("operations")
    assert not size


def test_a_view_takes_no_memory_of_its_own():
    model = derive(NETWORKS["view"])
    views = [k for k in model.plan.kept if not k.held]
    text = section("view")
    assert views
    for kept in views:
        told = rows(text)[model._notation.latex(kept.symbol)][2]
        assert ("a view of" in told) == (kept.symbol not in _owners(model.program))


def _owners(program):
    return {e.symbol for e in program.equations if shown_by(e.expr) is None}


def test_what_is_kept_follows_what_is_asked():
    found = asked(section("tanh"))
    only_w2 = found[r"$`\nabla W_{2}`$"]
    assert "H_{1}" in only_w2
    assert "$`X`$" not in only_w2
    frozen = next(v for k, v in found.items() if "(frozen weights)" in k)
    assert "$`X`$" not in frozen
    assert "$`W_{1}`$" in frozen
    assert len(found) <= 6


@pytest.mark.parametrize("name", ["tanh", "residual", "attention"])
def test_each_choice_keeps_what_the_narrow_derivation_keeps(name):
    model = derive(NETWORKS[name])
    write = model._notation.latex
    of = {write(cotangent(model.program.symbols[x])): x for x in model.plan.returned}
    for label, kept in asked(section(name)).items():
        narrow = derive(NETWORKS[name], wrt=[of[g] for g in re.findall(r"\$`([^`]+)`", label)])
        notation = Notation(narrow.plan.derivation)
        wanted = [notation.latex(k.symbol) for k in narrow.plan.kept]
        assert re.findall(r"\$`([^`]+)`", kept) == wanted or "more" in kept


@pytest.mark.parametrize("name", NETWORKS)
def test_the_chinese_section_has_the_same_rows(name):
    english, chinese = section(name, "cheap"), section(name, "cheap", "zh")
    assert english.count("\n| ") == chinese.count("\n| ")
    assert not re.search(r"\b(kept|made again|held)\b", chinese)
