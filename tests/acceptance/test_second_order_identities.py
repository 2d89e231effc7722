"""Classic Jacobians and Hessians, and gradients on the symmetric matrices, by the textbook's form.

As in `test_identities` each is printed in its form, takes no more operations than the textbook's,
and is compared with torch autograd and with the textbook's form, evaluated, at distinct sizes and
at all sizes equal.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

import derive
from derive.derivation.projection import closed_projection
from derive.formulas.extras import ExtraFormulas
from derive.formulas.notation import Notation
from derive.verify.samples import draw
from derive.verify.sizes import size_sets
from derive.verify.structure import projected_gradients
from tests.acceptance.identities import textbook
from tests.acceptance.identities.counting import operations
from tests.acceptance.identities.second_order import HESSIANS, JACOBIANS
from tests.acceptance.identities.symmetric import SYMMETRIC
from tests.acceptance.identities.table import Identity

TABLES = {"jacobian": JACOBIANS, "hessian": HESSIANS}
SECOND = [(kind, identity) for kind, table in TABLES.items() for identity in table]
WRITTEN = [(kind, identity) for kind, identity in SECOND if not identity.gradients["x"].lacks]
COUNTED = [
    pytest.param(kind, identity, marks=identity.gradients["x"].marks) for kind, identity in SECOND
]


@pytest.fixture(scope="module")
def derived():
    """Return each identity's derivation with what is asked of it, made once."""
    made: dict[tuple[str, Identity], derive.Derived] = {}

    def of(identity: Identity, kind: str = "") -> derive.Derived:
        if (kind, identity) not in made:
            extras = [f"{kind}:x"] if kind else []
            made[kind, identity] = derive.derive(identity.function, wrt=["x"], extras=extras)
        return made[kind, identity]

    return of


def points(identity, program):
    """Yield tensors for the arguments, with the sizes by name, distinct and equal."""
    for sizes in size_sets(program, {}).values():
        point = draw(program, sizes)
        yield point, {name: torch.tensor(np.asarray(a)) for name, a in point.arguments.items()}


def by_autograd(kind, identity, tensors):
    """Return the Jacobian (of a number: the gradient) or the Hessian in x."""

    def of_x(x):
        return identity.function(**{**tensors, "x": x})

    return getattr(torch.autograd.functional, kind)(of_x, tensors["x"])


def close(found, expected):
    """Hold an array, or a number for all entries, against an array."""
    found = torch.as_tensor(found, dtype=torch.float64).expand_as(expected)
    bound = 1e-10 * (1 + float(expected.abs().max()))
    torch.testing.assert_close(found, expected, rtol=0, atol=bound)


class TestSecondOrder:
    @pytest.mark.parametrize(("kind", "identity"), WRITTEN, ids=repr)
    def test_it_is_printed_in_its_form(self, kind, identity, derived):
        found = derived(identity, kind)
        (line,) = ExtraFormulas(found.derivation, found.extras[0]).lines("text")
        assert line.partition(" = ")[2] == identity.gradients["x"].form

    @pytest.mark.parametrize(("kind", "identity"), COUNTED, ids=repr)
    def test_it_takes_no_more_operations_than_the_textbook(self, kind, identity, derived):
        found = getattr(derived(identity, kind), kind)("x")
        most = textbook.count(identity.gradients["x"].textbook, identity.dimensions)
        assert operations(found) <= most

    @pytest.mark.parametrize(("kind", "identity"), SECOND, ids=repr)
    def test_the_textbook_and_the_code_agree_with_autograd(self, kind, identity, derived):
        found = derived(identity, kind)
        code = getattr(found.compile("numpy"), f"{kind}_x")
        for point, tensors in points(identity, found.program):
            expected = by_autograd(kind, identity, tensors)
            close(code(**point.arguments), expected)
            known = {**tensors, **point.sizes}
            close(textbook.evaluate(identity.gradients["x"].textbook, known), expected)


@pytest.mark.parametrize("identity", SYMMETRIC, ids=repr)
class TestOnTheSymmetricMatrices:
    """The textbook takes the entries of one triangle as the variables: 2 S - S ⊙ I, not S."""

    def test_the_projection_is_printed_in_its_form(self, identity, derived):
        derivation = derived(identity).derivation
        closed = closed_projection(derivation, "x")
        assert Notation(derivation).text(closed) == identity.gradients["x"].form

    def test_it_takes_no_more_operations_than_the_textbook(self, identity, derived):
        most = textbook.count(identity.gradients["x"].textbook, identity.dimensions)
        assert operations(derived(identity).projected("x")) <= most

    def test_it_is_the_textbook_s_but_for_what_counts_as_a_variable(self, identity, derived):
        derivation = derived(identity).derivation
        for point, tensors in points(identity, derivation.program):
            gradient = by_autograd("jacobian", identity, tensors)
            symmetric = (gradient + gradient.T) / 2
            close(projected_gradients(derivation, point)["x"] / point.cotangents[0], symmetric)
            triangle = 2 * symmetric - torch.diag(torch.diagonal(symmetric))
            known = {**tensors, **point.sizes}
            close(textbook.evaluate(identity.gradients["x"].textbook, known), triangle)
