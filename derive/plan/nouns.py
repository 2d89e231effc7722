"""The plan as data; code, documents and pictures are made from it and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from derive.algebra.hessian.kinds import Part
from derive.algebra.hessian.layouts import Layout
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.plan.policy import Policy
from derive.program.derivation import Derivation
from derive.program.extra import Extra
from derive.program.program import Equation


class Selection(Sequence[str]):
    """Some of a tuple of names, in its order; held as bits, so that unions are cheap.

    A cotangent near the output serves every gradient: lists of names would make a long program's
    plan quadratic.
    """

    __slots__ = ("bits", "names")

    def __init__(self, names: tuple[str, ...], bits: int = 0) -> None:
        self.names = names
        self.bits = bits

    def __iter__(self) -> Iterator[str]:
        return (name for k, name in enumerate(self.names) if self.bits >> k & 1)

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:  # type: ignore[override]
        return tuple(self)[index]

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.names, self.bits | other.bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selection) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Selection{tuple(self)}"


@dataclass(frozen=True)
class Assign:
    """One statement of code: symbol = expr.

    serves: in backward, the names of the requested gradients that need it, in order.
    returned: the symbol is a gradient that is returned.
    """

    symbol: Symbol
    expr: Node
    serves: Sequence[str] = ()
    returned: bool = False


@dataclass(frozen=True)
class Block:
    """What is computed at one equation, in order: forward its value, backward the gradients.

    What several products share comes before the first of them.
    """

    equation: Equation
    assigns: tuple[Assign, ...]


@dataclass(frozen=True)
class Kept:
    """A forward value that backward uses.

    uses: the gradients whose formula contains it, as cotangent symbols.
    serves: the requested gradients that need it, in order.
    held: "data", "parameter" or "constant" where the caller holds it anyway, "" for new memory.
    is_mask: it has truth values, of which one bit is enough.
    """

    symbol: Symbol
    uses: tuple[Symbol, ...]
    serves: Sequence[str]
    held: str
    is_mask: bool = False


@dataclass(frozen=True)
class Plan:
    """Everything that code needs to know.

    forward:  a block for each equation, in order.
    kept:     the cache, arguments first, then values, each in program order.
    unkept:   arguments and values that backward neither keeps nor makes.
    backward: blocks from the last equation to the first that has something to compute.
    returned: the gradients asked for, by name, in the order of the arguments, then of values.
    dimensions: names of dimensions whose sizes backward needs as numbers.
    zeros:    requested names whose gradient is zero because no output depends on them.
    policy:   how much may be made again, and the sizes at which costs are compared.
    judged:   whether the choice of what is kept rests on these sizes.
    parts:    expressions in backward that forward computes and keeps, with their names.
    stages:   products within those of the program that forward names and keeps, by their names.
    """

    derivation: Derivation
    forward: tuple[Block, ...]
    kept: tuple[Kept, ...]
    unkept: tuple[Symbol, ...]
    backward: tuple[Block, ...]
    returned: tuple[str, ...]
    dimensions: tuple[str, ...]
    zeros: tuple[str, ...]
    policy: Policy
    judged: bool = False
    parts: Mapping[Node, Symbol] = field(default_factory=dict)
    stages: Mapping[Symbol, Node] = field(default_factory=dict)

    @property
    def sizes(self) -> Mapping[str, int]:
        """The sizes at which costs are compared, where no choice is the best at all sizes."""
        return self.policy.sizes

    @property
    def shared(self) -> tuple[str, ...]:
        """The names of values that the program has not: what several expressions share."""
        blocks = (*self.forward, *self.backward)
        symbols = (assign.symbol for block in blocks for assign in block.assigns)
        program = self.derivation.program
        return tuple(s.name for s in symbols if s.name not in program.symbols)

    def reasons(self, kept: Kept) -> tuple[Symbol, ...]:
        """The gradients whose formula has the kept value on paper, where code may merge some."""
        found: dict[Symbol, None] = {}
        for use in kept.uses:
            expr = self.derivation.definitions.get(use)
            inner = (kept.symbol,) if expr is None else symbols_of(expr)
            merged = (s for s in inner if s in self._merged)
            told = [s for s in merged if kept.symbol in symbols_of(self._merged[s])]
            found.update(dict.fromkeys([use] if kept.symbol in inner else told or [use]))
        return tuple(found)

    @cached_property
    def _merged(self) -> Mapping[Symbol, Node]:
        """The gradients on paper that are no statement of code."""
        computed = {a.symbol for block in self.backward for a in block.assigns}
        gradients = self.derivation.gradients.values()
        return {g.symbol: g.expr for g in gradients if g.symbol not in computed}

    @cached_property
    def made(self) -> Mapping[Symbol, Equation]:
        """The values of forward that backward makes again, with their equations."""
        equations = {e.symbol: e for e in self.derivation.program.equations}
        assigns = (a for block in self.backward for a in block.assigns)
        return {a.symbol: equations[a.symbol] for a in assigns if a.symbol in equations}


@dataclass(frozen=True)
class RoutineStatement:
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
    statements: tuple[RoutineStatement, ...]
    pieces: tuple[tuple[Piece, ...], ...] = ()
    parts: tuple[Part, ...] = ()
    result: Symbol | None = None
