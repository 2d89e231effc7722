"""Chains of factors that occur twice: Aᵀd, of Aᵀd vᵀ and of BᵀAᵀd, is multiplied once, A⁴ is (A²)².

A chain gets a name where a best order of each of these products multiplies it anyway, so that no
statement takes more operations for it, not even where it is the only one that is needed.  Chains
that spare most come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations, islice
from math import prod
from typing import NamedTuple

from derive.algebra.build import contract, substitute
from derive.algebra.forms.association import EXACT, Sizes, arrays_of, cost, order, size_at
from derive.algebra.forms.part_of_product import with_part, with_parts
from derive.algebra.moves.one_hot import is_one_hot
from derive.algebra.nodes import Contract, Node, Symbol, walk
from derive.derivation.split import fresh, word_for
from derive.plan.nouns import Assign, Selection
from derive.plan.order.statements import BackwardStatement

_Place = tuple[int, Contract, tuple[int, ...]]
"""Factors of a product, by number, and the statement that it stands in."""


class _Chain(NamedTuple):
    """A product of some factors, the products that hold it by statement, and what that spares."""

    part: Contract
    users: tuple[tuple[int, Contract], ...]
    spared: int


def share_chains(
    statements: Sequence[BackwardStatement], taken: set[str], sizes: Sizes
) -> list[BackwardStatement]:
    """Return the statements, with one for each shared chain before the first that uses it.

    taken: the names in use, to which those given here are added.
    """
    found = list(statements)
    words: dict[Symbol, str] = {}
    while _may_share(found) and (chains := _chains(found, sizes)):
        found = _Sharing(found, words).named(chains)
    return _in_order(found, words, taken) if words else found


def _in_order(
    statements: Sequence[BackwardStatement], words: Mapping[Symbol, str], taken: set[str]
) -> list[BackwardStatement]:
    """Return the statements with names from these words, numbered as they come."""
    names: dict[Node, Node] = {}
    result = []
    for statement in statements:
        symbol = statement.assign.symbol
        expr = substitute(statement.assign.expr, names)
        if symbol in words:
            symbol = Symbol(fresh(words[symbol], taken), symbol.shape)
            names[statement.assign.symbol] = symbol
        assign = replace(statement.assign, symbol=symbol, expr=expr)
        result.append(replace(statement, assign=assign))
    return result


def _may_share(statements: Sequence[BackwardStatement]) -> bool:
    """Whether there are several products, or one with a factor that occurs twice."""
    nodes = (n for s in statements for n in walk(s.assign.expr) if isinstance(n, Contract))
    products = list(islice(nodes, 2))
    return len(products) > 1 or any(len(set(n.children)) < len(n.children) for n in products)


def _chains(statements: Sequence[BackwardStatement], sizes: Sizes) -> list[_Chain]:
    """Return the chains of more than one product, those that spare most first."""
    places: dict[frozenset, list[_Place]] = {}
    for k, statement in enumerate(statements):
        nodes = walk(statement.assign.expr)
        for node in dict.fromkeys(n for n in nodes if isinstance(n, Contract)):
            for chosen in _subsets(node, sizes):
                same = frozenset(Counter(node.children[i] for i in chosen).items())
                places.setdefault(same, []).append((k, node, chosen))
    found = [_chain(at, sizes) for at in places.values() if len(at) > 1]
    worth = (chain for chain in found if chain is not None and chain.spared > 0)
    return sorted(worth, key=lambda chain: -chain.spared)


def _subsets(node: Contract, sizes: Sizes) -> list[tuple[int, ...]]:
    """Return the sets of arrays among the factors that may be multiplied first."""
    arrays = tuple(arrays_of(node))
    few = len(arrays) if len(arrays) <= EXACT else 2
    found = [chosen for count in range(1, few + 1) for chosen in combinations(arrays, count)]
    if few == len(arrays):
        return found
    made: dict[int, tuple[int, ...]] = {k: (k,) for k in arrays}
    for k, (i, j) in enumerate(order(node, sizes), len(node.factors)):
        made[k] = tuple(sorted(made[i] + made[j]))
    return list(dict.fromkeys([*found, *made.values()]))


def _chain(places: Sequence[_Place], sizes: Sizes) -> _Chain | None:
    """Return the best product of the factors, with its users; None where none is worth a name."""
    made = (_part(node, chosen) for _, node, chosen in places)
    parts = dict.fromkeys(part for part in made if part is not None)
    nodes = dict.fromkeys((k, node) for k, node, _ in places)
    chains = [_used(part, tuple(nodes), sizes) for part in parts]
    return max(chains, key=lambda chain: chain.spared, default=None)


def _used(part: Contract, nodes: Sequence[tuple[int, Contract]], sizes: Sizes) -> _Chain:
    """Return the chain with the products that are no dearer from its value."""
    alone = cost(part, sizes)
    users, uses, saved = [], 0, 0
    for k, node in nodes:
        rest, count = with_parts(node, part, Symbol("", part.shape))
        left = _cost(rest, sizes)
        if count and alone + left <= cost(node, sizes):
            users.append((k, node))
            uses += count
            saved += cost(node, sizes) - left
    entries = (prod(size_at(d, sizes) for d in factor.shape) for factor in part.children)
    spared = saved - alone if alone else (uses - 1) * max(entries, default=0)
    return _Chain(part, tuple(users), spared)


def _cost(node: Node, sizes: Sizes) -> int:
    return cost(node, sizes) if isinstance(node, Contract) else 0


def _part(node: Contract, chosen: Sequence[int]) -> Contract | None:
    """Return the product of the chosen factors alone, None where it sums over nothing."""
    factors = [node.factors[k] for k in chosen]
    rest = [axes for k, (_, axes) in enumerate(node.factors) if k not in chosen]
    outside = {*node.out, *(label for axes in rest for label in axes)}
    place: dict[int, int] = {}
    for _, axes in factors:
        for position, label in enumerate(axes):
            place.setdefault(label, position)
    out = [label for label in place if label in outside]
    out.sort(key=node.out.index if set(out) <= set(node.out) else place.__getitem__)
    part = contract(out, factors, {label: node.sizes[label] for label in place})
    sums = isinstance(part, Contract) and any(part.sizes[label] != 1 for label in part.bound)
    return part if isinstance(part, Contract) and sums and not _spreads(part) else None


def _spreads(part: Contract) -> bool:
    """Whether integers spread the product over an axis for each row, or over two axes."""
    hot = [axes for f, axes in part.factors if is_one_hot(f) and axes[-1] in part.out]
    return len(hot) > 1 or any(set(axes[:-1]) & set(part.out) for axes in hot)


class _Sharing:
    """One pass over statements: a chain is named if it is still there when its turn comes.

    words: of the symbols made so far, which have a number for a name.  before: statements that
    go before the one of that number.  moved: numbers of those of them that stood elsewhere.
    """

    def __init__(self, statements: Sequence[BackwardStatement], words: dict[Symbol, str]) -> None:
        self.statements = list(statements)
        self.before: dict[int, list[BackwardStatement]] = {}
        self.moved: set[int] = set()
        self.words = words

    def named(self, chains: Sequence[_Chain]) -> list[BackwardStatement]:
        """Return the statements with names in the place of the chains."""
        for chain in chains:
            users = [(k, node) for k, node in chain.users if self._holds(k, node)]
            if users and (len(users) > 1 or users == list(chain.users)):
                self._name(chain.part, users)
        result: list[BackwardStatement] = []
        for k, statement in enumerate(self.statements):
            result += self.before.get(k, ())
            result += [statement] * (k not in self.moved)
        return result

    def _holds(self, k: int, node: Contract) -> bool:
        return k not in self.moved and node in walk(self._assign(k).expr)

    def _assign(self, k: int) -> Assign:
        return self.statements[k].assign

    def _name(self, part: Contract, users: Sequence[tuple[int, Contract]]) -> None:
        symbol = self._own(part, users) or self._fresh(part, users)
        for k, node in users:
            assign, (shorter, _) = self._assign(k), with_parts(node, part, symbol)
            if assign.symbol != symbol:
                assign = replace(assign, expr=substitute(assign.expr, {node: shorter}))
                self.statements[k] = replace(self.statements[k], assign=assign)

    def _own(self, part: Contract, users: Sequence[tuple[int, Contract]]) -> Symbol | None:
        """Return the symbol whose statement is the chain and nothing more, if it can come first."""
        first, node = users[0]
        mark = Symbol("", part.shape)
        for k, node in users:
            whole = self._assign(k).expr == node and with_part(node, part, mark) == mark
            if whole and self.statements[k].equation is self.statements[first].equation:
                if k != first:
                    self.before.setdefault(first, []).append(self.statements[k])
                    self.moved.add(k)
                return self._assign(k).symbol
        return None

    def _fresh(self, part: Contract, users: Sequence[tuple[int, Contract]]) -> Symbol:
        """Return a symbol of its own for the chain, set before the first product that holds it."""
        first, node = users[0]
        symbol = Symbol(str(len(self.words)), part.shape)
        self.words[symbol] = word_for(part, node)
        serves = reduce(_together, (self._assign(k).serves for k, _ in users))
        made = BackwardStatement(self.statements[first].equation, Assign(symbol, part, serves))
        self.before.setdefault(first, []).append(made)
        return symbol


def _together(a: Sequence[str], b: Sequence[str]) -> Sequence[str]:
    return a | b if isinstance(a, Selection) and isinstance(b, Selection) else a
