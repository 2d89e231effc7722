"""Formulas read as one would write them: order kept, parentheses where needed, one dialect."""

from __future__ import annotations

import pytest

from derive.algebra.build import add, apply, contract, elementwise, hadamard, negative, ones, scale
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Symbol
from derive.algebra.scalars import tree as sc
from derive.algebra.stacks import identity
from derive.dims import dim
from derive.formulas.glyphs import Glyphs, letters_latex, name_latex
from derive.formulas.latex_marks import Latex, ShapedLatex
from derive.formulas.matrices.view import MatrixView
from derive.formulas.text_marks import AsciiText, Text
from tests.programs import program

N, D, M = map(dim, "ndm")
X, T = Symbol("x", (N, D), "data"), Symbol("t", (N, D), "data")
W = Symbol("w1", (D, M), "parameter")
Y, Z = Symbol("y", (N,), "data"), Symbol("z", (N,))
S, R = Symbol("s", (), "data"), Symbol("r", (), "data")
H, GH = Symbol("h", (N, D)), Symbol("h", (N, D), "cotangent")
LONG = Symbol("hidden_state", (N, D))
THETA = Symbol("theta", (D,), "parameter")
PROGRAM = program([X, T, W, Y, S, R, THETA], [(Z, Y), (H, X), (LONG, X)], [Z])
tanh_slope = elementwise(1 - sc.slot(0) ** 2, [H], H.shape)
residual = add(elementwise(sc.call("sigmoid", sc.slot(0)), [Z], (N,)), negative(Y))

NORM = apply("norm", [Y], (0,), ())
PER_NORM = elementwise(1 / sc.slot(0), [NORM], ())
PER_SQUARE = elementwise(1 / sc.slot(0), [contract((), [(Y, (0,)), (Y, (0,))], {0: N})], ())

CASES = [
    (
        contract((0,), [(PER_NORM, ()), (Y, (0,))], {0: N}),
        "y/‖y‖",
        r"\frac{\mathbf{y}}{\left\| \mathbf{y} \right\|}",
    ),
    (
        contract((0,), [(PER_NORM, ()), (residual, (0,))], {0: N}),
        "(σ(z) − y)/‖y‖",
        r"\frac{\sigma\left( \mathbf{z} \right) - \mathbf{y}}{\left\| \mathbf{y} \right\|}",
    ),
    (
        contract((0,), [(S, ()), (PER_SQUARE, ()), (Y, (0,))], {0: N}),
        "s/‖y‖² y",
        r"\frac{s}{\left\| \mathbf{y} \right\|^{2}}\,\mathbf{y}",
    ),
    (contract((0, 2), [(X, (0, 1)), (W, (1, 2))], {0: N, 1: D, 2: M}), "X W₁", r"X\,W_{1}"),
    (add(X, negative(T)), "X − T", "X - T"),
    (hadamard(GH, tanh_slope), "∇H ⊙ (1 − H²)", r"\nabla H \odot \left( 1 - H^{\odot 2} \right)"),
    (
        contract((0,), [(X, (1, 0)), (residual, (1,))], {0: D, 1: N}),
        "Xᵀ (σ(z) − y)",
        r"X^{\top}\,\left( \sigma\left( \mathbf{z} \right) - \mathbf{y} \right)",
    ),
    (
        scale(dimension_power(N, -1), add(X, negative(T))),
        "1/n (X − T)",
        r"\frac{1}{n}\,\left( X - T \right)",
    ),
    (
        contract((), [(X, (0, 1)), (X, (0, 1))], {0: N, 1: D}),
        "‖X‖²",
        r"\left\| X \right\|^{2}",
    ),
    (
        contract((), [(Y, (0,)), (Z, (0,))], {0: N}),
        "yᵀ z",
        r"\mathbf{y}^{\top}\,\mathbf{z}",
    ),
    (contract((0,), [(X, (0, 1))], {0: N, 1: D}), "X 1", r"X\,\mathbf{1}_{d}"),
    (contract((0,), [(Y, (0,)), (S, ())], {0: N}), "s y", r"s\,\mathbf{y}"),
    (
        elementwise(sc.slot(0) / sc.slot(1), [X, T], X.shape),
        "X ⊘ T",
        r"X \oslash T",
    ),
    (
        contract((0, 1), [(X, (0, 1)), (THETA, (1,))], {0: N, 1: D}),
        "X diag(θ)",
        r"X\,\mathrm{diag}\left( \boldsymbol{\theta} \right)",
    ),
    (
        contract((0, 2), [(LONG, (0, 1)), (W, (1, 2))], {0: N, 1: D, 2: M}),
        "hidden_state W₁",
        r"\mathit{hidden\_state}\,W_{1}",
    ),
    (scale(-2, X), "−2 X", r"-2\,X"),
    (add(ones((N, D)), negative(X)), "1 − X", "1 - X"),
    (
        add(identity((N, N)), scale(-2, ones((N, N)))),
        "I − 2 1 1ᵀ",
        r"I_{n} - 2\,\mathbf{1}_{n}\,\mathbf{1}_{n}^{\top}",
    ),
    (
        contract((0, 1), [(S, ())], {0: N, 1: D}),
        "s 1 1ᵀ",
        r"s\,\mathbf{1}_{n}\,\mathbf{1}_{d}^{\top}",
    ),
    (
        elementwise(sc.slot(0) / ((1 - sc.slot(1)) * sc.call("sqrt", sc.slot(1))), [S, R], ()),
        "s/((1 − r) √r)",
        r"\frac{s}{\left( 1 - r \right)\,\sqrt{r}}",
    ),
    (elementwise(1 / (1 + sc.slot(0)), [S], ()), "1/(1 + s)", r"\frac{1}{1 + s}"),
    (elementwise(sc.call("pow", sc.slot(0), sc.slot(1)), [S, R], ()), "s^r", "s^{r}"),
    (
        elementwise(sc.slot(0) + sc.number("3e-6"), [S], ()),
        "s + 3 10^(-6)",
        r"s + 3\,10^{-6}",
    ),
    (
        elementwise(sc.call("minimum", sc.slot(0), 1), [S], ()),
        "min(s, 1)",
        r"\min\left( s, 1 \right)",
    ),
]


