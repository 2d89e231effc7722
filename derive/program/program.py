"""The model as data: arguments, a straight line of equations, outputs.

The reader makes a Program of statements, one for each of the user; `derive.derivation.split`
turns it into one whose equations are single steps of mathematics (see `Equation`).  Both are the
same noun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from derive.algebra.nodes import Node, Symbol
from derive.errors import Place


@dataclass(frozen=True)
class Argument:
    """An argument of the model.

    annotation: the property as written: "", "simplex", "positive", "symmetric", "posdef",
    "bool" or "int < v" (also `symbol.kind`).
    default: the number of a constant (`eps=1e-5`), None for an array.
    fixed: the constant shapes the program (a loop's length); no other value is valid.
    """

    symbol: Symbol
    place: Place
    default: Fraction | None = None
    fixed: bool = False

    @property
    def name(self) -> str:
        return self.symbol.name


@dataclass(frozen=True)
class Equation:
    """`symbol = expr`, a step of statement `number` (from 1, as documents count).

    After `derivation.split`, `expr` is one of: a Contract of symbols; an Add of such; a Map of
    symbols and their broadcasts; an Apply of symbols, and of transposes of them.
    text: the user's statement on one line, comments dropped.
    named: whether the user gave the name; else it is a word for the operation.
    split: the statement became several equations, so `text` tells more than this step.
    inline: an unnamed short sum or constant pattern that is shown written out in the step that
    uses it, and shares its number.
    """

    number: int
    symbol: Symbol
    expr: Node
    text: str
    place: Place
    named: bool = True
    split: bool = False
    inline: bool = False


def with_expr(equation: Equation, expr: Node) -> Equation:
    """Return the equation with that right-hand side: itself, where it has it."""
    return equation if expr is equation.expr else replace(equation, expr=expr)


@dataclass(frozen=True)
class Program:
    """A model, read and checked.

    path: as the user gave it, relative where it was ("derive/models/mlp.py"), or "" for text.
    source: the text of the function alone, for documents.
    title: the docstring's first sentence; words: what it says of dimensions and variables.
    aliases: names that the user gave to a value that has one already (`z = y`), alias -> name.
    remarks: rewrites that documents must tell, such as log(softmax(x)) read as log_softmax(x).
    """

    name: str
    path: str
    line: int
    source: str
    title: str
    words: dict[str, str]
    arguments: tuple[Argument, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[Symbol, ...]
    aliases: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    returns_tuple: bool = False

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimension names, in the order in which the arguments bring them."""
        names: dict[str, None] = {}
        for argument in self.arguments:
            for d in argument.symbol.shape:
                names.update(dict.fromkeys(d.names))
        return tuple(names)

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        """Every argument and value by name."""
        found = {argument.name: argument.symbol for argument in self.arguments}
        found.update({equation.symbol.name: equation.symbol for equation in self.equations})
        return found

    @property
    def is_scalar(self) -> bool:
        """Whether the model has one output and it is a number."""
        return len(self.outputs) == 1 and not self.outputs[0].shape


Interval = tuple[float, float]
Drawing = Mapping[str, Interval]
"""For arguments by name the interval in which entries are uniform; others are drawn as usual.

Of truth values it is (0, share of those that are true).
"""
