"""One-hot factors by which a product picks entries, or adds them up where integers point.

Y[i, e] = Σⱼ onehot(t)[i, j] X[j, e] is X[t], and X̄[j, e] = Σᵢ onehot(t)[i, j] Ȳ[i, e] adds each row
of Ȳ to the row that its integer names.  Such a factor is never formed: it stays in its product,
and code indexes.  One whose rows the other factor has (a mask as large as that) is an array.
"""

from __future__ import annotations

from derive.algebra.nodes import Apply, Contract, Node


def is_one_hot(node: Node) -> bool:
    """Whether the node is the one-hot form of integers."""
    return isinstance(node, Apply) and node.rule == "onehot"


def one_hot_of(node: Contract) -> list[int]:
    """Return the numbers of the factors that are one-hot forms."""
    return [k for k, factor in enumerate(node.children) if is_one_hot(factor)]


def picks(node: Contract, k: int) -> bool:
    """Whether factor k, a one-hot form, picks or adds up entries of one other factor."""
    factor, axes = node.factors[k]
    if not is_one_hot(factor):
        return False
    *rows, depth = axes
    others = [set(at) for i, (_, at) in enumerate(node.factors) if i != k]
    if depth not in node.out:
        return sum(depth in at for at in others) == 1
    summed = not set(rows) & set(node.out)
    return summed and any(set(rows) <= at and depth not in at for at in others)


def picked_from(node: Contract, k: int) -> Node | None:
    """Return the factor whose entries a one-hot factor picks, row by row; else None."""
    *rows, depth = node.factors[k][1]
    beside = [(f, at) for i, (f, at) in enumerate(node.factors) if i != k and depth in at]
    return next((f for f, at in beside if set(rows) <= set(at)), None)


def depth_of(node: Contract, k: int) -> int | None:
    """Return the label that a one-hot factor counts along, None for any other factor."""
    factor, axes = node.factors[k]
    return axes[-1] if is_one_hot(factor) else None
