"""Every gradient is a model that can be derived again, as often as one likes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import derive
from derive.derivation.gradient import free, gradient_program
from tests.derivation.test_second import (
    close,
    derived,
    function,
    given,
    hessian_by_torch,
    values_of,
)
from tests.second_models import CURVED, SEVERAL, model

NAMES = [
    "logistic regression",
    "batched cross-entropy",
    "log-sum-exp of a linear map",
    "symmetric factorisation",
    "small network, first weights",
    "residual network",
    "layer norm",
    "norms of rows",
    "squares of an inverse",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_of_a_gradient_is_the_hessian_times_what_is_given(name):
    text, x, *_ = CURVED[name]
    values = values_of(text, equal=False)
    again = derived(text).gradient(x).compile("numpy")
    output, cache = again.forward(**values)
    v = np.random.default_rng(2).standard_normal(values[x].shape)
    expected = hessian_by_torch(text, x, values)
    close(getattr(again.backward(cache, v), x), np.tensordot(expected, v, v.ndim))
    close(output, torch.func.grad(loss(text, x, values))(torch.tensor(values[x])))


def loss(text: str, x: str, values: dict[str, np.ndarray]):
    tensors = given(values, "torch")
    return lambda v: function(text)(**{**tensors, x: v})


@pytest.mark.parametrize("name", ["layer", "softmax", "normalised", "batched"])
def test_what_comes_from_outside_is_an_argument_of_a_gradient(name):
    text, x = SEVERAL[name]
    again = derived(text).gradient(x)
    assert again.program.arguments[-1].name == f"grad_{derived(text).program.outputs[0].name}"
    assert again.check().ok


def test_third_derivatives_are_gradients_of_gradients_of_gradients():
    text = model('x: "n"', "return (torch.sin(x) * x ** 2).sum()")
    values = values_of(text, equal=False)
    third = derived(text).gradient("x")  # f'
    hessian = derive.derive(text, extras=["hessian:x"]).compile()
    slopes = third.compile()
    _, cache = slopes.forward(**values)
    close(np.diag(slopes.backward(cache, np.ones(5)).x), hessian.hessian_x(**values))
    f = loss(text, "x", values)
    x = torch.tensor(values["x"])
    expected = torch.func.jacrev(torch.func.jacrev(torch.func.jacrev(f)))(x)
    found = third.gradient("x").compile()  # f'' times what is given
    _, cache = found.forward(values["x"], np.ones(5))
    close(
        found.backward(cache, np.ones(5)).x, torch.einsum("ijk,i,j->k", expected, *[x * 0 + 1] * 2)
    )


def test_a_gradient_program_is_as_long_as_its_model():
    def length(layers: int) -> int:
        lines = [f"x = torch.tanh(w * x) + x + {k}" for k in range(layers)]
        program = derive.derive(
            model('x0: "n", w: "n"', "x = x0", *lines, "return x.sum()")
        ).program
        made, _ = gradient_program(*free(program, program.symbols["w"]))
        return len(made.equations)

    assert length(40) < 2.2 * length(20)
