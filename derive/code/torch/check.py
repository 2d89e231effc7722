"""The self-check of a generated PyTorch module: gradcheck and gradgradcheck in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.algebra.nodes import Apply, Symbol, walk
from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.check_sizes import size_lines
from derive.code.check_values import USUAL, Draw, interval_of
from derive.code.names import Names
from derive.code.precedence import POWER, Code, power
from derive.code.torch.target import Target
from derive.dims import ONE
from derive.program.program import Drawing, Interval

PROPER = ("simplex", "symmetric", "posdef")
"""Properties that a formula may rest on: a single entry cannot be moved alone."""


@dataclass(frozen=True)
class GradCheck:
    """What `_self_check` draws and compares, in names of its own.

    options: whether a draw has the options for floats.  detached: whether values are detached,
    which differences would see; asked, named: the arguments whose gradients are compared then,
    and a call by keywords.  moved: all arguments; given: what the model is called with, where
    mirrored makes symmetric changes of any; proper: those of a property that single entries do
    not keep; twice: whether others are left for second derivatives.  passed: a plain call.
    """

    own: Names
    sizes: Sequence[str]
    options: bool
    draws: Sequence[Draw]
    detached: bool
    asked: Sequence[str]
    named: Sequence[str]
    moved: Sequence[str]
    given: Sequence[str]
    mirrored: bool
    proper: Sequence[str]
    twice: bool
    passed: Sequence[str]


def grad_check(target: Target, drawing: Drawing) -> GradCheck:
    """Return what the template needs to write `_self_check`."""
    program = target.program
    reserved = ["torch", "print", "sum", "zip", "predict", target.name, target.function_class]
    names = Names((), program.dimensions, reserved)
    local = {s.name: names.fresh(s.name) for s in target.arguments}
    options, _ = names.local("options"), names.local("model")
    draws = []
    for symbol in target.arrays:
        asked, between = symbol in target.asked, interval_of(program, symbol, drawing)
        name, ready = local[symbol.name], asked and between is not None and symbol.kind != "bool"
        if between is None:
            draws.append(Draw(name, _drawn(symbol, names, asked, options), ready))
        else:
            draws.append(Draw(name, _uniform(symbol, names, between), ready))
    exprs = [equation.expr for equation in program.equations]
    mirrored = by_one_triangle(exprs) and any(map(is_symmetric, target.asked))
    given = []
    for symbol in target.arrays:
        own = local[symbol.name]
        moved = f"({own} + {own}.mT) / 2" if mirrored and is_symmetric(symbol) else own
        given.append(_given(symbol, moved))
    proper = [local[s.name] for s in target.asked if s.kind in PROPER]
    return GradCheck(
        own=names,
        sizes=size_lines(program, names),
        options=any(f"**{options}" in draw.value for draw in draws),
        draws=draws,
        detached=any(isinstance(n, Apply) and n.rule == "stop" for e in exprs for n in walk(e)),
        asked=[local[s.name] for s in target.asked],
        named=[f"{s.name}={local[s.name]}" for s in target.arrays],
        moved=[local[s.name] for s in target.arrays],
        given=given,
        mirrored=mirrored,
        proper=proper,
        twice=len(proper) < len(target.asked),
        passed=[_given(s, local[s.name]) for s in target.arrays],
    )


def _given(symbol: Symbol, value: str) -> str:
    """Return an argument of a call of the model."""
    return value if symbol.role == "data" else f"{symbol.name}={value}"


def _uniform(symbol: Symbol, names: Names, between: Interval) -> str:
    """Return an expression that draws the argument's entries in an interval."""
    low, high = between
    if symbol.kind == "bool":
        return f"torch.rand({names.shape(symbol.shape)}) < {high:g}"
    width = f"{high - low:g} * torch.rand({names.shape(symbol.shape)}, dtype=torch.float64)"
    rows = _rows(symbol, names) if between == USUAL else None
    return f"({low:g} + {width}) / {rows.at(POWER)}" if rows else f"{low:g} + {width}"


def _drawn(symbol: Symbol, names: Names, asked: bool, options: str) -> str:
    """Return an expression that draws the argument."""
    kind, shape = symbol.kind, names.shape(symbol.shape)
    words = f"**{options}" if asked else "dtype=torch.float64"
    if kind.startswith("int"):
        bound = kind.partition("<")[2].strip()
        top = bound if bound.isdigit() else names.dimension.get(bound, "2")
        return f"torch.randint({top}, {shape})"
    if kind.startswith("bool"):
        return f"torch.rand({shape}) < 0.5"
    ready = ".requires_grad_()" if asked else ""
    if kind == "simplex":
        return f"torch.rand({shape}, dtype=torch.float64).softmax(-1){ready}"
    if kind in ("symmetric", "posdef"):
        *_, last = symbol.shape
        size = names.size(last).text
        if symbol.rank > 2:
            lead = ", ".join(names.size(d).text for d in symbol.shape[:-2])
            diagonal = f"torch.arange(1, {size} + 1).diag()"
            return f"(torch.rand({lead}, 1, 1) + {diagonal}).double(){ready}"
        return f"torch.randn({size}, 4 * {size}, dtype=torch.float64).cov(){ready}"
    if rows := _rows(symbol, names):
        return f"torch.normal(0, {power(rows, Code('-0.5')).text}, {shape}, {words})"
    inner = ", ".join(names.size(d).text for d in symbol.shape)
    return f"torch.randn({inner or '()'}, {words})"


def _rows(symbol: Symbol, names: Names) -> Code | None:
    """Return the rows of a weight matrix, by which products with it stay of order one."""
    if symbol.role != "parameter" or symbol.rank < 2 or symbol.shape[-2] == ONE:
        return None
    return names.size(symbol.shape[-2])
