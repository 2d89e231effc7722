"""Both languages have every sentence, and each fills in the same places."""

from __future__ import annotations

import re
import string
import unicodedata

import pytest

import derive
from derive.formulas.words.words import LANGUAGES, WORDS, Words


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_a_sentence_has_the_same_places_in_both_languages(key):
    english, chinese = WORDS[key]
    assert english and chinese
    extra = {"verb", "formable"}  # grammar that Chinese does without
    assert places(chinese) <= places(english)
    assert places(english) - places(chinese) <= extra


@pytest.mark.parametrize("key", sorted(WORDS))
def test_emphasis_closes_where_markdown_lets_it(key):
    """After punctuation, a closing mark needs a blank, punctuation or a formula behind it."""
    for text in WORDS[key]:
        for found in re.finditer(r"(\*+)(.+?)\1", text):
            behind = text[found.end() : found.end() + 1]
            if unicodedata.category(found[2][-1]).startswith("P") and behind:
                assert behind in " {$" or unicodedata.category(behind).startswith("P"), text


def test_a_list_is_joined_as_the_language_does():
    assert Words("en").listed(["a", "b", "c"]) == "a, b and c"
    assert Words("zh").listed(["a", "b", "c"]) == "a、b 和 c"
    assert Words("en").listed(["a"]) == "a"


SYMMETRIC = """
def f(x: "n d", w: "d", *, s: "n n: symmetric"):
    return s @ (-(x @ w))
"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_emphasis_becomes_latex_in_every_language(lang):
    text = derive.derive(SYMMETRIC).to_latex(lang=lang)
    assert rf"\emph{{{'自由' if lang == 'zh' else 'free'}}}" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_twice_a_negative_formula_begins_with_its_sign(lang):
    text = derive.derive(SYMMETRIC).to_markdown(lang=lang)
    assert r"2\,-" not in text
    assert "-2" in text
