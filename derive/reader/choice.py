"""Which functions of a file are models: those with shape annotations, or the one that is named."""

from __future__ import annotations

import ast

from derive.errors import DeriveError, Place
from derive.reader import faults
from derive.reader.annotations import annotation_text
from derive.reader.source import Source


def model_functions(source: Source) -> dict[str, ast.FunctionDef]:
    """Return the functions of a file that carry a shape annotation."""
    return {name: tree for name, tree in source.functions.items() if is_model(tree)}


def is_model(tree: ast.FunctionDef) -> bool:
    """Whether an argument of the function has a shape annotation."""
    arguments = (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)
    return any(
        a.annotation is not None and annotation_text(a.annotation) is not None for a in arguments
    )


def choose(source: Source, function: str | None) -> list[ast.FunctionDef]:
    """Return the functions of a file to be read: one by name, else all with annotations."""
    shown = source.path or "the text"
    if function is not None:
        tree = source.functions.get(function)
        if tree is None:
            names = ", ".join(source.functions) or "none"
            near = faults.suggestion(function, source.functions)
            raise DeriveError(
                f"{shown} has no function {function}", needed=(f"It has: {names}.",), hint=near
            )
        return [tree]
    found = list(model_functions(source).values())
    if not found:
        first = next(iter(source.functions.values()), None)
        where = None if first is None else source.place(first)
        if where is not None:
            where = Place(where.file, where.line, where.column, len(where.text) + 1, where.text)
        raise DeriveError(
            f"{shown} has no function with shape annotations",
            where=where,
            hint='annotate the arrays: def model(x: "n d", *, w: "d m"):',
        )
    return found
