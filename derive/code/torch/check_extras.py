"""The part of a PyTorch module's self-check that is about Jacobians and Hessians, as data.

They are compared with what `torch.func.jacrev` makes of `predict`, which autograd differentiates
by itself: no line of the hand-derived backward takes part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.extras import dense_word
from derive.code.layout import listed
from derive.code.names import Names
from derive.code.torch.target import Target
from derive.program.extra import Extra


@dataclass(frozen=True)
class InVariable:
    """The comparisons in one variable; function: the model as a function of it alone.

    jacobian: the call; jacobian_found, hessian, hvp: what is compared with what; factors: the
    call that gives a Hessian's.
    """

    name: str
    function: str
    jacobian: str
    jacobian_found: Sequence[str]
    second: bool
    hessian: Sequence[str]
    factors: str
    hvp: Sequence[str]


@dataclass(frozen=True)
class ExtrasCheck:
    """`_check_extras`, in names of its own.

    whole: whether all outputs have derivatives, as integers have not; floats: those that do.
    """

    own: Names
    whole: bool
    floats: str
    variables: Sequence[InVariable]
    told: Sequence[str]


def checked_extras(target: Target, extras: Sequence[Extra]) -> list[Extra]:
    """Return the extras in an argument: a value of the model cannot be moved alone.

    Nor can an entry of a symmetric matrix that is read by one triangle.
    """
    halves = by_one_triangle(e.expr for e in target.program.equations)
    moved = {s.name for s in target.floats if not (halves and is_symmetric(s))}
    return [extra for extra in extras if extra.variable.name in moved]


def extras_check(target: Target, extras: Sequence[Extra]) -> ExtrasCheck | None:
    """Return the data of the function that checks these; None where there are none."""
    if not extras:
        return None
    functions = [extra.name for extra in extras]
    names = Names(target.symbols, target.dimensions, [*target.words, *functions])
    names.aliased = target.names.aliased
    variables = dict.fromkeys(extra.variable.name for extra in extras)
    agrees = "agrees" if len(extras) == 1 else "agree"
    return ExtrasCheck(
        own=names,
        whole=all(symbol.is_float for symbol in target.outputs),
        floats=_floats(target, names.local("outputs")),
        variables=[
            _in_variable(target, names, x, {e.kind: e for e in extras if e.variable.name == x})
            for x in variables
        ],
        told=[f'"{listed(functions)} {agrees} with torch.func.jacrev"'],
    )


def _in_variable(target: Target, names: Names, x: str, kinds: Mapping[str, Extra]) -> InVariable:
    expected, v = names.local("expected"), names.local("v")

    def call(kind: str, *, before: str = "", after: str = "") -> str:
        if kind not in kinds:
            return ""
        passed = [before] * bool(before) + target.passed() + [after] * bool(after)
        return f"{kinds[kind].name}({', '.join(passed)})"

    def pair(found: str) -> list[str]:
        return [found, expected] if found else []

    jacobian = call("jacobian")
    whole = all(symbol.is_float for symbol in target.outputs)
    found = jacobian if whole else _floats(target, names.local("found"))
    torch = names.outer("torch")
    product = f"{torch}.tensordot({expected}, {v}, {v}.ndim)"
    factors = f"{dense_word(kinds['hessian'])}=False" if "hessian" in kinds else ""
    return InVariable(
        name=x,
        function=names.fresh(f"in_{x}"),
        jacobian=jacobian,
        jacobian_found=pair(found),
        second="hessian" in kinds or "hvp" in kinds,
        hessian=pair(call("hessian")),
        factors=call("hessian", after=factors),
        hvp=[call("hvp", before=v), product] if "hvp" in kinds else [],
    )


def _floats(target: Target, outputs: str) -> str:
    """Return the outputs that are no integers as a tuple."""
    kept = [f"{outputs}[{k}]" for k, symbol in enumerate(target.outputs) if symbol.is_float]
    return f"({', '.join(kept)}{',' * (len(kept) == 1)})"
