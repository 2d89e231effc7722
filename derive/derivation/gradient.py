"""The gradient as a program: forward equations and then gradients, for any sweep to take again.

So a gradient is a model itself: it can be derived again, as often as one likes, and a Hessian is
the Jacobian of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.algebra.build import constant, cotangent, substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.reverse import reverse
from derive.derivation.split import fresh
from derive.program.derivation import Derivation
from derive.program.program import Argument, Equation, Program

TIED = ("symmetric", "posdef", "simplex")
"""Properties that tie the entries of an array to each other."""


def gradient_program(program: Program, variable: Symbol) -> tuple[Program, dict[Symbol, Symbol]]:
    """Return the program whose output is the gradient, and which of its symbols are gradients.

    Of a model whose output is a number the loss is that output; else the gradient that comes from
    outside is an argument for each output, behind the model's own.
    """
    derivation = reverse(program, (variable.name,))
    taken = {*program.symbols, *program.dimensions, *program.aliases}
    values, given = _given(derivation, taken)
    equations = list(program.equations)
    for gradient in derivation.gradients.values():
        symbol = Symbol(fresh(f"grad_{gradient.variable.name}", taken), gradient.variable.shape)
        after = gradient.steps[-1].equation if gradient.steps else program.equations[-1]
        equations.append(_made(after, symbol, substitute(gradient.expr, values)))
        values[gradient.symbol] = symbol
    output = values[cotangent(variable)]
    if output not in [equation.symbol for equation in equations]:  # an output in itself
        symbol = Symbol(fresh(f"grad_{variable.name}", taken), variable.shape)
        equations.append(_made(program.equations[-1], symbol, output))
        output = symbol
    assert isinstance(output, Symbol)
    gradients = {s: g for g, s in values.items() if isinstance(s, Symbol) and isinstance(g, Symbol)}
    made = replace(
        program,
        name=f"{program.name}_grad_{variable.name}",
        arguments=(*program.arguments, *given),
        equations=live(equations, {output}),
        outputs=(output,),
        aliases={},
        returns_tuple=False,
    )
    return made, gradients


def _given(derivation: Derivation, taken: set[str]) -> tuple[dict[Node, Node], list[Argument]]:
    """Return what stands for the gradients from outside, and the arguments among it."""
    if derivation.program.is_scalar:
        return {given: constant(1) for given in derivation.given}, []
    place = derivation.program.equations[-1].place
    values: dict[Node, Node] = {}
    arguments = []
    for given in derivation.given:
        symbol = Symbol(fresh(f"grad_{given.name}", taken), given.shape, "data")
        values[given] = symbol
        arguments.append(Argument(symbol, place))
    return values, arguments


def _made(after: Equation, symbol: Symbol, expr: Node) -> Equation:
    """Return an equation that the user did not write, told beside one that he did."""
    return replace(after, symbol=symbol, expr=expr, text="", named=False, inline=False)


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


def live(equations: Iterable[Equation], needed: set[Symbol]) -> tuple[Equation, ...]:
    """Return the equations that the needed symbols are made from."""
    needed, live = set(needed), []
    for equation in reversed(tuple(equations)):
        if equation.symbol in needed:
            needed.update(symbols_of(equation.expr))
            live.append(equation)
    return tuple(reversed(live))
