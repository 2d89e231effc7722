"""The memory of an interpreted program: what is alive, and when most was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.code.footprint.values import Array, Block, Buffer, Dtype, Value, in_order
from derive.dims import Dim, dim, size_of

ELIDED = 256 * 1024
"""From as many bytes on, NumPy writes the result of arithmetic into a temporary operand."""
ITERATED = 8192
"""Entries of the buffer through which NumPy passes an operand that it must cast or copy along."""


class Memory:
    """Counts bytes as they are allocated and freed.

    sizes: of every dimension, by which the largest moment is judged.  exact: they are the sizes
    that are asked about, so that small arrays count as small; else every array counts as large,
    and NumPy's own buffers of a fixed size are left out.
    """

    def __init__(self, sizes: Mapping[str, int], exact: bool) -> None:
        self.sizes = sizes
        self.exact = exact
        self.log: list[tuple[Buffer, bool]] = []
        self.alive = 0
        self.most = 0
        self.most_at = 0
        self.place: object = None
        self.most_place: object = None

    def value(self, d: Dim) -> int:
        """Return a size as a number."""
        return d.evaluate(self.sizes)

    def allocate(self, size: Dim) -> Buffer:
        """Return new memory, with one reference to it."""
        buffer = Buffer(size)
        self._note(buffer, born=True)
        return buffer

    def new(self, shape: Sequence[Dim], dtype: Dtype, order: tuple[int, ...] = ()) -> Array:
        """Return a new array, its axes in the given order."""
        buffer = self.allocate(size_of(shape) * dtype.item)
        return Array(tuple(shape), dtype, buffer, order or in_order(shape))

    def hold(self, value: Value) -> Value:
        """Return the value with one more reference to its memory."""
        for buffer in buffers(value):
            buffer.references += 1
        return value

    def drop(self, value: Value) -> None:
        """Take a reference away; memory that nothing refers to is freed."""
        for buffer in buffers(value):
            buffer.references -= 1
            if not buffer.references:
                self._note(buffer, born=False)

    def is_large(self, array: Array) -> bool:
        """Whether NumPy would reuse such a temporary."""
        return not self.exact or self.value(size_of(array.shape)) * array.dtype.item >= ELIDED

    def peak(self) -> Dim:
        """Return the bytes that were alive when most were."""
        total = dim(0)
        for buffer, born in self.log[: self.most_at]:
            total = total + buffer.size if born else total - buffer.size
        return total

    def _note(self, buffer: Buffer, *, born: bool) -> None:
        if buffer.given:
            return
        self.log.append((buffer, born))
        self.alive += self.value(buffer.size) if born else -self.value(buffer.size)
        if self.alive > self.most:
            self.most, self.most_at, self.most_place = self.alive, len(self.log), self.place


def buffers(value: Value) -> list[Buffer]:
    """Return the memory that a value refers to, as often as it does."""
    if isinstance(value, Array | Block):
        return [value.buffer]
    if isinstance(value, tuple):
        return [buffer for item in value for buffer in buffers(item)]
    return []
