"""Shapes in documents: those of matrices, and of arrays of more axes whole."""

from __future__ import annotations

import pytest

from derive.formulas.shapes import latex_matrix_shape, text_matrix_shape
from tests.programs import array


@pytest.mark.parametrize(
    ("dims", "text", "latex"),
    [
        ((), "1×1", r"1 \times 1"),
        (("n",), "n×1", r"n \times 1"),
        (("n", "d"), "n×d", r"n \times d"),
        (("b", "t", "k"), "b×t×k", r"b \times t \times k"),
    ],
)
def test_a_shape_is_that_of_a_matrix_and_keeps_every_axis(dims, text, latex):
    assert text_matrix_shape(array("x", *dims)) == text
    assert latex_matrix_shape(array("x", *dims)) == latex
