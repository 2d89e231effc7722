"""What PyTorch says: autograd on the model and on the generated function, gradcheck, twice.

torch is imported where it is used: it is optional and heavy.  Arguments with a property are
checked in second order along directions that keep it (a simplex stays one), because a formula
that uses the property holds nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from derive.program import Program
from derive.verify.modules import by_name, call, is_float, outputs_of
from derive.verify.samples import Point

Array = Any
Function = Callable[..., Any]
SLOW_LIMIT = 150  # entries; beyond it gradcheck projects at random
TIGHT = {"atol": 1e-8, "rtol": 1e-6}


def installed() -> bool:
    """Whether torch can be imported."""
    return find_spec("torch") is not None


def tensors(program: Program, arguments: Mapping[str, Array]) -> dict[str, Any]:
    """Return float64 leaves that want a gradient, and integers and truth values as they are."""
    import torch

    found = {}
    for argument in program.arguments:
        if argument.default is None:
            leaf = torch.tensor(np.asarray(arguments[argument.name]))
            found[argument.name] = leaf.requires_grad_() if is_float(argument) else leaf
    return found


def autograd(function: Function, program: Program, point: Point) -> dict[str, Array]:
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
    function: Function, program: Program, point: Point, directions: Mapping[str, Array]
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

    plain = {name: leaf.detach() for name, leaf in tensors(program, point.arguments).items()}
    _, cache = call(module.forward, program, plain)
    given = tuple(torch.tensor(c) for c in point.cotangents)
    single = len(given) == 1 and not program.returns_tuple
    gradients = by_name(module.backward(cache, given[0] if single else given), program, wrt)
    return {name: tuple(g.shape) for name, g in gradients.items() if g is not None}


def gradcheck(
    function: Function, program: Program, point: Point, wrt: Collection[str], *, twice: bool
) -> str:
    """Return "" where gradcheck, or gradgradcheck, passes for the arguments of `wrt`.

    Else return what it says.  The others are constants: no gradient of theirs was derived.
    """
    import torch
    from torch.autograd.gradcheck import GradcheckError

    leaves = tensors(program, point.arguments)
    free = [a for a in program.arguments if is_float(a) and a.name in wrt]
    if not free:
        return ""
    for argument in program.arguments:
        if is_float(argument) and argument not in free and argument.default is None:
            leaves[argument.name].requires_grad_(False)

    def along(*moved: Any) -> Any:
        kept = {a.name: _keep(a.symbol.kind, value) for a, value in zip(free, moved, strict=True)}
        outputs = outputs_of(program, call(function, program, {**leaves, **kept}))
        return tuple(y for y in outputs if y.requires_grad)

    inputs = tuple(leaves[a.name] for a in free)
    if not along(*inputs):
        return ""
    size = sum(leaf.numel() for leaf in inputs)
    checks = torch.autograd.gradgradcheck if twice else torch.autograd.gradcheck
    try:
        checks(along, inputs, fast_mode=size > SLOW_LIMIT, **TIGHT)
    except GradcheckError as error:
        return " ".join(str(error).split())[:200]
    return ""


def _keep(kind: str, moved: Any) -> Any:
    """Return the argument projected onto its property, which it has already."""
    if kind == "simplex":
        return moved + (1 - moved.sum(-1, keepdim=True)) / moved.shape[-1]
    if kind in ("symmetric", "posdef"):
        return (moved + moved.mT) / 2
    return moved
