"""What stands for values where code is interpreted without data: arrays by shape, sizes, dtypes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from derive.dims import ONE, Dim, Shape

Value = Any
"""An Array, a Dim (a size), a Dtype, a Number, a Block, a tuple of values, a Path, or None."""
Entry = Callable[..., Value]
"""What an operation does: from the memory, the operands and the keywords to its result."""


class Unknown(Exception):
    """An operation whose memory is not known here; the text names it."""


@dataclass(frozen=True)
class Dtype:
    """kind: "f", "i" or "b"; item: bytes of an entry."""

    kind: str
    item: int


TRUTH, WHOLE, DOUBLE = Dtype("b", 1), Dtype("i", 8), Dtype("f", 8)


@dataclass(frozen=True)
class Number:
    """A Python number of the kind "f" or "i": it has no dtype that it gives to arrays."""

    kind: str = "f"


@dataclass(frozen=True)
class Path:
    """A module or a function of one, by its dotted name."""

    name: str


@dataclass(eq=False)
class Buffer:
    """A piece of memory, with the number of references to it.

    given: it is the caller's, and not counted.
    """

    size: Dim
    given: bool = False
    references: int = 1


@dataclass(frozen=True, eq=False)
class Block:
    """An object of Python that holds memory and whose inside is of no interest: a list."""

    buffer: Buffer
    length: Dim


@dataclass(frozen=True, eq=False)
class Array:
    """An array, or a view of one.

    order: the axes from the outermost to the innermost in memory.  packed: they leave no gaps.
    owns: it is the array that the buffer was made for, not a view of it.
    """

    shape: Shape
    dtype: Dtype
    buffer: Buffer
    order: tuple[int, ...]
    packed: bool = True
    owns: bool = True

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def is_in_order(self) -> bool:
        """Whether its entries lie in memory as they are counted, without gaps."""
        wide = [axis for axis in self.order if self.shape[axis] != ONE]
        return self.packed and wide == sorted(wide)


def in_order(shape: Sequence[Dim]) -> tuple[int, ...]:
    """Return the order of axes of a new array."""
    return tuple(range(len(shape)))
