"""A Jacobian, a Hessian or a product with one as straight code: statements, then a result."""

from __future__ import annotations

from dataclasses import dataclass

from derive.algebra.hessian.kinds import Part
from derive.algebra.hessian.layouts import Layout
from derive.algebra.nodes import Node, Symbol
from derive.program.extra import Extra


@dataclass(frozen=True)
class Statement:
    """symbol = expr; `number` is that of the model's equation, 0 where it is none of these."""

    symbol: Symbol
    expr: Node
    number: int = 0


@dataclass(frozen=True)
class Piece:
    """A summand of an array that has entries only where axes agree, or in ranges of them.

    layout: the labels and ranges of the array's axes; entries has each label once, in that order.
    """

    entries: Symbol
    layout: Layout


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