def written(node, notation):
    glyphs = Glyphs(PROGRAM)
    view = MatrixView(glyphs.plain)
    expr = view(node)
    return notation(glyphs, view.symbols)(expr)


@pytest.mark.parametrize(("node", "text", "latex"), CASES, ids=[c[1] for c in CASES])
def test_a_formula_reads_as_written(node, text, latex):
    assert written(node, Text) == text
    assert written(node, Latex) == latex


@pytest.mark.parametrize("node", [c[0] for c in CASES], ids=[c[1] for c in CASES])
def test_ascii_is_ascii(node):
    assert written(node, AsciiText).isascii()


def test_shapes_stand_below_each_matrix():
    node = contract((0, 2), [(X, (1, 0)), (GH, (1, 2))], {0: D, 1: N, 2: D})
    assert written(node, ShapedLatex) == (
        r"\underset{d \times n}{X^{\top}}\;\underset{n \times d}{\nabla H}"
    )


def test_two_names_that_would_look_alike_keep_their_spelling():
    upper, lower = Symbol("X", (N, D), "data"), Symbol("x", (N, D), "data")
    glyphs = Glyphs(program([upper, lower], [(Z, Y)], [Z]))
    assert [glyphs[s].text(False) for s in (upper, lower)] == ["X", "x"]


@pytest.mark.parametrize(
    ("name", "italic", "bold"),
    [
        ("W", "W", r"\mathbf{W}"),
        ("Σ", r"\Sigma", r"\boldsymbol{\Sigma}"),
        ("θ_long", r"\theta \mathit{\_long}", r"\boldsymbol{\theta}\mathbf{\_long}"),
        ("Δx", r"\Delta \mathit{x}", r"\boldsymbol{\Delta}\mathbf{x}"),
        ("log_softmax", r"\mathit{log\_softmax}", r"\mathbf{log\_softmax}"),
        ("ς", r"\varsigma", r"\boldsymbol{\varsigma}"),
    ],
)
def test_greek_letters_of_a_name_stand_outside_the_alphabets_that_lack_them(name, italic, bold):
    assert letters_latex(name) == italic
    assert letters_latex(name, "mathbf") == bold


def test_a_dimension_may_be_greek():
    assert name_latex("Ω") == r"\Omega"
    assert name_latex("lambda") == r"\lambda" and name_latex("omicron") == "o"
