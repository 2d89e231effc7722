"""Labelled products as code: pairs in the cheapest order, each as a matrix product where it is one.

Operands carry one label for each axis.  Two are combined at a time: entrywise where nothing is
summed, else as `@`, with the transposes that this takes; a chain `A B v` never forms A B.  Numbers
and scalars go where the array that they scale is smallest.  einsum is the last resort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod

from derive.algebra.forms.association import Order
from derive.code.dialect import Dialect
from derive.code.operand import Labels, Operand
from derive.code.picking import Picking
from derive.code.precedence import CALL, TERM, UNARY, Code, product, times


class Contraction(Picking):
    """The combining of one product's operands.

    out: the labels of the result; weight: the reference size of each label; unit: the labels of
    size 1, which are dropped rather than summed.
    """

    def __init__(
        self,
        dialect: Dialect,
        out: Sequence[int],
        weight: Callable[[int], int],
        unit: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(dialect)
        self.unit = unit
        self.out = tuple(out)
        self.weight = weight

    def size(self, labels: Iterable[int]) -> int:
        return prod(map(self.weight, labels))

    def rank_in_out(self, label: int) -> int:
        return self.out.index(label) if label in self.out else len(self.out) + label

    def comes_before(self, label: int, other: int) -> bool:
        """Whether the result has an axis before another."""
        return self.rank_in_out(label) < self.rank_in_out(other)

    def combine(self, operands: Sequence[Operand | None], order: Order) -> Operand:
        """Return the product, summed over every label that is not in `out`.

        None stands for a scalar, which is set aside.
        """
        held = {k: x for k, x in enumerate(operands) if x is not None}
        at_once = self.picked_at_once(tuple(held.values()))
        if at_once is not None:
            return self._summed(at_once, set(self.out))
        for k in tuple(held):
            held[k] = self._summed(held[k], self._needed(held, k))
        for k, (i, j) in enumerate(order, len(operands)):
            a, b = held.pop(i), held.pop(j)
            held[k] = self._pair(a, b, self._needed(held))
        (done,) = held.values()
        return self._summed(self.formed(done), set(self.out))

    def _needed(self, held: Mapping[int, Operand], without: int = -1) -> set[int]:
        """Return the labels of the result and of the operands, of one of them excepted."""
        return {*self.out, *(label for k, x in held.items() if k != without for label in x.labels)}

    def _summed(self, x: Operand, needed: set[int]) -> Operand:
        if x.depth is not None and x.labels[-1] in needed:
            return x
        x = self.formed(x)
        axes = [k for k, label in enumerate(x.labels) if label not in needed]
        if not axes:
            return x
        rank = len(x.labels)
        labels = tuple(label if label in needed else None for label in x.labels)
        left = tuple(label for label in x.labels if label in needed)
        if all(x.labels[k] in self.unit for k in axes):
            places = ["0" if label is None else ":" for label in labels]
            return Operand(self.dialect.indexed(x.code, places), left, kept=(x.code, labels))
        code = self.dialect.summed(x.code, axes, rank, keep=False)
        kept = self.dialect.summed(x.code, axes, rank, keep=True)
        return Operand(code, left, kept=(kept, labels), shapes=(x.labels,))

    def mean(self, operands: list[Operand]) -> Operand:
        """Return the means of the entrywise product over every label that is not in `out`."""
        x = self.formed(operands[0]) if len(operands) == 1 else self.entrywise(operands)
        axes = [k for k, label in enumerate(x.labels) if label not in self.out]
        rank = len(x.labels)
        code = self.dialect.averaged(x.code, axes, rank, keep=False)
        kept = self.dialect.averaged(x.code, axes, rank, keep=True)
        labels = tuple(label if label in self.out else None for label in x.labels)
        left = tuple(label for label in x.labels if label in self.out)
        return Operand(code, left, kept=(kept, labels), shapes=(x.labels,))

    def _pair(self, a: Operand, b: Operand, needed: set[int]) -> Operand:
        if a.depth or b.depth:
            found = self.picked(a, b, needed)
            if found is not None:
                return self._summed(found, needed)
            a, b = self.formed(a), self.formed(b)
        summed = [label for label in a.labels if label in b.labels and label not in needed]
        if not summed:
            return self.entrywise([a, b])
        only_a = [label for label in a.labels if label not in b.labels]
        only_b = [label for label in b.labels if label not in a.labels]
        shared = [label for label in a.labels if label in b.labels and label in needed]
        if not only_a and not only_b:
            return self._dot(a, b, needed, shared)
        if shared:
            return self._batched(a, b, summed, only_a, only_b, shared)
        if len(summed) == 1:
            found = self._matmul(a, b, summed[0]) or self._matmul(b, a, summed[0])
            if found:
                return found
        return self._tensordot(a, b, summed)

    def _dot(self, a: Operand, b: Operand, needed: set[int], shared: list[int]) -> Operand:
        if shared:
            return self._summed(self.entrywise([a, b]), needed)
        leaves = (a.labels, b.labels)
        if len(a.labels) == 1:
            return Operand(product([a.code, b.code], "@"), (), shapes=leaves, matrix=True)
        b = self.ordered(b, a.labels)
        return Operand(self.dialect.dot(a.code, b.code), (), shapes=leaves)

    def _matmul(self, a: Operand, b: Operand, k: int) -> Operand | None:
        """Return a @ b where each is a vector, a matrix, or a stack of row vectors."""
        if len(a.labels) > 2 or len(b.labels) > 2:
            return self._stacked(a, b, k)
        if len(a.labels) == 2 and len(b.labels) == 2:
            m = a.labels[0] if a.labels[1] == k else a.labels[1]
            n = b.labels[0] if b.labels[1] == k else b.labels[1]
            if not self._in_order(m, n, turned=(a.labels[1] != k) + (b.labels[0] != k)):
                return None  # the other way round gives the order that is wanted
            return self._joined(self.ordered(a, (m, k)), self.ordered(b, (k, n)), (m, n))
        if len(a.labels) == 2:
            m = a.labels[0] if a.labels[1] == k else a.labels[1]
            return self._joined(self.ordered(a, (m, k)), b, (m,))
        return self._joined(a, b, (b.labels[1],)) if b.labels[0] == k else None

    def _in_order(self, m: int, n: int, turned: int) -> bool:
        """Whether a product is best laid out with m before n.

        Where both stay, the result says; else the fewest transposes of the two factors, of which
        this order takes `turned` and the other the rest; else the one that stays keeps its side.
        """
        if m in self.out and n in self.out:
            return self.out.index(m) < self.out.index(n)
        if turned != 1:
            return turned == 0
        middle = len(self.out) - 1.5
        sides = [self.out.index(k) if k in self.out else middle for k in (m, n)]
        return sides[0] <= sides[1]

    def _stacked(self, a: Operand, b: Operand, k: int) -> Operand | None:
        if len(b.labels) <= 2 and a.labels[-1] == k:
            n = tuple(label for label in b.labels if label != k)
            return self._joined(a, self.ordered(b, (k, *n)), (*a.labels[:-1], *n))
        if len(a.labels) == 2 and b.labels[-2] == k and len(b.labels) > 2:
            m = a.labels[0] if a.labels[1] == k else a.labels[1]
            labels = (*b.labels[:-2], m, b.labels[-1])
            return self._joined(self.ordered(a, (m, k)), b, labels)
        return None

    def _joined(self, a: Operand, b: Operand, labels: Labels) -> Operand:
        code = product([a.code, b.code], "@")
        return Operand(code, labels, shapes=(*a.leaves, *b.leaves), matrix=True)

    def _tensordot(self, a: Operand, b: Operand, summed: list[int]) -> Operand:
        left = [label for label in a.labels if label not in summed]
        right = [label for label in b.labels if label not in summed]
        if left and right and self.rank_in_out(left[0]) > self.rank_in_out(right[0]):
            a, b, left, right = b, a, right, left
            summed = [label for label in a.labels if label in summed]
        at_a = [a.labels.index(label) for label in summed]
        at_b = [b.labels.index(label) for label in summed]
        code = self.dialect.tensordot(a.code, b.code, at_a, at_b)
        return Operand(code, (*left, *right), shapes=(a.labels, b.labels))

    def _batched(
        self,
        a: Operand,
        b: Operand,
        summed: list[int],
        only_a: list[int],
        only_b: list[int],
        shared: list[int],
    ) -> Operand:
        if len(summed) > 1 or len(only_a) > 1 or len(only_b) > 1:
            return self._einsum(a, b, summed)
        batch = tuple(sorted(shared, key=self.rank_in_out))
        if only_a and only_b and self.rank_in_out(only_a[0]) > self.rank_in_out(only_b[0]):
            a, b, only_a, only_b = b, a, only_b, only_a
        if not only_a:
            a, b, only_a, only_b = b, a, only_b, only_a
        left = self.ordered(a, (*batch, *only_a, *summed))
        right = self.ordered(b, (*batch, *summed, *only_b))
        if only_b:
            return self._joined(left, right, (*batch, *only_a, *only_b))
        labels = (*batch, *only_a)
        joined = product([left.code, self._column(right)], "@")
        code = self.dialect.indexed(joined, ["...", "0"])
        shapes = (left.labels, right.labels)
        return Operand(code, labels, kept=(joined, (*labels, None)), shapes=shapes)

    def _column(self, x: Operand) -> Code:
        """Return the operand with an axis of size 1 at its end."""
        if x.kept and x.kept[1] == (*x.labels, None):
            return x.kept[0]
        return self.dialect.indexed(x.code, ["...", "None"])

    def _einsum(self, a: Operand, b: Operand, summed: list[int]) -> Operand:
        both = dict.fromkeys((*a.labels, *b.labels))
        letter = {label: chr(ord("a") + k) for k, label in enumerate(both)}
        left = sorted((label for label in both if label not in summed), key=self.rank_in_out)
        words = ["".join(letter[label] for label in x) for x in (a.labels, b.labels, left)]
        pattern = f"{words[0]},{words[1]}->{words[2]}"
        code = self.dialect.einsum(pattern, [a.code, b.code])
        return Operand(code, tuple(left), shapes=(a.labels, b.labels))

    def entrywise(self, operands: Sequence[Operand]) -> Operand:
        """Return the product entry by entry, each copied along the axes that it lacks."""
        operands = [self.formed(x) for x in operands]
        labels = list(dict.fromkeys(label for x in operands for label in x.labels))
        longest = max((x.labels for x in operands), key=len)
        if set(labels) <= set(self.out) or set(labels) != set(longest):
            labels.sort(key=self.rank_in_out)
        else:  # something is summed later: leave the arrays as they lie
            labels = list(longest)
        codes = [self.aligned(x, labels) for x in operands]
        return Operand(product(codes), tuple(labels))


def scaled(code: Code, scalars: list[Code], below: list[Code], *, inside: bool) -> Code:
    """Return scalars · code / below; `inside` lets the numbers scale the first factor."""
    if scalars:
        if code.level == TERM and not inside:
            code = Code(f"({code.text})", CALL)
        code = times(product(scalars), code)
    if below:
        code = Code(f"{code.at(TERM)} / {product(below).at(UNARY)}", TERM)
    return code
