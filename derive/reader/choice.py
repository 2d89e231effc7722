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
    spec = tree.args
    arguments = (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg)
    annotations = (a.annotation for a in arguments if a is not None)
    return any(a is not None and annotation_text(a) is not None for a in annotations)


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
        raise _without_model(source, shown)
    return found


def _without_model(source: Source, shown: str) -> DeriveError:
    """Return the error for a text without a model, at what comes nearest to one."""
    first = next(iter(source.functions.values()), None)
    kinds = [tree for tree in source.tree.body if type(tree) in _NO_MODELS]
    hint = 'annotate the arrays: def model(x: "n d", *, w: "d m"):'
    if first is None and kinds:
        found, hint = _NO_MODELS[type(kinds[0])]
        place = _head(source, kinds[0])
        return DeriveError(f"{shown} has {found}, no function", where=place, hint=hint)
    where = None if first is None else _head(source, first)
    return DeriveError(f"{shown} has no function with shape annotations", where=where, hint=hint)


_NO_MODELS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.ClassDef: ("a class", "write its forward as a function, the parameters as arguments"),
    ast.AsyncFunctionDef: ("an async function", "write it without async"),
}


def _head(source: Source, tree: ast.stmt) -> Place:
    """Return the place of the first line of a definition."""
    where = source.place(tree)
    return Place(where.file, where.line, where.column, len(where.text) + 1, where.text)
