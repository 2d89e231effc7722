"""The faces for autograd, as data: the Function, the drop-in function of the model, the Module.

Cached values are outputs of the Function, differentiable ones, so that second derivatives see
that they depend on the arguments; the drop-in drops them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.algebra.nodes import Symbol
from derive.code.module import words_of
from derive.code.soft import targets
from derive.code.torch.needs import Flag, Needs, narrowed, work_of
from derive.code.torch.target import Target

_OF_MODULE = (
    "T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda "
    "double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter "
    "get_submodule half ipu load_state_dict modules mtia named_buffers named_children "
    "named_modules named_parameters parameters register_backward_hook register_buffer "
    "register_forward_hook register_forward_pre_hook register_full_backward_hook "
    "register_full_backward_pre_hook register_load_state_dict_post_hook "
    "register_load_state_dict_pre_hook register_module register_parameter "
    "register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state "
    "set_submodule share_memory state_dict to to_empty train training type xpu zero_grad"
)
RESERVED = frozenset(_OF_MODULE.split())
"""The attributes of torch.nn.Module, which no parameter can have as its name."""


@dataclass(frozen=True)
class FunctionData:
    """The Function: what its forward returns, and how its backward hands on what it is given.

    cached, moving, fixed: whether cached values are returned too, such that arguments move, such
    that none does; count: of the moving ones.  missing: arguments whose gradient is not derived.
    asked, needs: what needs_input_grad is unpacked to, and what backward is asked for; used,
    entries: the same of the gradients.  silent: no gradient moves; all_needed: each input has one.
    start, stop: where the shapes of the moving values begin, and end before fixed ones.
    """

    inputs: Sequence[str]
    results: Sequence[str]
    parameters: Sequence[str]
    cached: bool
    moving: bool
    fixed: bool
    count: int
    missing: Sequence[str]
    silent: bool
    all_needed: bool
    fields: str
    asked: Sequence[str]
    needs: Sequence[str]
    given: Sequence[str]
    upstream: str
    times: str
    start: int
    stop: str
    used: Sequence[str]
    entries: Sequence[str]


def function_data(target: Target) -> FunctionData:
    """Return the data of the Function's forward and backward."""
    names, values = target.names, target.cached.values
    inputs = [s.name for s in target.arguments]
    wanted = target.plan.returned
    moving = [name for name in wanted if name not in target.plan.zeros]
    words = {n: names.local(f"needs_{n}") for n in inputs if n in moving}
    grads = {
        n: names.of(Symbol(n, target.symbols[n].shape, "cotangent")) for n in wanted if n in words
    }
    given = [names.of(Symbol(s.name, s.shape, "cotangent")) for s in target.outputs]
    own = [f"{s.name}.clone()" if s.name in inputs else s.name for s in target.outputs]
    ctx, cache = names.local("ctx"), names.local("cache")
    fields = [f"*{ctx}.saved_tensors"] if target.kept or target.like else []
    fields += [f"*{ctx}.numbers"] if target.number_names(names) else []
    start = len(given)
    return FunctionData(
        inputs=inputs,
        results=[*own, *(f"{cache}.{s.name}" for s in values)],
        parameters=[ctx, *given, *([f"*{names.local('cached')}"] if values else [])],
        cached=bool(values),
        moving=bool(target.cached.moving),
        fixed=bool(target.cached.fixed),
        count=len(target.cached.moving),
        missing=[s.name for s in target.floats if s.name not in wanted],
        silent=not words,
        all_needed=inputs == moving == list(wanted),
        fields=", ".join(fields),
        asked=[words.get(n, "_") for n in inputs],
        needs=[words.get(n, "False") for n in wanted],
        given=given,
        upstream=_as_tuple(given) if target.several else given[0],
        times=f" * {len(wanted)}" if len(wanted) > 1 else "",
        start=start,
        stop=str(start + len(target.cached.moving)) if target.cached.fixed else "",
        used=[grads.get(n, "_") for n in wanted],
        entries=[grads.get(n, "None") for n in inputs],
    )


def _as_tuple(words: Sequence[str]) -> str:
    return f"({', '.join(words)}{',' * (len(words) == 1)})"


@dataclass(frozen=True)
class Setup:
    """What setup_context takes of inputs and outputs, tests and saves.

    fixed: the values marked as not differentiable.
    """

    inputs: Sequence[str]
    outputs: str
    needs: Sequence[str]
    flags: Sequence[Flag]
    fixed: Sequence[str]
    saved: Sequence[str]
    numbers: Sequence[str]
    nothing: bool


