"""Chains that several products hold: named once, where that makes no statement dearer."""

from __future__ import annotations

import pytest

import derive
from derive.algebra.forms.association import cost
from derive.algebra.nodes import Contract, Node, symbols_of, walk
from derive.plan.nouns import Plan

HEAD = "import numpy as np\n\n\n"


def planned(text: str) -> Plan:
    return derive.derive(HEAD + text).plan


def statements(plan: Plan) -> dict[str, Node]:
    """Return the statements of backward by the names that they set."""
    found = {}
    for block in plan.backward:
        for assign in block.assigns:
            role = "grad_" if assign.symbol.role == "cotangent" else ""
            found[role + assign.symbol.name] = assign.expr
    return found


def operations(plan: Plan) -> int:
    nodes = (node for expr in statements(plan).values() for node in walk(expr))
    return sum(cost(node, plan.sizes) for node in nodes if isinstance(node, Contract))


CHAIN = """def chain(a: "n m", b: "m k", v: "k"):
    return np.linalg.norm(a @ b @ v)
"""


def test_what_two_gradients_begin_with_is_computed_once() -> None:
    text = derive.derive(HEAD + CHAIN).to_numpy()
    backward = text[text.index("def backward") : text.index("def value_and_grad")]
    assert backward.count("a.T @ grad_product") == 1


@pytest.mark.parametrize("body", ["a @ v + a @ c @ u", "a @ c @ u + a @ v"])
def test_a_gradient_that_is_the_chain_itself_comes_first_and_names_it(body: str) -> None:
    head = 'def affine(a: "n m", c: "m k", u: "k", v: "m"):'
    found = statements(planned(f"{head}\n    return {body}\n"))
    assert "product" not in found
    assert list(found).index("grad_v") < list(found).index("grad_c")
    assert [repr(s) for s in symbols_of(found["grad_c"])] == ["∇v", "u"]


def test_what_forward_multiplies_of_a_trace_of_four_matrices_is_not_multiplied_again() -> None:
    plan = planned(
        """def looped(a: "n m", b: "m k", c: "k p", d: "p n"):
    return np.trace(a @ b @ c @ d)
"""
    )
    n, m = plan.sizes["n"], plan.sizes["m"]
    assert operations(plan) == 2 * m**3 + 2 * n * m * m


def test_the_terms_of_a_sum_share_a_chain_in_forward() -> None:
    plan = planned(
        """def terms(a: "n m", b: "m k", v: "k", u: "k"):
    return np.tanh((a @ b @ v).sum() + (a @ b @ u).sum())
"""
    )
    assigns = [assign for block in plan.forward for assign in block.assigns]
    assert [assign.symbol.name for assign in assigns][:2] == ["product", "affine"]


def test_a_chain_that_only_a_dearer_order_holds_is_not_shared() -> None:
    plan = planned(
        """def wide(a: "n m", b: "m k", u: "k", v: "n"):
    return (a @ b @ u) @ (a @ b @ u) + v @ a @ b @ u
"""
    )
    shared = [expr for name, expr in statements(plan).items() if not name.startswith("grad_")]
    assert all(expr.rank < 2 for expr in shared)


def test_shared_names_give_way_to_those_of_the_model() -> None:
    text = CHAIN.replace("v:", "product:").replace("@ v", "@ product").replace('"m k"', '"m total"')
    assert derive.derive(HEAD + text.replace('"k"', '"total"')).check().ok


def matrix_products(plan: Plan) -> int:
    """Return how many products of two n×n matrices forward takes."""
    assigns = [assign for block in plan.forward for assign in block.assigns]
    nodes = [node for a in assigns for node in walk(a.expr) if isinstance(node, Contract)]
    return sum(cost(node, plan.sizes) for node in nodes) // plan.sizes["n"] ** 3


@pytest.mark.parametrize(("power", "products"), [(2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (12, 4)])
def test_a_power_is_made_by_squaring(power: int, products: int) -> None:
    body = " @ ".join(["a"] * power)
    plan = planned(f'def powers(a: "n n"):\n    return {body}\n')
    assert matrix_products(plan) == products


def test_the_trace_of_a_fourth_power_takes_one_square() -> None:
    plan = planned('def traced(a: "n n"):\n    return np.trace(a @ a @ a @ a)\n')
    assert matrix_products(plan) == 1
    assert derive.derive(HEAD + 'def f(a: "n n"):\n    return np.trace(a @ a @ a @ a)\n').check().ok
