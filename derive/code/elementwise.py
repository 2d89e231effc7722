"""Elementwise functions as code: a scalar tree over slots, printed for whole arrays.

Arrays keep their dtype: plain numbers stand beside arrays as Python numbers, truth values and
integers are cast where arithmetic would turn them into another float type.  Powers are products,
squares and roots, never a general power where that can be told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from derive.algebra.scalars.tree import MINUS_ONE, Scalar
from derive.code.dialect import Dialect
from derive.code.precedence import (
    BIT_AND,
    CALL,
    Code,
    literal,
    negative,
    number,
    power,
    product,
    quotient,
    total,
)
from derive.operations.functions import FUNCTIONS

_HALF = Fraction(1, 2)


class Kind(Enum):
    """What an expression is: a plain number, a keyword's number, truth values, integers, floats.

    Numbers have no dtype of ours to give: beside them alone, truth values must be cast.
    """

    PLAIN = 0
    CONSTANT = 1
    BOOL = 2
    INT = 3
    FLOAT = 4


Typed = tuple[Code, Kind]
Bind = Callable[[Scalar, Code], Code]


@lru_cache(maxsize=4096)
def repeated(tree: Scalar) -> tuple[Scalar, ...]:
    """Return the calls and fractional powers that occur more than once, inner ones first."""
    counts: Counter[Scalar] = Counter()

    def visit(node: Scalar) -> None:
        counts[node] += 1
        if counts[node] == 1:
            for child in node.children:
                visit(child)
        if node.op == "pow" and _is_cube(node):
            counts[node.args[0]] += 1

    visit(tree)
    found = (node for node in reversed(list(counts)) if counts[node] > 1 and _is_work(node))
    return tuple(part for part in found if part != tree)


def _is_cube(node: Scalar) -> bool:
    """Whether the power is printed as a product in which its base occurs more than once."""
    exponent = abs(node.args[1])
    return exponent.denominator <= 2 and exponent > 1 and exponent not in (2, 4)


def _is_work(node: Scalar) -> bool:
    if not node.slots:
        return False
    if node.op == "call":
        return not FUNCTIONS[node.args[0]].truth
    if node.op == "pow":
        return _is_cube(node)
    return node.op == "add" and node.operations > 2


class ScalarPrinter:
    """Prints trees over the given slots.

    bind: gives a name to a sub-expression that occurs more than once.
    """

    def __init__(self, dialect: Dialect, slots: Sequence[Typed], bind: Bind) -> None:
        self.dialect = dialect
        self.slots = slots
        self.bind = bind
        self.known: dict[Scalar, Typed] = {}

    def print(self, tree: Scalar, *, truth: bool = False) -> Code:
        """Return the tree as an array of floats, or of truth values where these will do."""
        for part in repeated(tree):
            if part not in self.known:
                code, kind = self.typed(part)
                self.known[part] = self.bind(part, code), kind
        code, kind = self.typed(tree)
        exact = kind is Kind.INT or (kind is Kind.BOOL and not truth)
        return self.dialect.cast(code) if exact else code

    def typed(self, tree: Scalar) -> Typed:
        """Return the tree with its kind."""
        if tree in self.known:
            return self.known[tree]
        if tree.op == "slot":
            return self.slots[tree.args[0]]
        if tree.op == "number":
            return literal(tree.args[0]), Kind.PLAIN
        if tree.op == "add":
            return self._sum(tree)
        if tree.op == "mul":
            return self._product(tree)
        if tree.op == "pow":
            return self._product(tree)
        return self._call(tree)

    def _float(self, tree: Scalar) -> Code:
        code, kind = self.typed(tree)
        return self.dialect.cast(code) if kind in (Kind.BOOL, Kind.INT) else code

    def _sum(self, tree: Scalar) -> Typed:
        terms: list[tuple[bool, Code]] = []
        kinds = []
        for term in tree.args:
            minus, rest = _unsigned(term)
            code, kind = self.typed(rest)
            kinds.append(kind)
            terms.append(
                (minus, self.dialect.cast(code) if kind in (Kind.BOOL, Kind.INT) else code)
            )
        if terms[0][0]:  # a positive term first, where there is one
            lead = next((k for k, (minus, _) in enumerate(terms) if not minus), 0)
            terms.insert(0, terms.pop(lead))
        if terms[0][0]:
            terms[0] = (False, self._float(tree.args[0]))
        return total(terms), _kind_of_all(kinds)

    def _product(self, tree: Scalar) -> Typed:
        minus, tree = _unsigned(tree)
        if tree.op not in ("mul", "pow"):
            code, kind = self.typed(tree)
            if kind in (Kind.BOOL, Kind.INT):
                code, kind = self.dialect.cast(code), Kind.FLOAT
            return (negative(code) if minus else code), kind
        above: list[Code] = []
        below: list[Code] = []
        mask: int | None = None
        floats: list[int] = []
        kinds = []
        for factor in tree.args if tree.op == "mul" else (tree,):
            base, exponent = factor.args if factor.op == "pow" else (factor, Fraction(1))
            if factor.op == "number":
                top, bottom = number(factor.args[0])
                above += [top] if top else []
                below += [bottom] if bottom else []
                continue
            code, kind = self.typed(base)
            kinds.append(kind)
            if kind is Kind.INT or (kind is Kind.BOOL and exponent != 1):
                code = self.dialect.cast(code)
            elif kind is Kind.BOOL and mask is None:
                mask = len(above)
            elif kind is Kind.FLOAT and exponent > 0:
                floats.append(len(above))
            (above if exponent > 0 else below).extend(self._power(code, kind, abs(exponent)))
        if mask is not None and not {Kind.FLOAT, Kind.INT} & set(kinds):
            above[mask] = self.dialect.cast(above[mask])  # with numbers alone, a dtype not ours
        if minus and mask == 0:  # truth values have no negative
            lead = above.pop(floats[0]) if floats else self.dialect.cast(above.pop(0))
            above.insert(0, lead)
        code = quotient(product(above) if above else Code("1"), below)
        return (negative(code) if minus else code), _kind_of_all(kinds)

    def _power(self, base: Code, kind: Kind, exponent: Fraction) -> list[Code]:
        """Return factors whose product is base**exponent, for a positive exponent."""
        if exponent == 1:
            return [base]
        if exponent.denominator == 2:
            root = self.dialect.root(base) if kind is Kind.PLAIN else self._root(base)
            rest = self._power(base, kind, exponent - _HALF) if exponent > _HALF else []
            return [*rest, root]
        if exponent.denominator > 1:
            return [power(base, f"({exponent.numerator} / {exponent.denominator})")]
        if exponent == 2 or kind is Kind.PLAIN:
            return [power(base, str(exponent))]
        if exponent == 3:
            return (
                [base] * 3
                if base.level >= CALL and len(base.text) < 12
                else [power(base, "2"), base]
            )
        square = power(base, "2")
        if exponent == 4:
            return [power(square, "2")]
        half, odd = divmod(int(exponent), 2)
        return [*self._power(square, kind, Fraction(half)), *([base] if odd else [])]

    def _root(self, base: Code) -> Code:
        return self.dialect.functions["sqrt"](base)

    def _call(self, tree: Scalar) -> Typed:
        name, *args = tree.args
        typed = [self.typed(arg) for arg in args]
        if all(kind is Kind.PLAIN for _, kind in typed) and not FUNCTIONS[name].truth:
            return self.dialect.constant(name, [code for code, _ in typed]), Kind.PLAIN
        if name == "float":
            return self.dialect.cast(typed[0][0]), Kind.FLOAT
        if name == "where":
            return self._where(typed, args)
        codes = [code for code, _ in typed]
        if FUNCTIONS[name].truth:
            return self.dialect.functions[name](*codes), Kind.BOOL
        if name == "step":
            return self.dialect.functions["greater"](codes[0], Code("0")), Kind.BOOL
        floats = list(map(self._float, args))
        if name in self.dialect.functions and self.dialect.takes(name, floats):
            return self.dialect.functions[name](*floats), Kind.FLOAT
        return self._by_meaning(name, floats, [kind for _, kind in typed])

    def _by_meaning(self, name: str, floats: list[Code], kinds: list[Kind]) -> Typed:
        """Return what a function is made of, where the library has none of its name."""
        meaning = FUNCTIONS[name].meaning
        assert meaning is not None, name
        exact = (Kind.BOOL, Kind.INT)
        cast = [Kind.FLOAT if kind in exact else kind for kind in kinds]
        return ScalarPrinter(self.dialect, list(zip(floats, cast, strict=True)), self.bind).typed(
            meaning
        )

    def _where(self, typed: list[Typed], args: list[Scalar]) -> Typed:
        """Return a choice; between numbers it would lose the dtype, so it is told by truth."""
        (test, _), (yes, yes_kind), (no, no_kind) = typed
        if args[1].number == 1 and args[2].number == 0:
            return test, Kind.BOOL
        if args[1].number == 0 and args[2].number == 1:
            return self.dialect.functions["logical_not"](test), Kind.BOOL
        if yes_kind is Kind.BOOL and args[2].number == 0:
            return Code(f"{test.at(BIT_AND + 1)} & {yes.at(BIT_AND + 1)}", BIT_AND), Kind.BOOL
        code = self.dialect.functions["where"](test, yes, no)
        floats = Kind.FLOAT in (yes_kind, no_kind)
        return (code if floats else self.dialect.cast(code)), Kind.FLOAT


def _kind_of_all(kinds: list[Kind]) -> Kind:
    """Return the kind of a sum or product: one of numbers alone is a number."""
    if all(kind is Kind.PLAIN for kind in kinds):
        return Kind.PLAIN
    return Kind.CONSTANT if {*kinds} <= {Kind.PLAIN, Kind.CONSTANT} else Kind.FLOAT


def _unsigned(tree: Scalar) -> tuple[bool, Scalar]:
    """Return whether the term carries a minus sign, and the term without it."""
    if tree.op == "number" and tree.args[0] < 0:
        return True, Scalar("number", (-tree.args[0],))
    if tree.op == "mul" and tree.args[0].op == "number" and tree.args[0].args[0] < 0:
        first = tree.args[0]
        if first == MINUS_ONE:
            rest = tree.args[1:]
            return True, rest[0] if len(rest) == 1 else Scalar("mul", rest)
        return True, Scalar("mul", (Scalar("number", (-first.args[0],)), *tree.args[1:]))
    return False, tree
