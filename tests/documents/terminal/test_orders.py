"""The plan's page tells in which order products are multiplied, and at which sizes that is best."""

from __future__ import annotations

import derive
from derive.documents.terminal.orders import order_rows
from derive.formulas.notation import Notation

HEAD = "import torch\n\n\n"


def rows(text: str) -> list[tuple[str, str, str]]:
    plan = derive.derive(HEAD + text).plan
    found = order_rows(plan, Notation(plan.derivation))
    return [(name.strip(), order, where) for name, order, where in found]


def test_a_chain_to_a_vector_is_multiplied_from_its_end_at_all_sizes() -> None:
    found = rows('def chain(a: "n m", b: "m k", v: "k"):\n    return a @ b @ v\n')
    assert found[0] == ("out", "A · (B · v)", "at all sizes from 2 on")


def test_a_chain_of_matrices_is_judged_at_sizes_that_are_told() -> None:
    found = rows('def chain(a: "n m", b: "m k", c: "k p"):\n    return a @ b @ c\n')
    assert found[0] == ("out", "A · (B · C)", "at n = 128, m = 64, k = 64 and p = 64")


def test_a_product_of_two_has_no_order() -> None:
    assert rows('def pair(x: "n d", w: "d h"):\n    return x @ w\n') == []
