"""derive's own verification holds for every operation, and its documents can be written."""

from __future__ import annotations

import pytest

from tests.operations.running import Sample
from tests.operations.table import VARIANTS, found

SOME = [*found().values()][::5] + VARIANTS[::4]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", SOME, ids=lambda s: s.call)
def test_an_operation_passes_its_own_check_and_is_documented(case: Sample):
    report = case.derived.check()
    assert report.ok, str(report)
    for lang in ("en", "zh"):
        assert case.derived.to_markdown(lang=lang)
        assert case.derived.to_latex(lang=lang)
