"""The linear layer and the two-layer network of the classic account of backpropagation.

The numbers are those of one printed PyTorch session on a 5×3 → 4 → 1 network under squared error,
four decimals each.  Of its inputs only the targets were printed; a network that has the printed
output and the printed gradients is rebuilt here from them, and the generated NumPy is run on it.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from sympy import MatMul, MatrixSymbol, OneMatrix, Symbol, Transpose

import derive

Y = np.array([0.1177, -0.4787, 1.1570, -0.7038, -0.3809])
Y2 = np.array([1.0282, 2.7791, 2.5685, -1.9691, 2.8020])
LOSS = 25.1672
GRAD_Y2 = np.array([1.8210, 6.5158, 2.8230, -2.5306, 6.3659])
GRAD_Y1 = np.array(
    [
        [0.1996, 3.5949, -2.6491, 0.7318],
        [0.7140, 12.8628, -9.4787, 2.6183],
        [0.3094, 5.5730, -4.1067, 1.1344],
        [-0.2773, -4.9956, 3.6813, -1.0169],
        [0.6976, 12.5669, -9.2606, 2.5581],
    ]
)
GRAD_W1 = np.array(
    [
        [2.6609, 47.9346, -35.3232, 9.7575],
        [0.1913, 3.4460, -2.5394, 0.7015],
        [0.2197, 3.9581, -2.9167, 0.8057],
    ]
)
GRAD_B1 = np.array([1.6432, 29.6020, -21.8138, 6.0257])


def unrounded() -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest y and y₂ whose difference is half the printed gradient.

    They print as the document has them: only digits that it does not show are changed.
    """
    gap = GRAD_Y2 / 2 - (Y2 - Y)
    assert np.abs(gap / 2).max() < 5.0001e-5
    return Y - gap / 2, Y2 + gap / 2


@cache
def printed_network() -> tuple[float, dict[str, np.ndarray]]:
    """Return the loss and the gradients that the generated NumPy gives on the rebuilt network.

    ∇Y₁ = ∇y₂ w₂ᵀ has rank one, so its rows tell w₂, and those of ∇W₁ = Xᵀ ∇y₂ w₂ᵀ then tell
    Xᵀ ∇y₂.  X = y₂ sᵀ with the right s has that product, and W₁ ∝ s w₂ᵀ makes the output y₂.
    """
    y, y2 = unrounded()
    w2 = GRAD_Y2 @ GRAD_Y1 / (GRAD_Y2 @ GRAD_Y2)
    through_x = GRAD_W1 @ w2 / (w2 @ w2)
    s = through_x / (y2 @ GRAD_Y2)
    w1 = np.outer(s, w2) / ((s @ s) * (w2 @ w2))
    module = derive.derive("mlp", wrt=["y2", "y1", "w1", "b1"]).compile("numpy")
    loss, gradients = module.value_and_grad(
        np.outer(y2, s), y, w1=w1, b1=np.zeros(4), w2=w2[:, None], b2=np.zeros(1)
    )
    return loss, gradients._asdict()


def test_the_rebuilt_network_has_the_printed_loss():
    assert printed_network()[0] == pytest.approx(LOSS, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("y2", GRAD_Y2[:, None]),
        ("y1", GRAD_Y1),
        ("w1", GRAD_W1),
        ("b1", GRAD_B1),
    ],
)
def test_the_generated_code_gives_the_printed_gradient(name, printed):
    found = printed_network()[1][name]
    assert found.shape == printed.shape
    assert np.abs(found - printed).max() < 2e-4  # sums of numbers rounded at 5e-5


def test_the_gradient_of_the_output_is_twice_the_difference():
    found = printed_network()[1]["y2"][:, 0]
    y, y2 = unrounded()
    assert np.abs(found - 2 * (y2 - y)).max() < 1e-12
    assert np.abs(found - 2 * (Y2 - Y)).max() <= 2.001e-4  # two numbers rounded at 5e-5, twice


def test_the_gradient_of_the_bias_is_the_column_sums_of_that_of_the_layer():
    gradients = printed_network()[1]
    assert np.abs(gradients["b1"] - gradients["y1"].sum(axis=0)).max() < 1e-12
    assert np.abs(GRAD_Y1.sum(axis=0) - GRAD_B1).max() < 3e-4


def test_the_document_finds_the_gradients_from_the_output_back_to_the_input():
    text = derive.derive("mlp").to_markdown()
    headings = re.findall(r"^#### Gradient of \$`(.+?)`\$", text, re.MULTILINE)
    wanted = ["Y_{2}", "Y_{1}", "W_{1}", r"\mathbf{b}_{1}"]
    assert [heading for heading in headings if heading in wanted] == wanted


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("target", ["to_markdown", "to_latex"])
def test_each_form_of_the_document_has_that_order(lang, target):
    text = getattr(derive.derive("mlp"), target)(lang=lang)
    results = [
        r"\nabla Y_{2} &= -2\,",
        r"\nabla Y_{1} &= \nabla Y_{2}\,W_{2}^{\top}",
        r"\nabla W_{1} &= X^{\top}\,\nabla Y_{1}",
        r"\nabla \mathbf{b}_{1} &= \nabla Y_{1}^{\top}\,\mathbf{1}",
    ]
    places = [text.find(result) for result in results]
    assert -1 not in places, results[places.index(-1)]
    assert places == sorted(places)


@pytest.fixture(scope="module")
def linear():
    return derive.derive("linear")


@pytest.fixture(scope="module")
def document(linear):
    return linear.to_markdown()


class TestTheLinearLayer:
    def test_its_gradients_are_the_three_products_with_their_dimensions(self, linear):
        n, d, m = (Symbol(name, integer=True, positive=True) for name in "ndm")
        x, w, g = MatrixSymbol("X", n, d), MatrixSymbol("W", d, m), MatrixSymbol("∇Y", n, m)
        wanted = {
            "x": (MatMul(g, Transpose(w)), (n, d)),
            "w": (MatMul(Transpose(x), g), (d, m)),
            "b": (MatMul(Transpose(g), OneMatrix(n, 1)), (m, 1)),
        }
        for name, (expression, shape) in wanted.items():
            assert linear.gradients[name] == expression
            assert linear.gradients[name].shape == shape

    def test_the_broadcast_that_makes_the_bias_fit_is_told(self, document):
        assert r"\underset{n \times 1}{\mathbf{1}}\;\underset{1 \times m}{\mathbf{b}^{\top}}" in (
            document
        )
        assert "as matrices they cannot be added; the code broadcasts" in document

    def test_the_factor_is_not_called_the_jacobian_and_the_true_one_is_named(self, document):
        assert "It is the factor of the pullback, not the Jacobian." in document
        assert r"$`W^{\top} \otimes I_{n}`$" in document
        assert r"$`I_{m} \otimes X`$" in document

    def test_the_named_jacobians_have_the_derivatives_of_the_layer_as_entries(self):
        rng = np.random.default_rng(0)
        n, d, m = 2, 3, 4
        x, w = rng.standard_normal((n, d)), rng.standard_normal((d, m))
        dx, dw, db = (rng.standard_normal(shape) for shape in ((n, d), (d, m), m))

        def stacked(a):
            return a.reshape(-1, order="F")

        for jacobian, move, change in [
            (np.kron(w.T, np.eye(n)), dx, dx @ w),
            (np.kron(np.eye(m), x), dw, x @ dw),
            (np.kron(np.eye(m), np.ones((n, 1))), db, np.ones((n, 1)) @ db[None]),
        ]:
            assert np.allclose(jacobian @ stacked(move), stacked(change))
