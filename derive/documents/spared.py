"""Why a forward value is not kept: what tells all that backward would ask it for."""

from __future__ import annotations

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol, symbols_of
from derive.derivation.reverse import pull
from derive.formulas.notation import covered
from derive.plan.nouns import Plan
from derive.program.program import Equation


def told_by_output(plan: Plan) -> dict[Symbol, Equation]:
    """Return the values whose slope is told by the output that is kept, with that equation.

    tanh(Z) = H has the slope 1 - tanh(Z)², which is 1 - H²: H is kept, and Z is not needed.
    """
    at_hand = {k.symbol for k in plan.kept} | plan.made.keys()
    active = {g.variable for g in plan.derivation.gradients.values()}
    spared = set(plan.unkept) - covered(plan).keys()
    found: dict[Symbol, Equation] = {}
    for equation in plan.derivation.program.equations:
        inputs = [s for s in symbols_of(equation.expr) if s in spared and s in active]
        if inputs and equation.symbol in at_hand:
            ybar = cotangent(equation.symbol)
            by_arguments = pull(equation, ybar, active, by_output=False)
            found.update((s, equation) for s in inputs if s in symbols_of(by_arguments[s]))
    return found
