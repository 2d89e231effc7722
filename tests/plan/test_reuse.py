"""Which arrays a statement may write into: dying, of its shape and dtype, seen by nobody else."""

from __future__ import annotations

import derive
from derive.plan.lifetimes import timeline
from derive.plan.once import plan_of_predict, plan_of_value_and_grad
from derive.plan.reuse import writable

HEAD = "import torch\nfrom torch import tanh, exp\n\n\n"


def reused(body: str, wrt: list[str] | None = None) -> dict[str, set[str]]:
    """Return, by the name of a statement's value, the names of the arrays it may write into."""
    plan = plan_of_value_and_grad(derive.derive(HEAD + body, wrt=wrt).plan)
    line = timeline(plan)
    found = {}
    for (k, i), symbols in writable(plan, line).items():
        symbol = line.moments[k].assigns[i].symbol
        mark = "∇" if symbol.role == "cotangent" else ""
        found[mark + symbol.name] = {
            ("∇" if s.role == "cotangent" else "") + s.name for s in symbols
        }
    return found


def test_an_activation_is_written_over_what_it_is_made_from():
    body = """\
def model(x: "n d", *, w: "d h", v: "h"):
    a = x @ w
    h = tanh(a)
    z = h @ v
    return (z ** 2).sum()
"""
    assert reused(body)["h"] == {"a"}


def test_the_error_is_written_over_the_error_before():
    body = """\
def model(x: "n d", *, w: "d h", v: "h k"):
    a = x @ w
    h = tanh(a)
    z = h @ v
    return (z ** 2).sum()
"""
    assert "∇h" in reused(body)["∇a"]


def test_what_is_used_later_is_not_written_over():
    body = """\
def model(x: "n d", *, w: "d h"):
    a = x @ w
    h = exp(torch.sin(a))
    return (h * a).sum()
"""
    assert "h" not in reused(body)


def test_arguments_outputs_and_returned_gradients_are_not_written_over():
    body = """\
def model(x: "n d", y: "n d"):
    a = x * y
    b = tanh(a)
    return (b * y).sum()
"""
    found = reused(body)
    taken = {name for names in found.values() for name in names}
    assert taken <= {"a", "b", "∇a", "∇b"}


def test_what_a_view_shows_is_not_written_over_nor_is_the_view():
    body = """\
def model(x: "n n", *, w: "n n"):
    a = x @ w
    t = a.T
    b = tanh(a)
    return (b * t).sum()
"""
    taken = {name for names in reused(body).values() for name in names}
    assert not taken & {"a", "t"}


def test_a_reshape_may_show_memory_even_where_it_joins_axes():
    body = """\
def model(x: "n d k", *, w: "k"):
    a = x * w
    r = a.reshape(x.shape[0], -1)
    s = tanh(r)
    return (s.sum(1) * a.sum((1, 2))).sum()
"""
    taken = {name for names in reused(body).values() for name in names}
    assert not taken & {"a", "r"}


def test_nothing_is_written_over_whose_dtype_may_be_smaller():
    body = """\
def model(x: "n d", *, w: "n d"):
    a = tanh(x)
    b = a * w
    return tanh(b).sum()
"""
    assert "b" not in reused(body, wrt=["x"]), "w may be float64 where x is float32"


def test_only_what_stands_entry_by_entry_is_written_over():
    body = """\
def model(x: "n n", *, w: "n n"):
    a = x @ w
    b = a - a.sum(0)
    return (b ** 2).sum()
"""
    assert reused(body)["b"] == {"a"}, "the sum is computed before"
    assert "b" not in reused(body.replace("a - a", "x - a"))


def test_a_cotangent_of_one_stands_in_no_formula():
    body = """\
def model(x: "n d", *, w: "d"):
    return ((x @ w) ** 2).sum() / x.shape[0]
"""
    made = derive.derive(HEAD + body)
    names = {
        symbol.name
        for block in plan_of_value_and_grad(made.plan).backward
        for assign in block.assigns
        for symbol in assign.expr.children
    }
    assert made.program.outputs[0].name not in names


def test_predict_makes_what_the_output_needs_and_no_more():
    body = """\
def model(x: "n d", *, w: "d"):
    z = x @ w
    p = torch.sigmoid(z)
    return z
"""
    plan = plan_of_predict(derive.derive(HEAD + body, wrt=["w", "p"]).plan)
    assert [block.equation.symbol.name for block in plan.forward] == ["z"]
    assert not plan.backward
