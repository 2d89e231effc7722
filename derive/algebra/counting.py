"""How many operations a reader counts in an expression: transposes, copies and signs are free."""

from __future__ import annotations

from functools import lru_cache

from derive.algebra.nodes import Add, Contract, Map, Node


@lru_cache(maxsize=8192)
def operations(node: Node) -> int:
    """Count the operations that a reader sees; transposes and copies are free."""
    inner = sum(operations(child) for child in node.children)
    if isinstance(node, Contract):
        c = node.coefficient
        number = c.number not in (1, -1)
        return inner + max(0, len(node.factors) + number + len(c.powers) - 1)
    if isinstance(node, Add):
        return inner + len(node.terms) - 1
    if isinstance(node, Map):
        return inner + node.fn.operations
    return inner + bool(node.children)
