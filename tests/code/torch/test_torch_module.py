"""Generated PyTorch modules against autograd on the models themselves, and every transform."""

import copy
import functools
import itertools
import subprocess
import sys
import types

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

from derive.code.torch.autograd import RESERVED
from derive.code.torch.module import emit_torch
from derive.derivation.reverse import reverse
from derive.derivation.split import split
from derive.plan.planner.planner import make_plan
from derive.reader import read_function
from tests.code import torch_models as models

SIZES = (2, 3, 4, 5, 6)
EACH = [pytest.param(model, id=model.__name__) for model in models.MODELS]
FEW = [models.linear, models.mlp, models.mlp_relu, models.tanh_net, models.layer_norm]
FEW += [models.lstm_cell, models.attention, models.several]
SOME = [pytest.param(model, id=model.__name__) for model in FEW]
UNIQUE = [m for m in models.MODELS if m not in (models.mlp_relu, models.detached)]


class Made:
    """A model with its generated module and arguments drawn for it."""

    def __init__(self, model, wrt=None):
        self.model = model
        self.program = split(read_function(model))
        floats = [a.name for a in self.program.arguments if _has_gradient(a)]
        self.wrt = tuple(wrt if wrt is not None else floats)
        self.text = emit_torch(make_plan(reverse(self.program, self.wrt)))
        self.module = types.ModuleType(f"{model.__name__}_torch_{'_'.join(self.wrt)}")
        sys.modules[self.module.__name__] = self.module  # torch.compile looks it up
        exec(compile(self.text, f"<{model.__name__}>", "exec"), self.module.__dict__)
        self.names = [a.name for a in self.program.arguments if a.default is None]
        self.function = getattr(self.module, _public(model.__name__))

    def arguments(self, sizes=SIZES, dtype=torch.float64, seed=0):
        torch.manual_seed(seed)
        size = dict(zip(self.program.dimensions, sizes, strict=False))
        return [
            _draw(
                a.symbol, [d.evaluate(size) for d in a.symbol.shape], size, dtype, a.name
            ).requires_grad_(a.name in self.wrt)
            for a in self.program.arguments
            if a.default is None
        ]

    def call(self, function, arguments):
        """Call with parameters by keyword, as the model is called; return a tuple."""
        named = dict(zip(self.names, arguments, strict=True))
        data = [a.name for a in self.program.arguments if a.symbol.role == "data"]
        positional = [named.pop(name) for name in data]
        found = function(*positional, **named)
        return found if isinstance(found, tuple) else (found,)

    def ours(self, *arguments):
        return self.call(self.function, arguments)

    def theirs(self, *arguments):
        return self.call(self.model, arguments)


def _has_gradient(argument):
    return argument.symbol.is_float and argument.default is None


def _public(name):
    return f"{name}_model" if name in ("forward", "backward") else name


def _draw(symbol, shape, size, dtype, name):
    if symbol.kind.startswith("int"):
        return torch.randint(size[symbol.kind.split("<")[1].strip()], shape)
    if symbol.kind == "bool":
        return torch.rand(shape) < 0.5
    if symbol.kind == "positive":
        return torch.rand(shape, dtype=dtype) + 0.5
    drawn = torch.randn(shape, dtype=dtype)
    return drawn.softmax(-1) if symbol.kind == "simplex" else drawn


@functools.cache
def made(model):
    return Made(model)


def gradients(outputs, inputs, create_graph=False):
    """Return the gradients of a fixed combination of the outputs."""
    total = 0
    for k, y in enumerate(outputs):
        if not y.requires_grad:
            continue
        weights = torch.cos(torch.arange(y.numel(), dtype=y.dtype) + k).reshape(y.shape)
        total = total + (y * weights).sum()
    return torch.autograd.grad(
        total, inputs, create_graph=create_graph, allow_unused=True, materialize_grads=True
    )


def live(arguments):
    return [a for a in arguments if a.requires_grad]


