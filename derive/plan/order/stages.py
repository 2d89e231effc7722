"""Products that forward multiplies on the way and backward uses: X W₃ of silu ⊙ (X W₃) W₂.

A product of several factors is one equation on paper; code multiplies two at a time.  What a pair
gives is a value like any other: where a gradient takes no more operations with it, it may be kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from derive.algebra.build import contract, rebuild
from derive.algebra.forms.association import Sizes, arrays_of, cost, order
from derive.algebra.forms.part_of_product import with_part, with_parts
from derive.algebra.nodes import Contract, Node, Symbol, symbols_of, walk
from derive.derivation.split import fresh, word_for
from derive.dims import ONE, Dim
from derive.plan.nouns import Assign
from derive.plan.order.chains import share_chains
from derive.plan.order.statements import BackwardStatement, absorbed, multiplications
from derive.program.derivation import Derivation
from derive.program.program import Equation, with_expr

NORMS = re.compile(r"\b(layer|batch|group|instance|rms)_norm\(")
"""PyTorch's kernels for these keep no normalised entries but make them again, as a plan does."""


@dataclass(frozen=True)
class Stage:
    """What forward has at hand before the product in an equation is done.

    spares: whether backward takes fewer operations with it; else it can do as well without.
    """

    of: Symbol
    symbol: Symbol
    expr: Contract
    spares: bool = False


class Stages:
    """The stages of a program that the gradients use, in the order of the program."""

    def __init__(self, derivation: Derivation, sizes: Sizes) -> None:
        self.derivation = derivation
        self.sizes = sizes
        self.found = list(self._search())

    def only(self, kept: Collection[Symbol]) -> None:
        """Forget the stages whose symbols are not among these."""
        self.found = [stage for stage in self.found if stage.symbol in kept]

    @property
    def idle(self) -> frozenset[Symbol]:
        """The values that backward can do without in as many operations."""
        return frozenset(stage.symbol for stage in self.found if not stage.spares)

    @property
    def named(self) -> Mapping[Symbol, Node]:
        """The values that the stages stand for."""
        return {stage.symbol: stage.expr for stage in self.found}

    def applied(self) -> Derivation:
        """Return the derivation with an equation for each stage, its name wherever it is used."""
        if not self.found:
            return self.derivation
        short = _Shortening(self.sizes)
        equations: list[Equation] = []
        stages = {of: list(found) for of, found in groupby(self.found, key=lambda s: s.of)}
        for equation in self.derivation.program.equations:
            for stage in stages.get(equation.symbol, ()):
                expr = short.of(stage.expr)
                piece = replace(equation, symbol=stage.symbol, expr=expr)
                equations.append(replace(piece, named=False, inline=True))
                if isinstance(expr, Contract):
                    short.enter(expr, stage.symbol)
            equations.append(with_expr(equation, short.of(equation.expr)))
        gradients = {
            name: replace(gradient, expr=short.of(gradient.expr))
            for name, gradient in self.derivation.gradients.items()
        }
        program = replace(self.derivation.program, equations=tuple(equations))
        return replace(self.derivation, program=program, gradients=gradients)

    def _search(self) -> Iterator[Stage]:
        program = self.derivation.program
        taken = {*program.symbols, *program.dimensions}
        gradients = absorbed(self.derivation, self.derivation.gradients.values(), self.sizes)
        used = _Products((g.expr for g in gradients), program.equations[0], self.sizes)
        known: set[Node] = {equation.expr for equation in program.equations}
        for equation in program.equations:
            for node, part in _stages(equation, self.sizes):
                if part not in known and (users := used.holding(part)):
                    known.add(part)
                    symbol = Symbol(fresh(word_for(part, node), taken), part.shape)
                    stage = Stage(equation.symbol, symbol, part)
                    yield replace(stage, spares=used.is_spared(users, stage))


class _Products:
    """The products in some expressions, by their factors."""

    def __init__(self, exprs: Iterable[Node], equation: Equation, sizes: Sizes) -> None:
        self.equation = equation
        self.sizes = sizes
        self.by_factor: dict[Node, dict[Contract, None]] = {}
        for expr in exprs:
            for node in walk(expr):
                if isinstance(node, Contract):
                    for factor in node.children:
                        self.by_factor.setdefault(factor, {})[node] = None

    def holding(self, part: Contract) -> list[Contract]:
        """Return the products that are no dearer from the part's value."""
        products = self.by_factor.get(part.factors[0][0], ())
        return [product for product in products if _spares(product, part, self.sizes)]

    def is_spared(self, users: Sequence[Contract], by: Stage) -> bool:
        """Whether these, and what may share chains with them, take less work with the stage."""
        near = Counter(p for user in users for f in set(user.children) for p in self.by_factor[f])
        products = [product for product, shared in near.items() if shared > 1]
        short = _Shortening(self.sizes)
        short.enter(by.expr, by.symbol)
        return self._work(map(short.of, products)) < self._work(products)

    def _work(self, products: Iterable[Node]) -> int:
        """Return the operations of the products, chains that several hold multiplied once."""
        made = [
            BackwardStatement(self.equation, Assign(Symbol(f"{k}", p.shape, "cotangent"), p))
            for k, p in enumerate(products)
        ]
        shared = share_chains(made, set(), self.sizes)
        return sum(multiplications(s.assign.expr, self.sizes) for s in shared)


