"""Program to Derivation: one reverse sweep for all gradients that are asked for.

Equations are visited once, last first.  Each hands its cotangent to its inputs by the rules'
pullbacks; a variable's gradient is complete, and made compact, when the first equation that uses
it has been passed.  Only variables between an argument asked for and an output take part, so the
work is linear in the number of equations.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.build import add, cotangent, is_zero, zero
from derive.algebra.counting import operations
from derive.algebra.forms.forward_values import solutions, with_known
from derive.algebra.forms.simplify import UnitSums, simplify
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol, symbols_of
from derive.algebra.paper.unfold import unfolded
from derive.errors import DeriveError
from derive.program.derivation import Derivation, Gradient, Step
from derive.program.program import Equation, Program
from derive.rules import rule_of

LONGEST_UNFOLDED = 40  # operations


def reverse(program: Program, wrt: tuple[str, ...]) -> Derivation:
    """Derive the gradients of the variables named in `wrt`, arguments or values."""
    names = [symbol.name for symbol in program.outputs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DeriveError(
            f"{twice} is returned twice, and would have two cotangents of one name",
            hint=f"return {twice} once",
        )
    return _Sweep(program, wrt).run()


class _Sweep:
    def __init__(self, program: Program, wrt: tuple[str, ...]) -> None:
        self.program = program
        self.wrt = wrt
        self.inputs = {e.symbol: symbols_of(e.expr) for e in program.equations}
        self.active = self._active()
        self.first_use: dict[Symbol, Equation] = {}
        for equation in program.equations:
            for symbol in self.inputs[equation.symbol]:
                self.first_use.setdefault(symbol, equation)
        self.steps: dict[Symbol, list[Step]] = {}
        self.parts: dict[Symbol, list[Node]] = {}
        self.gradients: dict[str, Gradient] = {}
        self.unit_sums = unit_sums(program)
        self.solutions = solutions((e.symbol, e.expr) for e in program.equations)

    def _active(self) -> set[Symbol]:
        """Return the symbols that depend on a variable asked for, itself included."""
        symbols = self.program.symbols
        active = {symbols[name] for name in self.wrt}
        for equation in self.program.equations:
            if equation.symbol.is_float and active.intersection(self.inputs[equation.symbol]):
                active.add(equation.symbol)
        return active

    def run(self) -> Derivation:
        given = []
        for symbol in self.program.outputs:
            upstream = given_cotangent(symbol, symbol in self.first_use)
            given.append(upstream)
            if upstream != cotangent(symbol):
                self.parts.setdefault(symbol, []).append(upstream)
        reached = set(self.program.outputs)
        for equation in reversed(self.program.equations):
            if equation.symbol in reached and equation.symbol in self.active:
                reached.update(self._pass(equation))
            for symbol in self.inputs[equation.symbol]:
                if self.first_use[symbol] is equation and symbol in self.parts:
                    self._complete(symbol)
        return Derivation(
            self.program, self.wrt, self.gradients, tuple(given), self._unused(reached)
        )

    def _pass(self, equation: Equation) -> list[Symbol]:
        """Hand the cotangent of an equation to its inputs; return those that got a part."""
        ybar = cotangent(equation.symbol)
        inputs = [s for s in self.inputs[equation.symbol] if s in self.active]
        plain = pull(equation, ybar, self.active)
        unfolded = self._unfolded(equation, alone=len(inputs) == 1)
        short = pull(equation, unfolded, self.active) if unfolded is not None else plain
        for symbol in inputs:
            if is_zero(plain[symbol]):
                continue
            part = short[symbol]
            if unfolded is not None and not self._is_transparent(equation, unfolded):
                part = self._shorter(plain[symbol], part, unfolded)
            self.steps.setdefault(symbol, []).append(Step(equation, symbol, plain[symbol]))
            self.parts.setdefault(symbol, []).append(part)
        return [symbol for symbol in inputs if symbol in self.parts]

    def _unfolded(self, equation: Equation, *, alone: bool) -> Node | None:
        """Return what the cotangent stands for, where writing that instead may be shorter."""
        gradient = self.gradients.get(equation.symbol.name)
        if gradient is None or operations(gradient.expr) > LONGEST_UNFOLDED:
            return None
        expr = gradient.expr
        if self._is_transparent(equation, expr):
            return expr
        sums = isinstance(expr, Contract) and expr.bound
        return expr if alone and isinstance(expr, Contract | Map) and not sums else None

    def _is_transparent(self, equation: Equation, expr: Node) -> bool:
        """Whether a cotangent needs no name: a copied number, or a scaled array of no name."""
        if not is_layout_of_one(expr):
            return False
        arrays = [symbol for symbol in symbols_of(expr) if symbol.rank]
        return not arrays or not equation.named

    def _shorter(self, plain: Node, unfolded: Node, definition: Node) -> Node:
        """Choose between naming the cotangent and writing it out, by operations in all."""
        compact = simplify(unfolded, self.unit_sums)
        named = operations(simplify(plain, self.unit_sums)) + operations(definition)
        return compact if operations(compact) < named else plain

    def _complete(self, symbol: Symbol) -> None:
        expr = self._compact(add(*self.parts[symbol]))
        steps = tuple(self.steps.get(symbol, ()))
        self.gradients[symbol.name] = Gradient(symbol, cotangent(symbol), steps, expr)

    def _compact(self, expr: Node) -> Node:
        """Return the shortest form in the program's symbols, of which some stand for solutions."""
        found = simplify(expr, self.unit_sums)
        named = with_known(found, self.solutions)
        return (
            named if named == found else with_known(simplify(named, self.unit_sums), self.solutions)
        )

    def _unused(self, reached: set[Symbol]) -> tuple[str, ...]:
        unused = []
        for name in self.wrt:
            symbol = self.program.symbols[name]
            if name not in self.gradients and symbol not in self.program.outputs:
                unused.append(name)
                self.gradients[name] = Gradient(symbol, cotangent(symbol), (), zero(symbol.shape))
        return tuple(unused)


