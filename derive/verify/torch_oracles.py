"""What PyTorch says: autograd on the model and on the generated function, gradcheck, twice.

torch is imported where it is used: it is optional and heavy.  Arguments with a property are
checked in second order along directions that keep it (a simplex stays one), because a formula
that uses the property holds nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from derive.program.program import Program
from derive.verify.modules import by_name, call, is_float, outputs_of
from derive.verify.samples import Point

Array = Any
_Function = Callable[..., Any]
SLOW_LIMIT = 150  # entries; beyond it gradcheck projects at random
_TIGHT = {"atol": 1e-7, "rtol": 1e-6}  # of outputs whose largest slope is about one
_STEPS = (1e-6, 1e-5, 1e-4)  # longer ones where rounding hides the slope
HIDDEN = 1e-2  # of a value: the size of slopes that differences do not tell from rounding


def installed() -> bool:
    """Whether torch can be imported."""
    return find_spec("torch") is not None


def in_float64(model: _Function) -> _Function:
    """Return the model with float64 as PyTorch's default while it runs.

    The arguments are float64; an array that the model makes itself, such as 0.1 * torch.eye(d),
    would hold float32 digits beside them.
    """

    @wraps(model)
    def run(*args: Any, **keywords: Any) -> Any:
        import torch

        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            return model(*args, **keywords)
        finally:
            torch.set_default_dtype(before)

    return run


def tensors(program: Program, arguments: Mapping[str, Array]) -> dict[str, Any]:
    """Return float64 leaves that want a gradient, and integers and truth values as they are."""
    import torch

    found = {}
    for argument in program.arguments:
        if argument.default is None:
            leaf = torch.tensor(np.asarray(arguments[argument.name]))
            found[argument.name] = leaf.requires_grad_() if is_float(argument) else leaf
    return found


def detached(program: Program, arguments: Mapping[str, Array]) -> dict[str, Any]:
    """Return the arguments as tensors that want no gradient."""
    return {name: leaf.detach() for name, leaf in tensors(program, arguments).items()}


def autograd(function: _Function, program: Program, point: Point) -> dict[str, Array]:
    """Return the outputs ("" and a number) and the gradient of every float argument."""
    import torch

    leaves = tensors(program, point.arguments)
    outputs = outputs_of(program, call(function, program, leaves))
    wanted = {a.name: leaves[a.name] for a in program.arguments if is_float(a)}
    gradients = torch.autograd.grad(
        _loss(outputs, point), list(wanted.values()), allow_unused=True, materialize_grads=True
    )
    values = {f"output {k}": y.detach().numpy() for k, y in enumerate(outputs)}
    return values | {n: g.numpy() for n, g in zip(wanted, gradients, strict=True)}


def _loss(outputs: list[Any], point: Point) -> Any:
    import torch

    pairs = zip(outputs, point.cotangents, strict=True)
    zero = torch.zeros((), dtype=torch.float64, requires_grad=True)
    return sum(((y * torch.tensor(c)).sum() for y, c in pairs if y.requires_grad), zero)


def second_order(
    function: _Function, program: Program, point: Point, directions: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the gradients of Σ ⟨direction, gradient⟩."""
    import torch

    leaves = tensors(program, point.arguments)
    outputs = outputs_of(program, call(function, program, leaves))
    wanted = {name: leaves[name] for name in directions}
    options = {"allow_unused": True, "materialize_grads": True}
    first = torch.autograd.grad(
        _loss(outputs, point), list(wanted.values()), create_graph=True, **options
    )
    slope = sum((g * torch.tensor(directions[n])).sum() for n, g in zip(wanted, first, strict=True))
    if not slope.requires_grad:
        return {name: np.zeros(leaf.shape) for name, leaf in wanted.items()}
    second = torch.autograd.grad(slope, list(wanted.values()), **options)
    return {name: g.numpy() for name, g in zip(wanted, second, strict=True)}


def raw_backward(
    module: ModuleType, program: Program, wrt: tuple[str, ...], point: Point
) -> dict[str, tuple[int, ...]]:
    """Return the shapes that the plain backward gives: autograd would reduce a wrong one."""
    import torch

    plain = detached(program, point.arguments)
    _, cache = call(module.forward, program, plain)
    given = tuple(torch.tensor(c) for c in point.cotangents)
    single = len(given) == 1 and not program.returns_tuple
    gradients = by_name(module.backward(cache, given[0] if single else given), program, wrt)
    return {name: tuple(g.shape) for name, g in gradients.items() if g is not None}


