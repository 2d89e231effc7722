"""Derivatives of derivatives: the gradient as a program, and what is derived of it.

The gradient that the reverse sweep found is written as a straight line again, forward equations
and then gradients, which any sweep can take.  So a Hessian is the Jacobian of the gradient, its
product with a vector the gradient's change along that vector, and neither needs rules of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.algebra.build import constant, cotangent, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.algebra.unfold import unfolded
from derive.extra import Account, Extra, need_possible
from derive.forward import along, jacobian
from derive.program import Equation, Program
from derive.reverse import LONGEST_UNFOLDED, reverse, unit_sums
from derive.split import fresh

TIED = ("symmetric", "posdef", "simplex")
"""Properties that tie the entries of an array to each other."""


def find_extra(program: Program, kind: str, variable: Symbol) -> Extra:
    """Derive a Jacobian, a Hessian or a Hessian-vector product in an argument or a value.

    A value is then taken as if it were an argument.  Every entry moves by itself, also where the
    argument's property ties them (symmetric, simplex): a gradient that was made shorter by the
    property is right at such arrays alone, and cannot be differentiated again.  Raises DeriveError
    where a Hessian is asked of a model whose output is no number.
    """
    program, variable = free(program, variable)
    if kind == "jacobian" and (program.returns_tuple or not program.is_scalar):
        made, values = jacobian(program, variable)
        return _live_extra(Extra(kind, variable, made, values, program.outputs, False))
    gradient, gradients = gradient_program(program, variable)
    direction = None
    if kind == "jacobian":
        made, values = gradient, gradient.outputs
    elif kind == "hessian":
        made, values = jacobian(gradient, variable)
    else:
        made, _ = along(gradient, variable)
        values, direction = made.outputs, made.arguments[0].symbol
    extra = Extra(kind, variable, made, values, program.outputs, False, direction, gradients)
    return _live_extra(extra)


def free(program: Program, variable: Symbol) -> tuple[Program, Symbol]:
    """Return the program with a variable that no property ties, and that variable."""
    if variable.kind not in TIED:
        return program, variable
    values: dict[Node, Node] = {variable: _untied(variable)}
    arguments = tuple(
        replace(a, symbol=_untied(variable)) if a.symbol == variable else a
        for a in program.arguments
    )
    equations = []
    for equation in program.equations:
        if not values.keys().isdisjoint(symbols_of(equation.expr)):
            values[equation.symbol] = _untied(equation.symbol)
            equation = replace(
                equation,
                symbol=_untied(equation.symbol),
                expr=substitute(equation.expr, values),
            )
        equations.append(equation)
    made = replace(program, arguments=arguments, equations=tuple(equations))
    return made, _untied(variable)


def _untied(symbol: Symbol) -> Symbol:
    kind = "" if symbol.kind in TIED else symbol.kind
    return Symbol(symbol.name, symbol.shape, symbol.role, kind)


def _live_extra(extra: Extra) -> Extra:
    """Return the extra with the equations that it needs, and whether it is constant."""
    program, variable, values = extra.program, extra.variable, extra.values
    needed = {symbol for value in values for symbol in symbols_of(value)}
    program = replace(program, equations=_live(program.equations, needed))
    constant = needed.isdisjoint(_moving(program, variable))
    return replace(extra, program=program, constant=constant)


def _moving(program: Program, variable: Symbol) -> set[Symbol]:
    """Return the symbols that depend on the variable, itself included."""
    moving = {variable}
    for equation in program.equations:
        if equation.symbol != variable and moving.intersection(symbols_of(equation.expr)):
            moving.add(equation.symbol)
    return moving


def gradient_program(program: Program, variable: Symbol) -> tuple[Program, dict[Symbol, Symbol]]:
    """Return the program whose output is the gradient of a model whose output is a number.

    Beside it, which of its symbols are gradients, as cotangents of the model's.
    """
    need_possible(program, "hessian", variable.name)
    derivation = reverse(program, (variable.name,))
    taken = {*program.symbols, *program.dimensions, *program.aliases}
    values: dict[Node, Node] = {given: constant(1) for given in derivation.given}
    equations = list(program.equations)
    for gradient in derivation.gradients.values():
        name = fresh(f"grad_{gradient.variable.name}", taken)
        symbol = Symbol(name, gradient.variable.shape)
        after = gradient.steps[-1].equation if gradient.steps else program.equations[-1]
        expr = substitute(gradient.expr, values)
        equations.append(
            replace(after, symbol=symbol, expr=expr, text="", named=False, inline=False)
        )
        values[gradient.symbol] = symbol
    output = values[cotangent(variable)]
    if not isinstance(output, Symbol):  # the output in itself
        output = Symbol(fresh(f"grad_{variable.name}", taken), variable.shape)
        equations.append(replace(program.equations[-1], symbol=output, expr=constant(1), text=""))
    live = _live(equations, {output})
    gradients = {s: g for g, s in values.items() if isinstance(s, Symbol)}
    made = replace(program, equations=live, outputs=(output,), aliases={})
    return made, gradients  # type: ignore[return-value]


def _live(equations: Iterable[Equation], needed: set[Symbol]) -> tuple[Equation, ...]:
    """Return the equations that the needed symbols are made from."""
    needed, live = set(needed), []
    for equation in reversed(tuple(equations)):
        if equation.symbol in needed:
            needed.update(symbols_of(equation.expr))
            live.append(equation)
    return tuple(reversed(live))


def account(program: Program, extra: Extra) -> Account:
    """Return how a Jacobian or a Hessian follows: from the differential of what it is of."""
    base, _ = free(program, extra.variable)
    gradients: dict[Symbol, Symbol] = {}
    if extra.kind != "jacobian":
        base, gradients = gradient_program(base, extra.variable)
    made, moved = along(base, extra.variable)
    shown: dict[Node, Node] = dict(gradients.items())
    for change, symbol in moved.items():
        of = gradients.get(symbol, symbol)
        role = "differential" if of is symbol else "moved"
        shown[change] = Symbol(of.name, of.shape, role)
    facts = unit_sums(made)
    values = {e.symbol: e.expr for e in made.equations if e.symbol != extra.variable}

    def told(symbol: Symbol) -> Node:
        expr = unfolded(symbol, values, facts, LONGEST_UNFOLDED) or values.get(symbol, symbol)
        return substitute(expr, shown)

    before, after = tuple(map(told, base.outputs)), tuple(map(told, made.outputs))
    names = tuple(gradients.get(symbol, symbol) for symbol in base.outputs)
    return Account(names, before, after)


def written_out(extra: Extra) -> tuple[Node, ...]:
    """Return the values in the model's arguments alone, where that is not long.

    Else they are in the program's symbols, gradients of the model shown as such.
    """
    facts = unit_sums(extra.program)
    shown: dict[Node, Node] = dict(extra.gradients.items())
    return tuple(
        unfolded(value, extra.definitions, facts, LONGEST_UNFOLDED) or substitute(value, shown)
        for value in extra.values
    )
