"""What the factors of a matrix make when they are multiplied: U Σ Vᵀ = A, Q R = A."""

from __future__ import annotations

from derive.algebra.build import apply, contract, labels_of
from derive.algebra.forms.inverses import inverse
from derive.algebra.forms.part_of_product import with_part
from derive.algebra.nodes import Apply, Contract, Map, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.stacks import product, turned

_RECIPROCAL = 1 / scalar.slot(0)


def composed(node: Contract) -> Node | None:
    """Return the product with A for one U Σ Vᵀ or Q R, or A⁺ᵀ for U Σ⁻¹ Vᵀ; None without such."""
    for factor in dict.fromkeys(node.children):
        inverted = isinstance(factor, Map) and factor.fn == _RECIPROCAL
        of = factor.children[0] if inverted else factor
        if not isinstance(of, Apply) or of.rule not in ("singular_values", "triangular_factor"):
            continue
        value = _inverse_turned(of.args[0]) if inverted else of.args[0]
        part = _values_between(of, factor) if of.rule == "singular_values" else _with_q(of)
        shorter = with_part(node, part, value)
        if shorter is not None:
            return shorter
    return None


def _values_between(of: Apply, values: Node) -> Contract:
    """Return U diag(values) Vᵀ, with the vectors that belong to the singular values `of`."""
    (matrix,) = of.args
    *lead, rows, columns = matrix.shape
    left = apply("left_vectors", [matrix], (), (*lead, rows, of.shape[-1]))
    right = apply("right_vectors", [matrix], (), (*lead, of.shape[-1], columns))
    axes, sizes = labels_of(values)
    middle = contract((*axes, axes[-1]), [(values, axes)], sizes)
    made = product(left, middle, right)
    assert isinstance(made, Contract)
    return made


def _with_q(r: Apply) -> Contract:
    """Return Q R."""
    (matrix,) = r.args
    made = product(apply("orthonormal_factor", [matrix], (), matrix.shape), r)
    assert isinstance(made, Contract)
    return made


def _inverse_turned(matrix: Node) -> Node:
    """Return A⁻ᵀ, or A⁺ᵀ of a matrix that is not surely square."""
    *lead, rows, columns = matrix.shape
    if rows == columns:
        return turned(inverse(matrix))
    return turned(apply("pinv", [matrix], (), (*lead, columns, rows)))
