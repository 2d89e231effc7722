"""What autograd saves of a model under PyTorch, and what of the Function that derive writes for it.

As a script it prints generated/saved_bytes.md.
"""

from __future__ import annotations

import random
import runpy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import torch

import derive
from derive.dims import reference_sizes
from derive.face import shipped
from derive.face.api import Derived
from derive.plan.nouns import Plan
from derive.plan.storage import Storage, bytes_of
from derive.program.program import Program
from derive.verify.samples import sample

Function = Callable[..., Any]
SIZES = {"transformer_block": {"b": 4, "t": 128, "k": 32}}
"""Of the table, where they are not the reference sizes."""
SAMPLED = 12


@dataclass(frozen=True)
class Run:
    """A call: the bytes that autograd saved beside the arguments, and the gradients."""

    saved: int
    gradients: tuple[torch.Tensor, ...]


@cache
def derived(name: str) -> Derived:
    """Return the shipped model of that name, derived."""
    return derive.derive(name)


@cache
def model(name: str) -> Function:
    """Return the shipped model itself."""
    return runpy.run_path(str(shipped.path(name)))[name]


def generated(made: Derived) -> Function:
    """Return the generated function that stands for the model."""
    return getattr(made.compile("torch"), made.program.name)


def asked(program: Program) -> tuple[str, ...]:
    """Return the arguments that have a gradient."""
    return tuple(a.name for a in program.arguments if a.default is None and a.symbol.is_float)


def parameters(program: Program) -> tuple[str, ...]:
    """Return the arguments after `*` that have a gradient."""
    return tuple(n for n in asked(program) if program.symbols[n].role == "parameter")


def subsets(program: Program) -> list[tuple[str, ...]]:
    """Return all sets of gradients; of more than six, small ones, large ones, and some others."""
    names = asked(program)
    if len(names) <= 6:
        return [some for k in range(1, len(names) + 1) for some in combinations(names, k)]
    rng = random.Random(0)
    found = [*combinations(names, 1), *combinations(names, 2), parameters(program), names]
    drawn = [tuple(n for n in names if rng.random() < 0.5) for _ in range(SAMPLED)]
    return list(dict.fromkeys([*found, *filter(None, drawn)]))


def draw(program: Program, sizes: Mapping[str, int], dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Return values for the arguments, floats of some tenths."""
    rng = np.random.default_rng(0)
    found = {}
    for argument in program.arguments:
        if argument.default is None:
            value = torch.tensor(sample(argument.symbol, sizes, rng, "small"))
            found[argument.name] = value.to(dtype) if argument.symbol.is_float else value
    return found


def run(
    function: Function,
    program: Program,
    values: Mapping[str, torch.Tensor],
    needs: Collection[str],
) -> Run:
    """Call the function with these gradients needed; what shares memory counts once."""
    given = {k: v.detach().requires_grad_(k in needs) for k, v in values.items()}
    held = {value.untyped_storage().data_ptr() for value in given.values()}
    saved: dict[int, torch.UntypedStorage] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in held:
            saved[storage.data_ptr()] = storage
        return tensor

    data = [name for name in given if program.symbols[name].role == "data"]
    rest = {name: value for name, value in given.items() if name not in data}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        found = function(*(given[name] for name in data), **rest)
    outputs = [y for y in (found if isinstance(found, tuple) else (found,)) if y.requires_grad]
    gradients = torch.autograd.grad(
        [y.sin().sum() for y in outputs],
        [given[name] for name in needs],
        allow_unused=True,
        materialize_grads=True,
    )
    return Run(sum(storage.nbytes() for storage in saved.values()), gradients)


def predicted(plan: Plan, sizes: Mapping[str, int], item: int, needs: Collection[str]) -> int:
    """Return the bytes that the plan keeps for some gradients, what the caller holds left out."""
    storage = Storage((a.symbol, a.expr) for block in plan.forward for a in block.assigns)
    serving = (k.symbol for k in plan.kept if not k.held and set(needs).intersection(k.serves))
    owners = dict.fromkeys(map(storage.owner, serving))
    return sum(bytes_of(symbol, item).evaluate(sizes) for symbol in owners)


def page() -> str:
    """Return the table of all shipped models as Markdown."""
    rows = [row for name in shipped.names() for row in _rows(name)]
    return "\n".join([*_HEAD, *rows, ""])


def _rows(name: str) -> list[str]:
    made = derived(name)
    program = made.program
    sizes = {**reference_sizes(program.dimensions), **SIZES.get(name, {})}
    values = draw(program, sizes, torch.float32)
    plans = [made.planned(mode, sizes=sizes) for mode in ("none", "cheap")]
    functions = [model(name), *map(generated, plans)]
    told = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    found = []
    for words, needs in (("all", asked(program)), ("parameters", parameters(program))):
        if needs:
            counts = [run(function, program, values, needs).saved for function in functions]
            found.append(f"| `{name}` | {told} | {words} | {_counts(*counts)} |")
    return found


def _counts(eager: int, *ours: int) -> str:
    told = " | ".join(f"{count:,}" for count in (eager, *ours))
    ratios = " | ".join(f"{count / eager:.3f}" if eager else "–" for count in ours)
    return f"{told} | {ratios}"


_HEAD = """\
# What is saved for backward

Bytes that PyTorch's autograd saves of each shipped model, and of the function that `derive
generate --to torch` writes for it, as `torch.autograd.graph.saved_tensors_hooks` meets them.
Arrays are float32; what shares memory counts once; the caller's own arguments are left out.
*None* and *cheap* are `--recompute none`, where nothing is made again but plain arithmetic, and
`--recompute cheap`, where all but products with weights is.  Plans are made for the sizes in
the row.

| model | sizes | gradients | PyTorch | none | cheap | none / PyTorch | cheap / PyTorch |
|---|---|---|--:|--:|--:|--:|--:|""".splitlines()


if __name__ == "__main__":
    print(page(), end="")
