"""Names that linters refuse in code: a value `l`, `O` or `I` looks like a digit there.

On paper l is a fine name for a loss; in code the value takes another.  Arguments keep theirs: they
are the module's face.
"""

from __future__ import annotations

from dataclasses import replace

from derive.algebra.build import substitute
from derive.algebra.nodes import Node, Symbol
from derive.plan.nouns import Plan
from derive.planner import plan as planned
from derive.program import Program
from derive.reverse import reverse

AMBIGUOUS = ("l", "O", "I")


def readable(plan: Plan) -> Plan:
    """Return the plan with such values renamed, unless their gradient is asked for by name."""
    program, wrt = plan.derivation.program, plan.derivation.wrt
    values = {e.symbol for e in program.equations}
    names = [s.name for s in values if s.name in AMBIGUOUS and s.name not in wrt]
    if not names:
        return plan
    return planned(reverse(_renamed(program, sorted(names)), wrt))


def _renamed(program: Program, names: list[str]) -> Program:
    taken = {*program.symbols, *program.dimensions}
    new: dict[Node, Symbol] = {}
    for name in names:
        symbol = program.symbols[name]
        words = ["loss"] if program.is_scalar and symbol in program.outputs else []
        words += [f"{name}_value", *(f"{name}_value_{k}" for k in range(2, len(taken) + 3))]
        free = next(word for word in words if word not in taken)
        taken.add(free)
        new[symbol] = Symbol(free, symbol.shape, symbol.role, symbol.kind)
    values: dict[Node, Node] = dict(new)
    return replace(
        program,
        equations=tuple(
            replace(e, symbol=new.get(e.symbol, e.symbol), expr=substitute(e.expr, values))
            for e in program.equations
        ),
        outputs=tuple(new.get(s, s) for s in program.outputs),
    )
