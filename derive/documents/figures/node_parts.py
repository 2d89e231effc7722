"""What flows through one equation: its inputs, what backward saves of them, the gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.algebra.build import add
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.program.derivation import Derivation, Gradient, Step
from derive.program.program import Equation, Program


@dataclass(frozen=True)
class Produced:
    """What an equation gives to the gradient of one of its inputs.

    is_part: other equations give to that gradient too, and what they give is added.
    """

    variable: Symbol
    expr: Node
    is_part: bool


def produced(derivation: Derivation, equation: Equation) -> list[Produced]:
    """Return what an equation, the short sums written out in it included, gives backward."""
    hidden = {e.symbol for e in derivation.program.equations if e.inline}
    found = []
    for gradient in derivation.gradients.values():
        own = [s for s in gradient.steps if s.equation.number == equation.number]
        if own and gradient.variable not in hidden:
            found.append(_part(gradient, own))
    return found


def _part(gradient: Gradient, own: Sequence[Step]) -> Produced:
    if len(own) == len(gradient.steps):
        return Produced(gradient.variable, gradient.expr, False)
    return Produced(gradient.variable, add(*(step.pullback for step in own)), True)


def saved(program: Program, parts: Sequence[Produced]) -> list[Symbol]:
    """Return what the produced gradients use of forward, in the program's order."""
    used = {symbol for part in parts for symbol in symbols_of(part.expr)}
    return [symbol for symbol in program.symbols.values() if symbol in used]


def numbered(program: Program, number: int) -> Equation:
    """Return the equation of that number; KeyError where there is none."""
    for equation in program.equations:
        if equation.number == number and not equation.inline:
            return equation
    raise KeyError(f"{program.name} has no equation ({number})")


def representative(derivation: Derivation) -> Equation:
    """Return the first equation with an input and a weight that both have a gradient.

    Where there is none, the first that gives two gradients, or one.
    """

    def rank(equation: Equation) -> tuple[bool, int]:
        variables = variables_at[equation.number]
        roles = {variable.role == "parameter" for variable in variables}
        return len(roles) == 2, min(len(variables), 2)

    program = derivation.program
    variables_at: dict[int, list[Symbol]] = {e.number: [] for e in program.equations}
    for gradient in derivation.gradients.values():
        for step in gradient.steps:
            variables_at[step.equation.number].append(gradient.variable)
    return max((e for e in program.equations if not e.inline), key=rank)
