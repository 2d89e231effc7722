"""Names that linters refuse in code: a value `l`, `O` or `I` looks like a digit there.

On paper l is a fine name for a loss; in code the value takes another.  Arguments keep theirs: they
are the module's face.
"""

from __future__ import annotations

from dataclasses import replace

from derive.algebra.build import cotangent, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.plan.nouns import Assign, Block, Kept, Plan
from derive.program.derivation import Derivation, Gradient
from derive.program.extra import Extra
from derive.program.program import Equation, Program

AMBIGUOUS = ("l", "O", "I")


def readable(plan: Plan) -> Plan:
    """Return the plan with such values renamed, unless their gradient is asked for by name."""
    program, wrt = plan.derivation.program, plan.derivation.wrt
    found = [program.symbols[name] for name in AMBIGUOUS if name in program.symbols]
    values = [s for s in found if s.role == "value" and s.name not in wrt]
    return _Renaming(program, values).plan(plan) if values else plan


def readable_extra(extra: Extra) -> Extra:
    """Return a Jacobian, a Hessian or a product with one with such values renamed."""
    program = extra.program
    found = [program.symbols[name] for name in AMBIGUOUS if name in program.symbols]
    values = [s for s in found if s.role == "value" and s != extra.variable]
    if not values:
        return extra
    renaming = _Renaming(program, values)
    equations = tuple(map(renaming.equation, program.equations))
    return replace(
        extra,
        program=replace(program, equations=equations),
        values=tuple(map(renaming.node, extra.values)),
    )


class _Renaming:
    """Puts other symbols in the place of some values and of their cotangents."""

    def __init__(self, program: Program, values: list[Symbol]) -> None:
        taken = {*program.symbols, *program.dimensions}
        self.new: dict[Node, Node] = {}
        for symbol in values:
            words = ["loss"] if program.is_scalar and symbol in program.outputs else []
            words += [f"{symbol.name}_value"]
            words += [f"{symbol.name}_value_{k}" for k in range(2, len(taken) + 3)]
            name = next(word for word in words if word not in taken)
            taken.add(name)
            other = Symbol(name, symbol.shape, symbol.role, symbol.kind)
            upstream = (Symbol(n, symbol.shape, "upstream") for n in (symbol.name, name))
            self.new |= {symbol: other, cotangent(symbol): cotangent(other)}
            self.new |= {next(upstream): next(upstream)}

    def symbol(self, symbol: Symbol) -> Symbol:
        found = self.new.get(symbol, symbol)
        assert isinstance(found, Symbol)
        return found

    def node(self, node: Node) -> Node:
        """Return the expression; it is the same object where nothing in it is renamed."""
        if self.new.keys().isdisjoint(symbols_of(node)):
            return node
        return substitute(node, self.new)

    def equation(self, equation: Equation) -> Equation:
        symbol, expr = self.symbol(equation.symbol), self.node(equation.expr)
        if symbol is equation.symbol and expr is equation.expr:
            return equation
        return replace(equation, symbol=symbol, expr=expr)

    def gradient(self, gradient: Gradient) -> Gradient:
        return replace(
            gradient,
            variable=self.symbol(gradient.variable),
            symbol=self.symbol(gradient.symbol),
            expr=self.node(gradient.expr),
        )

    def derivation(self, derivation: Derivation) -> Derivation:
        program = replace(
            derivation.program,
            equations=tuple(map(self.equation, derivation.program.equations)),
            outputs=tuple(map(self.symbol, derivation.program.outputs)),
        )
        gradients = [self.gradient(g) for g in derivation.gradients.values()]
        return replace(
            derivation,
            program=program,
            gradients={g.variable.name: g for g in gradients},
            given=tuple(map(self.symbol, derivation.given)),
        )

    def block(self, block: Block) -> Block:
        return Block(self.equation(block.equation), tuple(map(self.assign, block.assigns)))

    def assign(self, assign: Assign) -> Assign:
        symbol, expr = self.symbol(assign.symbol), self.node(assign.expr)
        if symbol is assign.symbol and expr is assign.expr:
            return assign
        return replace(assign, symbol=symbol, expr=expr)

    def kept(self, kept: Kept) -> Kept:
        uses = tuple(map(self.symbol, kept.uses))
        return replace(kept, symbol=self.symbol(kept.symbol), uses=uses)

    def plan(self, plan: Plan) -> Plan:
        return replace(
            plan,
            derivation=self.derivation(plan.derivation),
            forward=tuple(map(self.block, plan.forward)),
            kept=tuple(map(self.kept, plan.kept)),
            unkept=tuple(map(self.symbol, plan.unkept)),
            backward=tuple(map(self.block, plan.backward)),
        )
