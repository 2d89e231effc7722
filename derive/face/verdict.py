"""What each operation's backward needs of forward, found for the operations of derive's own list.

They are plain models in `derive/models/_operations/`, a file for each kind.
"""

from __future__ import annotations

from derive.algebra.build import cotangent
from derive.derivation.reverse import reverse
from derive.documents.verdict import Doubt, Group, Operation
from derive.plan.planner.alternatives import alternatives
from derive.program.program import Program
from derive.verify.doubt import doubt


def judged(kind: str, programs: list[Program]) -> Group:
    """Return the operations of one kind, each with the smallest sets that suffice."""
    return Group(kind, [_operation(program) for program in programs])


def _operation(program: Program) -> Operation:
    names = tuple(a.name for a in program.arguments if a.symbol.is_float and a.default is None)
    found = {name: alternatives(program, name) for name in names}
    operation = Operation(reverse(program, names), found)
    if operation.output_suffices or not operation.input_suffices:
        return operation
    (equation,), (sets,) = program.equations, found.values()
    pair = doubt(equation.expr, sets[0].formulas[cotangent(program.arguments[0].symbol)])
    return operation if pair is None else operation._replace(doubt=Doubt(*pair))
