"""The self-check of a generated NumPy module: gradients against 4-point differences.

The values drawn suit each argument's kind.  Where the model has kinks or a restricted domain, a
draw may fall on one; then another is made, and a wrong formula fails in every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.algebra.nodes import Apply, Map, Symbol
from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.check_sizes import size_lines
from derive.code.check_values import Draw, interval_of
from derive.code.extras import dense_word
from derive.code.names import Names
from derive.derivation.gradient import TIED
from derive.dims import ONE
from derive.operations.array_operations import record_of
from derive.operations.functions import regularity
from derive.operations.record import Regular
from derive.plan.nouns import Plan
from derive.program.extra import Extra
from derive.program.program import Drawing, Interval, Program

_WORDS = (
    "rng arguments moved entry name step near far expected error errors gradient cache loss np h "
    "seed grad_output print abs max range forward backward SystemExit outputs"
)


@dataclass(frozen=True)
class Compared:
    """A comparison along a direction; change, compare: what those are called with."""

    compare: tuple[str, ...]
    change: tuple[str, ...] = ()
    factors: str = ""


@dataclass(frozen=True)
class DifferenceCheck:
    """What `_self_check` draws, and what it compares.

    loss: in words.  upstream: the gradients of the outputs that are drawn.  mirrored: the test
    for a symmetric argument, moved as one where one triangle of it is read.  some: whether
    gradients of values are among those returned, retried: whether a draw may tell nothing.
    along: the comparisons of the extras in each variable.
    """

    loss: str
    sizes: Sequence[str]
    draws: Sequence[Draw]
    upstream: Sequence[str]
    mirrored: str
    some: bool
    retried: bool
    along: Sequence[tuple[str, Sequence[Compared]]]


def difference_check(plan: Plan, extras: Sequence[Extra], drawing: Drawing) -> DifferenceCheck:
    """Return what the template needs to write `_self_check`."""
    program = plan.derivation.program
    names = Names((), program.dimensions, _WORDS.split())
    arguments = [a.symbol for a in program.arguments if a.default is None]
    outputs = program.outputs
    several = len(outputs) > 1 or program.returns_tuple
    drawn = {symbol.name for symbol in arguments}
    return DifferenceCheck(
        loss=_loss_words(outputs, several),
        sizes=size_lines(program, names),
        draws=[Draw(s.name, _drawn(s, names, interval_of(program, s, drawing))) for s in arguments],
        upstream=[_normal(s, names) for s in outputs],
        mirrored=_mirrored(program),
        some=not drawn.issuperset(plan.returned),
        retried=not _is_regular(program),
        along=[(x, [*_along(x, kinds, several)]) for x, kinds in _checked(extras, plan).items()],
    )


def _checked(extras: Sequence[Extra], plan: Plan) -> dict[str, dict[str, Extra]]:
    """Return the extras that can be compared, by variable and kind.

    A value, and an argument whose entries are tied, cannot be moved; a Hessian is compared with
    differences of the gradient, where that is asked for.
    """
    found: dict[str, dict[str, Extra]] = {}
    for argument in plan.derivation.program.arguments:
        own = {e.kind: e for e in extras if e.variable.name == argument.name}
        if argument.name not in plan.returned:
            own = {kind: extra for kind, extra in own.items() if kind == "jacobian"}
        if own and argument.symbol.kind not in TIED and argument.default is None:
            found[argument.name] = own
    return found


def _along(x: str, kinds: Mapping[str, Extra], several: bool) -> Iterator[Compared]:
    """Yield the comparisons of the extras of one variable, along a direction of it."""
    if "jacobian" in kinds:
        yield from _jacobian(x, kinds["jacobian"], several)
    change = _change(x, f"lambda **moved: value_and_grad(**moved)[1].{x}")
    if "hessian" in kinds:
        name, dense = kinds["hessian"].name, dense_word(kinds["hessian"])
        yield Compared(_compared(name, _along_v(f"{name}(**arguments)")), change)
        factors = f"{name}(**arguments, {dense}=False)"
        yield Compared(_compared(f"{name}, its factors", "factors @ v"), factors=factors)
        yield Compared(_compared(f"{name}, factors made dense", _along_v("factors.dense()")))
        change = ()
    if "hvp" in kinds:
        name = kinds["hvp"].name
        yield Compared(_compared(name, f"{name}(v, **arguments)"), change)


def _jacobian(x: str, extra: Extra, several: bool) -> Iterator[Compared]:
    for k, output in enumerate(extra.outputs):
        one = len(extra.outputs) == 1
        change = _change(x, f"lambda **moved: predict(**moved)[{k}]" if several else "predict")
        whole = f"{extra.name}(**arguments)" + ("" if one else f"[{k}]")
        label = extra.name + ("" if one else f" of {output.name}")
        yield Compared(_compared(label, _along_v(whole)), change)


def _along_v(array: str) -> str:
    return f"np.tensordot({array}, v, v.ndim)"


def _change(x: str, function: str) -> tuple[str, ...]:
    return f'"{x}"', function, "v"


def _compared(label: str, found: str) -> tuple[str, ...]:
    return f'"{label}"', found, "expected"


def _is_regular(program: Program) -> bool:
    """Whether the model has a derivative everywhere: neither kinks nor domains."""
    exprs = [equation.expr for equation in program.equations]
    found = [regularity(expr.fn) for expr in exprs if isinstance(expr, Map)]
    found += [record_of(expr).regular for expr in exprs if isinstance(expr, Apply)]
    return all(regular is Regular.EVERYWHERE for regular in found)


def _drawn(symbol: Symbol, names: Names, between: Interval | None) -> str:
    """Return an expression that draws the argument."""
    kind, shape = symbol.kind, names.shape(symbol.shape)
    if kind.startswith("int"):
        _, _, bound = kind.partition("<")
        top = _bound(bound.strip(), names)
        return f"rng.integers({top}, size={shape})"
    if kind.startswith("bool"):
        return f"rng.random({shape}) < {between[1] if between else 0.5:g}"
    if kind == "simplex":
        *rest, last = symbol.shape
        return f"rng.dirichlet(np.ones({names.size(last).text}), size={names.shape(rest)})"
    if kind in ("symmetric", "posdef"):
        return _matrix(symbol, names.size(symbol.shape[-1]).text, names)
    if between is not None:
        return f"rng.uniform({between[0]:g}, {between[1]:g}, {shape})"
    return _normal(symbol, names)


def _matrix(symbol: Symbol, size: str, names: Names) -> str:
    """Return a covariance; a stack of simpler matrices, whose eigenvalues are distinct too."""
    if symbol.rank > 2:
        lead = names.shape((*symbol.shape[:-2], ONE, ONE))
        return f"np.diag(np.arange(1, {size} + 1)) + rng.random({lead})"
    covariance = f"np.cov(rng.standard_normal(({size}, 4 * {size})))"
    return f"{covariance} + np.eye({size})" if symbol.kind == "posdef" else covariance


def _bound(text: str, names: Names) -> str:
    if text.isdigit():
        return text
    return names.dimension.get(text, "2")


def _normal(symbol: Symbol, names: Names) -> str:
    if not symbol.rank:
        return "np.asarray(rng.standard_normal())"
    if symbol.rank == 1:
        return f"rng.standard_normal({names.size(symbol.shape[0]).text})"
    return f"rng.standard_normal({names.shape(symbol.shape)})"


def _loss_words(outputs: Iterable[Symbol], several: bool) -> str:
    names = [symbol.name for symbol in outputs]
    if several:
        return "L = sum(grad_output * outputs)"
    return names[0] if not next(iter(outputs)).rank else f"L = sum(grad_output * {names[0]})"


def _mirrored(program: Program) -> str:
    """Return the test for a symmetric argument, "" where no triangle of one is read alone."""
    names = [a.name for a in program.arguments if is_symmetric(a.symbol)]
    if not names or not by_one_triangle(e.expr for e in program.equations):
        return ""
    quoted = [f'"{name}"' for name in names]
    return f"name == {quoted[0]}" if len(names) == 1 else f"name in ({', '.join(quoted)})"
