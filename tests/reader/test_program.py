"""What a Program holds: names, numbers, texts, places, constants, aliases, words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.dims import shape_of
from derive.errors import DeriveError
from derive.face import shipped
from derive.reader import read_expression, read_file, read_function, read_text

HEAD = "import math\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\n\n\n"


def read(body: str, arguments: str = 'x: "n d", *, w: "d m"', before: str = "", **options):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (program,) = read_text(
        f"{HEAD}{before}def model({arguments}):\n{lines}", function="model", **options
    )
    return program


def names(program):
    return [equation.symbol.name for equation in program.equations]


@pytest.mark.parametrize("name", shipped.names())
def test_every_shipped_model_is_read_with_words_for_all_it_names(name):
    (program,) = read_file(shipped.path(name), function=name)
    assert program.title
    told = {*program.dimensions, *(argument.name for argument in program.arguments)}
    assert told <= program.words.keys()


def test_an_assignment_is_one_equation_with_its_text_and_place():
    program = read("y = x @ w  # the product\nz = (\n    y  # twice\n    + y\n)\nreturn z")
    first, second = program.equations
    assert (first.number, first.symbol.name, first.text) == (1, "y", "y = x @ w")
    assert (first.place.line, first.place.column) == (8, 9)
    assert (second.number, second.text) == (2, "z = (y + y)")
    assert program.outputs == (second.symbol,)


def test_a_name_that_is_assigned_again_gets_a_number_that_is_free():
    program = read("h = x\nh = h * 2\nh = h * 3\nh_2 = h + 1\nh = h_2 * 4\nreturn h")
    assert names(program) == ["h", "h_3", "h_2", "h_4"]


def test_a_plain_alias_is_no_equation():
    program = read("y = x @ w\nz = y\nreturn z")
    assert names(program) == ["y"]
    assert program.aliases == {"z": "y"}


def test_a_returned_expression_becomes_a_last_equation_without_a_name_of_the_user():
    program = read("loss = x @ w\nreturn (loss**2).sum()")
    last = program.equations[-1]
    assert (last.symbol.name, last.named) == ("loss_2", False)
    assert last.text == "return (loss**2).sum()"


def test_a_returned_argument_gets_an_equation():
    program = read("return x, x @ w")
    assert names(program) == ["out", "out_2"]
    assert program.returns_tuple
    assert program.equations[0].expr is program.arguments[0].symbol


def test_unpacking_expressions_makes_an_equation_for_each():
    program = read("p, q = x @ w, x * 2\np, q = q, p\nreturn p, q")
    assert [equation.text for equation in program.equations] == ["p = x @ w", "q = x * 2"]
    assert [output.name for output in program.outputs] == ["q", "p"]


def test_a_loop_gives_one_equation_per_round():
    program = read("h = x\nfor k in range(3):\n    h = torch.tanh(h)\nreturn h")
    assert names(program) == ["h", "h_2", "h_3"]
    assert {equation.text for equation in program.equations} == {"h = torch.tanh(h)"}


def test_entries_of_lists_get_names_from_the_list():
    program = read("hs = [x * 2]\nhs.append(x * 3)\nreturn torch.stack(hs)")
    assert names(program) == ["hs_1", "hs_2", "out"]


def test_the_statements_of_a_helper_are_equations_with_names_of_their_own():
    helper = "def layer(z, k):\n    y = z * k\n    return torch.tanh(y)\n\n\n"
    program = read("y = layer(x, 2)\nz = layer(x @ w, 3)\nreturn y.sum() + z.sum()", before=helper)
    assert names(program) == ["layer_y", "y", "layer_z", "layer_y_2", "z", "loss"]
    assert program.equations[2].text == "z = x @ w"


def test_shapes_numbers_and_lists_make_no_equation():
    body = "n, d = x.shape\nscale = 1 / math.sqrt(d)\nsizes = [n, d]\ny = x * scale\nreturn y"
    program = read(body)
    assert names(program) == ["y"]
    assert str(program.equations[0].expr.coefficient.powers) == "((Dim(d), Fraction(-1, 2)),)"


def test_a_number_is_taken_exactly_from_the_source():
    program = read("y = 0.1 * x\nreturn y")
    assert program.equations[0].expr.coefficient.number == Fraction(1, 10)


def test_a_constant_stays_a_keyword_unless_it_shapes_the_program():
    program = read(
        "h = x / (x + eps)\nfor k in range(steps):\n    h = h * 2\nreturn h",
        'x: "n d", eps=1e-5, steps=2',
    )
    _, eps, steps = program.arguments
    assert (eps.default, eps.fixed, eps.symbol.role) == (Fraction(1, 10**5), False, "constant")
    assert (steps.default, steps.fixed) == (2, True)


def test_heads_in_a_shape_are_fixed():
    program = read("n, d = x.shape\nreturn x.reshape(n, heads, d // heads)", 'x: "n 4*k", heads=4')
    assert program.arguments[1].fixed
    assert program.outputs[0].shape == shape_of("n", 4, "k")


def test_arguments_after_the_star_are_parameters():
    program = read("return x @ w")
    assert [argument.symbol.role for argument in program.arguments] == ["data", "parameter"]


def test_jaxtyping_and_annotated_shapes_are_read():
    program = read(
        "return x[i] @ w",
        'x: Float[torch.Tensor, "n d"], i: Int[torch.Tensor, "m"], *, w: Annotated[object, "d k"]',
    )
    assert [argument.symbol.shape for argument in program.arguments] == [
        shape_of("n", "d"),
        shape_of("m"),
        shape_of("d", "k"),
    ]
    assert not program.arguments[1].symbol.is_float


def test_dimensions_declared_equal_are_one():
    text = 'def f(x: "n d", *, w: "h m"):\n    return x @ w\n'
    with pytest.raises(DeriveError, match="does not fit"):
        read_text(text)
    (program,) = read_text(text, same={"d": "h"})
    assert program.dimensions == ("n", "h", "m")
    with pytest.raises(DeriveError, match="no dimension q"):
        read_text(text, same={"d": "q"})


def test_the_docstring_gives_title_and_words():
    docstring = '"""A layer. And more.\n\nn: samples\ny: the product\nNote: nothing\n"""\n'
    program = read(f"{docstring}y = x @ w\nreturn y")
    assert program.title == "A layer."
    assert program.words == {"n": "samples", "y": "the product"}


def test_module_constants_and_nested_functions_are_read():
    program = read(
        "def twice(z):\n    return SCALE * z\nreturn twice(x)", before="SCALE = 2.5\n\n\n"
    )
    assert program.equations[-1].expr.coefficient.number == Fraction(5, 2)


def test_all_annotated_functions_of_a_text_are_models():
    text = 'def f(x: "n"):\n    return x * 2\n\n\ndef g(x):\n    return x\n\n\n'
    text += 'def h(y: "n"):\n    return g(y) + 1\n'
    assert [program.name for program in read_text(text)] == ["f", "h"]


FACTOR = 3.0


def scaled(z):
    return z * FACTOR


def test_a_live_function_is_read_from_its_source_without_running():
    def model(x: "n d", *, w: "d m"):
        raise_if_run = scaled(x)
        return raise_if_run @ w

    program = read_function(model)
    assert program.name == "model"
    assert program.outputs[0].shape == shape_of("n", "m")
    assert program.source.startswith('def model(x: "n d"')


def test_an_expression_is_a_model():
    program = read_expression("((x @ w - y)**2).sum()", {"x": "n d", "w": "d", "y": "n"}, "lsq")
    assert program.name == "lsq"
    assert program.is_scalar
    assert program.source == (
        'def lsq(x: "n d", w: "d", y: "n"):\n    return ((x @ w - y)**2).sum()'
    )


def test_an_expression_knows_the_bare_names_of_functions():
    program = read_expression("sum(tanh(x)) + logsumexp(y, 0)", "x: n, y: n")
    assert program.is_scalar


def test_a_hint_is_given_only_if_it_helps():
    with pytest.raises(DeriveError) as caught:
        read_text('def f(x: "n d", w: "k d", v: "q"):\n    return (x @ w) @ v\n')
    assert caught.value.hint == "write x @ w.T, which is (n×d)(d×k) = n×k"


def test_what_is_changed_in_place_must_be_held_by_one_name():
    read("h = x.clone()\nh += 1\nreturn h + x")
    read("h = x * 2\nh += 1\nreturn h + x")
    with pytest.raises(DeriveError, match="changed in place"):
        read("h = x\nh += 1\nreturn h + x")
    with pytest.raises(DeriveError, match="changed in place"):
        read("def f(z):\n    z += 1\n    return z\nreturn f(x) + x")


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ("s = torch.softmax(x, 1)\nreturn torch.log(s)", "log_softmax"),
        ("return torch.log(torch.sigmoid(x))", "logsigmoid"),
        ("p = torch.sigmoid(x)\nreturn torch.log(1 - p)", "-softplus"),
        ("return torch.log(1 + torch.exp(x))", "softplus"),
        ("return torch.log(torch.exp(x).sum(1))", "logsumexp"),
        ("e = torch.exp(x)\nreturn e / e.sum(1, keepdim=True)", "softmax"),
        ("return 1 / (1 + torch.exp(-x))", "sigmoid"),
        ("return x[:3]", "takes n to be at least 3"),
    ],
)
def test_a_rewrite_leaves_a_remark(body, remark):
    assert any(remark in text for text in read(body).remarks)


def test_a_square_root_of_squares_stays_what_was_written():
    program = read("return torch.sqrt((x * x).sum())")
    assert "norm" not in repr(program.equations[-1].expr)
    assert not program.remarks


def test_too_many_equations_are_refused():
    with pytest.raises(DeriveError, match="more than 10000 equations"):
        read("h = x\nfor k in range(10000):\n    h = h * 2\n    h = h + 1\nreturn h")


def test_deep_helpers_end_in_a_message():
    helpers = "def f0(z):\n    return z * 2\n\n\n" + "".join(
        f"def f{k}(z):\n    return {'-(' * 60}f{k - 1}(z){')' * 60}\n\n\n" for k in range(1, 49)
    )
    with pytest.raises(DeriveError, match=r"deeper|nested"):
        read("return f48(x)", before=helpers)
