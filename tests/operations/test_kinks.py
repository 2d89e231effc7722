"""Where a function has no slope, or no value: generated code does there what PyTorch does.

Value and gradient of generated NumPy and PyTorch equal PyTorch's own at each point, nan where it
has nan.  What is chosen otherwise stands in DEVIATIONS, with the sentence of the document that
states it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tests.operations.running import Found, Sample, by_numpy, by_torch

INF, NAN = math.inf, math.nan


@dataclass(frozen=True)
class Kink:
    """A call of x (and y) at a point; shapes where they are not those of the point."""

    call: str
    x: object
    y: object = None
    shapes: str = ""

    @property
    def sample(self) -> Sample:
        shapes = f"x: {_shape(self.x)}" + (f"; y: {_shape(self.y)}" if self.y is not None else "")
        return Sample(self.call, self.shapes or shapes)

    @property
    def values(self) -> dict[str, np.ndarray]:
        given = {"x": self.x} if self.y is None else {"x": self.x, "y": self.y}
        return {name: np.array(value, float) for name, value in given.items()}


def _shape(value: object) -> str:
    return " ".join(map(str, np.shape(value)))


ZEROS = [0.0, 0.0]
KINKS = [
    *(Kink("torch.relu(x)", x) for x in (0.0, -0.0)),
    Kink("torch.abs(x)", 0.0),
    Kink("torch.sign(x)", 0.0),
    Kink("F.leaky_relu(x, 0.1)", 0.0),
    Kink("F.prelu(x, y)", [0.0], [0.25]),
    Kink("F.elu(x)", 0.0),
    Kink("F.elu(x, 2.0)", 0.0),
    Kink("F.selu(x)", 0.0),
    Kink("F.celu(x)", 0.0),
    *(Kink("F.relu6(x)", x) for x in (0.0, 6.0)),
    *(Kink("F.hardtanh(x)", x) for x in (-1.0, 1.0)),
    *(Kink("F.hardsigmoid(x)", x) for x in (-3.0, 3.0)),
    *(Kink("F.hardswish(x)", x) for x in (-3.0, 3.0)),
    *(Kink("F.hardshrink(x)", x) for x in (-0.5, 0.5)),
    *(Kink("F.softshrink(x)", x) for x in (-0.5, 0.5)),
    Kink("F.softsign(x)", 0.0),
    *(Kink("torch.clamp(x, -1, 2)", x) for x in (-1.0, 2.0, NAN)),
    Kink("torch.clamp(x, min=0.5)", 0.5),
    Kink("torch.clamp(x, max=0.5)", 0.5),
    Kink("torch.amax(x, 0)", [2.0, 2.0, 1.0]),
    Kink("torch.max(x)", [2.0, 2.0, 1.0]),
    Kink("torch.min(x)", [1.0, 2.0, 1.0]),
    Kink("torch.max(x, 0).values", [2.0, 2.0, 1.0]),
    Kink("torch.min(x, 0).values", [1.0, 1.0, 2.0]),
    Kink("torch.topk(x, 1).values", [2.0, 2.0, 1.0]),
    Kink("torch.maximum(x, y)", 2.0, 2.0),
    Kink("torch.minimum(x, y)", 2.0, 2.0),
    Kink("torch.fmax(x, y)", NAN, 2.0),
    Kink("torch.fmax(x, y)", 2.0, NAN),
    Kink("torch.fmin(x, y)", 2.0, 2.0),
    Kink("torch.linalg.vector_norm(x)", ZEROS),
    Kink("torch.linalg.vector_norm(x, 1)", [0.0, 1.0]),
    Kink("torch.linalg.vector_norm(x, 3)", ZEROS),
    Kink("torch.linalg.vector_norm(x, 1.5)", [0.0, 2.0]),
    Kink("torch.linalg.vector_norm(x, torch.inf)", [1.0, -1.0]),
    Kink("torch.linalg.vector_norm(x, -torch.inf)", [1.0, -1.0, 2.0]),
    Kink("torch.sqrt((x * x).sum())", ZEROS),
    Kink("torch.dist(x, y)", [1.0, 2.0], [1.0, 2.0]),
    Kink("torch.cdist(x, y)", [[1.0, 2.0]], [[1.0, 2.0], [0.0, 1.0]]),
    Kink("F.normalize(x, dim=0)", ZEROS),
    Kink("torch.sqrt(x)", 0.0),
    Kink("torch.rsqrt(x)", 0.0),
    Kink("torch.log(x)", 0.0),
    Kink("torch.log(x)", -1.0),
    Kink("torch.xlogy(x, y)", 0.0, 2.0),
    *(Kink(f"x ** {p}", 0.0) for p in ("0", "1", "2", "0.5", "3", "-1")),
    *(Kink("torch.pow(x, y)", 0.0, y) for y in (0.0, 1.0, 2.0)),
    Kink("torch.pow(x, y)", -2.0, 2.0),
    Kink("torch.prod(x)", [2.0, 0.0, 3.0]),
    Kink("torch.prod(x)", [2.0, 0.0, 0.0]),
    Kink("torch.cumprod(x, 0)", [2.0, 0.0, 3.0, 0.0]),
    Kink("torch.std(x, 0)", [2.0, 2.0]),
    Kink("torch.std(x, 0)", [2.0], shapes="x: n"),
    Kink("torch.var(x, 0)", [2.0, 2.0]),
    Kink("torch.where(x > 0, torch.log(x), 0.0)", 0.0),
    Kink("torch.logsumexp(x, 0)", [-INF, -INF]),
    Kink("torch.softmax(x, 0)", [-INF, -INF]),
    Kink("torch.softmax(x, 0)", [1e4, -1e4, 0.0]),
    Kink("F.binary_cross_entropy_with_logits(x, y)", [1000.0], [0.0]),
    Kink("F.binary_cross_entropy(x, y)", [0.5], [1.0]),
    Kink("F.huber_loss(x, y)", [1.0], [0.0]),
    Kink("F.smooth_l1_loss(x, y)", [-1.0], [0.0]),
    Kink("F.l1_loss(x, y)", [1.0], [1.0]),
    *(Kink("F.gelu(x)", x) for x in (INF, -INF)),
    *(Kink("F.silu(x)", x) for x in (1e3, -1e3)),
    Kink("F.layer_norm(x, (3,))", [2.0, 2.0, 2.0]),
    Kink("torch.sinc(x)", 0.0),
    Kink("torch.atan2(x, y)", 0.0, 1.0),
    Kink("torch.hypot(x, y)", 0.0, 0.0),
    Kink("torch.copysign(x, y)", 0.0, -1.0),
    *(Kink("torch.nan_to_num(x)", x) for x in (NAN, INF)),
    *(Kink("torch.fmod(x, y)", 4.0, y) for y in (2.0, -2.0)),
    Kink("torch.remainder(x, y)", -4.0, 2.0),
    *(Kink(f"torch.{name}(x)", 0.5) for name in ("floor", "ceil", "round", "trunc", "frac")),
    Kink("torch.arcsin(x)", 1.0),
    Kink("torch.arccosh(x)", 1.0),
    Kink("torch.special.i1(x)", 0.0),
    Kink("torch.logaddexp(x, y)", -INF, 0.0),
    Kink("torch.median(x, 0).values", [1.0, 2.0, 3.0]),
    Kink("torch.sort(x).values", [2.0, 1.0, 2.0]),
]


# Where we choose otherwise: the point, and what the document says of it.
DEVIATIONS = [
    (Kink("torch.special.entr(x)", 0.0), "log takes positive numbers"),
    (Kink("torch.median(x)", [2.0, 2.0, 1.0]), "among equal entries the first in order"),
    (Kink("torch.where(x < 0, x, -torch.inf).logsumexp(0)", [1.0, 2.0]), "log-sum-exp of nothing"),
]


def test_there_are_forty_points_and_more():
    assert len(KINKS) >= 100


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kink", "words"), DEVIATIONS, ids=lambda k: getattr(k, "call", ""))
def test_what_is_chosen_otherwise_is_told_in_the_document(kink: Kink, words: str):
    sample, values = kink.sample, kink.values
    wanted = by_torch(sample.original, sample, values, second=False)
    with pytest.raises(AssertionError):
        agree(by_numpy(sample, values), wanted)
    assert words in sample.derived.to_markdown().lower().replace("\n", " ")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kink", KINKS, ids=lambda k: f"{k.call} at {k.x}, {k.y}")
def test_a_kink_is_treated_as_pytorch_treats_it(kink: Kink):
    sample, values = kink.sample, kink.values
    wanted = by_torch(sample.original, sample, values, second=False)
    for found in (
        by_numpy(sample, values),
        by_torch(sample.modules[1].model, sample, values, second=False),
    ):
        agree(found, wanted)


def agree(found: Found, wanted: Found) -> None:
    for a, b in zip(found.outputs, wanted.outputs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-12)
    for name, value in wanted.gradients.items():
        np.testing.assert_allclose(found.gradients[name], value, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("point", [[2.0, 0.0, 3.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
@pytest.mark.parametrize("call", ["torch.prod(x)", "torch.cumprod(x, 0).sum()"])
def test_products_with_zeros_have_pytorch_s_second_derivatives(call: str, point: list[float]):
    sample, x = Sample(call, "x: 3"), torch.tensor(point, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian
    found = hessian(sample.modules[1].model, x)
    assert torch.equal(found, hessian(sample.original, x))
