"""One-line models of operations: derived once, run on many inputs beside PyTorch itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
import torch

import derive
from derive.algebra.nodes import Map
from derive.face.api import Derived

NUMPY = "import numpy as np\n\n\n"
TORCH = "import torch\nimport torch.nn.functional as F\n\n\n"
Arrays = dict[str, np.ndarray]
SIZES = (3, 2, 4, 5)
REFUSALS = (NotImplementedError, RuntimeError, IndexError, ValueError)


@dataclass(frozen=True)
class Sample:
    """An operation at work: `call` in PyTorch's spelling, the shapes of its arguments.

    numpy: the same in NumPy's spelling, "" where NumPy lacks it.  draw: where the entries lie.
    smallest: the least size of a dimension at which the operation is defined.
    """

    call: str
    shapes: str
    numpy: str = ""
    draw: str = "normal"
    smallest: int = 0

    def text(self, call: str) -> str:
        arguments = ", ".join(f'{name}: "{shape.strip()}"' for name, _, shape in self._arguments())
        head = NUMPY if call == self.numpy else TORCH
        return f"{head}def model({arguments}):\n    return {call}\n"

    def _arguments(self) -> list[tuple[str, str, str]]:
        return [part.strip().partition(":") for part in self.shapes.split(";")]

    @cached_property
    def derived(self) -> Derived:
        return derive.derive(self.text(self.call))

    @cached_property
    def modules(self) -> tuple[ModuleType, ModuleType]:
        return self.derived.compile("numpy"), self.derived.compile("torch")

    @cached_property
    def original(self) -> Callable[..., Any]:
        scope: dict[str, Any] = {}
        exec(compile(self.text(self.call), "sample", "exec", dont_inherit=True), scope)
        return scope["model"]

    @property
    def elementwise(self) -> bool:
        """Whether the model is one function at each entry."""
        (last, *more) = self.derived.program.equations
        return not more and isinstance(last.expr, Map)

    @property
    def floats(self) -> list[str]:
        return [a.name for a in self.derived.program.arguments if a.symbol.is_float]


def drawn(sample: Sample, sizes: Mapping[str, int], seed: int = 0, dtype: str = "f8") -> Arrays:
    """Return values for the arguments at these sizes."""
    rng = np.random.default_rng(seed)
    found = {}
    for argument in sample.derived.program.arguments:
        symbol = argument.symbol
        shape = tuple(d.evaluate(sizes) for d in symbol.shape)
        if symbol.kind == "bool":
            found[argument.name] = np.asarray(rng.random(shape) < 0.5)
        elif symbol.kind.startswith("int"):
            bound = symbol.kind.partition("<")[2].strip()
            top = sizes[bound] if bound in sizes else int(bound)
            found[argument.name] = np.asarray(rng.integers(0, top, shape))
        else:
            found[argument.name] = np.asarray(_floats(rng, shape, sample.draw)).astype(dtype)
    return found


def _floats(rng: np.random.Generator, shape: tuple[int, ...], draw: str) -> Any:
    if draw == "normal" or (draw == "full rank" and len(shape) < 2):
        return rng.standard_normal(shape)
    if draw == "full rank":
        u, s, vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
        return u * (1.0 + np.arange(s.shape[-1])) @ vt
    low, high = {"unit": (0.1, 0.9), "positive": (0.3, 2.5), "above": (1.2, 3)}[draw]
    return rng.uniform(low, high, shape)


@dataclass(frozen=True)
class Found:
    """Outputs, gradients for given cotangents, and second derivatives along a direction."""

    outputs: list[np.ndarray]
    gradients: Arrays
    seconds: Arrays


def cotangents(outputs: list[np.ndarray]) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [np.asarray(rng.standard_normal(np.shape(y))).astype(y.dtype) for y in outputs]


def directions(values: Arrays, names: list[str]) -> Arrays:
    rng = np.random.default_rng(8)
    return {n: np.asarray(rng.standard_normal(np.shape(values[n]))) for n in names}


def by_torch(
    function: Callable[..., Any], sample: Sample, values: Arrays, *, second: bool = True
) -> Found:
    """Return what autograd finds for a function of tensors."""
    tensors = {n: torch.tensor(np.array(v)) for n, v in values.items()}
    leaves = [tensors[n].requires_grad_() for n in sample.floats]
    outputs = as_list(function(**tensors))
    given = [torch.tensor(c) for c in cotangents([y.detach().numpy() for y in outputs])]
    loss = sum((y * c).sum() for y, c in zip(outputs, given, strict=True) if y.requires_grad)
    first = _grad(loss, leaves, second)
    seconds = {}
    if second:
        along = directions(values, sample.floats)
        sums = [
            (g * torch.tensor(along[n])).sum() for n, g in zip(sample.floats, first, strict=True)
        ]
        again = _grad(sum(s for s in sums if s.requires_grad), leaves, False)
        seconds = {n: g.detach().numpy() for n, g in zip(sample.floats, again, strict=True)}
    gradients = {n: g.detach().numpy() for n, g in zip(sample.floats, first, strict=True)}
    return Found([y.detach().numpy() for y in outputs], gradients, seconds)


def expected(sample: Sample, values: Arrays) -> Found | None:
    """Return what PyTorch says of the call itself, as far as it differentiates it."""
    for second in (True, False):
        try:
            return by_torch(sample.original, sample, values, second=second)
        except REFUSALS as error:
            if "not implemented" not in str(error):
                return None
    tensors = {n: torch.tensor(np.array(v)) for n, v in values.items()}
    return Found([y.numpy() for y in as_list(sample.original(**tensors))], {}, {})


def seconds_by_difference(sample: Sample, values: Arrays, step: float = 1e-4) -> Arrays:
    """Return the second derivatives along the directions, from the generated NumPy gradients."""
    along = directions(values, sample.floats)
    total = {n: np.zeros(np.shape(values[n])) for n in sample.floats}
    for times, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
        moved = {n: v + times * step * along[n] if n in along else v for n, v in values.items()}
        found = by_numpy(sample, moved).gradients
        total = {n: total[n] + weight * found[n] / (12 * step) for n in total}
    return total


def _grad(loss: Any, leaves: list[torch.Tensor], again: bool) -> list[torch.Tensor]:
    if not isinstance(loss, torch.Tensor) or not loss.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    found = torch.autograd.grad(loss, leaves, create_graph=again, allow_unused=True)
    zeros = [torch.zeros_like(x) for x in leaves]
    return [zero if g is None else g + zero for zero, g in zip(zeros, found, strict=True)]


def by_numpy(sample: Sample, values: Arrays) -> Found:
    """Return what the generated NumPy module finds."""
    module, _ = sample.modules
    output, cache = module.forward(**values)
    outputs = as_list(output)
    given = cotangents([np.asarray(y) for y in outputs])
    several = isinstance(output, tuple)
    gradients = module.backward(cache, tuple(given) if several else given[0])._asdict()
    return Found([np.asarray(y) for y in outputs], gradients, {})


def as_list(output: Any) -> list[Any]:
    return list(output) if isinstance(output, tuple) else [output]


def sizes_of(sample: Sample) -> Iterator[dict[str, int]]:
    """Yield sizes: all different, all equal, each 1, each 0 unless an integer is to be below."""
    names = sample.derived.program.dimensions
    bounds = {a.symbol.kind.partition("< ")[2] for a in sample.derived.program.arguments}
    different = dict(zip(names, SIZES, strict=False))
    yield different
    yield dict.fromkeys(names, 4)
    for small in (1, 0):
        for name in names:
            if small >= sample.smallest and (small or name not in bounds):
                yield {**different, name: small}
