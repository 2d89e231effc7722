"""Matrices with orthonormal columns or rows, by what computes them or by their kind: QᵀQ = I."""

from __future__ import annotations

from itertools import combinations

from derive.algebra.build import contract
from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.algebra.stacks import identity

_COLUMNS, ROWS = -2, -1
"""The axis that is summed where the columns, or the rows, meet themselves."""
_UNIT = {
    "eigenvectors": (_COLUMNS, ROWS),
    "left_vectors": (_COLUMNS,),
    "right_vectors": (ROWS,),
    "orthonormal_factor": (_COLUMNS,),
}
_VALUES = frozenset({"eigenvalues", "singular_values", "triangular_factor"})
_KINDS = {
    "orthogonal": (_COLUMNS, ROWS),
    "orthonormal columns": (_COLUMNS,),
    "orthonormal rows": (ROWS,),
}


def orthonormal_kind(node: Node) -> str:
    """Return the word for a matrix with orthonormal columns, rows or both, "" for others."""
    axes = unit_axes(node)
    return next((word for word, of in _KINDS.items() if of == axes), "")


def unit_axes(node: Node) -> tuple[int, ...]:
    """Return the axes, COLUMNS or ROWS, along which the matrix meets itself as the identity."""
    if isinstance(node, Symbol):
        return _KINDS.get(node.kind, ())
    axes = _UNIT.get(node.rule, ()) if isinstance(node, Apply) else ()
    return (_COLUMNS, ROWS) if axes and node.shape[-1] == node.shape[-2] else axes


def is_decomposition(node: Node) -> bool:
    """Whether the node is one result of a decomposition, which has others."""
    return isinstance(node, Apply) and (node.rule in _UNIT or node.rule in _VALUES)


def with_orthonormal(node: Node) -> Node:
    """Return a product with every QᵀQ left out."""
    while isinstance(node, Contract):
        shorter = _met(node)
        if shorter is None:
            break
        node = shorter
    return node


def _met(node: Contract) -> Node | None:
    """Return the product without one QᵀQ = I."""
    for (j, (first, at)), (k, (second, to)) in combinations(enumerate(node.factors), 2):
        if first != second or at[:-2] != to[:-2]:
            continue
        for axis in unit_axes(first):
            label, ends = at[axis], (at[_COLUMNS + ROWS - axis], to[_COLUMNS + ROWS - axis])
            uses = sum(axes.count(label) for _, axes in node.factors)
            if label == to[axis] and label not in node.out and uses == 2:
                size = first.shape[_COLUMNS + ROWS - axis]
                unit = identity((*first.shape[:-2], size, size))
                rest = [f for i, f in enumerate(node.factors) if i not in (j, k)]
                rest.insert(j, (unit, (*at[:-2], *ends)))
                sizes = {i: d for i, d in enumerate(node.sizes) if i != label}
                return contract(node.out, rest, sizes, node.coefficient)
    return None
