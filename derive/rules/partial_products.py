"""Products of entries along an axis, right where entries are zero: no quotient is taken.

With y = Π xⱼ each entry moves by the product of the others, dy = Σⱼ (Π_{k≠j} xₖ) dxⱼ.  The others
of every entry are themselves products of the entries that a mask leaves, and so are cumulative
products; one rule serves both, and its derivatives are products of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from derive.algebra.build import add, apply, contract, elementwise, hadamard, labels_of, negative
from derive.algebra.build import ones as ones_of
from derive.algebra.nodes import Apply, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.dims import Dim
from derive.rules.base import Rule
from derive.rules.softmax import copied, summed

LEFT_OUT = scalar.slot(1) + (1 - scalar.slot(1)) * scalar.slot(0)  # 1 where the mask is 1


def others(x: Node, axis: int) -> Node:
    """Return at each entry the product of all other entries along the axis."""
    return apply("prod_others", [x], (axis,), x.shape)


class Prod:
    """y = Π X along an axis, without it."""

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        return xp.prod(x, axis=node.params[0])

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return summed(hadamard(others(x, node.params[0]), dX), node.params)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        (x,) = node.args
        return hadamard(copied(Ybar, node.params, x.shape), others(x, node.params[0]))


class PartialProducts:
    """Yᵢ = Π xⱼ along an axis over the j that the mask leaves, those with mask[i, j] = 0."""

    def __init__(self, mask: Callable[[Dim], Node]) -> None:
        self.mask = mask

    def value(self, node: Apply, xp: ModuleType, x: Any) -> Any:
        raise TypeError("the evaluator tells this by its definition")

    def differential(self, node: Apply, i: int, dX: Node, out: Symbol | None) -> Node:
        return self._applied(node, dX, onto_first=True)

    def pullback(self, node: Apply, i: int, Ybar: Node, out: Symbol | None) -> Node:
        return self._applied(node, Ybar, onto_first=False)

    def _applied(self, node: Apply, change: Node, *, onto_first: bool) -> Node:
        """Return Σⱼ Jᵢⱼ changeⱼ, or Σᵢ changeᵢ Jᵢⱼ, with Jᵢⱼ the product without xⱼ."""
        (x,) = node.args
        (axis,) = node.params
        labels, sizes = labels_of(x)
        j = x.rank  # a last axis for the factors; `axis` counts the products
        sizes[j] = x.shape[axis]
        of_x = [j if label == axis else label for label in labels]
        mask = contract((*labels, j), [(self.mask(sizes[j]), (axis, j))], sizes)
        wide = contract((*labels, j), [(x, of_x)], sizes)
        kept = add(ones_of(mask.shape), negative(mask))
        factors = elementwise(LEFT_OUT, [wide, mask], wide.shape)
        jacobian = hadamard(kept, others(factors, j))
        at, out = (of_x, labels) if onto_first else (list(labels), of_x)
        return contract(out, [(jacobian, (*labels, j)), (change, at)], sizes)


def itself(size: Dim) -> Node:
    """Mask each entry itself: what is left is the others."""
    return contract((0, 0), [], {0: size})


def later(size: Dim) -> Node:
    """Mask the entries behind: what is left is a cumulative product."""
    return apply("tri", [], (False, 1), (size, size))


PARTIAL_PRODUCTS_RULES: dict[str, Rule] = {
    "prod": Prod(),
    "prod_others": PartialProducts(itself),
    "cumprod": PartialProducts(later),
}
