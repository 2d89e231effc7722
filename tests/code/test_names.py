"""Names in generated code: the user's stay, ours give way."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.algebra.nodes import Symbol
from derive.code.layout import docstring, prose
from derive.code.names import Names, class_name
from derive.dims import dim
from derive.errors import DeriveError
from tests.code.modules import imported

HOSTILE = [
    "np math cache grad_output Cache",
    "forward backward predict Gradients NamedTuple",
    "value_and_grad ValueError TypeError self grad",
    "rng arguments loss name entry",
    "dtype index count x_2 grad_x",
    "print tuple range max zip",
    "special numpy torch tensor ctx",
    "lambda_ match case type list",
    "θ σ beta λ_1 Δx",
]


def test_the_gradient_of_a_value_is_named_after_it() -> None:
    names = Names(["w1"], ["n"], [])
    assert names.of(Symbol("w1", (dim("n"),), "cotangent")) == "grad_w1"


def test_a_value_of_that_name_keeps_it() -> None:
    names = Names(["w1", "grad_w1"], [], [])
    assert names.of(Symbol("grad_w1", ())) == "grad_w1"
    assert names.of(Symbol("w1", (), "cotangent")) == "grad_w1_2"


def test_a_dimension_gives_way_to_a_value() -> None:
    assert Names(["n"], ["n", "d"], []).dimension == {"n": "size_n", "d": "d"}


def test_a_dimension_named_by_a_keyword_is_renamed() -> None:
    assert Names([], ["in"], []).dimension == {"in": "size_in"}


def test_sizes_are_expressions_of_integers() -> None:
    names = Names([], ["h", "k"], [])
    assert names.size(4 * dim("k")).text == "4 * k"
    assert names.size(dim("k") - 1).text == "k - 1"
    assert names.shape([dim("h") // 2, dim(3)]) == "((h // 2), 3)"


def test_a_size_that_no_argument_has_is_refused() -> None:
    with pytest.raises(DeriveError, match="in no argument's shape"):
        Names([], ["n"], []).size(dim("m"))


def test_classes_capitalise_each_part() -> None:
    assert class_name("lstm_cell") == "LstmCell"
    assert class_name("Linear") == "LinearModule"
    assert class_name("cache", ["Cache"]) == "CacheModule"


@pytest.mark.parametrize("words", HOSTILE)
def test_any_name_works_for_a_value_and_for_an_argument(words: str) -> None:
    a, b, c, e, f = words.split()
    text = (
        f'def model({a}: "n", {b}: "n d", *, {c}: "d", {e}: ""):\n'
        f"    {f} = {b} @ {c} + {a}\n"
        f"    return ({f} ** 2).sum() * {e}\n"
    )
    module = imported(derive.derive(text).to_numpy(), f"hostile_{HOSTILE.index(words)}")
    values = {a: np.ones(3), b: np.ones((3, 2)), c: np.ones(2), e: np.asarray(2.0)}
    value, gradients = module.value_and_grad(*(values[k] for k in (a, b)), **{c: values[c], e: 2.0})
    assert value == 54.0
    assert gradients._fields == (a, b, c, e)
    assert np.array_equal(getattr(gradients, a), np.full(3, 12.0))
    module._self_check()


@pytest.mark.parametrize("words", ["np self", "cache rng", "h loss", "forward Cache"])
def test_any_name_works_for_a_dimension(words: str) -> None:
    p, q = words.split()
    text = f'def model(x: "{p} {q}", y: "{q}"):\n    return (x @ y).mean()\n'
    module = imported(derive.derive(text).to_numpy(), f"dimension_{p}")
    assert module.value_and_grad(np.ones((3, 2)), np.ones(2))[0] == 2.0
    module._self_check()


@pytest.mark.parametrize(
    "words", ['"""', '"', "\\", "\\N{BULLET}", '""" + exit() + """', "{{ x }}"]
)
def test_free_text_can_neither_end_nor_escape_a_docstring(words: str) -> None:
    text = f'def model(x: "n"):\n    {f"A layer {words} of sorts"!r}\n    return x.sum()\n'
    made = imported(derive.derive(text).to_numpy(), "free_text")
    assert "A layer" in (made.__doc__ or "")
    assert made.forward(np.ones(3))[0] == 3.0


def test_prose_keeps_what_is_harmless() -> None:
    assert prose("rows of x, in σ") == "rows of x, in σ"
    assert docstring(4, "Short.") == ['    """Short."""']
