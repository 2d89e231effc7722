"""Statements and functions as data: what stands between a plan and the text of a module.

A function is a name, typed parameters and a body.  Everything that used to be found out by reading
the text back is a question to a body: what is read, what is freed, what may be written in place.

    Assignment    target = value
    InPlace       value written into the memory of one of its operands, which changes hands
    Unpacking     several results of one decomposition or call at once, None for one unused
    Deletion      names dropped
    Section       what belongs to one equation, with the words above it
    Branch        a body under flags, any of which suffices
    Loop          a body for each index below a length; what it carries keeps its type
    Invocation    a call of another function; the callee's dimensions are bound by position
    Definition    a function
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derive.code.terms import CodeError, Expr, Var, names_in
from derive.dims import Dim, code_shape


@dataclass(frozen=True)
class Assignment:
    """target = value; told: what the comment tells of shapes."""

    target: Var
    value: Expr
    told: str = ""

    def __post_init__(self) -> None:
        have, need = self.value, self.target
        if have.shape != need.shape:
            shapes = f"{code_shape(need.shape)} is given {code_shape(have.shape)}"
            raise CodeError(f"{need.name} {shapes}")
        if have.kind != need.kind and not have.is_number:
            raise CodeError(f"{need.name}, {need.kind.name}, is given {have.kind.name}")


@dataclass(frozen=True)
class InPlace:
    """`memory op= …` or `f(…, out=memory)`: the array is the target's from here on.

    value: in terms of `memory`, one operation on it.
    """

    target: Var
    memory: str
    value: Expr
    told: str = ""


@dataclass(frozen=True)
class Unpacking:
    """Several results of one value at once, in order, None for one that nobody uses."""

    targets: tuple[Var | None, ...]
    value: Expr
    told: str = ""


@dataclass(frozen=True)
class Deletion:
    """Names that are dropped."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """The statements of one equation, with the words that stand above them."""

    number: int
    heading: str
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Branch:
    """A body that runs where any of the flags holds."""

    flags: tuple[str, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Invocation:
    """targets = function(arguments); CodeError where the callee's dimensions do not fit."""

    targets: tuple[Var, ...]
    function: Definition
    arguments: tuple[Expr, ...]

    def __post_init__(self) -> None:
        known = self.bound()
        for target, result in zip(self.targets, self.function.results, strict=True):
            shape = tuple(d.replace(known) for d in result.shape)
            if (target.shape, target.kind) != (shape, result.kind):
                raise CodeError(f"{target.name} {code_shape(target.shape)} is given {shape}")

    def bound(self) -> dict[str, Dim]:
        """Return what each dimension of the callee is here."""
        known: dict[str, Dim] = {}
        parameters = self.function.parameters
        for parameter, argument in zip(parameters, self.arguments, strict=True):
            if len(parameter.shape) != argument.rank:
                raise CodeError(f"{parameter.name} of {self.function.name} has another rank")
            for need, have in zip(parameter.shape, argument.shape, strict=True):
                if len(need.names) == 1 and known.setdefault(str(need), have) != have:
                    raise CodeError(f"{need} of {self.function.name} is {known[str(need)]}, {have}")
        return known


@dataclass(frozen=True)
class Loop:
    """The body for each index below the length; CodeError where a carried name changes its type.

    collected: names of each turn and of the lists that they are put into.
    """

    index: str
    length: Dim
    body: tuple[Statement, ...]
    carried: tuple[Var, ...]
    collected: tuple[tuple[str, str], ...] = ()
    backwards: bool = False

    def __post_init__(self) -> None:
        types = {var.name: var for var in self.carried}
        for statement in flat(self.body):
            for target in targets_of(statement):
                if types.get(target.name, target) != target:
                    raise CodeError(f"{target.name} has another type after the turn")


@dataclass(frozen=True)
class Definition:
    """A function; results: what it returns, by name."""

    name: str
    parameters: tuple[Var, ...]
    body: tuple[Statement, ...]
    results: tuple[Var, ...]


Statement = (
    Assignment | InPlace | Unpacking | Deletion | Section | Branch | Invocation | Loop | Definition
)


def flat(body: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements in order, those within sections, branches and loops in their place."""
    for statement in body:
        if isinstance(statement, Section | Branch | Loop):
            yield from flat(statement.body)
        else:
            yield statement


def targets_of(statement: Statement) -> tuple[Var, ...]:
    """Return the names that a statement sets."""
    if isinstance(statement, Assignment | InPlace):
        return (statement.target,)
    if isinstance(statement, Unpacking | Invocation):
        return tuple(target for target in statement.targets if target is not None)
    return ()


def reads_of(statement: Statement) -> tuple[str, ...]:
    """Return the names that a statement reads, once each."""
    if isinstance(statement, Assignment | InPlace | Unpacking):
        return names_in(statement.value)
    if isinstance(statement, Invocation):
        return tuple(dict.fromkeys(n for e in statement.arguments for n in names_in(e)))
    return ()