def close(found, expected, tolerance=1e-11):
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        torch.testing.assert_close(a, b, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("model", EACH)
def test_values_and_gradients_are_those_of_autograd_on_the_model(model):
    m = made(model)
    for sizes in (SIZES, (3,) * 5):
        arguments = m.arguments(sizes)
        ours, theirs = m.ours(*arguments), m.theirs(*arguments)
        close(ours, theirs)
        close(m.call(m.module.predict, arguments), theirs)
        close(gradients(ours, live(arguments)), gradients(theirs, live(arguments)))


@pytest.mark.parametrize("model", EACH)
def test_raw_gradients_of_plain_backward_have_the_shape_of_the_argument(model):
    m = made(model)
    arguments = [a.detach() for a in m.arguments()]
    outputs, cache = m.call(m.module.forward, arguments)
    several = isinstance(outputs, tuple)
    given = tuple(map(torch.ones_like, outputs)) if several else torch.ones_like(outputs)
    found = m.module.backward(cache, given)
    again = m.module.backward(cache, given)
    named = dict(zip(m.names, arguments, strict=True))
    for name, gradient in found._asdict().items():
        assert gradient.shape == named[name].shape
        assert gradient.dtype == named[name].dtype
        assert torch.equal(gradient, getattr(again, name))


@pytest.mark.parametrize("model", UNIQUE, ids=lambda m: m.__name__)
def test_first_second_and_third_derivatives_pass_gradcheck(model):
    m = made(model)
    arguments = m.arguments((2, 3, 2, 2, 3))
    functions = live(arguments)

    def function(*moved):
        moved = iter(moved)
        full = [next(moved) if a.requires_grad else a for a in arguments]
        return tuple(y for y in m.ours(*full) if y.requires_grad)

    assert gradcheck(function, functions, check_batched_grad=True, fast_mode=True)
    assert gradgradcheck(function, functions, fast_mode=True)


@pytest.mark.parametrize("model", EACH)
def test_second_and_third_derivatives_are_those_of_autograd(model):
    m = made(model)
    arguments = m.arguments()
    inputs = live(arguments)
    if any(a.symbol.kind == "simplex" for a in m.program.arguments):
        inputs = inputs[2:]  # second derivatives along a simplex, not across it
    ours, theirs = m.ours(*arguments), m.theirs(*arguments)
    for _ in range(3):
        ours = gradients(ours, inputs, create_graph=True)
        theirs = gradients(theirs, inputs, create_graph=True)
        close(ours, theirs, 1e-9)
        if not any(y.requires_grad for y in theirs):
            break


@pytest.mark.parametrize("model", SOME)
def test_functions_transforms_agree_with_those_of_the_model(model):
    m = made(model)
    arguments = [a.detach() for a in m.arguments()]
    places = tuple(k for k, name in enumerate(m.names) if name in m.wrt)

    def loss(function):
        return lambda *given: sum((y**2).sum() for y in m.call(function, given))

    ours = torch.func.grad(loss(m.function), places)
    theirs = torch.func.grad(loss(m.model), places)
    close(ours(*arguments), theirs(*arguments))
    batch = [torch.stack([a, a.flip(0), a.roll(1, 0)]) for a in arguments]
    close(torch.vmap(ours)(*batch), torch.vmap(theirs)(*batch), 1e-10)
    jacobian = torch.func.jacrev(loss(m.function), places)(*arguments)
    close(jacobian, theirs(*arguments))


def test_a_jacobian_of_a_gradient_is_the_models():
    m = made(models.tanh_net)
    arguments = [a.detach() for a in m.arguments()]

    def hessian(function):
        def loss(*given):
            return m.call(function, given)[0]

        return torch.func.jacrev(torch.func.grad(loss, (0, 2)), (0, 2))(*arguments)

    for ours, theirs in zip(hessian(m.function), hessian(m.model), strict=True):
        close(ours, theirs, 1e-10)


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("model", [models.linear, models.mlp_relu, models.layer_norm])
def test_it_compiles_whole_with_static_and_dynamic_shapes(model, dynamic):
    m = made(model)
    torch._dynamo.reset()
    compiled = torch.compile(m.ours, fullgraph=True, backend="aot_eager", dynamic=dynamic)
    for sizes in (SIZES, (5, 3, 4, 2, 2)):
        arguments = m.arguments(sizes)
        inputs = live(arguments)
        close(gradients(compiled(*arguments), inputs), gradients(m.theirs(*arguments), inputs))


def test_the_gradient_compiles_under_vmap():
    m = made(models.tanh_net)
    torch._dynamo.reset()
    arguments = [torch.stack([a.detach(), 2 * a.detach()]) for a in m.arguments()]
    slope = torch.vmap(torch.func.grad(lambda *given: m.ours(*given)[0], (0, 2)))
    compiled = torch.compile(slope, fullgraph=True, backend="aot_eager")
    close(compiled(*arguments), slope(*arguments))


@pytest.mark.parametrize("model", SOME)
def test_autocast_computes_in_half_and_returns_gradients_in_float32(model):
    m = made(model)
    arguments = m.arguments(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs = m.ours(*arguments)
    assert all(y.dtype == torch.bfloat16 for y in outputs)
    found = gradients(outputs, live(arguments))
    assert all(g.dtype == torch.float32 for g in found)
    exact = gradients(m.ours(*arguments), live(arguments))
    for a, b in zip(found, exact, strict=True):
        torch.testing.assert_close(a, b, atol=0.2, rtol=0.2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("model", EACH)
def test_the_dtype_is_kept_everywhere(model, dtype):
    m = made(model)
    arguments = m.arguments(dtype=dtype)
    outputs = m.ours(*arguments)
    assert {y.dtype for y in outputs} == {dtype}
    plain = [a.detach() for a in arguments]
    _, cache = m.call(m.module.forward, plain)
    tensors = [v for v in cache if isinstance(v, torch.Tensor) and v.is_floating_point()]
    assert all(v.dtype == dtype for v in tensors)
    assert all(g.dtype == dtype for g in gradients(outputs, live(arguments)))


class Products(TorchDispatchMode):
    """Counts matrix products."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func.overloadpacket in (
            torch.ops.aten.mm,
            torch.ops.aten.bmm,
            torch.ops.aten.mv,
            torch.ops.aten.addmm,
            torch.ops.aten.dot,
        )
        return func(*args, **(kwargs or {}))


SUBSETS = [models.linear, models.mlp, models.tanh_net, models.lstm_cell, models.layer_norm]
SUBSETS += [models.attention, models.mlp_relu, models.rms_norm, models.several]


@pytest.mark.parametrize("model", SUBSETS, ids=lambda m: m.__name__)
def test_each_subset_of_gradients_costs_and_saves_no_more_than_eager(model):
    m = made(model)
    floats = [m.names.index(name) for name in m.wrt]
    for needed in itertools.product([False, True], repeat=len(floats)):
        if not any(needed):
            continue
        arguments = [a.detach() for a in m.arguments((5, 6, 7, 8, 9))]
        for k, need in zip(floats, needed, strict=True):
            arguments[k].requires_grad_(need)
        ours, mine = _saved(m.ours, arguments)
        theirs, eager = _saved(m.theirs, arguments)
        assert mine <= eager, needed
        with Products() as counted:
            found = gradients(ours, live(arguments))
        with Products() as reference:
            expected = gradients(theirs, live(arguments))
        close(found, expected)
        assert counted.count <= max(1, reference.count), needed


def test_a_value_and_its_cotangent_that_share_a_name_are_asked_for_apart():
    m = made(models.gated)
    for k in range(len(m.names)):
        arguments = [a.detach().requires_grad_(j == k) for j, a in enumerate(m.arguments())]
        found = gradients(m.ours(*arguments), live(arguments))
        close(found, gradients(m.theirs(*arguments), live(arguments)))


def _saved(function, arguments):
    """Return what the function gives and the bytes that it saves.

    Each storage counts once; an argument counts for nothing, since the caller holds it.
    """
    sizes = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if not any(a.untyped_storage().data_ptr() == storage.data_ptr() for a in arguments):
            sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        return function(*arguments), sum(sizes.values())


@pytest.mark.parametrize("model", EACH)
def test_inputs_of_any_layout_are_read_and_never_written(model):
    m = made(model)
    arguments = m.arguments()
    spread = [
        torch.stack([a.detach(), a.detach()], -1)[..., 0].requires_grad_(a.requires_grad)
        for a in arguments
    ]
    before = copy.deepcopy([a.detach() for a in spread])
    found = gradients(m.ours(*spread), live(spread))
    close(found, gradients(m.ours(*arguments), live(arguments)))
    assert all(torch.equal(a, b) for a, b in zip(spread, before, strict=True))


EMPTY = [m for m in models.MODELS if m not in (models.quadratic, models.deep)]


@pytest.mark.parametrize("model", EMPTY, ids=lambda m: m.__name__)
def test_a_dimension_may_be_zero(model):
    m = made(model)
    arguments = m.arguments((0, 3, 4, 5, 6))
    ours, theirs = m.ours(*arguments), m.theirs(*arguments)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, equal_nan=True)
    found, expected = gradients(ours, live(arguments)), gradients(theirs, live(arguments))
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
    if all(y.isfinite().all() for y in theirs):  # the mean of nothing is no number
        close(found, expected)


@pytest.mark.parametrize("model", SOME)
def test_checkpointing_gives_the_same_gradients(model):
    m = made(model)
    arguments = m.arguments()
    found = gradients(checkpoint(m.ours, *arguments, use_reentrant=False), live(arguments))
    close(found, gradients(m.ours(*arguments), live(arguments)))


@pytest.mark.parametrize("compiled", [False, True])
def test_our_backward_really_runs(compiled, monkeypatch):
    m = Made(models.mlp)
    calls = []
    backward = m.module.backward

    def counted(cache, grad_output, *, needs):
        calls.append(needs)
        return backward(cache, grad_output, needs=needs)

    monkeypatch.setattr(m.module, "backward", counted)
    arguments = m.arguments()
    function = m.ours
    if compiled:
        torch._dynamo.reset()
        function = torch.compile(m.ours, backend="aot_eager")
    gradients(function(*arguments), live(arguments))
    assert calls == [(True,) * 6]


def test_first_order_does_no_work_for_the_cotangents_of_cached_values(monkeypatch):
    m = Made(models.mlp)
    monkeypatch.delattr(m.module, "_backward_cached")
    arguments = m.arguments()
    close(
        gradients(m.ours(*arguments), live(arguments)), gradients(m.theirs(*arguments), arguments)
    )


def test_gradients_that_are_not_needed_are_none():
    m = made(models.mlp)
    _, cache = m.call(m.module.forward, [a.detach() for a in m.arguments()])
    found = m.module.backward(cache, needs=(False, False, False, True, False, False))
    assert [g is None for g in found] == [True, True, True, False, True, True]


def test_only_the_gradients_that_were_asked_for_exist():
    m = Made(models.mlp, ["w1", "b2"])
    assert m.module.Gradients._fields == ("w1", "b2")
    arguments = m.arguments()
    for argument in arguments:
        argument.requires_grad_()
    found = torch.autograd.grad(m.ours(*arguments), arguments, allow_unused=True)
    expected = torch.autograd.grad(m.theirs(*arguments), arguments)
    assert [g is None for g in found] == [True, True, False, True, True, False]
    close([found[2], found[5]], [expected[2], expected[5]])


def test_a_value_between_has_its_gradient_too():
    m = Made(models.mlp, ["w1", "y1"])
    _, cache = m.call(m.module.forward, [a.detach() for a in m.arguments()])
    found = m.module.backward(cache)
    assert found.y1.shape == (2, 4)
    arguments = m.arguments()
    expected = torch.autograd.grad(m.theirs(*arguments), arguments[2])
    close(torch.autograd.grad(m.ours(*arguments), arguments[2]), expected)


def test_value_and_grad_needs_no_tape():
    m = made(models.mlp)
    arguments = m.arguments()
    value, found = m.call(m.module.value_and_grad, [a.detach() for a in arguments])
    (expected,) = m.theirs(*arguments)
    close([value, *found], [expected.detach(), *torch.autograd.grad(expected, arguments)])
    assert not hasattr(made(models.linear).module, "value_and_grad")


def test_the_module_owns_the_parameters_and_trains():
    m = made(models.mlp_relu)
    x, t, *parameters = [a.detach() for a in m.arguments()]
    network = m.module.MlpRelu(**dict(zip(("w1", "b1", "w2"), parameters, strict=True)))
    assert [name for name, _ in network.named_parameters()] == ["w1", "b1", "w2"]
    before = network(x, t)
    before.backward()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter -= 0.1 * parameter.grad
    assert network(x, t) < before


def test_models_without_parameters_have_no_module():
    assert not hasattr(made(models.frobenius).module, "Frobenius")
    assert "torch.nn.Module" not in made(models.frobenius).text


def test_a_parameter_that_module_refuses_is_renamed_and_the_docstring_says_so():
    m = made(models.clash)
    arguments = m.arguments()
    network = m.module.Clash(type=arguments[3].detach(), ctx=arguments[4].detach())
    assert isinstance(network.type_parameter, torch.nn.Parameter)
    assert "type_parameter" in network.__doc__
    close([network(*arguments[:3])], m.theirs(*arguments))


def test_every_attribute_of_module_is_known_as_refused():
    public = {name for name in dir(torch.nn.Module()) if not name.startswith("_")}
    assert public <= RESERVED


def test_a_constant_stays_a_keyword_and_a_fixed_one_refuses_others():
    m = made(models.rms_norm)
    x, g = m.arguments()
    close([m.function(x, g=g, eps=0.5)], [models.rms_norm(x, 0.5, g=g)])
    deep = made(models.deep)
    x, w = deep.arguments()
    close([deep.function(x, w=w, steps=3)], deep.theirs(x, w))
    with pytest.raises(ValueError, match="steps is 4, this code is for 3"):
        deep.function(x, w=w, steps=4)


def test_a_wrong_shape_is_named_with_the_one_that_is_needed():
    m = made(models.linear)
    x, w, b = m.arguments()
    with pytest.raises(ValueError, match=r"x has shape \(2, 3, 1\), needs \(n, d\)"):
        m.function(x[..., None], w=w, b=b)
    with pytest.raises(ValueError, match=r"w has shape .*, needs \(d, m\) with d = 3 as in x"):
        m.function(x, w=w.T, b=b)
    with pytest.raises(ValueError, match=r"b has shape .*, needs \(m,\) with m = 4 as in w"):
        m.function(x, w=w, b=b[:1])


def test_integers_and_truth_values_are_told_from_floats():
    picked = made(models.labels)
    x, t = picked.arguments()
    with pytest.raises(TypeError, match=r"t has dtype torch.float64, needs integers"):
        picked.function(x, t.double())
    masked = made(models.masked)
    x, m = masked.arguments()
    with pytest.raises(TypeError, match=r"m has dtype torch.float64, needs truth values"):
        masked.function(x, m.double())


@pytest.mark.parametrize("model", [models.mlp_relu, models.tanh_net])
def test_large_inputs_stay_finite_in_float32(model):
    m = made(model)
    for scale in (1e-4, 1e4):
        arguments = m.arguments(dtype=torch.float32)
        arguments = [(a.detach() * scale).requires_grad_() for a in arguments]
        if model is models.mlp_relu:
            arguments[1] = m.arguments(dtype=torch.float32)[1]
        outputs = m.ours(*arguments)
        assert all(g.isfinite().all() for g in gradients(outputs, arguments))


def test_a_plain_number_serves_as_the_upstream_gradient():
    for model in (models.mlp, models.total, models.lse):
        m = made(model)
        arguments = [a.detach() for a in m.arguments(dtype=torch.float32)]
        _, cache = m.call(m.module.forward, arguments)
        once = m.module.backward(cache)
        twice = m.module.backward(cache, 2.0)
        for a, b in zip(once, twice, strict=True):
            torch.testing.assert_close(2 * a, b)
            assert a.dtype == torch.float32


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("torch")
    for model in models.MODELS:
        (folder / f"{model.__name__}_torch.py").write_text(made(model).text, "utf-8")
    return folder


def test_the_text_is_formatted_and_clean(written):
    run = functools.partial(subprocess.run, capture_output=True, text=True, cwd=written)
    formatted = run([sys.executable, "-m", "ruff", "format", "--diff", "."])
    assert formatted.returncode == 0, formatted.stdout
    checked = run([sys.executable, "-m", "ruff", "check", "--select", "E,F,I,B,UP,SIM", "--ignore",
                   "E741", "--line-length", "88", "."])  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_the_text_imports_torch_and_the_standard_library_alone(written):
    for path in written.glob("*.py"):
        lines = [line for line in path.read_text("utf-8").splitlines() if "import" in line]
        imports = [line for line in lines if line.startswith(("import", "from"))]
        known = {"import math", "import torch", "from torch import Tensor"}
        known |= {"from typing import NamedTuple", "from torch.nn import functional"}
        assert set(imports) <= known, path


@pytest.mark.parametrize("model", [models.mlp, models.mlp_relu, models.labels])
def test_run_as_a_script_it_checks_itself(model, written, capsys):
    made(model).module._self_check()
    assert capsys.readouterr().out == "gradcheck and gradgradcheck passed\n"


def test_the_text_is_the_same_each_time():
    assert Made(models.lstm_cell).text == Made(models.lstm_cell).text


def test_the_header_tells_the_generator_the_model_and_the_template():
    head = made(models.mlp).text.split('"""')[1]
    assert head.startswith("`mlp` in PyTorch with a hand-derived backward pass.")
    assert "Two linear layers under squared error." in head
    assert "template  templates/torch.py.jinja" in head


def test_detached_values_are_checked_against_autograd(capsys):
    made(models.detached).module._self_check()
    assert capsys.readouterr().out.startswith("gradients agree with autograd")
