"""A plan as a PyTorch module: plain functions, the autograd Function, the drop-in, the Module.

`emit_torch(plan)` returns the text.  The lines are made here and in the rooms beside; the template
`torch.py.jinja` has the order in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.code.free_gradient import structure_words
from derive.code.layout import WIDTH, bracketed, docstring, filled, listed, prose
from derive.code.page import header, printable, render
from derive.code.readable import readable, readable_extra
from derive.code.together import taken_together
from derive.code.torch.backward import backward_lines, cached_lines, first_order, through_cached
from derive.code.torch.check import self_check
from derive.code.torch.check_extras import ExtrasCheck, checked_extras
from derive.code.torch.extras import TorchExtras
from derive.code.torch.forward import Forward, check_shapes
from derive.code.torch.function import Function, drop_in, module
from derive.code.torch.helpers import HELPERS
from derive.code.torch.target import Target, words_of
from derive.plan.nouns import Plan
from derive.plan.planner.routines import routine
from derive.program.extra import Extra
from derive.program.program import Drawing

_TEMPLATE = "torch.py.jinja"

SUMS = '''\
def _sums(left, right):
    """Return the sums of gradients, None standing for zero."""
    return [
        a if b is None else b if a is None else a + b
        for a, b in zip(left, right, strict=True)
    ]
'''
FILLED = '''\
def _filled(grads, shapes):
    """Return the gradients with zeros for those that are None; one of them is not."""
    given = [grad for grad in grads if grad is not None]
    return [
        given[0].new_zeros(shape) if grad is None else grad
        for grad, shape in zip(grads, shapes, strict=True)
    ]
'''


def emit_torch(plan: Plan, extras: Sequence[Extra] = (), drawing: Drawing | None = None) -> str:
    """Return the PyTorch module of a plan with extra functions, its checksum not yet filled in.

    drawing: what its self-check draws otherwise than usual.
    """
    target = Target(readable(plan))
    forward = Forward(target)
    backward = first_order(target)
    cached = through_cached(target)
    sizes = [*backward.sizes, *(cached.sizes if cached else [])]
    target.sizes = target.ordered(sizes)
    checked = checked_extras(target, extras)
    functions = [
        _cache(target),
        _gradients(target),
        forward.caching(),
        backward_lines(target, backward),
        _value_and_grad(target),
        forward.alone(),
        Function(target, cached is not None).lines(),
        drop_in(target),
        module(target),
        *TorchExtras(target, [routine(readable_extra(e)) for e in extras]).lines(),
        cached_lines(target, cached) if cached else [],
        check_shapes(target),
        *_helpers(target, cached is not None),
        *([ExtrasCheck(target, checked).lines()] if checked else []),
        self_check(target, checked, drawing or {}),
    ]
    text = "\n".join(line for lines in functions for line in lines)
    whole = render(
        _TEMPLATE,
        header=_header(target),
        imports=_imports(target, text),
        parts=[lines for lines in functions[:-1] if lines],
        aliases=_aliases(target, text),
        self_check=functions[-1],
    )
    return taken_together(whole)


def _header(target: Target) -> list[str]:
    program = target.program
    title = f"`{program.name}` in PyTorch with a hand-derived backward pass"
    if len(program.equations) == 1 and program.equations[0].text:
        longer = f"{title}: {printable(program.equations[0].text)}"
        title = longer if len(longer) + 4 <= WIDTH else title
    rows: list[str] = []
    if program.title:
        words = prose(printable(program.title)).rstrip(".") + "."
        rows = [*filled(0, words), ""]
    document = f"{program.name}.md, which numbers the equations as the comments here do"
    return docstring(0, prose(f"{title}."), [*rows, *header(program, _TEMPLATE, document)])


def _imports(target: Target, text: str) -> list[str]:
    used = words_of("\n".join(re.split("(?: |^) *#", line)[0] for line in text.splitlines()))
    used |= {word[1:] for word in used if word in ("_math", "_functional")}
    math = ["import math"] if "math" in used else []
    functional = ["from torch.nn import functional"] if "functional" in used else []
    lines = [*math, "from typing import NamedTuple", "", "import torch"]
    return [*lines, "from torch import Tensor", *functional]


def _aliases(target: Target, text: str) -> list[str]:
    used = words_of(text)
    return [f"_{word} = {word}" for word in target.names.aliased if f"_{word}" in used]


def _cache(target: Target) -> list[str]:
    """Return the class Cache."""
    names, shape = target.names, target.printer.shape
    head = ["class Cache(NamedTuple):"]
    fields = []
    for symbol in target.kept:
        uses = [f"grad_{name}" for name in target.plan.returned if name in target.serves[symbol]]
        fields += _field(symbol.name, f"{shape(symbol.shape)}, for", uses)
    if target.like:
        fields.append(f"    {names.local('like')}: Tensor | None  # empty, of the output's dtype")
    fields += [f"    {s.name}: float" for s in target.kept_numbers]
    fields += [f"    {names.dimension[n]}: int  # the size {n}" for n in target.sizes]
    if not fields:
        return [*head, *docstring(4, "Nothing: backward needs the output's gradient alone.")]
    kept = {*target.kept, *target.kept_numbers}
    unkept = [s.name for s in (*target.plan.unkept,) if s not in kept]
    words = "What backward needs of forward."
    if 0 < len(unkept) <= 8:
        words += f"  {listed(unkept)} {'is' if len(unkept) == 1 else 'are'} in no gradient."
    if len(words) + 10 > WIDTH:
        words = "What backward needs of forward."
    return [*head, *docstring(4, words), "", *fields]


def _field(name: str, words: str, uses: list[str]) -> list[str]:
    """Return a field of the cache with its reason, cut where it does not fit."""
    for count in range(len(uses), 0, -1):
        more = f" and {len(uses) - count} more" if count < len(uses) else ""
        line = f"    {name}: Tensor | None  # {words} {', '.join(uses[:count])}{more}"
        if len(line) <= WIDTH:
            return [line]
    return [f"    {name}: Tensor | None"]


def _gradients(target: Target) -> list[str]:
    """Return the class Gradients."""
    symbols = target.program.symbols
    words = "The gradient of the loss for each argument, None where not asked for."
    fields = [
        f"    {name}: Tensor | None  # {target.printer.shape(symbols[name].shape)}"
        for name in target.plan.returned
    ]
    fields = [line if len(line) <= WIDTH else line.split("  #")[0] for line in fields]
    rest = structure_words(target.plan.derivation)
    head = ["class Gradients(NamedTuple):", *docstring(4, words, rest)]
    return [*head, "", *fields] if fields else head


def _value_and_grad(target: Target) -> list[str]:
    if not target.is_number:
        return []
    names = target.names
    value, cache = target.outputs[0].name, names.local("cache")
    one = f"{names.outer('torch')}.ones_like({value})"
    return [
        *bracketed(0, "def value_and_grad(", target.parameters(), "):"),
        *docstring(4, f"Return {value} and its gradients."),
        *bracketed(4, f"{value}, {cache} = {names.outer('forward')}(", target.passed(), ")"),
        f"    return {value}, {names.outer('backward')}({cache}, {one})",
    ]


def _helpers(target: Target, second: bool) -> list[list[str]]:
    texts = [text for name, text in HELPERS.items() if name in target.dialect.used]
    if target.cached.values and (second or target.several):
        texts.append(FILLED)
    if second:
        texts.append(SUMS)
    return [text.splitlines() for text in texts]
