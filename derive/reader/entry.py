"""The doors of the reader: a file, a text, a live function, an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

from derive.errors import DeriveError
from derive.program.program import Program
from derive.reader.annotations import resolve_same
from derive.reader.choice import choose
from derive.reader.expression_model import ExpressionScope, ExpressionSource, expression_source
from derive.reader.imports import Scope
from derive.reader.model import read_model
from derive.reader.source import Source, load, of_function, parse


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
