"""Classic identities: each gradient in its textbook form, and right by oracles outside of derive.

The forms are printed ones.  Each gradient, as generated NumPy, is compared with torch autograd on
the loss itself, with complex step and with 4-point differences; the form is equal to the gradient
modulo a prime; all with distinct sizes and with all sizes equal.
"""

from __future__ import annotations

import pytest

import derive
from derive.reverse import closed_form
from derive.verify import check
from derive.verify.exact import equal_exactly
from derive.verify.sizes import size_sets
from tests.acceptance.identities import inverses, models, regression, traces
from tests.acceptance.identities.table import Identity, operations, printed

IDENTITIES = [
    identity
    for topic in (traces, inverses, regression, models)
    for table in vars(topic).values()
    if isinstance(table, tuple)
    for identity in table
]


@pytest.fixture(scope="module")
def derived():
    """Return each identity's derivation, made once."""
    made: dict[Identity, derive.Derived] = {}

    def of(identity: Identity) -> derive.Derived:
        if identity not in made:
            made[identity] = derive.derive(identity.function, wrt=list(identity.forms))
        return made[identity]

    return of


def test_there_are_many_identities():
    assert len(IDENTITIES) >= 120
    assert sum(len(identity.forms) for identity in IDENTITIES) >= 240
    assert len({repr(identity) for identity in IDENTITIES}) == len(IDENTITIES)


@pytest.mark.parametrize("identity", IDENTITIES, ids=repr)
class TestIdentity:
    def test_the_gradient_is_printed_in_its_textbook_form(self, identity, derived):
        found = printed(derived(identity))
        wanted = {name: form for name, (form, _) in identity.forms.items()}
        assert {name: found.get(name) for name in wanted} == wanted

    def test_it_takes_no_more_operations_than_the_textbook(self, identity, derived):
        for name, (form, most) in identity.forms.items():
            assert operations(derived(identity).gradients[name]) <= most, (name, form)

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
        for name in identity.forms:
            form, defined = closed_form(derivation, name), derivation.gradients[name].expr
            assert form is not None
            for sizes in size_sets(derivation.program, {}).values():
                verdict = equal_exactly(form, defined, sizes, trials=1, definitions=known)
                assert verdict.equal, (name, verdict)
