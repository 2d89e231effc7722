"""What can be asked for beside gradients, as data: Jacobians, Hessians, products with Hessians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from derive.algebra.hessian.kinds import Part
from derive.algebra.hessian.parts import parts_of
from derive.algebra.nodes import Node, Symbol
from derive.errors import DeriveError
from derive.program.program import Program

_KINDS = ("jacobian", "hessian", "hvp")


class NoSuchExtra(DeriveError):
    """What is asked for does not exist for this model."""


@dataclass(frozen=True)
class Extra:
    """A derivative of the model in one variable, an argument or a value.

    values: one expression for each output, over the symbols of `program`, which has an equation
    for each of them that is no argument.  A Jacobian's has shape output.shape + variable.shape, a
    Hessian's twice the variable's; a product with it has the variable's, and `direction` is what
    the Hessian is multiplied by.
    outputs: what is derived, in the model's own program.
    constant: whether the values do not depend on the variable.
    gradients: which of the program's symbols are gradients of the model, and of what.
    """

    kind: str
    variable: Symbol
    program: Program
    values: tuple[Node, ...]
    outputs: tuple[Symbol, ...]
    constant: bool
    direction: Symbol | None = None
    gradients: Mapping[Symbol, Symbol] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the function that computes it."""
        return f"{self.kind}_{self.variable.name}"

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The structure of a Hessian."""
        return parts_of(self.values[0], self.variable.shape)

    @cached_property
    def definitions(self) -> dict[Symbol, Node]:
        """What the program's symbols stand for; the variable stands for itself."""
        equations = self.program.equations
        return {e.symbol: e.expr for e in equations if e.symbol != self.variable}


class Account(NamedTuple):
    """How an extra follows: what is differentiated, and how it moves with the variable.

    of: the outputs of the model, or their gradients; values: what they are; changes: their
    differentials, in that of the variable.
    """

    of: tuple[Symbol, ...]
    values: tuple[Node, ...]
    changes: tuple[Node, ...]


def extra_of(text: str) -> tuple[str, str]:
    """Read `hessian:w1` as a kind and the name of a variable."""
    kind, _, name = (part.strip() for part in text.partition(":"))
    if kind not in _KINDS or not name.isidentifier():
        raise NoSuchExtra(
            f"{text!r} is not KIND:VARIABLE",
            needed=(f"A kind is {', '.join(_KINDS[:-1])} or {_KINDS[-1]}.",),
            hint=f"write {kind if kind in _KINDS else 'hessian'}:{name or 'x'}",
        )
    return kind, name


def need_possible(program: Program, kind: str, name: str) -> str:
    """Return the variable's name in the program; raise NoSuchExtra where this cannot be derived."""
    name = program.aliases.get(name, name)
    symbol = program.symbols.get(name)
    if symbol is None or not symbol.is_float:
        floats = [s.name for s in program.symbols.values() if s.is_float]
        has = f"has no variable {name!r}" if symbol is None else f"{name} holds {symbol.kind}"
        raise NoSuchExtra(
            f"{program.name} {has}" if symbol is None else has,
            needed=(f"{program.name} has {kind}s of {', '.join(floats)}.",),
        )
    if kind != "jacobian" and (not program.is_scalar or program.returns_tuple):
        raise NoSuchExtra(
            f"{program.name} does not return one number, so it has no Hessian",
            hint=f"ask for jacobian:{name}",
        )
    return name
