"""The page that settles "input or output?" is current on disk, complete, and found, not typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import reader
from derive.code.seal import is_ours
from derive.face import api, shipped

ROOT = Path(__file__).parents[2]
PAGES = {
    "en": ROOT / "generated" / "input_or_output.md",
    "zh": ROOT / "generated" / "input_or_output.zh.md",
}


@pytest.mark.parametrize("lang", PAGES)
def test_the_committed_page_is_current_and_carries_the_seal(lang):
    content = PAGES[lang].read_bytes()
    assert is_ours(content)
    assert content.decode("utf-8") == api.input_or_output(lang=lang), (
        f"stale: derive list --cache --lang {lang} > {PAGES[lang].name}"
    )


@pytest.mark.parametrize("lang", PAGES)
def test_every_operation_is_judged_in_both_languages(lang):
    page = PAGES[lang].read_text("utf-8")
    for path in shipped.operations().values():
        for program in reader.read_file(path):
            assert page.count(f"`{program.name}`") >= 2, f"{program.name}: overview and table"


def test_the_overview_says_what_the_rules_of_thumb_say():
    rows = dict(
        line.strip("| ").split(" | ", 1)
        for line in PAGES["en"].read_text("utf-8").splitlines()
        if line.startswith("| ") and line.count("|") == 3
    )
    either = rows["the input or the output, either alone"]
    assert all(f"`{name}`" in either for name in ("tanh", "sigmoid", "exp", "relu", "log"))
    assert "`gelu`" in rows["the input; the output is not enough"]
    made_again = "the output; from the input alone it would have to be made again"
    assert "`softmax`" in rows[made_again]
    assert "`relu`" in rows["one bit an entry"]
    assert rows["nothing"].split(", ") == ["`add`", "`sum`", "`mean`"]
