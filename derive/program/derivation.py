"""The recorded argument: for each variable its gradient, and what each equation gave to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.algebra.nodes import Node, Symbol
from derive.program.program import Equation, Program


@dataclass(frozen=True)
class Step:
    """What one equation gives to the gradient of one of its inputs.

    pullback: in the cotangent of the equation's symbol, of the variable's shape.
    """

    equation: Equation
    variable: Symbol
    pullback: Node


@dataclass(frozen=True)
class Gradient:
    """∇variable = expr, over the program's symbols and the cotangents found before it.

    steps: its parts, last equation first; expr is their sum, made compact.
    """

    variable: Symbol
    symbol: Symbol
    steps: tuple[Step, ...]
    expr: Node

    @property
    def number(self) -> int:
        """The equation after which, going backwards, the gradient is complete."""
        return self.steps[-1].equation.number if self.steps else 0


@dataclass(frozen=True)
class Derivation:
    """A program with the gradients that were asked for and those on the way to them.

    wrt: the names asked for.  gradients: by variable name, in the order of the reverse sweep.
    given: the cotangents that come from outside, one for each output.
    unused: names asked for that reach no output; their gradient is zero.
    """

    program: Program
    wrt: tuple[str, ...]
    gradients: dict[str, Gradient]
    given: tuple[Symbol, ...]
    unused: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in the order of the sweep: equations backwards, inputs in reading order."""
        found = [step for gradient in self.gradients.values() for step in gradient.steps]
        order = {equation.symbol: k for k, equation in enumerate(self.program.equations)}
        return tuple(sorted(found, key=lambda step: -order[step.equation.symbol]))

    @cached_property
    def definitions(self) -> dict[Symbol, Node]:
        """What values and cotangents stand for, each made of arguments and of those before it."""
        found = {equation.symbol: equation.expr for equation in self.program.equations}
        return found | {g.symbol: g.expr for g in self.gradients.values()}

    @cached_property
    def closed_forms(self) -> dict[tuple[str, int], Node | None]:
        """The gradients written out so far, by name and by the most operations allowed."""
        return {}
