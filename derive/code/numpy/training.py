"""The training part of a NumPy module, as data for its templates.

`update` is the map (weights, gradients, state) -> (weights, state): its loop over the parameters
is the optimizer's equations, printed.  In `update` only names of ours are in scope; in
`train_step` the model's data and keywords stand beside ours, which give way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.algebra.properties.symmetry import KINDS
from derive.algebra.scalars.tree import Scalar
from derive.code.dialect import call
from derive.code.elementwise import Kind, ScalarPrinter
from derive.code.layout import listed
from derive.code.module import Field, Module
from derive.code.names import Names
from derive.code.numpy.dialect import NumPy
from derive.code.precedence import Code
from derive.formulas.words.words import Words
from derive.plan.trained import need_trainable, trained
from derive.program.optimizers import (
    CLIPPING,
    QUANTITIES,
    Keyword,
    Optimizer,
    g,
    max_norm,
    quantity,
    w,
)

CLIP = Keyword(quantity(max_norm).name, "None", (max_norm,))


@dataclass(frozen=True)
class TrainStep:
    """What `train_step` takes, what it passes to value_and_grad and to update, and its words."""

    value: str
    signature: Sequence[str]
    passed: Sequence[str]
    updated: Sequence[str]
    told: str


@dataclass(frozen=True)
class Training:
    """What the templates of training are given.

    projected: symmetric parameters with their places, whose gradients are projected, or a step
    would leave them.  kept: what the state has for each parameter.  pairs: keywords that hold
    several numbers, as betas does, with the names of these.  equations: the optimizer's, each as
    a statement with the keyword without which it is none.
    """

    title: str
    about: str
    parameters: Sequence[Field]
    projected: Sequence[tuple[str, int]]
    steps: str
    kept: Sequence[Field]
    zeros: Sequence[str]
    signature: Sequence[str]
    numbers: Sequence[str]
    pairs: Sequence[tuple[str, Sequence[str]]]
    clipping: str
    zipped: Sequence[str]
    equations: Sequence[tuple[str, str]]
    step: TrainStep
    own: Names


def training(module: Module, optimizer: Optimizer) -> Training:
    """Return the data of what trains the model; DeriveError where none can."""
    need_trainable(module.plan, optimizer)
    moved = trained(module.plan)
    words = Words("en")
    keywords = [*optimizer.keywords, CLIP]
    kept = [quantity(slot).name for slot in optimizer.state]
    printer = _printer(optimizer)
    names = _train_names(module, keywords)
    return Training(
        title=optimizer.title,
        about=_about(optimizer),
        parameters=[
            Field(s.name, "array" if s.rank else "number", module.printer.shape(s.shape))
            for s in moved
        ],
        projected=[(s.name, k) for k, s in enumerate(moved) if s.kind in KINDS],
        steps=words("state_t"),
        kept=[Field(name, "parameters", words(f"state_{name}")) for name in kept],
        zeros=["t=0", *(f"{name}=Parameters(*map(np.zeros_like, parameters))" for name in kept)],
        signature=[
            "parameters",
            "gradients",
            "state",
            "*",
            *(f"{k.name}={k.default}" for k in keywords),
        ],
        numbers=[k.name for k in optimizer.keywords if len(k.holds) == 1],
        pairs=[
            (k.name, [quantity(slot).name for slot in k.holds])
            for k in optimizer.keywords
            if len(k.holds) > 1
        ],
        clipping=printer.print(CLIPPING).text,
        zipped=["parameters", "gradients", *(f"state.{name}" for name in kept), "strict=True"],
        equations=[
            (
                f"{quantity(e.target).name} = {printer.print(e.value).text}",
                "" if e.strength is None else quantity(e.strength).name,
            )
            for e in optimizer.equations
        ],
        step=_train_step(module, keywords, names),
        own=names,
    )


class _Numbers(NumPy):
    """NumPy for arrays, plain Python for the numbers beside them, so that dtypes are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.functions["minimum"] = lambda *numbers: call("min", *numbers)

    def cast(self, x: Code) -> Code:
        return x


def _default(keyword: Keyword) -> str:
    return f"{keyword.name}={keyword.default}"


def _printer(optimizer: Optimizer) -> ScalarPrinter:
    arrays = {w, g, *optimizer.state}
    slots = [
        (Code(q.name), Kind.FLOAT if Scalar("slot", (k,)) in arrays else Kind.CONSTANT)
        for k, q in enumerate(QUANTITIES)
    ]
    return ScalarPrinter(_Numbers(), slots, lambda part, code: code)


def _about(optimizer: Optimizer) -> str:
    torch = f"torch.optim.{optimizer.torch.partition('(')[0]}"
    return (
        "The map (weights, gradients, state) -> (weights, state): nothing given is changed.  "
        "gradients has a field for each parameter, as backward returns it.  "
        f"The keywords are those of {torch}; max_norm, where given, is the largest norm "
        "of all gradients together, as torch.nn.utils.clip_grad_norm_ has it."
    )


def _train_step(module: Module, keywords: Sequence[Keyword], names: Names) -> TrainStep:
    """Return the data of `train_step`, in whose names ours give way to the model's."""
    moved = {symbol.name for symbol in trained(module.plan)}
    given = [s for s in module.arrays if s.name not in moved]
    data = [s.name for s in given if s.role == "data"]
    frozen = [s.name for s in given if s.role != "data"]
    parameters, gradients, state = (names[word] for word in ("parameters", "gradients", "state"))
    constants = [a.name for a in module.constants]
    idle = [name for name in module.plan.returned if name not in moved]
    renamed = [f"{names[k.name]} is update's {k.name}" for k in keywords if names[k.name] != k.name]
    told = f"{', '.join(renamed)}.  " if renamed else ""
    if idle:
        told += f"Gradients of {listed(idle)} are made and not used: --wrt params spares them."
    return TrainStep(
        value=module.outputs[0].name,
        signature=[
            *(parameters, state, *data, "*", *frozen, *module.defaults()),
            *(f"{names[k.name]}={k.default}" for k in keywords),
        ],
        passed=[
            *(*data, f"**{parameters}._asdict()"),
            *(f"{name}={name}" for name in (*frozen, *constants)),
        ],
        updated=[parameters, gradients, state, *(f"{k.name}={names[k.name]}" for k in keywords)],
        told=told.strip(),
    )


def _train_names(module: Module, keywords: Sequence[Keyword]) -> Names:
    """Return the names of `train_step`: the model's data and keywords beside ours."""
    moved = {symbol.name for symbol in trained(module.plan)}
    used = [module.outputs[0].name, *(a.name for a in module.program.arguments)]
    functions = ("value_and_grad", "update", "_value_and_grad", "_update")
    names = Names((name for name in used if name not in moved), (), functions)
    names.aliased = module.names.aliased
    for word in ("parameters", "state", "gradients"):
        names.local(word)
    for keyword in (k.name for k in keywords):
        taken = keyword in names.taken
        names.own[keyword] = names.fresh(f"optimizer_{keyword}" if taken else keyword)
    return names
