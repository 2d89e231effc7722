"""The statements of backward: which gradients are computed after which equation.

Only gradients that were asked for, and those that they are made from, are computed.  An
expression that occurs twice in backward is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derive.algebra.build import substitute
from derive.algebra.forms.association import Sizes, cost
from derive.algebra.forms.solves import with_solves
from derive.algebra.moves.one_hot import is_one_hot
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol, symbols_of, walk
from derive.algebra.properties.orthonormal import is_decomposition
from derive.derivation.split import fresh, word_for
from derive.plan.nouns import Assign, Selection
from derive.program.derivation import Derivation, Gradient
from derive.program.program import Equation


@dataclass(frozen=True)
class BackwardStatement:
    """A statement of backward, and the equation after which it stands."""

    equation: Equation
    assign: Assign


def bits_of(assign: Assign) -> int:
    """Return the requested gradients that a statement of backward serves, as bits."""
    assert isinstance(assign.serves, Selection)  # every statement of backward has one
    return assign.serves.bits


def over(statement: BackwardStatement, expr: Node) -> BackwardStatement:
    """Return the statement with another expression for the same value."""
    return replace(statement, assign=replace(statement.assign, expr=expr))


def statements(derivation: Derivation, sizes: Sizes) -> list[BackwardStatement]:
    """Return the statements of backward in order, as the derivation's formulas tell them."""
    serves = _serves(derivation)
    gradients = [
        replace(g, expr=with_solves(g.expr))
        for g in derivation.gradients.values()
        if serves.get(g.symbol)
    ]
    gradients = absorbed(derivation, gradients, sizes)
    home = {g.symbol: _home(g, derivation) for g in gradients}
    found = [
        BackwardStatement(home[owner], assign)
        for owner, assign in _shared(derivation, gradients, serves)
    ]
    order = {e.symbol: k for k, e in enumerate(derivation.program.equations)}
    return sorted(found, key=lambda s: -order[s.equation.symbol])


def returned(derivation: Derivation) -> tuple[str, ...]:
    """Return the names asked for, in the order of the program."""
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
    names = returned(derivation)
    bit = {name: 1 << k for k, name in enumerate(names)}
    found: dict[Symbol, Selection] = {}
    nothing = Selection(names)
    for gradient in reversed(derivation.gradients.values()):
        own = found.get(gradient.symbol, nothing)
        own |= Selection(names, bit.get(gradient.variable.name, 0))
        found[gradient.symbol] = own
        for symbol in symbols_of(gradient.expr):
            if symbol.role == "cotangent":
                found[symbol] = found.get(symbol, nothing) | own
    return found


def _shared(
    derivation: Derivation, gradients: list[Gradient], serves: dict[Symbol, Selection]
) -> list[tuple[Symbol, Assign]]:
    """Return the statements of backward, each with the cotangent it belongs to.

    An expression that occurs more than once gets a name where it occurs first, and so does each
    result of a decomposition: those of one that stand together are computed together.
    """
    asked = set(derivation.wrt)
    counts = Counter(n for g in gradients for n in walk(g.expr) if _is_work(n))
    repeated = {n for n, count in counts.items() if count > 1 or is_decomposition(n)}
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
    made = isinstance(node, Apply) and not is_one_hot(node)
    return made or (isinstance(node, Map) and bool(node.args))


def absorbed(derivation: Derivation, gradients: Iterable[Gradient], sizes: Sizes) -> list[Gradient]:
    """Return the gradients that are computed, those of unnamed values merged where that pays.

    The gradient of a value that the user did not name is a statement of its own on paper: ∇Z = g vᵀ
    in ∇A = ∇Z Bᵀ.  Where all that use it take fewer operations with its product merged into theirs,
    here g (B v)ᵀ, it is no statement of code.
    gradients: in the order of the reverse sweep, so that users come after what they use.
    """
    found = {gradient.symbol: gradient for gradient in gradients}
    users: dict[Symbol, list[Symbol]] = {}
    for gradient in found.values():
        for symbol in symbols_of(gradient.expr):
            users.setdefault(symbol, []).append(gradient.symbol)
    unnamed = {e.symbol for e in derivation.program.equations if not e.named}
    for symbol, gradient in tuple(found.items()):
        if gradient.variable in unnamed and gradient.variable.name not in derivation.wrt:
            merged = _merged(found[symbol], [found[user] for user in users.get(symbol, ())], sizes)
            found |= {user.symbol: user for user in merged}
            if merged:
                del found[symbol]
    return list(found.values())


def _merged(inner: Gradient, users: Sequence[Gradient], sizes: Sizes) -> list[Gradient]:
    """Return the users with the product in the place of its name, none where that does not pay."""
    if not isinstance(inner.expr, Contract):
        return []
    put: dict[Node, Node] = {inner.symbol: inner.expr}
    longer = [replace(user, expr=substitute(user.expr, put)) for user in users]
    before = sum(multiplications(g.expr, sizes) for g in (inner, *users))
    after = sum(multiplications(g.expr, sizes) for g in longer)
    return longer if after < before else []


def multiplications(expr: Node, sizes: Sizes) -> int:
    """Return how many the expression's products take, each in its best order."""
    return sum(cost(node, sizes) for node in walk(expr) if isinstance(node, Contract))
