"""Figures: nothing overlaps, nothing is cut, and they show what the plan says."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import derive
from derive.code.seal import is_ours
from derive.documents.figures.drawing import Box, Drawing, Label, Path, Text
from derive.documents.figures.extent import NORMAL, SMALL, text_width
from derive.documents.figures.folding import fold
from derive.documents.figures.labels import Labels
from derive.documents.figures.node import node
from derive.documents.figures.packing import pack
from derive.documents.figures.pebbles import BAR
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.plan.lifetimes import timeline
from tests.code.model_texts import MODELS
from tests.documents.figures.figure_faults import faults
from tests.documents.figures.figure_models import DRAWN, derived, drawings, residual, stills, texts

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_overlaps_and_nothing_is_cut(name):
    for lang in ("en", "zh"):
        for kind, drawing in drawings(derived(name), lang).items():
            found = [fault for still in stills(drawing) for fault in faults(still)]
            assert not found, (kind, lang, found[:3])
            assert drawing.width <= 1010 and drawing.height <= 1250, (kind, lang)


def test_the_faults_that_these_tests_look_for_are_found():
    label = Label("words", "words")
    box = Box(0, 0, 20, 20, "module")
    through = Path(((5, 50), (90, 50)), arrow=True)
    drawing = Drawing(
        100,
        100,
        (box, Text(10, 12, label), Text(30, 53, label), through, Text(80, 90, label)),
        "",
        "",
    )
    found = " ".join(faults(drawing))
    assert "'words' at 80,90 leaves the view" in found
    assert "'words' at 10,12 crosses the edge of Box" in found
    assert "runs through 'words' at 30,53" in found


@pytest.mark.parametrize("wrt", [None, ["w"]])
@pytest.mark.parametrize(
    "body", ["return x", "return x, w", "y = x * 0\n    return y", "return x.sum() * 0 + 1"]
)
def test_a_model_in_which_little_happens_has_figures_too(body, wrt):
    model = derive.derive(f'def f(x: "n d", *, w: "d"):\n    {body}\n', wrt=wrt)
    for drawing in drawings(model, "en").values():
        assert not [fault for still in stills(drawing) for fault in faults(still)]


def test_the_block_diagram_names_what_enters_and_leaves_each_module():
    shown = texts(drawings(derived("mlp_relu"), "en")["blocks"])
    assert {"Forward", "Cache", "Backward", "Optimizer"} <= shown
    assert {"X", "W₁", "b₁", "loss", "∂loss/∂loss = 1", "∇X", "∇W₁", "new W₁", "state"} <= shown
    assert {"H₁  n×h", "output of (2)", "a weight", "an argument"} <= shown


def test_a_cached_array_that_the_caller_holds_is_dashed():
    drawing = drawings(derived("linear"), "en")["blocks"]
    dashed = [item for item in drawing.items if isinstance(item, Path) and item.dashed]
    assert len(dashed) == 2 * 2 + 1, "X and W, into the cache and out of it, and the legend"


def test_a_model_without_parameters_has_no_optimizer():
    shown = texts(drawings(derived("text softmax_rows"), "en")["blocks"])
    assert "Optimizer" not in shown and "Backward" in shown


def test_long_lists_are_folded_by_shape_and_say_how_many():
    shown = texts(drawings(derived("a hundred layers"), "en")["blocks"])
    assert {"U₀ … U₉₉", "100 · h×h", "outputs, (1)–(401)"} <= shown


@pytest.mark.parametrize("name", ["linear", "mlp", "mlp_relu", "ridge", "torch lstm_cell"])
def test_each_frame_shows_the_arrays_that_are_alive_in_its_moment(name):
    model = derived(name)
    line, notation = timeline(model.plan), Notation(model.plan.derivation)
    drawing = drawings(model, "en")["pebbles_animated"]
    assert drawing.frames == len(line.moments)
    for frame in range(drawing.frames):
        pebbles = [
            item.label.text
            for item in drawing.at(frame).items
            if isinstance(item, Text) and item.size == SMALL and item.tone in ("ink", "light")
        ]
        for life in line.lives:
            if life.symbol not in notation.values:
                assert (notation.text(life.symbol) in pebbles) == life.is_alive(frame)


@pytest.mark.parametrize("name", ["linear", "mlp_relu", "torch attention", "text perm"])
def test_a_bar_lies_over_the_moments_in_which_its_array_is_alive(name):
    model = derived(name)
    line = timeline(model.plan)
    bars = [i for i in drawings(model, "en")["pebbles"].items if isinstance(i, Box)]
    bars = [bar for bar in bars if bar.height == BAR]
    step = min(bar.width + 4 for bar in bars) if bars else 0
    assert len(bars) == len(line.lives)
    for bar, life in zip(bars, line.lives, strict=True):
        end = len(line.moments) - 1 if life.end is None else life.end
        assert round((bar.width + 4) / step, 6) >= 1
        assert end - life.start + 1 >= round((bar.width + 4) / step, 6)


@pytest.mark.parametrize("name", ["mlp", "text perm", "torch lstm_cell", "a hundred layers"])
def test_the_curve_is_the_timeline_s_bytes(name):
    plan = derived(name).plan
    line = timeline(plan)
    folded = fold(line, plan.sizes)
    for moment in range(0, len(line.moments), 7):
        assert folded.bytes[moment] == line.bytes_alive(moment, 4).evaluate(plan.sizes)
    assert max(folded.most) == max(folded.bytes)


def test_a_folded_timeline_leaves_nothing_out_and_says_so():
    plan = derived("a hundred layers").plan
    _, rows, left_out = pack(timeline(plan), plan.sizes)
    assert not left_out and len(rows) <= 42
    shown = {symbol for row in rows for strand in row for symbol in strand.symbols}
    assert {s.name for s in shown if s.role == "cotangent"} >= set(plan.returned)
    assert any(
        "Folded" in text for text in texts(drawings(derived("a hundred layers"), "en")["pebbles"])
    )


@pytest.mark.parametrize("name", ["mlp_relu", "text reuse", "torch lstm_cell"])
def test_every_equation_has_its_node(name):
    model = derived(name)
    labels = Labels(model.plan, Notation(model.plan.derivation), Words("en"))
    for equation in model.program.equations:
        if not equation.inline:
            drawing = node(model.plan, labels, equation.number)
            assert not faults(drawing)
            assert any(text.startswith(f"({equation.number})  ") for text in texts(drawing))
    with pytest.raises(KeyError, match="no equation"):
        model.node_figure(99)


MASKED = """\
import torch


