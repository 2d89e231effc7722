"""Whose memory a statement may write its result into.

That of an array which the statement is the last to use, where the result has its shape and its
dtype, each entry of the result needs that entry of the array alone, and nobody else sees the
memory: it belongs to no argument, shows no other array, is shown by none, and is not returned.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.coefficient import UNIT
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, symbols_of, walk
from derive.dims import ONE
from derive.plan.lifetimes import Timeline
from derive.plan.nouns import Assign, Plan
from derive.program.program import Program

Place = tuple[int, int]
"""A statement: the number of its moment, and its own within the moment."""

MAKERS = frozenset(
    {"softmax", "log_softmax", "logsumexp", "norm", "max", "min", "stack", "concatenate", "place"}
)
"""Operations whose result is never a view: another may be one in some library."""


def writable(plan: Plan, line: Timeline) -> dict[Place, tuple[Symbol, ...]]:
    """Return, for each statement that has any, the arrays it may write into, in reading order."""
    statements = [
        ((k, i), assign)
        for k, moment in enumerate(line.moments)
        for i, assign in enumerate(moment.assigns)
    ]
    program = plan.derivation.program
    private = _private([assign for _, assign in statements], program)
    kinds = _Dtypes(program)
    for _, assign in statements:
        kinds.enter(assign)
    found: dict[Place, tuple[Symbol, ...]] = {}
    later: set[Symbol] = set()
    for place, assign in reversed(statements):
        later.discard(assign.symbol)
        dying = [s for s in symbols_of(assign.expr) if s not in later and s in private]
        fitting = tuple(s for s in dying if _fits(s, assign) and kinds.covers(s, assign))
        if fitting:
            found[place] = fitting
        later.update(symbols_of(assign.expr))
    return found


def _fits(symbol: Symbol, assign: Assign) -> bool:
    target = assign.symbol
    same = symbol.shape == target.shape and symbol.is_float and target.is_float
    return bool(symbol.rank) and same and symbol != target and _by_entry(assign.expr, symbol)


def _by_entry(expr: Node, symbol: Symbol) -> bool:
    """Whether the symbol stands somewhere in the expression entry by entry."""
    if isinstance(expr, Contract):
        return any(axes == expr.out and _by_entry(f, symbol) for f, axes in expr.factors)
    if isinstance(expr, Add | Map):
        return any(_by_entry(child, symbol) for child in expr.children)
    return expr == symbol


def _private(assigns: list[Assign], program: Program) -> set[Symbol]:
    """Return the arrays made here whose memory no other array and no caller sees."""
    made = {assign.symbol for assign in assigns}
    seen = {*program.outputs, *(assign.symbol for assign in assigns if assign.returned)}
    for assign in assigns:
        if not makes_memory(assign.expr):
            seen.update((assign.symbol, *symbols_of(assign.expr)))
    return made - seen


def makes_memory(expr: Node) -> bool:
    """Whether the value certainly has memory of its own, however it is spelled."""
    if isinstance(expr, Contract):
        summed = any(expr.sizes[label] != ONE for label in expr.bound)
        return len(expr.factors) > 1 or expr.coefficient != UNIT or summed
    if isinstance(expr, Map):
        cast = expr.fn.op == "call" and expr.fn.args[0] == "float"
        return bool(expr.args) and not cast
    return isinstance(expr, Add) or (isinstance(expr, Apply) and expr.rule in MAKERS)


class _Dtypes:
    """Which arguments' dtypes a value's dtype comes from: callers may mix float32 and float64.

    A set of arguments is held as bits.
    """

    def __init__(self, program: Program) -> None:
        arguments = [a.symbol for a in program.arguments if a.default is None]
        floats = sorted((s for s in arguments if s.is_float), key=lambda s: not s.rank)
        self.known = {s: 1 << k for k, s in enumerate(floats)}
        self.leading = 1  # the first: what integers, truth values and numbers are cast to

    def enter(self, assign: Assign) -> None:
        self.known[assign.symbol] = self.of(assign)

    def of(self, assign: Assign) -> int:
        found = self.leading if any(_casts(assign.expr)) else 0
        for symbol in symbols_of(assign.expr):
            found |= self.known.get(symbol, 0)
        return found

    def covers(self, symbol: Symbol, assign: Assign) -> bool:
        """Whether the symbol's dtype is that of the statement's result, whatever is given."""
        return not self.of(assign) & ~self.known[symbol]


def _casts(expr: Node) -> Iterator[bool]:
    """Yield whether each part may bring the dtype that the module works in."""
    for node in walk(expr):
        if isinstance(node, Symbol):
            yield not node.is_float
        else:
            yield not node.children or isinstance(node, Map | Apply)
