"""Operations on arrays of rank above two, by their entries: places from 0 in a terminal, else 1."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.algebra.build import apply
from derive.algebra.nodes import Symbol
from derive.dims import dim
from derive.formulas.glyphs import Glyphs
from derive.formulas.index import IndexNotation
from derive.formulas.latex_marks import Latex
from derive.formulas.text_marks import Text
from tests.programs import program

B, N, D = map(dim, "bnd")
X, Y = Symbol("x", (B, N, D), "data"), Symbol("y", (B, N - 1, D), "data")
W, INDEX = Symbol("w", (B, N, 2 * D), "data"), Symbol("i", (B, N, D), "data", "int < n")
Z = Symbol("z", (B,))
PROGRAM = program([X, Y, W, INDEX], [(Z, Z)], [Z])
ALL_B, ALL_N, ALL_D = ((dim(0), d, 1) for d in (B, N, D))

CASES = {
    "slice": (
        apply("slice", [X], (ALL_B, (dim(1), N, 1), ALL_D), (B, N - 1, D)),
        "X[i, j + 1, k]",
        r"{X}_{i,\,j + 1,\,k}",
    ),
    "slice of one": (
        apply("slice", [X], (ALL_B, (N - 1, N, 1), ALL_D), (B, dim(1), D)),
        "X[i, n − 1, k]",
        r"{X}_{i,\,n,\,k}",
    ),
    "slice with a step": (
        apply("slice", [W], (ALL_B, ALL_N, (dim(0), 2 * D, 2)), (B, N, D)),
        "W[i, j, 2 k]",
        r"{W}_{i,\,j,\,2\,(k - 1) + 1}",
    ),
    "place": (
        apply("place", [Y], (ALL_B, (dim(1), N, 1), ALL_D, (B, N, D)), (B, N, D)),
        "[j ≥ 1] Y[i, j − 1, k]",
        r"\left[ j > 1 \right]\,{Y}_{i,\,j - 1,\,k}",
    ),
    "place with a step": (
        apply("place", [X], (ALL_B, ALL_N, (dim(0), 2 * D, 2), W.shape), W.shape),
        "Σ_l [k = 2 l] X[i,j,l]",
        r"\sum_{l}\,\left[ k = 2\,(l - 1) + 1 \right]\,{X}_{ijl}",
    ),
    "concatenate": (
        apply("concatenate", [X, Y], (1,), (B, N + N - 1, D)),
        "[j < n] X[i,j,k] + [j ≥ n] Y[i, j − n, k]",
        r"\left[ j \le n \right]\,{X}_{ijk} + \left[ j > n \right]\,{Y}_{i,\,j - n,\,k}",
    ),
    "stack": (
        apply("stack", [X, X], (0,), (dim(2), B, N, D)),
        "[i = 0] X[j,k,l] + [i = 1] X[j,k,l]",
        r"\left[ i = 1 \right]\,{X}_{jkl} + \left[ i = 2 \right]\,{X}_{jkl}",
    ),
    "flip": (
        apply("flip", [X], (1,), X.shape),
        "X[i, n − 1 − j, k]",
        r"{X}_{i,\,n + 1 - j,\,k}",
    ),
    "joined axes": (
        apply("reshape", [W], (B, N, dim(2), D), (B, N, dim(2), D)),
        "W[i, j, d k + l]",
        r"{W}_{i,\,j,\,d\,(k - 1) + l}",
    ),
    "an axis in halves": (
        apply("reshape", [X], (B, N * D), (B, N * D)),
        "X[i, ⌊j/d⌋, j mod d]",
        r"{X}_{i,\,\lfloor \frac{j - 1}{d} \rfloor + 1,\,(j - 1) \bmod d + 1}",
    ),
    "there and back": (
        apply("reshape", [apply("reshape", [X], (B, N * D), (B, N * D))], X.shape, X.shape),
        "X[i,j,k]",
        "{X}_{ijk}",
    ),
    "all in a row": (
        apply("reshape", [X], (B * N * D,), (B * N * D,)),
        "vec(X)[i]",
        r"{\mathrm{vec}\left( X \right)}_{i}",
    ),
    "cumulative sum": (
        apply("cumsum", [X], (2, False), X.shape),
        "Σ_(l≤k) X[i,j,l]",
        r"\sum_{l \le k}\,{X}_{ijl}",
    ),
    "sum from the end": (
        apply("cumsum", [X], (2, True), X.shape),
        "Σ_(l≥k) X[i,j,l]",
        r"\sum_{l \ge k}\,{X}_{ijl}",
    ),
    "products of others": (
        apply("prod_others", [X], (2,), X.shape),
        "Π_(l≠k) X[i,j,l]",
        r"\prod_{l \ne k}\,{X}_{ijl}",
    ),
    "norm": (
        apply("norm", [X], (2,), (B, N)),
        "√(Σ_k X[i,j,k]²)",
        r"\sqrt{\sum_{k}\,{X}_{ijk}^{2}}",
    ),
    "p-norm": (
        apply("power_norm", [X], (Fraction(3), 2), (B, N)),
        "(Σ_k |X[i,j,k]|³)^(1/3)",
        None,
    ),
    "largest": (apply("max", [X], (1,), (B, D)), "max_k X[i,k,j]", r"\max_{k}\,{X}_{ikj}"),
    "softmax": (
        apply("softmax", [X], (2,), X.shape),
        "softmax(X)[i,j,k]",
        r"{\mathrm{softmax}\left( X \right)}_{ijk}",
    ),
    "softmax along another axis": (
        apply("softmax", [X], (1,), X.shape),
        "softmax_j(X[i,j,k])",
        r"\mathrm{softmax}_{j}\left( {X}_{ijk} \right)",
    ),
    "logarithm of a sum": (
        apply("logsumexp", [X], (2,), (B, N)),
        "log(Σ_k exp(X[i,j,k]))",
        None,
    ),
    "picked": (
        apply("gather", [X, INDEX], (1,), X.shape),
        "X[i, I[i,j,k], k]",
        r"{X}_{i,\,{I}_{ijk},\,k}",
    ),
    "scattered": (
        apply("scatter", [X, INDEX], (1,), X.shape),
        "Σ_l [I[i,l,k] = j] X[i,l,k]",
        r"\sum_{l}\,\left[ {I}_{ilk} = j \right]\,{X}_{ilk}",
    ),
    "one-hot": (
        apply("onehot", [INDEX], (N,), (*INDEX.shape, N)),
        "[I[i,j,k] = l]",
        r"\left[ {I}_{ijk} = l \right]",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_entry_is_told_by_its_places(name):
    node, text, latex = CASES[name]
    glyphs = Glyphs(PROGRAM)
    assert IndexNotation(Text(glyphs, {}))(node) == text
    if latex is not None:
        assert IndexNotation(Latex(glyphs, {}))(node) == latex


def test_no_letter_of_an_index_names_a_size_or_a_value():
    k = dim("k")
    u = Symbol("u", (k, N, D), "data")
    glyphs = Glyphs(program([u], [(Z, Z)], [Z]))
    assert IndexNotation(Text(glyphs, {})).entry(u) == "U[i,j,l]"
