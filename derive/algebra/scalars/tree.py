"""Scalar functions of slots: what an elementwise map does to one entry of each argument.

A `Scalar` is an immutable tree over slots (the arguments' entries), exact numbers, sums, products,
powers and calls of named functions.  The order in which it was written is kept, because it is
printed; the constructors do no more than arithmetic on numbers, flattening, and the merging of
equal terms and equal bases.  Slot `OUT` stands for the value of the function itself, so that a
slope can be told in terms of the output (tanh: 1 - y²).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

OUT = -1


class Scalar:
    """One node: `op` is "slot", "number", "add", "mul", "pow" or "call".

    args: slot (index,) · number (Fraction,) · add and mul: Scalars · pow (base, Fraction) ·
    call (function name, Scalars …).
    """

    def __init__(self, op: str, args: tuple) -> None:
        self.op = op
        self.args = args
        self._hash = hash((op, args))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Scalar)
            and self._hash == other._hash
            and self.op == other.op
            and self.args == other.args
        )

    def __repr__(self) -> str:
        return f"Scalar({self.op}, {self.args})"

    def __add__(self, other: Operand) -> Scalar:
        return add(self, other)

    def __radd__(self, other: Operand) -> Scalar:
        return add(other, self)

    def __sub__(self, other: Operand) -> Scalar:
        return add(self, mul(-1, other))

    def __rsub__(self, other: Operand) -> Scalar:
        return add(other, mul(-1, self))

    def __mul__(self, other: Operand) -> Scalar:
        return mul(self, other)

    def __rmul__(self, other: Operand) -> Scalar:
        return mul(other, self)

    def __truediv__(self, other: Operand) -> Scalar:
        return mul(self, power(other, -1))

    def __rtruediv__(self, other: Operand) -> Scalar:
        return mul(other, power(self, -1))

    def __neg__(self) -> Scalar:
        return mul(-1, self)

    def __pow__(self, exponent: int | Fraction) -> Scalar:
        return power(self, exponent)

    @cached_property
    def children(self) -> tuple[Scalar, ...]:
        """The sub-trees, without numbers and names."""
        return tuple(arg for arg in self.args if isinstance(arg, Scalar))

    @cached_property
    def slots(self) -> frozenset[int]:
        """The slots that occur."""
        if self.op == "slot":
            return frozenset(self.args)
        return frozenset().union(*(child.slots for child in self.children))

    @cached_property
    def operations(self) -> int:
        """How many operations a reader counts: signs and plain numbers are free."""
        inner = sum(child.operations for child in self.children)
        if self.op == "add":
            return inner + len(self.args) - 1
        if self.op == "mul":
            return inner + len([a for a in self.args if a != MINUS_ONE]) - 1
        return inner + (self.op in ("pow", "call") and bool(self.children))

    @property
    def number(self) -> Fraction | None:
        """The exact number that this is, or None."""
        return self.args[0] if self.op == "number" else None


Operand = Scalar | int | Fraction


def slot(index: int) -> Scalar:
    """Return the entry of argument `index`."""
    return Scalar("slot", (index,))


def number(value: int | Fraction | str) -> Scalar:
    """Return an exact number; a decimal text such as "1e-5" is taken to the letter."""
    return Scalar("number", (Fraction(value),))


ZERO, UNIT, MINUS_ONE = number(0), number(1), number(-1)


def _scalar(value: Operand) -> Scalar:
    return value if isinstance(value, Scalar) else number(value)


def _parts(term: Scalar) -> tuple[Fraction, Scalar]:
    """Split a term into its number and the rest."""
    if term.op == "number":
        return term.args[0], UNIT
    if term.op == "mul" and term.args[0].op == "number":
        rest = term.args[1:]
        return term.args[0].args[0], rest[0] if len(rest) == 1 else Scalar("mul", rest)
    return Fraction(1), term


def add(*terms: Operand) -> Scalar:
    """Return the sum, like terms merged in the place where the first stands."""
    total: dict[Scalar, Fraction] = {}
    for term in map(_scalar, terms):
        for inner in term.args if term.op == "add" else (term,):
            coefficient, rest = _parts(inner)
            total[rest] = total.get(rest, Fraction(0)) + coefficient
    kept = tuple(mul(c, rest) for rest, c in total.items() if c)
    if len(kept) < 2:
        return kept[0] if kept else ZERO
    return Scalar("add", kept)


def mul(*factors: Operand) -> Scalar:
    """Return the product: the number first, equal bases merged into a power."""
    coefficient = Fraction(1)
    powers: dict[Scalar, Fraction] = {}
    for factor in map(_scalar, factors):
        for inner in factor.args if factor.op == "mul" else (factor,):
            if inner.op == "number":
                coefficient *= inner.args[0]
                continue
            base, exponent = inner.args if inner.op == "pow" else (inner, Fraction(1))
            powers[base] = powers.get(base, Fraction(0)) + exponent
    if not coefficient:
        return ZERO
    kept = [power(base, e) for base, e in powers.items() if e]
    if coefficient == -1 and len(kept) == 1 and kept[0].op == "add":
        return add(*sorted((mul(-1, term) for term in kept[0].args), key=is_negative))
    if coefficient != 1 or not kept:
        kept.insert(0, number(coefficient))
    return kept[0] if len(kept) == 1 else Scalar("mul", tuple(kept))


def number_of(term: Scalar) -> Fraction:
    """Return the number that the term carries in front."""
    return _parts(term)[0]


def is_negative(term: Scalar) -> bool:
    """Whether the term carries a minus sign."""
    return number_of(term) < 0


def power(base: Operand, exponent: int | Fraction) -> Scalar:
    """Return base**exponent for an exact exponent."""
    base, exponent = _scalar(base), Fraction(exponent)
    if exponent == 0:
        return UNIT
    if exponent == 1:
        return base
    if base.op == "number" and exponent.denominator == 1 and (base.args[0] or exponent > 0):
        return number(base.args[0] ** int(exponent))
    if base.op == "pow" and exponent.denominator == 1 and base.args[1].denominator == 1:
        return power(base.args[0], base.args[1] * exponent)
    if base.op == "mul" and exponent.denominator == 1:
        return mul(*(power(factor, exponent) for factor in base.args))
    return Scalar("pow", (base, exponent))


def call(name: str, *args: Operand) -> Scalar:
    """Return the named function of `derive.operations.functions` at these arguments."""
    return Scalar("call", (name, *map(_scalar, args)))


def rebuild(tree: Scalar, children: Sequence[Scalar]) -> Scalar:
    """Return the tree with other children, normalised again."""
    if tree.op == "add":
        return add(*children)
    if tree.op == "mul":
        return mul(*children)
    if tree.op == "pow":
        return power(children[0], tree.args[1])
    if tree.op == "call":
        return call(tree.args[0], *children)
    return tree


def transform(tree: Scalar, change: Callable[[Scalar], Scalar | None]) -> Scalar:
    """Return the tree with `change` applied from the root down; None means: look inside."""
    changed = change(tree)
    if changed is not None:
        return changed
    children = [transform(child, change) for child in tree.children]
    return rebuild(tree, children) if tuple(children) != tree.children else tree


def substitute(tree: Scalar, values: Mapping[int, Operand]) -> Scalar:
    """Return the tree with slots replaced."""
    if not tree.slots & values.keys():
        return tree
    return transform(
        tree,
        lambda t: _scalar(values[t.args[0]]) if t.op == "slot" and t.args[0] in values else None,
    )


def renumber(tree: Scalar, order: Iterable[int]) -> Scalar:
    """Return the tree with the slots named in `order` renamed 0, 1, …"""
    return substitute(tree, {old: slot(new) for new, old in enumerate(order) if old != new})
