"""Who holds an array: NumPy and PyTorch change arrays in place, and a change shows everywhere.

A name may be changed in place where no other name holds the array or looks into it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from derive.algebra.nodes import Node
from derive.reader.session import Session
from derive.reader.values import Frame
from derive.reader.views import view_root


def root(session: Session, node: Node) -> Node:
    """Return the array that a node looks into, or the node."""
    inner = session.unfold(node)
    return view_root(inner, session.definitions) or node


def other_holder(
    session: Session, name: str, value: Node, frame: Frame, frames: list[Frame]
) -> str | None:
    """Return another name at work that holds the array of `name`, or looks into it."""
    own = root(session, value)
    symbols = [own, *session.views.get(own, ())]
    for other_frame in frames:
        names = other_frame.names
        for symbol in symbols:
            for other in sorted(names.holders.get(symbol, ())):
                if other != name or other_frame is not frame:
                    return other
        for other in sorted(names.loose):
            if any(root(session, node) == own for node in _nodes(names[other])):
                return other
    return None


def _nodes(value: object) -> Iterator[Node]:
    """Yield the arrays in nested lists."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _nodes(item)


def changed_names(tree: ast.AST) -> set[str]:
    """Return the names that a function changes in place."""
    found = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AugAssign) else targets
        for target in targets:
            base = target
            while isinstance(base, ast.Subscript):
                base = base.value
            in_place = base is not target or isinstance(node, ast.AugAssign)
            if isinstance(base, ast.Name) and in_place:
                found.add(base.id)
    return found
