"""An expression as one scalar function of the arrays that it computes entry by entry from."""

from __future__ import annotations

from derive.algebra.nodes import Add, Contract, Map, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, slot


def as_function(value: Node) -> tuple[Scalar, tuple[Node, ...]]:
    """Return the node as one scalar function of its parts, which have its shape."""
    parts: dict[Node, int] = {}
    fn = _entrywise(value, parts)
    return fn, tuple(parts)


def _entrywise(value: Node, parts: dict[Node, int]) -> Scalar:
    if isinstance(value, Add):
        return scalar.add(*(_entrywise(term, parts) for term in value.terms))
    if isinstance(value, Map):
        inner = [_entrywise(arg, parts) for arg in value.args]
        return scalar.substitute(value.fn, dict(enumerate(inner)))
    if isinstance(value, Contract) and not value.coefficient.powers and _is_hadamard(value):
        factors = [_entrywise(factor, parts) for factor in value.children]
        return scalar.mul(value.coefficient.number, *factors)
    return slot(parts.setdefault(value, len(parts)))


def _is_hadamard(value: Contract) -> bool:
    return len(set(value.out)) == len(value.out) and all(
        axes == value.out for _, axes in value.factors
    )
