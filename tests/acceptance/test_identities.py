"""Classic identities: each gradient in a closed form, no longer than its textbook's, and right.

Each gradient, as generated NumPy, is compared with torch autograd on the loss itself, with complex
step and with 4-point differences; the form is equal to the gradient modulo a prime; the textbook's
form, written by hand, is evaluated beside them.  All with distinct sizes and with all sizes equal.
"""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import torch

import derive
from derive.derivation.reverse import closed_form
from derive.verify import check
from derive.verify.exact import equal_exactly
from derive.verify.samples import draw
from derive.verify.sizes import size_sets
from tests.acceptance.identities import textbook
from tests.acceptance.identities.counting import operations
from tests.acceptance.identities.table import Identity, printed

TOPICS = (
    "traces",
    "powers",
    "forms",
    "norms",
    "determinants",
    "inverses",
    "gaussians",
    "distributions",
    "divergences",
    "least_squares",
    "regularisation",
    "regression",
    "factors",
    "components",
    "kernels",
    "networks",
    "spectra",
)
IDENTITIES = [
    identity
    for topic in TOPICS
    for table in vars(import_module(f"tests.acceptance.identities.{topic}")).values()
    if isinstance(table, tuple)
    for identity in table
]
GRADIENTS = [
    pytest.param(
        identity,
        name,
        id=f"{name} of {identity}",
        marks=gradient.marks,
    )
    for identity in IDENTITIES
    for name, gradient in identity.gradients.items()
]


@pytest.fixture(scope="module")
def derived():
    """Return each identity's derivation, made once."""
    made: dict[Identity, derive.Derived] = {}

    def of(identity: Identity) -> derive.Derived:
        if identity not in made:
            made[identity] = derive.derive(identity.function, wrt=list(identity.gradients))
        return made[identity]

    return of


def test_there_are_many_identities():
    assert len(IDENTITIES) >= 440
    assert len(GRADIENTS) >= 700
    assert len({repr(identity) for identity in IDENTITIES}) == len(IDENTITIES)
    assert all(identity.source for identity in IDENTITIES)


@pytest.mark.parametrize(
    ("form", "counted"),
    [
        ("2 * x.T @ (x @ w - y)", 4),
        ("-inv(x).T @ outer(a, b) @ inv(x).T", 5),
        ("c = x @ x.T + eye(n); inv(c) - inv(c) @ s @ inv(c)", 12),
        ("2 / n * (x - colsum(x) / n)", 4),
        ("a @ x / sqrt(x @ a @ x) ** 3", 6),
        ("x.T @ (y * holds(y * (x @ w) < 1))", 5),
        ("norm(x) ** 2 + col(a)", 3),
    ],
)
def test_a_textbook_form_is_counted_as_it_is_written(form, counted):
    assert textbook.count(form, frozenset("nd")) == counted


@pytest.mark.parametrize(
    ("loss", "arguments", "counted"),
    [
        ("((x @ w - y) ** 2).sum()", "x: n d, w: d, y: n", 4),  # 2 Xᵀ (X w − y)
        ("((w - w.mean(0)) ** 2).sum()", "w: n d", 4),  # 2 (W − 1/n 1 1ᵀ W)
        ("x.sum() * (w @ w)", "x: n d, w: d", 3),  # 2 (1ᵀ X 1) w
        ("(torch.relu(w) * c).sum()", "w: n, c: n", 2),  # c ⊙ [w > 0]
        ("norm(w) ** 3", "w: d", 3),  # 3 ‖w‖ w
        ("1 / (w @ w)", "w: d", 4),  # −2 w/‖w‖⁴
    ],
)
def test_a_derived_form_is_counted_by_the_same_rule(loss, arguments, counted):
    found = derive.derive(Identity("", loss, arguments, w=("", "")).function, wrt=["w"])
    assert operations(found.gradients["w"]) == counted


@pytest.mark.parametrize(("identity", "name"), GRADIENTS)
def test_it_takes_no_more_operations_than_the_textbook(identity, name, derived):
    form = identity.gradients[name].textbook
    closed = derived(identity).expanded(name)
    assert operations(closed) <= textbook.count(form, identity.dimensions)


@pytest.mark.parametrize("identity", IDENTITIES, ids=repr)
class TestIdentity:
    def test_the_gradient_is_printed_in_its_form(self, identity, derived):
        wanted = {name: g.form for name, g in identity.gradients.items() if not g.lacks}
        assert {name: printed(derived(identity), name) for name in wanted} == wanted

    def test_the_textbook_agrees_with_autograd(self, identity, derived):
        program = derived(identity).program
        for sizes in size_sets(program, {}).values():
            known, expected = autograd(identity, draw(program, sizes))
            for name, gradient in expected.items():
                value = textbook.evaluate(identity.gradients[name].textbook, {**known, **sizes})
                bound = 1e-10 * (1 + float(gradient.abs().max()))
                torch.testing.assert_close(
                    torch.as_tensor(value, dtype=torch.float64).expand_as(gradient),
                    gradient,
                    rtol=0,
                    atol=bound,
                )

    def test_every_oracle_agrees(self, identity, derived):
        found = derived(identity)
        module = found.compile("numpy")
        report = check(found.program, found.derivation, module, None, identity.function)
        assert report.ok, report.table()
        oracles = {row.oracle for row in report.rows}
        assert {"autograd of the model", "complex step", "4-point difference"} <= oracles

    def test_the_form_is_the_gradient_exactly(self, identity, derived):
        derivation = derived(identity).derivation
        known = derivation.definitions.items()
        for name, gradient in identity.gradients.items():
            form, defined = closed_form(derivation, name), derivation.gradients[name].expr
            assert form is not None or gradient.lacks
            for sizes in size_sets(derivation.program, {}).values() if form else ():
                verdict = equal_exactly(form, defined, sizes, trials=1, definitions=known)
                assert verdict.equal, (name, verdict)


def autograd(identity, point):
    """Return what a textbook's form may name, and the gradients by torch autograd.

    G is the gradient of an output that is an array; of a number it is one.
    """
    tensors = {name: torch.tensor(np.asarray(a)) for name, a in point.arguments.items()}
    for tensor in tensors.values():
        tensor.requires_grad_(tensor.is_floating_point())
    output = identity.function(**tensors)
    upstream = torch.tensor(np.asarray(point.cotangents[0]))
    upstream = upstream if output.ndim else torch.ones_like(upstream)
    names = list(identity.gradients)
    found = torch.autograd.grad(output, [tensors[name] for name in names], upstream)
    known = {name: tensor.detach() for name, tensor in tensors.items()}
    return {**known, "G": upstream}, dict(zip(names, found, strict=True))
