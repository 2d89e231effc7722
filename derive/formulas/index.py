"""Index notation, for expressions of rank above two: Y_bij = Σ_k X_bik W_kj.

Free labels take the letters i, j, k, … of the axes of the left side, summed ones the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from derive.algebra.coefficient import coefficient
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars.tree import Scalar, call, slot, substitute
from derive.dims import Dim
from derive.formulas.entries import ENTRIES, relation, whole
from derive.formulas.formula import Formula
from derive.formulas.latex_marks import Latex
from derive.formulas.matrices.kinds import number
from derive.formulas.matrices.view import scalar_expression
from derive.formulas.scalars import ATOM, PRODUCT, SUM, Written
from derive.operations.spelled_out import plain

GREEK_SIGNS = {"sum": "Σ", "prod": "Π"}
_DIGITS = "0123456789"
_LETTERS = "ijklpqrstuvabcdefgh"


class IndexNotation:
    """Writes nodes entry by entry, with the names and marks of a formula notation."""

    def __init__(self, notation: Formula) -> None:
        self.notation = notation
        self.latex = isinstance(notation, Latex)
        self.joints: dict[str, tuple[tuple[str, Dim], ...]] = {}  # what a place was joined of
        self.alphabet = [k for k in _LETTERS if k not in notation.glyphs.letters]

    def letters(self, count: int, used: int = 0) -> list[str]:
        """Return the next letters after `used` ones; when they are spent, numbered ones."""
        return [self.letter(k) for k in range(used, used + count)]

    def letter(self, k: int) -> str:
        """Return letter k of those that name no size and no value."""
        spent = k - len(self.alphabet)
        return self.alphabet[k] if spent < 0 else f"i_{{{spent}}}"

    def entry(self, symbol: Symbol) -> str:
        """Return the left side: the symbol with the letters of its axes."""
        return self.indexed(self.notation.symbol(symbol, symbol), self.letters(symbol.rank))

    def __call__(self, node: Node) -> str:
        """Return the entry of the node at the letters of its axes."""
        return self.at(node, self.letters(node.rank), node.rank)[0]

    def indexed(self, name: str, places: Sequence[str]) -> str:
        """Write a name with what stands below it."""
        if not places:
            return name
        if not self.latex:
            comma = "," if all(map(self._is_letter, places)) else ", "
            return f"{name}[{comma.join(places)}]"
        inner = ("" if all(map(self._is_letter, places)) else r",\,").join(places)
        return f"{{{name}}}_{{{inner}}}"

    def _is_letter(self, place: str) -> bool:
        """Whether a place is a letter of an index, or one digit."""
        return place in self.alphabet or place.startswith("i_") or place in _DIGITS

    def at(self, node: Node, places: Sequence[str], used: int) -> tuple[str, int]:
        """Return the entry at the places, and how strongly it binds; `used` letters are taken."""
        if isinstance(node, Symbol):
            return self.indexed(self.notation.symbol(node, node), places), ATOM
        if isinstance(node, Add):
            condition = _left_out(node)
            if condition is not None:
                args = [Written(place, ATOM) for place in places]
                return self.notation.write(scalar_expression(condition, args))
            terms = [self.inside(term, places, used, SUM) for term in node.terms]
            return self.sum(terms), SUM
        if isinstance(node, Contract):
            return self._product(node, places, used)
        if isinstance(node, Map):
            return self._map(node, places, used)
        if isinstance(node, Apply) and node.rule in ENTRIES:
            return ENTRIES[node.rule](self, node, list(places), used)
        assert isinstance(node, Apply)
        return self.indexed(whole(self, node, used), places), ATOM

    def _map(self, node: Map, places: Sequence[str], used: int) -> tuple[str, int]:
        fn = substitute(node.fn, _conditions(node, len(node.args)))
        args = [self.at(arg, places, used) for arg in node.args]
        args += [(place, ATOM) for place in places]
        return self.notation.write(scalar_expression(plain(fn), [Written(*a) for a in args]))

    def inside(self, node: Node, places: Sequence[str], used: int, least: int) -> str:
        """Return the entry, in parentheses where it binds less than `least`."""
        text, strength = self.at(node, places, used)
        return text if strength >= least else self.notation.parentheses(text)

    def sum(self, terms: Sequence[str]) -> str:
        """Write a sum of terms, each with its sign."""
        minus = self.notation.minus
        return " + ".join(terms).replace(f"+ {minus}", f"{minus} ")

    def over(self, sign: str, range_: str, inner: str) -> str:
        """Write a sum, a product or an extreme over a letter."""
        if self.latex:
            return self.notation.juxtapose([rf"\{sign}_{{{range_}}}", inner])
        below = range_ if range_.isalnum() else f"({range_})"
        return f"{GREEK_SIGNS.get(sign, sign)}_{below} {inner}"

    def _product(self, node: Contract, places: Sequence[str], used: int) -> tuple[str, int]:
        at_label: dict[int, str] = {}
        for label, place in zip(node.out, places, strict=True):
            at_label.setdefault(label, place)
        summed = [label for label in node.bound if node.sizes[label] != 1]
        at_label |= {label: str(self.notation.first) for label in node.bound}
        at_label |= dict(zip(summed, self.letters(len(summed), used), strict=True))
        used += len(summed)
        write = self.notation
        deltas = [self._delta(at_label[label], places[k]) for k, label in self._repeated(node)]
        alone = len(node.factors) == 1 and not summed and not deltas
        alone = alone and node.coefficient.number == 1 and not node.coefficient.powers
        if alone:
            ((factor, axes),) = node.factors
            return self.at(factor, [at_label[label] for label in axes], used)
        factors = [
            (f, self.inside(f, [at_label[label] for label in axes], used, PRODUCT))
            for f, axes in node.factors
        ]
        sign, head, *_ = write.front([number(node.coefficient)])
        body = write.juxtapose(
            [*deltas, *(self._power(*f, k) for f, k in Counter(factors).items())]
        )
        if summed:
            body = self.over("sum", "".join(at_label[label] for label in summed), body)
        text = write.juxtapose([head, body]) or "1"
        return sign + text, SUM if sign else PRODUCT

    def _power(self, factor: Node, text: str, count: int) -> str:
        """Write a factor that stands in a product so many times."""
        if count == 1 or not isinstance(factor, Symbol):
            return self.notation.juxtapose([text] * count)
        return self.notation.superscript(text, str(count))

    @staticmethod
    def _repeated(node: Contract) -> list[tuple[int, int]]:
        """Return the axes, with their labels, that are the same as one before."""
        return [(k, label) for k, label in enumerate(node.out) if label in node.out[:k]]

    def _delta(self, first: str, second: str) -> str:
        """Return 1 where two letters are equal, else 0."""
        return self.indexed(self.notation.greek("delta"), [first, second])


def _conditions(node: Map, first: int) -> dict[int, Scalar]:
    """Return the triangles of ones among the arguments as conditions on the places.

    first: the slot that holds the place on the first axis.
    """
    found = {k: _condition(arg, first) for k, arg in enumerate(node.args)}
    return {k: condition for k, condition in found.items() if condition is not None}


def _condition(node: Node, first: int, number: int = 1) -> Scalar | None:
    """Return a number of times a triangle of ones, copied along axes, as a condition on places."""
    if not isinstance(node, Contract) or len(node.factors) != 1 or node.bound:
        return None
    ((triangle, axes),) = node.factors
    if not isinstance(triangle, Apply) or triangle.rule != "tri":
        return None
    if node.coefficient != coefficient(number):
        return None
    name, k = relation(triangle)
    row, column = (slot(first + node.out.index(label)) for label in axes)
    return call(name, column, row + k)


def _left_out(node: Add) -> Scalar | None:
    """Return one less a triangle of ones as the condition on places that it is."""
    ones, *rest = node.terms
    is_one = isinstance(ones, Contract) and not ones.factors and ones.coefficient == coefficient(1)
    if not is_one or len(rest) != 1:
        return None
    taken_off = _condition(rest[0], 0, -1)
    return None if taken_off is None else plain(1 - taken_off)
