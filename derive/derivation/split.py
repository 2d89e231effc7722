"""Statements to single steps: each equation becomes one product, sum, map or operation of symbols.

What a step needs and has no name gets one: a word for the operation (`diff`, `logits`), numbered
when taken.  Equal expressions get one name.  A difference of symbols that only one step uses
keeps its name in code but counts as part of that step (`inline`), and is shown written out:
‖y - Y₂‖² is one equation on paper.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from derive.algebra.build import entrywise, rebuild, substitute
from derive.algebra.forms.association import cost
from derive.algebra.forms.inverses import structure
from derive.algebra.forms.part_of_product import with_part
from derive.algebra.forms.solves import with_solves
from derive.algebra.moves.one_hot import one_hot_of, picked_from, picks
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol, symbols_of, walk
from derive.algebra.stacks import is_turned
from derive.arrays.values import kind_of
from derive.dims import reference_sizes
from derive.operations.array_operations import record_of
from derive.operations.functions import FUNCTIONS
from derive.program.program import Equation, Program

LONGEST_INLINE = 3  # symbols of a sum that is shown written out


def split(program: Program) -> Program:
    """Return the program with every equation a single step, numbered as documents count."""
    work = _Splitter(program)
    for statement in program.equations:
        work.statement(statement)
    return replace(program, equations=tuple(_numbered(work.equations)))


class _Splitter:
    def __init__(self, program: Program) -> None:
        self.sizes = reference_sizes(program.dimensions)
        self.taken = {*program.symbols, *program.dimensions, *program.aliases, program.name}
        self.known: dict[Node, Symbol] = {}
        self.by_factor: dict[Node, list[Contract]] = {}  # the products named, by first factor
        self.definitions = {e.symbol: e.expr for e in program.equations}
        self.equations: list[Equation] = []

    def statement(self, statement: Equation) -> None:
        first = len(self.equations)
        expr = self._step(self._shared(statement), statement)
        self.equations.append(replace(statement, expr=expr))
        if not isinstance(expr, Symbol):
            self._remember(expr, statement.symbol)
        while first and self._is_piece(self.equations[first - 1], statement):
            first -= 1
        if len(self.equations) - first > 1:
            pieces = self.equations[first:]
            self.equations[first:] = [replace(piece, split=True) for piece in pieces]

    def _is_piece(self, equation: Equation, statement: Equation) -> bool:
        """Whether the equation computes an unnamed part of the statement."""
        same = (equation.place, equation.text) == (statement.place, statement.text)
        return same and not equation.named

    def _shared(self, statement: Equation) -> Node:
        """Return the statement's expression, with a product by name where a longer one holds it."""
        expr = with_solves(statement.expr, strict=True)
        products = dict.fromkeys(
            node for node in walk(expr) if isinstance(node, Contract) and not _sums_nothing(node)
        )
        for node in [node for node in products if len(node.factors) > 2]:
            named = [part for f in node.children for part in self.by_factor.get(f, ())]
            for part in [*products, *named]:
                if len(part.factors) < len(node.factors) and self._spares(node, part):
                    symbol = self._named(part, statement, node)
                    shorter = with_part(node, part, symbol)
                    assert shorter is not None
                    expr = substitute(expr, {node: shorter, part: symbol})
                    break
        return expr

    def _spares(self, node: Contract, part: Contract) -> bool:
        """Whether the node holds the part and is no dearer from its value."""
        rest = with_part(node, part, Symbol("", part.shape))
        if not isinstance(rest, Contract):
            return rest is not None
        return cost(rest, self.sizes) <= cost(node, self.sizes)

    def _remember(self, expr: Node, symbol: Symbol) -> None:
        """Note which symbol stands for the expression."""
        self.known.setdefault(expr, symbol)
        if isinstance(expr, Contract) and len(expr.factors) > 1 and not _sums_nothing(expr):
            self.by_factor.setdefault(expr.factors[0][0], []).append(expr)

    def _step(self, node: Node, statement: Equation) -> Node:
        """Return the node over symbols; parts without a name become equations before it."""
        if _is_single(node) and not self._has_target(node):
            return node
        if not _is_linear(node) and _is_entrywise(node):
            node = entrywise(self._with_leaves(node, statement, node))
        if isinstance(node, Add):
            terms = [
                self._product(t, statement)
                if isinstance(t, Contract)
                else self._named(t, statement, node)
                for t in node.terms
            ]
            return rebuild(node, terms)
        if isinstance(node, Contract):
            return self._product(node, statement)
        if isinstance(node, Map):
            return rebuild(node, [self._argument(arg, statement, node) for arg in node.args])
        if isinstance(node, Apply) and record_of(node).of_matrices:
            return rebuild(node, [self._matrix(arg, statement, node) for arg in node.args])
        if isinstance(node, Apply):
            return rebuild(node, [self._named(c, statement, node) for c in node.children])
        return node

    def _product(self, node: Contract, statement: Equation) -> Node:
        """Name the factors of a product; integers that pick entries are no factor in code."""
        factors = []
        for k, factor in enumerate(node.children):
            if picks(node, k) and factor not in self.known and not self._is_target(node, k):
                index = [self._named(c, statement, factor) for c in factor.children]
                factors.append(rebuild(factor, index))
            else:
                factors.append(self._named(factor, statement, node))
        return rebuild(node, factors)

    def _has_target(self, node: Node) -> bool:
        products = node.terms if isinstance(node, Add) else (node,)
        found = ((p, k) for p in products if isinstance(p, Contract) for k in one_hot_of(p))
        return any(self._is_target(p, k) for p, k in found)

    def _is_target(self, node: Contract, k: int) -> bool:
        """Whether a one-hot form names the class of scores: it is subtracted from them later."""
        scores = picked_from(node, k)
        made = self.definitions.get(scores, scores) if isinstance(scores, Symbol) else scores
        return isinstance(made, Apply) and made.rule in ("softmax", "log_softmax")

    def _with_leaves(self, node: Node, statement: Equation, parent: Node) -> Node:
        """Name what an entrywise expression takes in and does not compute entry by entry."""
        if isinstance(node, Symbol):
            return node
        if _is_entrywise(node):
            return rebuild(node, [self._with_leaves(c, statement, node) for c in node.children])
        return self._named(node, statement, parent)

    def _argument(self, arg: Node, statement: Equation, parent: Node) -> Node:
        """A map takes a symbol's copy along axes as it is: that is NumPy's broadcasting."""
        if isinstance(arg, Contract) and len(arg.factors) <= 1 and _sums_nothing(arg):
            inner = [self._named(c, statement, parent) for c in arg.children]
            return rebuild(arg, inner)
        return self._named(arg, statement, parent)

    def _matrix(self, arg: Node, statement: Equation, parent: Node) -> Node:
        """An operation on matrices takes a transpose as it is: no library copies for it."""
        if is_turned(arg):
            return rebuild(arg, [self._named(c, statement, parent) for c in arg.children])
        return self._named(arg, statement, parent)

    def _named(self, node: Node, statement: Equation, parent: Node) -> Symbol:
        if isinstance(node, Symbol):
            return node
        expr = self._step(node, statement)
        if isinstance(expr, Symbol):
            return expr
        if expr not in self.known:
            name = fresh(word_for(expr, parent), self.taken)
            symbol = Symbol(name, expr.shape, kind=kind_of(expr) or structure(node))
            self._remember(expr, symbol)
            self.equations.append(replace(statement, symbol=symbol, expr=expr, named=False))
        return self.known[expr]


