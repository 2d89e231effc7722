"""What a name of a model may stand for beside arrays and numbers.

An array is a Node, a number what `derive.reader.numbers` says, lists and tuples are Python's; the
others are here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derive.algebra.nodes import Node, Symbol
from derive.arrays.values import NUMBERS

NOTHING = object()  # what a statement gives that does not return


@dataclass(frozen=True)
class Constant:
    """A number with a name, or made of such: `eps=1e-5`, `2 * steps`.

    In arithmetic with arrays it is `node`, and stays a keyword of the generated code; where it
    shapes the program it is `value`, and the keywords `names` are fixed then.
    """

    value: int | Fraction
    node: Node
    names: frozenset[str]


@dataclass(frozen=True)
class Library:
    """A module, or something in it, by its full dotted name: `torch.nn.functional`."""

    name: str


@dataclass(frozen=True, eq=False)
class Helper:
    """A function of the same file, or one nested in the model, or a lambda.

    frame: the frame in which it is defined, None at the top of the file.
    """

    tree: ast.FunctionDef | ast.Lambda
    scope: Any
    frame: Any = None

    @property
    def name(self) -> str:
        return self.tree.name if isinstance(self.tree, ast.FunctionDef) else "lambda"


@dataclass(frozen=True)
class Method:
    """`array.name`, to be called."""

    receiver: object
    name: str


@dataclass(frozen=True, eq=False)
class Partial:
    """A function with some of its arguments: functools.partial, or a layer of torch.nn.

    The function takes what a call gives after `before` and before `behind`.
    """

    function: object
    before: tuple[object, ...] = ()
    behind: tuple[object, ...] = ()
    keywords: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, eq=False)
class Chain:
    """Functions one after the other: torch.nn.Sequential."""

    functions: tuple[object, ...]


@dataclass(frozen=True)
class Copy:
    """An array that nobody else holds (`x.clone()`), so that it may be changed in place."""

    node: Node


@dataclass(frozen=True)
class Opaque:
    """Something that no equation depends on: a dtype, a device."""

    word: str


class Pair(tuple):
    """Several arrays with names: the (values, indices) that torch.max(x, dim) gives."""

    names: tuple[str, ...]

    def __new__(
        cls, items: Iterable[object], names: tuple[str, ...] = ("values", "indices")
    ) -> Pair:
        made = super().__new__(cls, items)
        made.names = names
        return made

    @property
    def fields(self) -> dict[str, object]:
        return dict(zip(self.names, self, strict=True))


class Names(dict[str, object]):
    """The names of a function, and for each symbol who holds it.

    loose: the names of lists and of expressions without a symbol, which must be looked through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.holders: dict[Symbol, set[str]] = {}
        self.loose: set[str] = set()

    def __setitem__(self, name: str, value: object) -> None:
        old = self.get(name)
        if isinstance(old, Symbol):
            self.holders[old].discard(name)
        self.loose.discard(name)
        if isinstance(value, Symbol):
            self.holders.setdefault(value, set()).add(name)
        elif isinstance(value, Node | list | tuple | dict):
            self.loose.add(name)
        super().__setitem__(name, value)

    def forget(self, name: str) -> None:
        """Take a name away (del)."""
        if name in self:
            self[name] = None
            del self[name]


@dataclass
class Frame:
    """The names of one function under execution; `outer` is the frame around a nested one."""

    scope: Any
    names: Names = field(default_factory=Names)
    outer: Frame | None = None
    function: str = ""


def describe(value: object) -> str:
    """Return what a value is, in two words."""
    if isinstance(value, Node | Copy):
        return "an array"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (*NUMBERS, Constant)):
        return "a number"
    words: dict[type, str] = {str: "a text", list: "a list", dict: "a dict", type(None): "None"}
    if isinstance(value, Helper | Method | Partial | Chain):
        return "a function"
    if isinstance(value, Library):
        return value.name
    if isinstance(value, Opaque):
        return value.word or "this value"
    if isinstance(value, tuple):
        return "a tuple"
    return words.get(type(value), "this value")