class _Shortening:
    """Puts the names of stages into products that hold them."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.by_factor: dict[Node, list[tuple[Contract, Symbol]]] = {}

    def enter(self, part: Contract, symbol: Symbol) -> None:
        """Let the symbol stand for the part from now on."""
        for factor in dict.fromkeys(part.children):
            self.by_factor.setdefault(factor, []).append((part, symbol))

    def of(self, expr: Node) -> Node:
        """Return the expression with stages by their names where it is no dearer from them."""
        children = [self.of(child) for child in expr.children]
        if any(new is not old for new, old in zip(children, expr.children, strict=True)):
            expr = rebuild(expr, children)
        waiting = list(dict.fromkeys(expr.children)) if isinstance(expr, Contract) else []
        for factor in waiting:
            for part, symbol in self.by_factor.get(factor, ()):
                if isinstance(expr, Contract) and _spares(expr, part, self.sizes):
                    expr, _ = with_parts(expr, part, symbol)
                    waiting.append(symbol)
        return expr


def _stages(equation: Equation, sizes: Sizes) -> Iterator[tuple[Contract, Contract]]:
    """Yield each product in the equation with what is at hand before it is done.

    Sums of one factor come first, then what pairs give.  What is made of weights alone is no value
    of the model, and a power is made by squaring.
    """
    again = NORMS.search(equation.text)
    for node in walk(equation.expr):
        if isinstance(node, Contract) and len(set(node.children)) == len(node.factors):
            for chosen in _orders(node, sizes):
                out, labels = _labels(node, chosen)
                sums = any(d != ONE for k, d in labels.items() if k not in out)
                is_value = not again or sums
                if len(chosen) == 1:
                    is_value = sums and _is_summed_first(node, chosen[0], out)
                part = contract(out, [node.factors[k] for k in chosen], labels)
                if is_value and isinstance(part, Contract) and not _of_weights(part):
                    yield node, part


def _is_summed_first(node: Contract, k: int, out: Sequence[int]) -> bool:
    """Whether one would sum the factor alone: nothing is to be summed yet, or the rest is larger.

    (Y v) summed is Y v to one who wrote it, but (Σ y) W is no sum of Y W.
    """
    own = {*node.factors[k][1]}
    met = [{*axes} for i, (_, axes) in enumerate(node.factors) if i != k and own & {*axes}]
    larger = any(node.sizes[label] != ONE for axes in met for label in axes - own)
    return larger or set(out) <= set(node.out)


def _orders(node: Contract, sizes: Sizes) -> Iterator[tuple[int, ...]]:
    """Yield the factors that are multiplied before the last pair, by their numbers."""
    made: dict[int, tuple[int, ...]] = {k: (k,) for k in arrays_of(node)}
    for k, (i, j) in enumerate(order(node, sizes), len(node.factors)):
        made[k] = tuple(sorted(made[i] + made[j]))
    return (chosen for chosen in made.values() if len(chosen) < len(node.factors))


def _of_weights(part: Contract) -> bool:
    return all(symbol.role == "parameter" for symbol in symbols_of(part))


def _labels(node: Contract, chosen: Sequence[int]) -> tuple[list[int], dict[int, Dim]]:
    """Return the labels of the chosen factors that something else has, and the sizes of all."""
    rest = [axes for k, (_, axes) in enumerate(node.factors) if k not in chosen]
    outside = {*node.out, *(label for axes in rest for label in axes)}
    labels = dict.fromkeys(label for k in chosen for label in node.factors[k][1])
    return [k for k in labels if k in outside], {k: node.sizes[k] for k in labels}


def _spares(node: Contract, part: Contract, sizes: Sizes) -> bool:
    """Whether the node holds the part and is no dearer from its value."""
    rest = with_part(node, part, Symbol("", part.shape))
    return rest is not None and _cost(rest, sizes) <= _cost(node, sizes)


def _cost(node: Node, sizes: Sizes) -> int:
    return cost(node, sizes) if isinstance(node, Contract) else 0