def fresh(word: str, taken: set[str]) -> str:
    """Return the word, numbered where it is taken, and take it."""
    name, count = word, 1
    while name in taken:
        count += 1
        name = f"{word}_{count}"
    taken.add(name)
    return name


def _sums_nothing(node: Contract) -> bool:
    """Whether the product only copies and stretches: axes of size 1 count as no sum."""
    return all(node.sizes[label] == 1 for label in node.bound)


def _is_work(node: Node) -> bool:
    """Whether a sum holds a product that sums over an axis, or an operation: it is one step."""
    if isinstance(node, Add):
        return any(_is_work(term) for term in node.terms)
    return isinstance(node, Apply) or (isinstance(node, Contract) and not _sums_nothing(node))


def _is_entrywise(node: Node) -> bool:
    """Whether each entry comes of the same entries of what the node is made of."""
    if isinstance(node, Contract):
        return _sums_nothing(node) and len(set(node.out)) == len(node.out)
    return isinstance(node, Map) or (isinstance(node, Add) and not _is_work(node))


def _is_single(node: Node) -> bool:
    """Whether the node is a single step of symbols as it stands."""
    if isinstance(node, Add):
        return all(
            isinstance(t, Symbol) or (isinstance(t, Contract) and _of_symbols(t))
            for t in node.terms
        )
    if isinstance(node, Apply) and record_of(node).of_matrices:
        return all(isinstance(a, Symbol) or (is_turned(a) and _of_symbols(a)) for a in node.args)
    return isinstance(node, Contract | Map | Apply) and _of_symbols(node)


