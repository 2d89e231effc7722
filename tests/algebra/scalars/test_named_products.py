"""Products of functions of one argument go by the name of what they are."""

from __future__ import annotations

import numpy as np
import pytest

from derive.algebra.build import elementwise
from derive.algebra.nodes import Symbol
from derive.algebra.scalars.named_products import with_names
from derive.algebra.scalars.tree import call, slot
from derive.dims import dim
from derive.verify.evaluate import evaluate

x, y = slot(0), slot(1)
sinh, cosh, sign, size = (call(name, x) for name in ("sinh", "cosh", "sign", "abs"))
X, Y = (Symbol(name, (dim("n"),)) for name in "xy")
VALUES = {X: np.array([-2.0, -0.3, 0.0, 0.7]), Y: np.array([1.5, -0.2, 0.4, -3.0])}

PRODUCTS = [
    (sinh / cosh, call("tanh", x)),
    (cosh * call("tanh", x), sinh),
    (call("sinh", 2 * x) ** 2 * y / call("cosh", 2 * x) ** 2, y * call("tanh", 2 * x) ** 2),
    (call("sin", x) / call("cos", x), call("tan", x)),
    (sign * x, size),
    (size * sign, x),
    (size**2 * sign, size * x),
    (size * sign**2, size),
    (1 + y * (sinh / cosh), 1 + y * call("tanh", x)),
]


@pytest.mark.parametrize(("product", "name"), PRODUCTS)
def test_a_product_with_a_name_is_shorter_and_of_the_same_value(product, name):
    found = with_names(product)
    assert found == name
    assert found.operations < product.operations
    before, after = (
        evaluate(elementwise(fn, [X, Y], (dim("n"),)), VALUES, {"n": 4}) for fn in (product, found)
    )
    np.testing.assert_allclose(after, before, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("product", [sinh / call("cosh", y), sign * y, sinh * cosh, x / sign])
def test_a_product_that_has_none_stays(product):
    assert with_names(product) == product
