"""The self-check of a generated NumPy module: gradients against 4-point differences.

The values drawn suit each argument's kind.  Where the model has kinks or a restricted domain, a
draw may fall on one; then another is made, and a wrong formula fails in every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from derive.algebra.nodes import Apply, Map, Symbol
from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.check_sizes import size_lines
from derive.code.check_values import interval_of
from derive.code.extras import dense_word
from derive.code.layout import bracketed, item_lines, statement
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


def self_check(
    plan: Plan, several: bool, extras: Sequence[Extra], drawing: Drawing
) -> dict[str, object]:
    """Return what the template needs to write `_self_check`."""
    program = plan.derivation.program
    names = Names((), program.dimensions, _WORDS.split())
    arguments = [a.symbol for a in program.arguments if a.default is None]
    outputs = program.outputs
    lines = size_lines(program, names)
    lines.append("    arguments = {")
    for symbol in arguments:
        between = interval_of(program, symbol, drawing)
        lines += item_lines(8, f'"{symbol.name}": {_drawn(symbol, names, between)}')
    lines.append("    }")
    scalar = not several and not outputs[0].rank
    if several:
        lines += bracketed(
            4, "grad_output = (", [_normal(s, names) for s in outputs], ")", literal=True
        )
    elif not scalar:
        lines += statement(4, "grad_output", _normal(outputs[0], names), "")
    drawn = {symbol.name for symbol in arguments}
    checked = [name for name in plan.returned if name in drawn]
    return {
        "words": _loss_words(outputs, several),
        "extras": [
            line
            for x, kinds in _checked(extras, plan).items()
            for line in _along(x, kinds, several)
        ],
        "arguments": lines,
        "loss": [*_kept_symmetric(program), *_loss(several, scalar)],
        "cotangent": "" if scalar else ", grad_output",
        "some": len(checked) < len(plan.returned),
        "retried": not _is_regular(program),
    }


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


def _along(x: str, kinds: Mapping[str, Extra], several: bool) -> Iterator[str]:
    """Yield the lines that compare the extras of one variable, along a direction of it."""
    yield f'    v = rng.standard_normal(np.shape(arguments["{x}"]))'
    if "jacobian" in kinds:
        yield from _jacobian(x, kinds["jacobian"], several)
    if "hessian" in kinds or "hvp" in kinds:
        yield from _change(x, f"lambda **moved: value_and_grad(**moved)[1].{x}")
    if "hessian" in kinds:
        extra = kinds["hessian"]
        yield from _compared(extra.name, _along_v(f"{extra.name}(**arguments)"))
        yield f"    factors = {extra.name}(**arguments, {dense_word(extra)}=False)"
        yield from _compared(f"{extra.name}, its factors", "factors @ v")
        yield from _compared(f"{extra.name}, factors made dense", _along_v("factors.dense()"))
    if "hvp" in kinds:
        yield from _compared(kinds["hvp"].name, f"{kinds['hvp'].name}(v, **arguments)")


def _jacobian(x: str, extra: Extra, several: bool) -> Iterator[str]:
    for k, output in enumerate(extra.outputs):
        one = len(extra.outputs) == 1
        yield from _change(x, f"lambda **moved: predict(**moved)[{k}]" if several else "predict")
        whole = f"{extra.name}(**arguments)" + ("" if one else f"[{k}]")
        label = extra.name + ("" if one else f" of {output.name}")
        yield from _compared(label, _along_v(whole))


def _along_v(array: str) -> str:
    return f"np.tensordot({array}, v, v.ndim)"


def _change(x: str, function: str) -> list[str]:
    return bracketed(4, "expected = change(", [f'"{x}"', function, "v"], ")")


def _compared(label: str, found: str) -> list[str]:
    return bracketed(4, "compare(", [f'"{label}"', found, "expected"], ")")


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


def _kept_symmetric(program: Program) -> list[str]:
    """Return the lines that move a symmetric argument as one, where one triangle of it is read."""
    names = [a.name for a in program.arguments if is_symmetric(a.symbol)]
    if not names or not by_one_triangle(e.expr for e in program.equations):
        return []
    test = f'name == "{names[0]}"' if len(names) == 1 else f"name in {tuple(names)}"
    return [
        f"        if {test}:  # only symmetric changes are meant".replace("'", '"'),
        "            moved = (moved + np.swapaxes(moved, -1, -2)) / 2",
    ]


def _loss(several: bool, scalar: bool) -> list[str]:
    call = "forward(**{**arguments, name: moved})"
    if scalar:
        return [f"        return {call}[0]"]
    lines = [f"        output, _ = {call}"]
    if several:
        line = "return sum(np.vdot(g, y) for g, y in zip(grad_output, output, strict=True))"
        return [*lines, f"        {line}"]
    return [*lines, "        return np.vdot(grad_output, output)"]
