"""Functions that PyTorch has and cannot differentiate: their gradients are those of the definition.

torch.vander and torch.linalg.cond but for singular values write in place over what autograd needs.
"""

from __future__ import annotations

import pytest

from tests.operations.running import Sample, by_numpy, by_torch, drawn, sizes_of
from tests.operations.test_samples import compared

CONDITION = "torch.linalg.matrix_norm(x, {0}) * torch.linalg.matrix_norm(torch.linalg.inv(x), {0})"
DEFINED = [
    ("torch.vander(x)", "x: n", "x[:, None] ** (x.shape[0] - 1 - torch.arange(x.shape[0]))"),
    ("torch.vander(x, 3)", "x: n", "x[:, None] ** torch.arange(2, -1, -1)"),
    ("torch.vander(x, increasing=True)", "x: n", "x[:, None] ** torch.arange(x.shape[0])"),
    ("torch.linalg.vander(x)", "x: n d", "x[..., None] ** torch.arange(x.shape[1])"),
    ("torch.linalg.vander(x, N=4)", "x: n d", "x[..., None] ** torch.arange(4)"),
    *((f"torch.linalg.cond(x, {p})", "x: n n", CONDITION.format(p)) for p in ("'fro'", 1, -1)),
]


@pytest.mark.parametrize("call, shapes, definition", DEFINED, ids=lambda text: text)
def test_the_gradients_are_those_of_the_definition(call, shapes, definition):
    case = Sample(call, shapes, draw="full rank")
    plain = Sample(definition, shapes)
    for sizes in sizes_of(case):
        if "cond" in call and not all(sizes.values()):
            continue
        for seed in range(4):
            values = drawn(case, sizes, seed)
            wanted = by_torch(plain.original, plain, values)
            compared(case, by_numpy(case, values), wanted)
            compared(case, by_torch(case.modules[1].model, case, values), wanted)