def _of_symbols(node: Node) -> bool:
    return all(
        isinstance(child, Symbol)
        or (isinstance(node, Contract) and picks(node, k) and _of_symbols(child))
        for k, child in enumerate(node.children)
    )


def _is_linear(node: Node) -> bool:
    """Whether the node is a product or a sum of products with no map in it."""
    if isinstance(node, Add):
        return all(_is_linear(term) for term in node.terms)
    if isinstance(node, Contract):
        return not any(isinstance(factor, Map) for factor in node.children)
    return isinstance(node, Symbol | Apply)


def _is_call(node: Node) -> TypeGuard[Map]:
    return isinstance(node, Map) and node.fn.op == "call"


def word_for(expr: Node, parent: Node) -> str:
    """Return a word for the value of `expr`, which `parent` uses."""
    if isinstance(expr, Apply):
        return record_of(expr).word or expr.rule
    if isinstance(expr, Map):
        return (FUNCTIONS[expr.fn.args[0]].word or expr.fn.args[0]) if _is_call(expr) else "terms"
    if isinstance(parent, Apply) and record_of(parent).of_logits:
        return "logits"
    if _is_call(parent) and FUNCTIONS[parent.fn.args[0]].of_logits:
        return "logits"
    if isinstance(expr, Add):
        negative = any(isinstance(t, Contract) and t.coefficient.number < 0 for t in expr.terms)
        if negative:
            return "diff"
        return "affine" if _is_work(expr) else "total"
    if isinstance(expr, Contract) and expr.bound:
        if len(expr.factors) > 1:
            return "product"
        return "mean" if expr.coefficient.powers else "total"
    return "scaled"


def _numbered(equations: list[Equation]) -> list[Equation]:
    """Number the steps from 1; an inline one shares the number of the step that uses it."""
    uses: dict[Symbol, int] = {}
    for equation in equations:
        for symbol in symbols_of(equation.expr):
            uses[symbol] = uses.get(symbol, 0) + 1
    number, result = 1, []
    for equation in equations:
        used = uses.get(equation.symbol, 0)
        short = used == 1 and _is_short(equation.expr)
        inline = not equation.named and used > 0 and (short or _is_pattern(equation.expr))
        result.append(replace(equation, number=number, inline=inline))
        number += not inline
    return result


def _is_pattern(expr: Node) -> bool:
    """Whether it is made of sizes alone: a triangle of ones, a count, a block of zeros."""
    return isinstance(expr, Apply | Contract) and not expr.children


def _is_short(expr: Node) -> bool:
    return (
        isinstance(expr, Add)
        and len(expr.terms) <= LONGEST_INLINE
        and all(
            isinstance(t, Symbol)
            or (
                isinstance(t, Contract)
                and len(t.factors) == 1
                and all(t.sizes[label] == 1 for label in t.bound)
            )
            for t in expr.terms
        )
    )
