"""The model in the one variable of a Jacobian or a Hessian, and its gradient there by reverse.

The variable is an argument of this model, also where the user's has it as a value: as an extra
does, it takes every entry as free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.algebra.build import add, contract, cotangent, labels_of
from derive.algebra.nodes import Node, Symbol
from derive.derivation.gradient import free, gradient_program
from derive.derivation.reverse import reverse, unit_sums
from derive.program.derivation import Derivation
from derive.program.extra import Extra
from derive.program.program import Argument, Program
from derive.verify.evaluate import forward
from derive.verify.exact import Points, Verdict

Array = Any


@dataclass(frozen=True)
class Case:
    """An extra with what it is compared with.

    program: the model in the variable; gradient: its derivation by the reverse sweep alone.
    """

    extra: Extra
    program: Program
    gradient: Derivation

    @property
    def variable(self) -> Symbol:
        return self.extra.variable


def case_of(program: Program, extra: Extra) -> Case:
    """Return the extra of a model with the model in its variable."""
    made = in_variable(free(program, program.symbols[extra.variable.name])[0], extra.variable)
    return Case(extra, made, reverse(made, (extra.variable.name,)))


def in_variable(program: Program, variable: Symbol) -> Program:
    """Return the program with the variable as an argument, what it is made from left out."""
    own = next((e for e in program.equations if e.symbol == variable), None)
    if own is None:
        return program
    equations = tuple(e for e in program.equations if e is not own)
    arguments = (*program.arguments, Argument(variable, own.place))
    return replace(program, arguments=arguments, equations=equations)


def with_variable(
    program: Program, variable: Symbol, arguments: Mapping[str, Array], sizes: Mapping[str, int]
) -> dict[str, Array]:
    """Return arguments of the model in the variable: its value is that of the user's model."""
    if variable.name in arguments:
        return dict(arguments)
    values = {s.name: v for s, v in forward(program, arguments, sizes).items()}
    return {**arguments, variable.name: np.asarray(values[variable.name])}


def exactly(
    case: Case, sizes: Mapping[str, int], arguments: Mapping[str, Array] | None = None
) -> Verdict:
    """Decide whether the extra is what the reverse sweep gives, modulo a prime or at 60 digits.

    ⟨Ȳ, J⟩ is the gradient of ⟨Ȳ, Y⟩; that of a gradient along a direction is the Hessian's
    product with it, as the Hessian is symmetric.  The formula may use a property of the variable,
    so that both are evaluated where it holds.
    """
    extra, variable = case.extra, case.variable
    derivation = case.gradient
    if extra.kind != "jacobian":
        gradient, _ = gradient_program(case.program, variable)
        derivation = reverse(in_variable(gradient, variable), (variable.name,))
    found = derivation.gradients.get(variable.name)
    right = found.expr if found is not None else cotangent(variable)
    definitions = extra.definitions | derivation.definitions
    if extra.direction is not None:
        (given,) = derivation.given
        definitions = {given: extra.direction} | definitions
        left = extra.values[0]
    else:
        pairs = zip(derivation.given, extra.values, strict=True)
        left = add(*(_along_rows(given, value) for given, value in pairs))
    facts = unit_sums(derivation.program)
    known = tuple(definitions.items())
    points = Points(known, sizes, facts, arguments=arguments, annotated=(variable,))
    return points.equal(left, right, 1)


def _along_rows(given: Symbol, value: Node) -> Node:
    """Return ⟨Ȳ, J⟩, summed over the axes of the output."""
    axes, sizes = labels_of(value)
    rows = axes[: given.rank]
    return contract(axes[given.rank :], [(given, rows), (value, axes)], sizes)