def gradcheck(
    function: _Function,
    program: Program,
    point: Point,
    wrt: Collection[str],
    *,
    twice: bool,
) -> str:
    """Return "" where gradcheck, or gradgradcheck, passes for the arguments of `wrt`.

    Else return what it says.  The others are constants: no gradient of theirs was derived.  Both
    compare entries with an absolute error, so each output is divided by the largest entry of its
    Jacobian; a step of theirs that is too short for the rounding at hand is made longer.
    """
    import torch
    from torch.autograd.gradcheck import GradcheckError

    checked = _Checked(function, program, point, wrt)
    inputs = checked.inputs
    if not inputs or not checked(*inputs):
        return ""
    mapped: _Function = checked
    if twice:
        mapped, inputs = _slopes(checked, inputs)
        if not mapped(*inputs):
            return ""
    mapped = _of_one_size(mapped, inputs, point.scale)
    fast = sum(leaf.numel() for leaf in inputs) > SLOW_LIMIT
    said = ""
    with torch.random.fork_rng(devices=[]):
        for step in _STEPS:
            torch.manual_seed(0)
            try:
                torch.autograd.gradcheck(mapped, inputs, eps=step, fast_mode=fast, **_TIGHT)
            except GradcheckError as error:
                said = said or " ".join(str(error).split())[:200]
            else:
                return ""
    return said


class _Checked:
    """The function of the arguments asked for, each kept to its property."""

    def __init__(
        self, function: _Function, program: Program, point: Point, wrt: Collection[str]
    ) -> None:
        self.function, self.program = function, program
        self.leaves = tensors(program, point.arguments)
        floats = [a for a in program.arguments if is_float(a)]
        self.free = [a for a in floats if a.name in wrt]
        for argument in floats:
            self.leaves[argument.name].requires_grad_(argument.name in wrt)
        self.inputs = tuple(self.leaves[a.name] for a in self.free)

    def __call__(self, *moved: Any) -> tuple[Any, ...]:
        pairs = zip(self.free, moved, strict=True)
        kept = {a.name: _keep(a.symbol.kind, value) for a, value in pairs}
        found = outputs_of(self.program, call(self.function, self.program, {**self.leaves, **kept}))
        return tuple(y for y in found if y.requires_grad)


def _slopes(function: _Function, inputs: tuple[Any, ...]) -> tuple[_Function, tuple[Any, ...]]:
    """Return the gradients as a function of the inputs and of cotangents, and what it is given."""
    import torch

    source = torch.Generator().manual_seed(0)
    given = tuple(
        torch.randn(y.shape, generator=source, dtype=y.dtype).requires_grad_()
        for y in function(*inputs)
    )

    def slopes(*moved: Any) -> tuple[Any, ...]:
        before, cotangents = moved[: len(inputs)], moved[len(inputs) :]
        before = tuple(leaf if leaf.requires_grad else leaf.requires_grad_() for leaf in before)
        found = torch.autograd.grad(
            function(*before), before, cotangents, create_graph=True, allow_unused=True
        )
        return tuple(g for g in found if g is not None and g.requires_grad)

    return slopes, (*inputs, *given)


def _of_one_size(function: _Function, inputs: tuple[Any, ...], scale: float) -> _Function:
    """Return the function with each output divided by the largest entry of its Jacobian."""
    import torch

    source = torch.Generator().manual_seed(1)
    largest = []
    for y in function(*inputs):
        direction = torch.randn(y.shape, generator=source, dtype=y.dtype)
        found = torch.autograd.grad(y, inputs, direction, retain_graph=True, allow_unused=True)
        sizes = [float(g.abs().max()) for g in found if g is not None and g.numel()]
        sizes.append(HIDDEN * float(y.detach().abs().max()) if y.numel() else 0.0)
        largest.append(max(sizes))
    least = HIDDEN * max([*largest, scale])  # an output that is zero by theory is all rounding

    def scaled(*moved: Any) -> tuple[Any, ...]:
        return tuple(y / max(d, least) for y, d in zip(function(*moved), largest, strict=True))

    return scaled


def _keep(kind: str, moved: Any) -> Any:
    """Return the argument projected onto its property, which it has already."""
    if kind == "simplex":
        return moved + (1 - moved.sum(-1, keepdim=True)) / moved.shape[-1]
    if kind in ("symmetric", "posdef"):
        return (moved + moved.mT) / 2
    return moved