def setup(target: Target) -> Setup:
    """Return the data of the Function's setup_context."""
    names = target.new_names()
    for word in ("ctx", "inputs", "output"):
        names.local(word)
    inputs = [s.name for s in target.arguments]
    asked = [s.name for s in target.asked]
    needs = Needs(names, asked, narrowed(work_of(target.plan), asked))
    serving = {s: target.serves[s].intersection(asked) for s in target.kept}
    saved = [
        _if(s.name, needs.tests(serves)) if serves else "None" for s, serves in serving.items()
    ]
    saved += ["None"] if target.like else []
    numbers = [*(s.name for s in target.kept_numbers), *target.size_values()]
    fixed = [s.name for s in (*target.cached.still, *target.cached.fixed)]
    found = words_of("\n".join([*fixed, *saved, *numbers]))
    values = {s.name for s in (*target.kept, *target.cached.values) if s.role == "value"}
    values |= {s.name for s in target.cached.still}
    outputs = [s.name for s in (*target.outputs, *target.cached.values)]
    taken = _used(outputs, found & values)
    several = len(outputs) > 1 or target.several
    opened = _used(inputs, found)
    flags = needs.flags_used()
    return Setup(
        inputs=opened,
        outputs=targets(taken) if taken and several else "".join(taken),
        needs=needs.targets(inputs),
        flags=flags,
        fixed=fixed,
        saved=saved,
        numbers=numbers,
        nothing=not (opened or taken or fixed or saved or numbers),
    )


def _if(name: str, tests: Sequence[str]) -> str:
    return f"{name} if {' or '.join(tests)} else None" if tests else name


def _used(names: Sequence[str], used: set[str]) -> list[str]:
    """Return the targets of an unpacking that has those that are used; [] where none is."""
    found = [name if name in used else "_" for name in names]
    return found if set(found) - {"_"} else []


@dataclass(frozen=True)
class DropIn:
    """The function that stands for the model.

    left: what the Function's results are unpacked to, "" where they are returned as they are.
    low: the arguments under autocast.  given: in words; renamed: the model's name is taken.
    """

    left: str
    low: Sequence[str]
    given: str
    renamed: bool


def drop_in(target: Target, given: str) -> DropIn:
    """Return the data of the function that stands for the model, also under autocast."""
    dtype = target.names.local("dtype")
    floats = {s.name for s in target.floats}
    plain = [s.name for s in target.arguments]
    outputs = [s.name for s in target.outputs]
    left = ""
    if target.cached.values:
        left = ", ".join([*outputs, "*_"])
    elif target.several and len(outputs) == 1:
        left = outputs[0]
    told = f" from {given}"
    fits = len(target.told(target.outputs)) + len(told) < 192
    return DropIn(
        left=left,
        low=[f"{name}.to({dtype})" if name in floats else name for name in plain],
        given=told if fits else "",
        renamed=target.name != target.program.name,
    )


@dataclass(frozen=True)
class ModuleData:
    """The Module: what it owns, and how it calls the drop-in function.

    parameters: each with its attribute, and whether it is learned, no buffer.
    """

    told: str
    renamed: Sequence[str]
    signature: Sequence[str]
    parameters: Sequence[tuple[str, str, bool]]
    forward: Sequence[str]
    passed: Sequence[str]


def owned(target: Target) -> ModuleData | None:
    """Return the Module that owns the parameters; None where the model has no parameters."""
    found = [(s.name, _attribute(s.name, target), s.is_float) for s in target.owned()]
    if not found:
        return None
    own, data, constants = target.names.local("self"), target.data(), target.defaults()
    return ModuleData(
        told=target.told(target.owned()),
        renamed=[f"`{name}` is the attribute `{to}`" for name, to, _ in found if name != to],
        signature=[own, "*", *(name for name, _, _ in found)],
        parameters=found,
        forward=[own, *data, *(["*", *constants] if constants else [])],
        passed=[
            *(*data, *(f"{name}={own}.{to}" for name, to, _ in found)),
            *(f"{c.name}={c.name}" for c in target.constants),
        ],
    )


def _attribute(name: str, target: Target) -> str:
    taken = {s.name for s in target.arrays} | RESERVED
    word = name
    while word in RESERVED or (word != name and word in taken):
        word = f"{word}_parameter"
    return word
