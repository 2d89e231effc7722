"""Forward through a program: how every value moves with one variable.

`change_of` takes the changes of an equation's inputs through its differential; a change may have
the variable's axes behind the value's own, one entry for each direction at once.  Two sweeps use
it:

    `tangent`   the change of each value along one given direction: a program again, whose cost is
                that of the program itself (Pearlmutter 1994, for products with a Hessian)
    `jacobian`  the change in every direction at once, starting from the identity; identities that
                survive stay identities, so that diagonal, block and Kronecker structure is exact

Only values that depend on the variable take part, so the work is linear in the number of
equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derive.algebra.build import add, apply, is_zero, substitute, zero
from derive.algebra.counting import operations
from derive.algebra.forms.forward_values import solutions, with_known
from derive.algebra.forms.simplify import simplify
from derive.algebra.hessian.frames import by_frame
from derive.algebra.moves.lift import lifted, terms_of
from derive.algebra.moves.matrices_that_move import identity, is_move
from derive.algebra.nodes import Apply, Map, Node, Symbol, symbols_of
from derive.derivation.reverse import LONGEST_UNFOLDED, unit_sums
from derive.derivation.split import fresh, word_for
from derive.program.program import Argument, Equation, Program
from derive.rules import rule_of

Changes = Mapping[Symbol, Node]
JOINING = frozenset({"concatenate", "stack"})


def change_of(equation: Equation, changes: Changes) -> Node | None:
    """Return the change of the equation's value, None where nothing that it uses moves."""
    return _push(equation.expr, equation.symbol, changes)


def _push(node: Node, out: Symbol | None, changes: Changes) -> Node | None:
    if isinstance(node, Symbol):
        return changes.get(node)
    inner = [_push(child, None, changes) for child in node.children]
    moving = {k: change for k, change in enumerate(inner) if change is not None}
    if isinstance(node, Apply) and node.rule in JOINING and _keeps_shapes(node, moving):
        return _joined(node, moving) if moving else None
    parts = []
    rule = rule_of(node)
    for k, change in moving.items():
        moved = Symbol("change", node.children[k].shape, "differential")
        term = rule.differential(node, k, moved, out)
        if not is_zero(change) and not is_zero(term):
            parts.append(lifted(term, moved, change))
    return add(*parts) if parts else None


def _keeps_shapes(node: Node, moving: Mapping[int, Node]) -> bool:
    """Whether each change is an array of its value's shape: one direction alone."""
    return all(change.rank == node.children[k].rank for k, change in moving.items())


def _joined(node: Apply, moving: Mapping[int, Node]) -> Node:
    """Return arrays put together, all of which may move: their changes put together."""
    args = [moving.get(k, zero(child.shape)) for k, child in enumerate(node.args)]
    return apply(node.rule, args, node.params, node.shape)


class Sweep:
    """The part that both sweeps share: names for what is computed on the way.

    changes: what each value moves by, over the symbols of the program that `result` returns.
    """

    def __init__(self, program: Program, variable: Symbol, start: Node) -> None:
        self.program = program
        self.variable = variable
        self.facts = unit_sums(program)
        self.taken = {*program.symbols, *program.dimensions, *program.aliases}
        self.changes: dict[Symbol, Node] = {variable: start}
        self.equations: list[Equation] = []
        self.solutions: list[tuple[Node, Symbol]] = []  # of the equations passed
        self.known: dict[Node, Node] = {}  # what has a name: no slope computes it again

    def run(self) -> None:
        """Visit every equation, first to last; the variable's own is not followed."""
        for equation in self.program.equations:
            self.equations.append(equation)
            self.solutions += solutions([(equation.symbol, equation.expr)])
            if isinstance(equation.expr, Map | Apply):
                self.known.setdefault(equation.expr, equation.symbol)
            if equation.symbol == self.variable or not equation.symbol.is_float:
                continue
            change = change_of(equation, self.changes)
            if change is None:
                continue
            change = self.compact(change)
            if not is_zero(change):
                self.changes[equation.symbol] = self.settled(equation, change)

    def compact(self, change: Node) -> Node:
        """Return a sum with each of its terms made compact by itself."""
        terms = (simplify(term, self.facts) for term in terms_of(change))
        return with_known(substitute(add(*terms), self.known), self.solutions)

    def settled(self, equation: Equation, change: Node) -> Node:
        """Return how later equations refer to the change."""
        raise NotImplementedError

    def named(self, equation: Equation, word: str, expr: Node) -> Symbol:
        """Give an expression a name, by an equation that follows the given one."""
        symbol = Symbol(fresh(word, self.taken), expr.shape)
        made = replace(
            equation, symbol=symbol, expr=expr, text="", named=False, split=False, inline=False
        )
        self.equations.append(made)
        return symbol

    def outputs(self) -> tuple[Node, ...]:
        """Return the change of each output of the program."""
        extra = self.changes[self.variable].shape[self.variable.rank :]
        found = (self.changes.get(s, zero((*s.shape, *extra))) for s in self.program.outputs)
        return tuple(map(self.compact, found))


