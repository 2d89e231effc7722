"""Products with the one-hot form of integers, which is not formed: entries picked, or added up.

With t the integers, Y = onehot(t) X is `x[t]`; the cotangent of X adds each row of Ȳ where it was
picked.  Where the array and the integers share axes, the two go along: `take_along_axis`.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.operand import Labels, Layout, Operand
from derive.code.precedence import Code


class Picking(Layout):
    """Adds products with a one-hot form; out: the labels of the result."""

    out: Labels

    def picked(self, a: Operand, b: Operand, needed: set[int]) -> Operand | None:
        """Return the product of an array and a one-hot form; None where that must be formed."""
        if (a.depth is None) == (b.depth is None):
            return None
        x, index = (a, b) if b.depth else (b, a)
        *rows, depth = index.labels
        shared = [label for label in rows if label in x.labels]
        if depth in x.labels:
            if depth in needed:
                return None
            if not shared:
                return self._indexed(x, index)
            new = [label for label in rows if label not in shared]
            return self._taken_along(x, index, new) if len(new) <= 1 else None
        summed = [label for label in rows if label not in needed]
        if rows and len(summed) == len(rows):
            return self._added_up(x, index)
        if len(shared) < len(rows):
            return None
        if not summed:
            return self._placed(x, index)
        return self._added_along(x, index, summed[0]) if len(summed) == 1 else None

    def picked_at_once(self, operands: Sequence[Operand]) -> Operand | None:
        """Return the product of one array with several one-hot forms of the same rows: x[i, j]."""
        arrays = [x for x in operands if x.depth is None]
        hot = [x for x in operands if x.depth is not None]
        if len(arrays) != 1 or len(hot) < 2 or len({x.labels[:-1] for x in hot}) > 1:
            return None
        have, out = set(arrays[0].labels), set(self.out)
        rows, depths = set(hot[0].labels[:-1]), {index.labels[-1] for index in hot}
        if rows and depths <= have and not (depths & out or rows & have):
            return self._indexed_at(arrays[0], hot)
        if rows and rows <= have and not (rows & out or depths & have):
            return self._added_at(arrays[0], hot)
        return None

    def _indexed_at(self, x: Operand, hot: Sequence[Operand]) -> Operand:
        """Return x[i, j]."""
        depths = tuple(index.labels[-1] for index in hot)
        rest = tuple(label for label in x.labels if label not in depths)
        x = self.ordered(x, (*depths, *rest))
        code = self.dialect.indexed(x.code, [index.code.text for index in hot])
        return Operand(code, (*hot[0].labels[:-1], *rest))

    def _added_at(self, x: Operand, hot: Sequence[Operand]) -> Operand:
        """Return y[i[k], j[k]] += x[k] for every k."""
        rows = hot[0].labels[:-1]
        rest = tuple(label for label in x.labels if label not in rows)
        x = self.ordered(x, (*rows, *rest))
        sizes = [index.depth() for index in hot if index.depth is not None]
        code = self.dialect.added_at(x.code, [index.code for index in hot], sizes)
        return Operand(code, (*(index.labels[-1] for index in hot), *rest))

    def _indexed(self, x: Operand, index: Operand) -> Operand:
        """Return x[:, index]."""
        *rows, depth = index.labels
        at = x.labels.index(depth)
        code = self.dialect.indexed(x.code, [*[":"] * at, index.code.text])
        return Operand(code, (*x.labels[:at], *rows, *x.labels[at + 1 :]), view=not rows)

    def _taken_along(self, x: Operand, index: Operand, new: list[int]) -> Operand:
        """Return y[i, k] = x[i, index[i, k]]; without k, y[i] = x[i, index[i]]."""
        at = x.labels.index(index.labels[-1])
        along = (*x.labels[:at], *(new or x.labels[at : at + 1]), *x.labels[at + 1 :])
        code = self.dialect.taken_along(x.code, self._beside(index, along), at)
        if new:
            return Operand(code, along)
        labels = tuple(label for label in along if label != index.labels[-1])
        kept = tuple(label if label in labels else None for label in along)
        places = ["0" if label is None else ":" for label in kept]
        return Operand(self.dialect.indexed(code, places), labels, kept=(code, kept))

    def _added_up(self, x: Operand, index: Operand) -> Operand:
        """Return y[index[i]] += x[i] for every i."""
        *rows, depth = index.labels
        rest = tuple(label for label in x.labels if label not in rows)
        assert index.depth is not None
        wide = self.aligned(x, (*rows, *rest), full=True)
        code = self.dialect.added_up(wide, index.code, index.depth())
        return Operand(code, (depth, *rest))

    def _added_along(self, x: Operand, index: Operand, row: int) -> Operand:
        """Return y[i, index[i, k]] += x[i, k] for every i and k."""
        at = x.labels.index(row)
        assert index.depth is not None
        beside = self._beside(index, x.labels)
        code = self.dialect.added_along(x.code, beside, at, index.depth())
        return Operand(code, (*x.labels[:at], index.labels[-1], *x.labels[at + 1 :]))

    def _placed(self, x: Operand, index: Operand) -> Operand:
        """Return y[i, index[i]] = x[i], and 0 elsewhere along the new axis."""
        depth = index.labels[-1]
        after = (k for k, label in enumerate(x.labels) if self.comes_before(depth, label))
        at = next(after, len(x.labels))
        labels = (*x.labels[:at], depth, *x.labels[at:])
        wide = self.aligned(x, labels, full=True)
        assert index.depth is not None
        code = self.dialect.added_along(wide, self._beside(index, labels), at, index.depth())
        return Operand(code, labels)

    def comes_before(self, label: int, other: int) -> bool:
        """Whether the result has an axis before another; given by the subclass."""
        raise NotImplementedError

    def _beside(self, index: Operand, labels: Labels) -> Code:
        """Return the integers with an axis for each label, of size 1 where they have none."""
        plain = Operand(index.code, index.labels[:-1])
        return self.aligned(plain, labels, full=True)
