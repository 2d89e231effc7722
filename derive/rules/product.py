"""Products and sums: the multilinear rule, and linearity.

Y = c Σ A B … moves by one factor at a time, and a factor crosses the inner product to the other
side (Giles 2008, section 2.2.2): in the matrix view dY = A dX B and X̄ = Aᵀ Ȳ Bᵀ.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from derive.algebra.build import contract
from derive.algebra.nodes import Add, Contract, Node, Symbol


class Product:
    """Y[out] = c Σ Π F[axes]: product, transpose, sum, trace, outer product, broadcast, …"""

    def value(self, node: Contract, xp: ModuleType, *arrays: Any) -> Any:
        """Return the product; the coefficient is the evaluator's, which knows the sizes."""
        operands: list[Any] = []
        for array, (_, axes) in zip(arrays, node.factors, strict=True):
            operands += [array, list(axes)]
        return xp.einsum(*operands, list(node.out))

    def differential(self, node: Contract, i: int, dX: Node, out: Symbol | None = None) -> Node:
        factors = [
            (dX if k == i else factor, axes) for k, (factor, axes) in enumerate(node.factors)
        ]
        return contract(node.out, factors, dict(enumerate(node.sizes)), node.coefficient)

    def pullback(self, node: Contract, i: int, Ybar: Node, out: Symbol | None = None) -> Node:
        _, axes = node.factors[i]
        factors = list(node.factors)
        factors[i] = (Ybar, node.out)
        return contract(axes, factors, dict(enumerate(node.sizes)), node.coefficient)


class Sum:
    """Y = A + B + …: each term moves, and receives, by itself."""

    def value(self, node: Add, xp: ModuleType, *arrays: Any) -> Any:
        total = arrays[0]
        for array in arrays[1:]:
            total = total + array
        return total

    def differential(self, node: Add, i: int, dX: Node, out: Symbol | None = None) -> Node:
        return dX

    def pullback(self, node: Add, i: int, Ybar: Node, out: Symbol | None = None) -> Node:
        return Ybar
