"""A Jacobian, a Hessian or a product with one as straight code: statements, then a result."""

from __future__ import annotations

from dataclasses import dataclass

from derive.algebra.nodes import Node, Symbol
from derive.algebra.structure import Part
from derive.extra import Extra


@dataclass(frozen=True)
class Statement:
    """symbol = expr; `number` is that of the model's equation, 0 where it is none of these."""

    symbol: Symbol
    expr: Node
    number: int = 0


@dataclass(frozen=True)
class Piece:
    """A summand of an array some of whose axes are identified: entries[labels] at labels.

    labels: for each axis of the array its label, equal ones where an entry off the diagonal is
    zero; entries has each label once, in that order.
    """

    entries: Symbol
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Routine:
    """The code of an extra.

    pieces: of a Jacobian, for each output; parts: of a Hessian, their arrays being symbols (or
    numbers); result: of a Hessian-vector product.
    """

    extra: Extra
    statements: tuple[Statement, ...]
    pieces: tuple[tuple[Piece, ...], ...] = ()
    parts: tuple[Part, ...] = ()
    result: Symbol | None = None
