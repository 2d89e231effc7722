"""What a notation for formulas must offer: one method for each mark of mathematics.

`Formula` walks an expression and knows only these; each takes and returns finished text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from derive.algebra.nodes import Symbol


class Marks(ABC):
    """How the pieces of a formula are written.

    first: the number of the first row; noted: the names used that a page must define.
    """

    first: int
    noted: dict[str, None]

    def note(self, name: str) -> None:
        """Note that the page must say what the name means."""
        self.noted[name] = None

    @property
    @abstractmethod
    def minus(self) -> str:
        """The sign before a term."""

    @property
    @abstractmethod
    def times(self) -> str:
        """The sign of the entrywise product, with the spaces around it."""

    @property
    @abstractmethod
    def over(self) -> str:
        """The sign of the entrywise quotient, with the spaces around it."""

    @property
    @abstractmethod
    def tensor(self) -> str:
        """The sign of the Kronecker product, with the spaces around it."""

    @property
    @abstractmethod
    def infinity(self) -> str:
        """The sign of infinity."""

    @abstractmethod
    def symbol(self, symbol: Symbol, expr: Any) -> str:
        """Write a symbol of the program; `expr` is what stands for it and has its shape."""

    @abstractmethod
    def name(self, name: str) -> str:
        """Write the name of a dimension."""

    @abstractmethod
    def greek(self, name: str) -> str:
        """Write a Greek letter by its name."""

    @abstractmethod
    def juxtapose(self, parts: Sequence[str]) -> str:
        """Write a product without a sign; empty parts are left out."""

    @abstractmethod
    def parentheses(self, text: str) -> str:
        """Enclose what binds too little."""

    @abstractmethod
    def bracket(self, text: str) -> str:
        """Write Iverson's bracket: 1 where the condition holds, else 0."""

    @abstractmethod
    def transpose(self, text: str) -> str:
        """Write the transpose."""

    @abstractmethod
    def inverse(self, text: str, *, transposed: bool) -> str:
        """Write the inverse, or its transpose."""

    @abstractmethod
    def pseudoinverse(self, text: str) -> str:
        """Write the pseudoinverse."""

    @abstractmethod
    def exponential(self, text: str) -> str:
        """Write the exponential of a matrix, which is not that of its entries."""

    @abstractmethod
    def superscript(self, base: str, exponent: str) -> str:
        """Write a power of a number."""

    @abstractmethod
    def entry_power(self, base: str, exponent: str) -> str:
        """Write the power of each entry."""

    @abstractmethod
    def fraction(self, above: str, below: str) -> str:
        """Write a quotient of numbers."""

    @abstractmethod
    def numerator(self, text: str) -> str:
        """Write a sum or an entrywise product that is to stand above the bar of a fraction."""

    @abstractmethod
    def coefficient(self, fraction: str) -> str:
        """Write a fraction as a factor before another."""

    @abstractmethod
    def has_fraction(self, text: str) -> bool:
        """Whether a bar of a fraction stands in the text."""

    @abstractmethod
    def root(self, text: str, degree: str = "") -> str:
        """Write the square root, or one of a higher degree."""

    @abstractmethod
    def floor(self, text: str) -> str:
        """Write the largest integer that is not above a number."""

    @abstractmethod
    def ceiling(self, text: str) -> str:
        """Write the smallest integer that is not below a number."""

    @abstractmethod
    def absolute(self, text: str) -> str:
        """Write the absolute value of a number."""

    @abstractmethod
    def norm(self, text: str) -> str:
        """Write the root of the sum of the squares of the entries."""

    @abstractmethod
    def one(self, size: str) -> str:
        """Write the column of ones."""

    @abstractmethod
    def identity(self, size: str) -> str:
        """Write the identity matrix."""

    @abstractmethod
    def relation(self, name: str) -> str:
        """Write the sign of a comparison."""

    @abstractmethod
    def sized_identity(self, size: str) -> str:
        """Write an identity matrix of which parts are taken, so that its size must be told."""

    @abstractmethod
    def zeros(self, shape: Sequence[str]) -> str:
        """Write a block of zeros, with its shape unless that is empty."""

    @abstractmethod
    def blocks(self, rows: Sequence[Sequence[str]]) -> str:
        """Write matrices beside and below each other."""

    @abstractmethod
    def part(self, text: str, places: Sequence[str]) -> str:
        """Write a part of a matrix: places, or ranges of them, of rows and columns."""

    @abstractmethod
    def range(self, low: str, high: str, step: str, size: str) -> str:
        """Write the places from low (counted from `first`) to high; both empty for all.

        size: the number of places; step: empty for each of them.
        """

    @abstractmethod
    def cases(self, choices: Sequence[tuple[str, str]]) -> str:
        """Write a choice between two values, each with the condition under which it is taken."""

    @abstractmethod
    def subscript(self, base: str, indices: Sequence[str]) -> str:
        """Write what stands below a sign: the number of a norm, the name of an axis."""

    @abstractmethod
    def upright(self, word: str) -> str:
        """Write a word in a formula."""

    @abstractmethod
    def shape(self, sizes: Sequence[str]) -> str:
        """Write a shape."""

    @property
    @abstractmethod
    def dots(self) -> str:
        """The dots of a list that goes on."""

    @abstractmethod
    def head(self, name: str) -> str:
        """Write the name of a function."""

    @abstractmethod
    def applied(self, head: str, args: Sequence[str]) -> str:
        """Write a function, whose name is written, of its arguments."""

    def call(self, name: str, args: Sequence[str], below: str = "") -> str:
        """Write a function of its arguments, with what stands below its name."""
        self.note(name)
        head = self.head(name)
        return self.applied(self.subscript(head, [below]) if below else head, args)
