"""Derivation to Plan: which gradients are computed where, and what of forward they use.

Only gradients that were asked for, and those that they are made from, are computed.  What occurs
in them is the cache: nothing is listed by hand.  An expression that occurs twice in backward is
computed once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from derive.algebra.build import substitute
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol, symbols_of, walk
from derive.algebra.solves import with_solves
from derive.derivation import Derivation, Gradient
from derive.dims import Dim, reference_sizes
from derive.plan.nouns import Assign, Block, Kept, Plan, Selection
from derive.program import Equation, Program
from derive.split import fresh, word_for


def plan(derivation: Derivation) -> Plan:
    """Lay out forward and backward for the gradients that the derivation was asked for."""
    program = derivation.program
    serves = _serves(derivation)
    gradients = [
        replace(g, expr=with_solves(g.expr))
        for g in derivation.gradients.values()
        if serves.get(g.symbol)
    ]
    assigns = _shared(derivation, gradients, serves)
    at = {g.symbol: _home(g, derivation) for g in gradients}
    here: dict[Symbol, list[Assign]] = {}
    for owner, assign in assigns:
        here.setdefault(at[owner].symbol, []).append(assign)
    blocks = [
        Block(equation, tuple(here[equation.symbol]))
        for equation in reversed(program.equations)
        if equation.symbol in here
    ]
    kept = _kept(derivation, [a for _, a in assigns])
    held = {k.symbol for k in kept}
    arguments = tuple(a.symbol for a in program.arguments)
    values = tuple(e.symbol for e in program.equations)
    return Plan(
        derivation=derivation,
        forward=tuple(Block(e, (Assign(e.symbol, e.expr),)) for e in _live(program, held)),
        kept=kept,
        unkept=tuple(s for s in (*arguments, *values) if s not in held),
        backward=tuple(blocks),
        returned=_returned(derivation),
        dimensions=_dimensions([a.expr for _, a in assigns], derivation),
        zeros=derivation.unused,
        sizes=reference_sizes(program.dimensions),
    )


def _live(program: Program, kept: set[Symbol]) -> list[Equation]:
    """Return the equations whose values reach an output or the cache."""
    needed = {*program.outputs, *kept}
    live = []
    for equation in reversed(program.equations):
        if equation.symbol in needed:
            needed.update(symbols_of(equation.expr))
            live.append(equation)
    return live[::-1]


def _returned(derivation: Derivation) -> tuple[str, ...]:
    asked = set(derivation.wrt)
    return tuple(name for name in derivation.program.symbols if name in asked)


def _home(gradient: Gradient, derivation: Derivation) -> Equation:
    """Return the equation after which the gradient is complete.

    One that only comes from outside is complete from the start, and used by its own equation.
    """
    if gradient.steps:
        return gradient.steps[-1].equation
    equations = derivation.program.equations
    return next((e for e in equations if e.symbol == gradient.variable), equations[0])


def _serves(derivation: Derivation) -> dict[Symbol, Selection]:
    """Return, for each cotangent, the requested gradients that are made from it."""
    returned = _returned(derivation)
    bit = {name: 1 << k for k, name in enumerate(returned)}
    found: dict[Symbol, Selection] = {}
    nothing = Selection(returned)
    for gradient in reversed(derivation.gradients.values()):
        own = found.get(gradient.symbol, nothing)
        own |= Selection(returned, bit.get(gradient.variable.name, 0))
        found[gradient.symbol] = own
        for symbol in symbols_of(gradient.expr):
            if symbol.role == "cotangent":
                found[symbol] = found.get(symbol, nothing) | own
    return found


def _shared(
    derivation: Derivation, gradients: list[Gradient], serves: dict[Symbol, Selection]
) -> list[tuple[Symbol, Assign]]:
    """Return the statements of backward, each with the cotangent it belongs to.

    An expression that occurs more than once gets a name where it occurs first.
    """
    asked = set(derivation.wrt)
    counts = Counter(n for g in gradients for n in walk(g.expr) if _is_work(n))
    repeated = {n for n, count in counts.items() if count > 1}
    if not repeated:
        return [(g.symbol, _assign(g, g.expr, asked, serves)) for g in gradients]
    taken = {*derivation.program.symbols, *derivation.program.dimensions}
    users: dict[Node, Selection] = {}
    for gradient in gradients:
        for n in walk(gradient.expr):
            if n in repeated:
                own = serves[gradient.symbol]
                users[n] = users.get(n, own) | own
    names: dict[Node, Node] = {}
    result: list[tuple[Symbol, Assign]] = []
    for gradient in gradients:
        for n in reversed(list(walk(gradient.expr))):
            if n in repeated and n not in names and n != gradient.expr:
                symbol = Symbol(fresh(word_for(n, gradient.expr), taken), n.shape)
                result.append((gradient.symbol, Assign(symbol, substitute(n, names), users[n])))
                names[n] = symbol
        expr = substitute(gradient.expr, names)
        result.append((gradient.symbol, _assign(gradient, expr, asked, serves)))
        if gradient.expr in repeated:
            names.setdefault(gradient.expr, gradient.symbol)
    return result


def _assign(
    gradient: Gradient, expr: Node, asked: set[str], serves: dict[Symbol, Selection]
) -> Assign:
    is_asked = gradient.variable.name in asked
    return Assign(gradient.symbol, expr, serves[gradient.symbol], returned=is_asked)


def _is_work(node: Node) -> bool:
    """Whether computing the node costs more than a pass over what is there already."""
    if isinstance(node, Contract):
        return bool(node.bound) and any(node.sizes[label] != 1 for label in node.bound)
    return isinstance(node, Apply) or (isinstance(node, Map) and bool(node.args))


def _kept(derivation: Derivation, assigns: list[Assign]) -> tuple[Kept, ...]:
    uses: dict[Symbol, dict[Symbol, None]] = {}
    serves: dict[Symbol, Selection] = {}
    for assign in assigns:
        assert isinstance(assign.serves, Selection)  # every statement of backward has one
        for symbol in symbols_of(assign.expr):
            uses.setdefault(symbol, {})[assign.symbol] = None
            serves[symbol] = serves.get(symbol, assign.serves) | assign.serves
    kept = []
    for symbol in derivation.program.symbols.values():
        if symbol in uses:
            held = "" if symbol.role == "value" else symbol.role
            kept.append(Kept(symbol, tuple(uses[symbol]), serves[symbol], held))
    return tuple(kept)


def _dimensions(exprs: list[Node], derivation: Derivation) -> tuple[str, ...]:
    """Return the dimensions that occur as numbers: in coefficients, and where arrays are copied."""
    needed: set[str] = set()
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, Contract):
                have = {label for _, axes in node.factors for label in axes}
                copied = [node.sizes[label] for label in node.out if label not in have]
                numbers: list[Dim] = [*copied, *(d for d, _ in node.coefficient.powers)]
                needed.update(name for d in numbers for name in d.names)
            elif isinstance(node, Apply):
                needed.update(name for d in node.shape for name in d.names)
    return tuple(name for name in derivation.program.dimensions if name in needed)
