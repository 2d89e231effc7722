"""The doors of the reader: a file, a text, a live function, an expression; what is a model."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

from derive.errors import DeriveError, Place
from derive.program.program import Program
from derive.reader import faults
from derive.reader.annotations import annotation_text, resolve_same
from derive.reader.expression_model import ExpressionScope, ExpressionSource, expression_source
from derive.reader.imports import Scope
from derive.reader.model import read_model
from derive.reader.source import Source, load, of_function, parse


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


def read_file(
    path: str | Path, function: str | None = None, same: Mapping[str, str] | None = None
) -> list[Program]:
    """Return the models of a file; the path is shown as it is given."""
    return _read(load(path), function, same or {})


def read_text(
    text: str,
    *,
    path: str = "",
    function: str | None = None,
    same: Mapping[str, str] | None = None,
) -> list[Program]:
    """Return the models of a text."""
    return _read(parse(text, path), function, same or {})


def _read(source: Source, function: str | None, same: Mapping[str, str]) -> list[Program]:
    scope = Scope(source)
    trees = choose(source, function)
    equal = resolve_same(same, trees)
    return [read_model(source, tree, scope, equal) for tree in trees]


def read_function(fn: Callable, same: Mapping[str, str] | None = None) -> Program:
    """Return the model that a live function is, from its source text."""
    source, line = of_function(fn)
    live = getattr(fn, "__globals__", {})
    tree = _at(source, line, getattr(fn, "__name__", ""))
    return read_model(source, tree, Scope(source, live), resolve_same(same or {}, [tree]))


def _at(source: Source, line: int, name: str) -> ast.FunctionDef:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= line <= node.lineno:
                return node
    raise DeriveError(
        f"the source text of {name} cannot be found", hint="write the model as a def in a file"
    )


def read_expression(
    text: str,
    shapes: Mapping[str, str] | str,
    name: str = "expression",
    same: Mapping[str, str] | None = None,
) -> Program:
    """Return the model that an expression is; shapes are given as "x: n d, w: d"."""
    source, tree = expression_source(text, shapes, name, _fits)
    equal = resolve_same(same or {}, [tree])
    return read_model(source, tree, ExpressionScope(source, equal), equal)


def _fits(source: ExpressionSource, tree: ast.FunctionDef) -> bool:
    """Whether a model can be read."""
    try:
        read_model(source, tree, ExpressionScope(source), {}, verify=False)
    except DeriveError:
        return False
    return True