def masked(x: "n d", *, w: "d m"):
    y = torch.relu(x @ w)
    return y + y.sum()
"""


def test_a_cached_mask_is_told_to_be_one():
    assert {"[Y > 0]  n×m", "a mask, from (2)"} <= texts(
        drawings(derive.derive(MASKED), "en")["blocks"]
    )


@pytest.mark.parametrize("recompute", ["cheap", "budget=250000"])
def test_a_value_that_backward_makes_again_is_drawn_where_it_is_alive(recompute):
    model = derive.derive(residual(3), wrt="params").planned(recompute)
    line = timeline(model.plan)
    again = [life.symbol for life in line.lives if life.symbol.role == "value"]
    again = [s for s in again if again.count(s) > 1]
    assert again, "the plan makes values again"
    shown = drawings(model, "en")
    for drawing in shown.values():
        assert not [fault for still in stills(drawing) for fault in faults(still)]
    rows = pack(line, model.plan.sizes)[1]
    spans = [(s, strand.start) for row in rows for strand in row for s in strand.symbols]
    assert all(sum(s == symbol for s, _ in spans) == 2 for symbol in again)


def test_a_node_tells_what_is_added_to_the_gradient_of_others():
    model = derive.derive(MODELS["reuse"])
    drawing = ElementTree.fromstring(model.node_figure(1))
    assert any(t.text and t.text.startswith("∇W += ") for t in drawing.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", ["linear", "names", "ten layers", "text heads"])
def test_an_svg_is_well_formed_speaks_and_loads_nothing(name):
    for lang in ("en", "zh"):
        for file, text in derived(name).figures(lang=lang).items():
            root = ElementTree.fromstring(text)
            assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
            assert file.endswith(".svg" if lang == "en" else ".zh.svg")
            assert is_ours(text.encode())
            assert not re.search(
                r"https?://(?!www\.w3\.org/2000/svg)|<script|@import|url\((?!#)", text
            )


def test_an_animation_stands_still_for_who_wants_no_motion():
    text = derived("mlp").figures()["mlp_pebbles_animated.svg"]
    assert "@media (prefers-reduced-motion:reduce)" in text
    root = ElementTree.fromstring(text)
    hidden = [e for e in root.iter() if e.get("opacity") == "0"]
    seen = [e for e in root.iter() if e.get("style") and e.get("opacity") is None]
    assert hidden and seen, "the frame at rest is what is seen without animation"
    names = set(re.findall(r"animation-name:([\w-]+)", text))
    assert names == set(re.findall(r"@keyframes ([\w-]+)", text))


def test_key_frames_show_an_interval_and_hide_the_rest():
    text = derived("linear").figures()["linear_pebbles_animated.svg"]
    assert "@keyframes f1-1{0%{opacity:0}25%{opacity:1}}" in text
    assert "@keyframes f0-0{0%{opacity:1}25%{opacity:0}}" in text


def test_figures_are_the_same_bytes_each_time():
    again = derive.derive("mlp_relu")
    assert again.figures() == derived("mlp_relu").figures()


def test_a_document_shows_its_figures_and_a_notebook_has_none():
    model = derived("mlp")
    for lang in ("en", "zh"):
        shown = re.findall(r"^!\[(.+)\]\((.+)\)$", model.to_markdown(lang=lang), re.MULTILINE)
        assert {file for _, file in shown} == set(model.figures(lang=lang))
    assert "](mlp_blocks.svg)" not in model._repr_markdown_()
    assert "$$" in model._repr_markdown_()


def test_latex_has_the_still_figures_inline():
    text = derived("mlp").to_latex()
    assert text.count(r"\begin{tikzpicture}") == 3 and "svg" not in text
    widths = re.findall(
        r"\[x=([\d.]+)pt.*?\(0,0\) rectangle \(([\d.]+),([\d.]+)\)", text, re.DOTALL
    )
    assert len(widths) == 3
    for scale, width, height in widths:
        assert float(scale) * float(width) <= 495.1 and float(scale) * float(height) <= 620.1


def test_a_width_is_no_less_than_that_of_a_wide_font():
    verdana_in_thousandths = {"W": 989, "m": 973, "n": 634, "i": 275, "1": 636, "∇": 669, "∂": 544}
    for character, width in verdana_in_thousandths.items():
        assert text_width(character, NORMAL) >= NORMAL * width / 1000
