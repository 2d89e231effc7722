"""No name of an operation stands on paper without being standard or defined, in both languages."""

from __future__ import annotations

import pytest

import derive
from derive.documents.terminal.show import show
from derive.formulas import functions, operations
from derive.formulas.definitions import DEFINITIONS, plain
from derive.formulas.entries import ENTRIES
from derive.formulas.matrices.operations import VIEWS
from derive.formulas.words.words import LANGUAGES
from derive.operations.functions import FUNCTIONS
from derive.operations.spelled_out import SPELLED_OUT
from derive.rules import OPERATIONS
from tests.operations.test_paper import STANDARD

MODEL = """
import torch
import torch.nn.functional as F

def f(x: "n d", a: "m m", *, w: "d 2*h"):
    z = x @ w
    u, v = z.chunk(2, 1)
    t = torch.tril(a, -1) @ torch.flip(a, (0,))
    s = torch.linalg.norm(torch.where(v > 0, u, v), 3, dim=1)
    return F.elu(u).sum() + s.sum() + torch.sort(t, 1)[0].cumsum(1).square().sum()
"""


def shown(lang: str, **chosen: bool) -> str:
    given = {"ascii": False, "brief": True, "latex": False} | chosen
    return show(derive.derive(MODEL), lang=lang, **given)


def test_every_operation_has_a_form_on_paper():
    assert set(OPERATIONS) <= set(VIEWS)


def test_every_function_is_standard_has_a_form_or_is_defined():
    formed = {*SPELLED_OUT, *functions.SPECIAL, *functions.COMPARISONS, *functions.JOINED}
    formed |= {"logical_not", "isnan", "pi", "e", "inf"}
    assert not set(FUNCTIONS) - formed - {*STANDARD, *DEFINITIONS}


def test_every_operation_by_entries_is_a_rule():
    assert set(ENTRIES) <= set(OPERATIONS)
    assert set(operations.SPECIAL) >= {"flip", "norm", "vec", "iota"}


def test_a_terminal_defines_the_names_that_it_writes():
    text = shown("en")
    assert "where [c]: 1 where c holds, else 0, entry by entry" in text
    assert "where f_rows, f_columns: f of each row, of each column" in text
    assert "where tril(A, k): A with zeros above diagonal k" in text
    assert "where elu(x, a): max(x, 0) + a (e^(min(x, 0)) − 1)" in text
    assert "where order = argsort_rows(T)" in text
    assert "softmax" not in text


def test_it_does_so_in_chinese():
    text = shown("zh")
    assert "其中 [c]：c 成立处为 1，否则为 0（逐元素）" in text
    assert "其中 tril(A, k)：A 中第 k 条对角线（缺省为主对角线）以上置零" in text
    assert "where" not in text


def test_it_does_so_in_ascii():
    text = shown("en", ascii=True)
    assert text.isascii()
    assert "where elu(x, a): max(x, 0) + a (e^(min(x, 0)) - 1)" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_document_defines_them_beside_its_variables(lang):
    text = derive.derive(MODEL).to_markdown(lang=lang)
    before, after = text.split("## 2. ")[:2]
    assert r"$`\mathrm{tril}(A, k)`$" in before
    assert r"$`Z_{2:h,\,:}`$" in before
    assert r"\mathrm{tril}(A, k)" not in after


def test_a_name_that_is_not_written_is_not_defined():
    text = derive.derive('def f(x: "n d", *, w: "d"):\n    return ((x @ w) ** 2).sum()\n')
    assert "In the formulas below" not in text.to_markdown()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_has_plain_characters_for_a_terminal(name):
    latex, *told = DEFINITIONS[name]
    for text in (latex, *(part for line in told for part in line.split("$")[1::2])):
        assert not set(plain(text, ascii_only=False)) & set("\\{}")
        assert plain(text, ascii_only=True).isascii()
