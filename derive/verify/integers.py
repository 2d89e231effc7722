"""The bound of an integer argument: `int < v`, where v is an integer expression of dimensions."""

from __future__ import annotations

import ast
from collections.abc import Mapping


def bound_of(kind: str, sizes: Mapping[str, int]) -> int:
    """Return v of the property "int < v" at these sizes; without a bound, 2."""
    _, _, text = kind.partition("<")
    return _value(ast.parse(text.strip(), mode="eval").body, sizes) if text.strip() else 2


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, sizes), _value(node.right, sizes)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.FloorDiv):
            return left // right
    raise ValueError(f"not a dimension expression: {ast.unparse(node)}")


def names_of(kind: str) -> set[str]:
    """Return the dimension names that the bound of "int < v" contains."""
    _, _, text = kind.partition("<")
    if not text.strip():
        return set()
    return {node.id for node in ast.walk(ast.parse(text.strip())) if isinstance(node, ast.Name)}
