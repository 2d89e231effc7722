"""Cached values as outputs: what their cotangents give, for second derivatives.

A value that forward computes and backward uses depends on the arguments.  Autograd sees that only
if the value is an output of the Function; its cotangent, which arrives when backward itself is
differentiated, then has to be taken back to the arguments.  The gradient is linear in the
cotangents of all outputs, so that this is a derivation of its own, with the cached values as the
outputs, and adds to the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.algebra.nodes import Symbol, symbols_of
from derive.derivation.reverse import reverse
from derive.plan.nouns import Plan
from derive.plan.planner.planner import plan_with
from derive.program.program import Program


@dataclass(frozen=True)
class Cached:
    """The forward values that backward uses and that are no outputs of the model.

    moving: those that an argument asked for moves, in order; fixed: the others.
    still: outputs of the model that no such argument moves.
    plan: from the cotangents of the moving ones to the arguments; None where there are none.
    """

    moving: tuple[Symbol, ...]
    fixed: tuple[Symbol, ...]
    still: tuple[Symbol, ...]
    plan: Plan | None

    @property
    def values(self) -> tuple[Symbol, ...]:
        return (*self.moving, *self.fixed)


def cached(plan: Plan) -> Cached:
    """Return the values that the Function has to return beside the outputs.

    The way back from a cached value has what the first derivation keeps, and makes the rest again.
    """
    program = plan.derivation.program
    arguments = {a.name for a in program.arguments}
    wrt = tuple(name for name in plan.returned if name in arguments)
    active = _active(program, wrt)
    still = tuple(s for s in program.outputs if s not in active)
    kept = {k.symbol for k in plan.kept if k.symbol.role == "value"}
    extra = [
        e.symbol for e in program.equations if e.symbol in kept and e.symbol not in program.outputs
    ]
    moving = tuple(s for s in extra if s in active)
    fixed = tuple(s for s in extra if s not in active)
    if not moving:
        return Cached((), fixed, still, None)
    second = plan_with(reverse(replace(program, outputs=moving), wrt), plan)
    return Cached(moving, fixed, still, second)


def _active(program: Program, wrt: tuple[str, ...]) -> set[Symbol]:
    """Return the values that one of the arguments moves."""
    active = {a.symbol for a in program.arguments if a.name in wrt}
    for equation in program.equations:
        if equation.symbol.is_float and active.intersection(symbols_of(equation.expr)):
            active.add(equation.symbol)
    return active
