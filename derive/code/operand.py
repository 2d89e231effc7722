"""An array on its way through a product: code with a label for each axis, laid out as needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from derive.code.dialect import Dialect
from derive.code.precedence import Code

Labels = tuple[int, ...]


class Operand(NamedTuple):
    """An array on the way: its code and a label for each axis.

    kept: the same with the summed axes left at size 1, where that spares inserting them again;
    its labels have None there.  view: it shares memory with a named array.
    shapes: the labels of the arrays that a matrix product was made of, for the comment.
    depth: for the one-hot form of integers, which is formed only where nothing else serves: how
    its last axis' length is written.  `code` is that of the integers, without that axis.
    """

    code: Code
    labels: Labels
    kept: tuple[Code, tuple[int | None, ...]] | None = None
    view: bool = False
    shapes: tuple[Labels, ...] = ()
    matrix: bool = False
    depth: Callable[[], str] | None = None

    @property
    def leaves(self) -> tuple[Labels, ...]:
        return self.shapes or (self.labels,)


class Layout:
    """Operands brought into the order of other labels."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def formed(self, x: Operand) -> Operand:
        """Return the operand as an array: a one-hot form is made."""
        if x.depth is None:
            return x
        return Operand(self.dialect.one_hot(x.code, x.depth()), x.labels)

    def ordered(self, x: Operand, labels: Labels) -> Operand:
        """Return the operand with its axes in that order."""
        if x.labels == labels:
            return x
        order = [x.labels.index(label) for label in labels]
        if order == [1, 0]:
            code = self.dialect.transposed(x.code)
        elif order[:-2] == list(range(len(order) - 2)):
            code = self.dialect.swapped(x.code)
        else:
            code = self.dialect.permuted(x.code, order)
        return x._replace(code=code, labels=labels, kept=None, shapes=())

    def aligned(self, x: Operand, labels: Sequence[int], full: bool = False) -> Code:
        """Return the operand laid out along `labels`, with axes of size 1 where it has none.

        Leading axes of that kind are left out unless `full`, since arrays align at the last axes.
        """
        if not x.labels:
            return x.code
        wanted = tuple(label for label in labels if label in x.labels)
        if x.kept is not None and wanted == x.labels and self._fits(x.kept[1], labels, full):
            return x.kept[0]
        x = self.ordered(x, wanted)
        places = [":" if label in wanted else "None" for label in labels]
        if not full:
            while places and places[0] == "None":
                places.pop(0)
        return self.dialect.indexed(x.code, places) if "None" in places else x.code

    @staticmethod
    def _fits(kept: tuple[int | None, ...], labels: Sequence[int], full: bool) -> bool:
        """Whether axes kept at size 1 lie where `labels` needs them."""
        start = len(labels) - len(kept)
        if start < 0 or (full and start):
            return False
        pairs = zip(kept, labels[start:], strict=True)
        have = {label for label in kept if label is not None}
        return all(k == label if k is not None else label not in have for k, label in pairs) and (
            kept[0] is not None or any(label in have for label in labels[start:])
        )
