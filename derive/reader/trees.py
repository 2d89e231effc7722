"""What the trees of Python's grammar are called in messages, and what to write instead."""

from __future__ import annotations

import ast

_WORDS = {
    "Set": "a set",
    "SetComp": "a set",
    "Await": "await",
    "Yield": "yield",
    "YieldFrom": "yield",
    "Slice": "a slice",
    "Starred": "a starred expression",
    "LShift": "<<",
    "RShift": ">>",
    "BitXor": "^",
    "MatMult": "@",
    "Mod": "%",
    "FloorDiv": "//",
}
_INSTEAD: dict[type[ast.AST], str] = {
    ast.Yield: "return the array",
    ast.Set: "use a list",
    ast.SetComp: "use a list",
}


def named(tree: ast.AST) -> str:
    """Return what a tree is, in the words of a message."""
    name = type(tree).__name__
    return _WORDS.get(name, name.lower())


def instead(tree: ast.AST) -> str:
    """Return what to write in the place of a tree that is not read."""
    return _INSTEAD.get(type(tree), "")
