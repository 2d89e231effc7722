"""Derivatives of derivatives: the gradient as a program, and what is derived of it.

A Hessian is the Jacobian of the gradient, its product with a vector the gradient's change along
that vector; neither needs rules of its own.
"""

from __future__ import annotations

from dataclasses import replace

from derive.algebra.build import add, substitute
from derive.algebra.forms.simplify import simplify
from derive.algebra.moves.lift import terms_of
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.algebra.paper.congruence import together
from derive.algebra.paper.unfold import unfolded
from derive.derivation.forward import jacobian, tangent
from derive.derivation.gradient import free, gradient_program, live
from derive.derivation.reverse import LONGEST_UNFOLDED, unit_sums
from derive.program.extra import Account, Extra, need_possible
from derive.program.program import Program


def find_extra(program: Program, kind: str, variable: Symbol) -> Extra:
    """Derive a Jacobian, a Hessian or a Hessian-vector product in an argument or a value.

    A value is then taken as if it were an argument.  Every entry moves by itself, also where the
    argument's property ties them (symmetric, simplex): a gradient that was made shorter by the
    property is right at such arrays alone, and cannot be differentiated again.  Raises DeriveError
    where a Hessian is asked of a model whose output is no number.
    """
    need_possible(program, kind, variable.name)
    return _tied(_of_free(*free(program, variable), kind), program)


def _of_free(program: Program, variable: Symbol, kind: str) -> Extra:
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
        made, _ = tangent(gradient, variable)
        values, direction = made.outputs, made.arguments[0].symbol
    extra = Extra(kind, variable, made, values, program.outputs, False, direction, gradients)
    return _live_extra(extra)


def _tied(extra: Extra, program: Program) -> Extra:
    """Return the extra at an argument whose property ties its entries: shorter by what is known."""
    if program.symbols[extra.variable.name].kind == extra.variable.kind:
        return extra
    known: dict[Symbol, Symbol] = {symbol: symbol for symbol in program.symbols.values()}
    values: dict[Node, Node] = dict(known.items())
    facts = unit_sums(program)

    def told(node: Node) -> Node:
        return add(*(simplify(term, facts) for term in terms_of(substitute(node, values))))

    equations = tuple(
        replace(e, symbol=known.get(e.symbol, e.symbol), expr=substitute(e.expr, values))
        for e in extra.program.equations
    )
    arguments = tuple(
        replace(a, symbol=known.get(a.symbol, a.symbol)) for a in extra.program.arguments
    )
    made = replace(extra.program, arguments=arguments, equations=equations)
    return replace(
        extra,
        variable=program.symbols[extra.variable.name],
        program=made,
        values=tuple(map(told, extra.values)),
    )


def _live_extra(extra: Extra) -> Extra:
    """Return the extra with the equations that it needs, and whether it is constant."""
    program, variable, values = extra.program, extra.variable, extra.values
    needed = {symbol for value in values for symbol in symbols_of(value)}
    program = replace(program, equations=live(program.equations, needed))
    constant = needed.isdisjoint(_moving(program, variable))
    return replace(extra, program=program, constant=constant)


def _moving(program: Program, variable: Symbol) -> set[Symbol]:
    """Return the symbols that depend on the variable, itself included."""
    moving = {variable}
    for equation in program.equations:
        if equation.symbol != variable and moving.intersection(symbols_of(equation.expr)):
            moving.add(equation.symbol)
    return moving


def account(program: Program, extra: Extra) -> Account:
    """Return how a Jacobian or a Hessian follows: from the differential of what it is of."""
    base, _ = free(program, extra.variable)
    gradients: dict[Symbol, Symbol] = {}
    if extra.kind != "jacobian":
        base, gradients = gradient_program(base, extra.variable)
    made, moved = tangent(base, extra.variable)
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

    def told(node: Node) -> Node:
        return unfolded(node, extra.definitions, facts, LONGEST_UNFOLDED) or substitute(node, shown)

    def compact(value: Node) -> Node:
        return together(told(value), [told(term) for term in terms_of(value)], facts)

    return tuple(map(compact, extra.values))