def given_cotangent(symbol: Symbol, used: bool) -> Symbol:
    """Return the cotangent of an output: its own, unless the program uses the output as well."""
    return Symbol(symbol.name, symbol.shape, "upstream") if used else cotangent(symbol)


def is_layout_of_one(expr: Node) -> bool:
    """Whether the expression only scales, copies or renames one named array."""
    if isinstance(expr, Symbol):
        return True
    if not isinstance(expr, Contract) or expr.bound or len(set(expr.out)) < len(expr.out):
        return False
    arrays = [factor for factor, _ in expr.factors if factor.rank]
    return len(arrays) <= 1 and all(isinstance(factor, Symbol) for factor in expr.children)


def pull(
    equation: Equation, ybar: Node, active: set[Symbol], *, by_output: bool = True
) -> dict[Symbol, Node]:
    """Return what each active input of the equation receives from the cotangent `ybar`.

    by_output: slopes may be told in the equation's symbol; else in its inputs alone.
    """
    received: dict[Symbol, list[Node]] = {}
    out = equation.symbol if by_output else None
    for symbol, part in _pull(equation.expr, ybar, out, active):
        received.setdefault(symbol, []).append(part)
    return {symbol: add(*parts) for symbol, parts in received.items()}


def _pull(
    node: Node, ybar: Node, out: Symbol | None, active: set[Symbol]
) -> Iterator[tuple[Symbol, Node]]:
    if isinstance(node, Symbol):
        if node in active:
            yield node, ybar
        return
    rule = rule_of(node)
    for i, child in enumerate(node.children):
        if active.isdisjoint((child,) if isinstance(child, Symbol) else symbols_of(child)):
            continue
        yield from _pull(child, rule.pullback(node, i, ybar, out), None, active)


def unit_sums(program: Program) -> UnitSums:
    """Return which axes of which symbols sum to one: simplex, softmax values, one-hot rows."""
    known: dict[Symbol, tuple[int, ...]] = {}
    for argument in program.arguments:
        if argument.symbol.kind == "simplex":
            known[argument.symbol] = (argument.symbol.rank - 1,)
    for equation in program.equations:
        if isinstance(equation.expr, Apply) and equation.expr.rule == "softmax":
            known[equation.symbol] = equation.expr.params
        if isinstance(equation.expr, Apply) and equation.expr.rule == "onehot":
            known[equation.symbol] = (equation.symbol.rank - 1,)
    return lambda symbol: known.get(symbol, ())


def closed_form(derivation: Derivation, name: str, most: int = LONGEST_UNFOLDED) -> Node | None:
    """Return a gradient in the model's arguments and the given cotangents alone, made compact.

    None where that takes more than `most` operations: written out, a value that is used twice
    stands there twice, so that a long program's gradient grows without bounds.
    """
    found = derivation.closed_forms
    if (name, most) not in found:
        gradient, facts = derivation.gradients[name].expr, unit_sums(derivation.program)
        found[name, most] = unfolded(gradient, derivation.definitions, facts, most)
    return found[name, most]
