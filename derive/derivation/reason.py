"""The argument for each step: what the dimensions allow, and the differential that proves it.

For one equation Y = f(…, V, …) the argument is: the gradient has the shape of V; these factors
are at hand; of all their products so many can be formed and so many have that shape; the verdict
is computed by counting; and ⟨Ȳ, dY⟩ with only V moving, rearranged to ⟨P, dV⟩, gives P = ∇V.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from derive.algebra.build import add, cotangent, differential, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.candidates import (
    Dimensions,
    counted_products,
    factors_of,
    sets_of_names,
    shape2,
)
from derive.dims import dim
from derive.program.derivation import Derivation, Step
from derive.program.program import Equation
from derive.rules import rule_of


@dataclass(frozen=True)
class StepProof:
    """The proof of one step: ⟨Ȳ, differential⟩ = ⟨pullback, dV⟩, and what the dimensions say.

    equation: the step as it is shown (an inline value is part of the equation that uses it).
    moved: the symbol dV; ybar the cotangent from above.
    dimensions: None where the step is no plain matrix product (an entrywise step).
    """

    equation: Equation
    variable: Symbol
    ybar: Symbol
    moved: Symbol
    differential: Node
    pullback: Node
    derivation: Derivation

    @cached_property
    def dimensions(self) -> Dimensions | None:
        factors = factors_of(self.pullback)
        if factors is None:
            return None
        return counted_products(factors, shape2(self.variable), {})

    def fitting_when_equal(self, names: Collection[str]) -> int:
        """Return how many products fit when these dimension names are declared equal."""
        if self.dimensions is None:
            return 0
        one = dim(min(names))
        equal = {name: one for name in names}
        return counted_products(self.dimensions.factors, self.dimensions.target, equal).fitting

    def when_equal(self) -> list[tuple[tuple[str, ...], int]]:
        """Return how many products fit for each set of dimension names declared equal."""
        if self.dimensions is None:
            return []
        sets = sets_of_names([d for f in self.dimensions.factors for d in f.shape])
        return [(names, self.fitting_when_equal(names)) for names in sets]


def argue(derivation: Derivation) -> Iterator[StepProof]:
    """Yield the argument of every step that is shown, in the order of the sweep."""
    users = {s: e for e in derivation.program.equations for s in symbols_of(e.expr)}
    inline = {e.symbol: e for e in derivation.program.equations if e.inline}
    for step in derivation.steps:
        if step.variable not in inline:
            yield _argument(derivation, step, users, inline)


def _argument(
    derivation: Derivation,
    step: Step,
    users: Mapping[Symbol, Equation],
    inline: Mapping[Symbol, Equation],
) -> StepProof:
    moved = differential(step.variable)
    equation, change, pulled = step.equation, None, step.pullback
    change = differential_of(equation, {step.variable: moved})
    while equation.symbol in inline:
        gradient = derivation.gradients[equation.symbol.name]
        pulled = substitute(pulled, {gradient.symbol: gradient.expr})
        user = users[equation.symbol]
        change = differential_of(user, {equation.symbol: change})
        equation = user
    ybar = cotangent(equation.symbol)
    return StepProof(equation, step.variable, ybar, moved, change, pulled, derivation)


def differential_of(equation: Equation, moves: Mapping[Symbol, Node]) -> Node:
    """Return the differential of the equation's value when the given symbols move."""
    terms = list(_push(equation.expr, equation.symbol, moves))
    return add(*terms)


def _push(node: Node, out: Symbol | None, moves: Mapping[Symbol, Node]) -> Iterator[Node]:
    if isinstance(node, Symbol):
        if node in moves:
            yield moves[node]
        return
    rule = rule_of(node)
    for i, child in enumerate(node.children):
        for change in _push(child, None, moves):
            yield rule.differential(node, i, change, out)


def total_differential(derivation: Derivation, equation: Equation) -> Node | None:
    """Return dY with every variable moving that has a gradient; None where none does.

    The change of an inline value is written out.
    """
    moves: dict[Symbol, Node] = {}
    for other in derivation.program.equations:
        if other.inline and (inner := _moves(derivation, other, moves)):
            moves[other.symbol] = differential_of(other, inner)
    change = _moves(derivation, equation, moves)
    return differential_of(equation, change) if change else None


def _moves(
    derivation: Derivation, equation: Equation, inline: Mapping[Symbol, Node]
) -> dict[Symbol, Node]:
    given = {symbol.name for symbol in derivation.given}
    known = {*derivation.gradients, *given}
    return {
        symbol: inline.get(symbol, differential(symbol))
        for symbol in symbols_of(equation.expr)
        if symbol.name in known
    }
