"""Sections on Jacobians and Hessians: formulas that KaTeX and LaTeX take, code as it is emitted."""

from __future__ import annotations

import pytest

import derive
from derive.face.api import Derived
from derive.formulas.extras import ExtraFormulas
from tests.documents.test_katex import DENIED, formulas
from tests.documents.test_latex import COMPLAINT, last_log
from tests.second_models import CURVED, SEVERAL

CASES = {
    "logistic": (CURVED["logistic regression"].text, "w", ("jacobian", "hessian", "hvp")),
    "network": (CURVED["small network, first weights"].text, "w1", ("hessian", "hvp")),
    "factorisation": (CURVED["matrix factorisation, left"].text, "u", ("hessian",)),
    "product": (SEVERAL["matrix product, right"][0], "w", ("jacobian",)),
    "several": (SEVERAL["several outputs"][0], "x", ("jacobian",)),
}


def derived(case: str) -> Derived:
    text, x, kinds = CASES[case]
    return derive.derive(text, wrt=x, extras=[f"{kind}:{x}" for kind in kinds])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_a_document_has_a_section_for_each(case, lang):
    d = derived(case)
    titles = [line for line in d.to_markdown().splitlines() if line.startswith("## ")]
    assert sum("Jacobian" in title or "Hessian" in title for title in titles) == len(d.extras)
    document = d.to_latex(lang=lang)
    for extra in d.extras:
        assert extra.name.replace("_", "\\_\\allowbreak{}") in document


@pytest.mark.parametrize("case", CASES)
def test_a_document_says_that_each_is_what_the_reverse_sweep_gives(case):
    d = derived(case)
    rows = [line for line in d.to_markdown().splitlines() if "the reverse sweep, at" in line]
    assert [row.split("`")[1] for row in rows] == [extra.name for extra in d.extras]
    assert all(row.endswith("none: equal exactly |") for row in rows)


@pytest.mark.parametrize("case", CASES)
def test_its_formulas_have_no_macro_that_github_denies(case):
    found = formulas(derived(case).to_markdown())
    assert not [tex for _, tex, _ in found if DENIED.search(tex)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", ["logistic", "network"])
def test_it_typesets_without_a_complaint(case, lang, tmp_path):
    name = f"document{'.zh' if lang == 'zh' else ''}.tex"
    source = tmp_path / "source"
    source.mkdir()
    (source / name).write_text(derived(case).to_latex(lang=lang), encoding="utf-8")
    log = last_log(source / name, tmp_path)
    assert not COMPLAINT.findall(log)


def test_factors_that_are_sums_stand_in_parentheses():
    d = derived("network")
    (line,) = ExtraFormulas(d.derivation, d.extras[0]).lines("text")
    assert "(1 − " in line


@pytest.mark.parametrize("case", CASES)
def test_the_code_of_a_document_is_that_of_the_module(case):
    d = derived(case)
    module, document = d.to_numpy(), d.to_markdown()
    for extra in d.extras:
        head = module.index(f"def {extra.name}(")
        body = module[head : module.index("\n\n\n", head)]
        assert body.strip() in document