class _Along(Sweep):
    """One direction: every change is an array of its value's shape, and has a name.

    moved: which symbol is the change of which.
    """

    def __init__(self, program: Program, variable: Symbol, start: Node) -> None:
        super().__init__(program, variable, start)
        self.moved: dict[Symbol, Symbol] = {}

    def settled(self, equation: Equation, change: Node) -> Node:
        change = simplify(change, self.facts)
        if isinstance(change, Symbol):
            return change
        made = self.named(equation, f"d_{equation.symbol.name}", change)
        self.moved[made] = equation.symbol
        return made


def tangent(program: Program, variable: Symbol) -> tuple[Program, dict[Symbol, Symbol]]:
    """Return the program whose outputs are the changes of the outputs, the variable's being given.

    The direction is its first argument, called so (numbered where that is taken).  Beside it,
    which symbols are the change of which, the direction that of the variable.
    """
    taken = {*program.symbols, *program.dimensions, *program.aliases}
    direction = Symbol(fresh("direction", taken), variable.shape, "data")
    sweep = _Along(program, variable, direction)
    sweep.taken.add(direction.name)
    sweep.run()
    last = program.equations[-1]
    changes = zip(program.outputs, sweep.outputs(), strict=True)
    outputs = tuple(
        c if isinstance(c, Symbol) else sweep.named(last, f"d_{s.name}", c) for s, c in changes
    )
    given = Argument(direction, program.arguments[0].place)
    made = replace(
        program,
        arguments=(given, *program.arguments),
        equations=tuple(sweep.equations),
        outputs=outputs,
    )
    return made, {direction: variable, **sweep.moved}


class _Jacobian(Sweep):
    """Every direction at once: a sum of products, written out while that is short.

    A longer one gets names for what stands within its frames: a diagonal is kept as its entries,
    x ⊗ (what a layer's output moves by) as the second.
    """

    def __init__(self, program: Program, variable: Symbol, start: Node) -> None:
        super().__init__(program, variable, start)
        self.sides: dict[Node, Symbol] = {}

    def settled(self, equation: Equation, change: Node) -> Node:
        if operations(change) <= LONGEST_UNFOLDED or equation is self.program.equations[-1]:
            return change
        terms = []
        for frame, entries in by_frame(change, equation.symbol.rank).items():
            outside = tuple((self._side(equation, node), axes) for node, axes in frame.outside)
            terms.append(frame._replace(outside=outside).around(self._named(equation, entries)))
        return add(*terms)

    def _side(self, equation: Equation, node: Node) -> Node:
        """Return what stands outside of entries by a name, matrices of zeros and ones as such."""
        if isinstance(node, Symbol) or is_move(node):
            return node
        if node not in self.sides:
            self.sides[node] = self.named(equation, word_for(node, node), node)
        return self.sides[node]

    def _named(self, equation: Equation, entries: Node) -> Node:
        if not symbols_of(entries):
            return entries
        return self.named(equation, f"d_{equation.symbol.name}", simplify(entries, self.facts))


def jacobian(program: Program, variable: Symbol) -> tuple[Program, tuple[Node, ...]]:
    """Return the derivative of each output in the variable, and the program that it is written in.

    Each has shape output.shape + variable.shape.
    """
    sweep = _Jacobian(program, variable, identity(variable.shape))
    sweep.run()
    return replace(program, equations=tuple(sweep.equations)), sweep.outputs()
