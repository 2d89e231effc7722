"""Operations on paper say what they were told: which part, along what, into what shape."""

from __future__ import annotations

import pytest

import derive
from derive.formulas.notation import Notation

HEAD = "import torch\nimport torch.nn.functional as F\n\n"

FORMS = [
    (
        "x[:, :2]",
        "x: n d",
        "[∇out, 0]",
        r"\begin{bmatrix} \nabla \mathit{out} & 0 \end{bmatrix}",
    ),
    (
        "x[1:]",
        "x: n d",
        "[0; ∇out]",
        r"\begin{bmatrix} 0 \\ \nabla \mathit{out} \end{bmatrix}",
    ),
    (
        "x[:, 1:3]",
        "x: n d",
        "[0(n×1), ∇out, 0(n×(d − 3))]",
        r"\begin{bmatrix} 0_{n \times 1} & \nabla \mathit{out} & 0_{n \times (d - 3)} "
        r"\end{bmatrix}",
    ),
    (
        "x[::2]",
        "x: 2*n d",
        "I(2 n)[::2, :]ᵀ ∇out",
        r"\left( I_{2\,n} \right)_{1:2:2\,n,\,:}^{\top}\,\nabla \mathit{out}",
    ),
    ("x[2]", "x: n", "[0(2×1); 1; 0((n − 3)×1)]", None),
    (
        "F.pad(x, (1, 2))",
        "x: n d",
        "∇out[:, 1 : d + 1]",
        r"{\nabla \mathit{out}}_{:,\,2:d + 1}",
    ),
    (
        "torch.flip(x, (0,))",
        "x: n d",
        "∇out[::-1, :]",
        r"{\nabla \mathit{out}}_{n:-1:1,\,:}",
    ),
    (
        "torch.roll(x, 1, 0)",
        "x: n d",
        "[∇out[1:, :]; ∇out[0, :]]",
        r"\begin{bmatrix} {\nabla \mathit{out}}_{2:n,\,:} \\ {\nabla \mathit{out}}_{1,\,:} "
        r"\end{bmatrix}",
    ),
    (
        "torch.tril(x, -1)",
        "x: n d",
        "tril(∇out, −1)",
        r"\mathrm{tril}\left( \nabla \mathit{out}, -1 \right)",
    ),
    (
        "torch.triu(x)",
        "x: n d",
        "triu(∇out)",
        r"\mathrm{triu}\left( \nabla \mathit{out} \right)",
    ),
    (
        "x.cumsum(0)",
        "x: n d",
        "triu(1 1ᵀ) ∇out",
        r"\mathrm{triu}\left( \mathbf{1}_{n}\,\mathbf{1}_{n}^{\top} \right)\,\nabla \mathit{out}",
    ),
    (
        "x.reshape(-1)",
        "x: n d",
        "unvec_n×d(∇out)",
        r"\mathrm{unvec}_{n \times d}\left( \nabla \mathbf{out} \right)",
    ),
    (
        "x.reshape(x.shape[1], x.shape[0]).reshape(-1)",
        "x: n d",
        "unvec_n×d(∇out)",
        None,
    ),
    ("x.reshape(x.shape[1], -1).reshape(x.shape)", "x: n d", "∇out", r"\nabla \mathit{out}"),
    (
        "torch.linalg.vector_norm(x, 3)",
        "x: n d",
        "(|X| ⊙ X)/‖X‖₃²",
        None,
    ),
    (
        "torch.linalg.norm(x, dim=0)",
        "x: n d",
        "X diag(∇out ⊘ ‖X‖_columns)",
        r"X\,\mathrm{diag}\left( \nabla \mathbf{out} "
        r"\oslash \left\| X \right\|_{\mathrm{columns}} \right)",
    ),
    ("torch.amax(x, 1)", "x: n d", "max_rows(X)", None),
    ("torch.softmax(x, 0)", "x: n d", "softmax_columns(X)", None),
    ("torch.clamp(x, -1, 1)", "x: n d", "∇out ⊙ [−1 ≤ X ≤ 1]", None),
    (
        "torch.where((x > 0) & (y < 1), x, y)",
        "x: n d, y: n d",
        "∇out ⊙ [X > 0 ∧ Y < 1]",
        r"\nabla \mathit{out} \odot \left[ X > 0 \land Y < 1 \right]",
    ),
]


def model(call: str, shapes: str) -> derive.Derived:
    arguments = ", ".join(
        f'{name.strip()}: "{shape.strip()}"'
        for name, shape in (part.split(":") for part in shapes.split(","))
    )
    return derive.derive(f"{HEAD}def f({arguments}):\n    out = {call}\n    return out\n")


@pytest.mark.parametrize(("call", "shapes", "text", "latex"), FORMS, ids=[f[0] for f in FORMS])
def test_a_gradient_says_where_its_parts_stand(call, shapes, text, latex):
    derived = model(call, shapes)
    notation = Notation(derived.derivation)
    expr = derived.gradients["x"]
    written = notation.writer("text"), notation.writer("latex")
    for writer in written:
        writer.symbols.update(derived._notation.view.symbols)
    assert text in written[0](expr)
    if latex is not None:
        assert latex == written[1](expr)
