"""A bare expression as a model: `-e "((x @ w - y)**2).sum()" --shape "x: n d, w: d, y: n"`.

The libraries' usual names (np, torch, F, math) and their functions' bare names stand ready, and a
dimension's name is its size.  A missing shape is answered with a line that is ready to be used.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from derive.dims import dim
from derive.errors import DeriveError, Place
from derive.reader import expression_habits as habits
from derive.reader import library, numbers
from derive.reader.expression_shapes import (
    check_shapes,
    entries,
    free_names,
    missing_shapes,
    sizes_of,
)
from derive.reader.imports import BUILTINS, Scope
from derive.reader.names import check_name
from derive.reader.source import Source, parse
from derive.reader.values import Library

FILE = "expression"
_Fits = Callable[["ExpressionSource", ast.FunctionDef], bool]
MODULES = {
    "np": "numpy",
    "numpy": "numpy",
    "jnp": "numpy",
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "math": "math",
    "scipy": "scipy",
    "special": "scipy.special",
    "jax": "jax",
}
_FOREIGN = frozenset(("tf", "tensorflow", "K", "keras", "mx", "cp", "cupy", "pd", "sk", "sp", "xp"))
_AS_ARRAYS = frozenset(("sum", "abs", "pow", "round"))


@dataclass(frozen=True)
class ExpressionSource(Source):
    """An expression with the function around it that it stands for."""

    shapes: tuple[tuple[str, str], ...] = ()
    name: str = ""

    def changed(self, text: str) -> Source:
        """Return the model for another expression of the same arguments."""
        return expression_source(text, dict(self.shapes), self.name)[0]

    @property
    def whole(self) -> str:
        """The text of a function that computes the expression, sizes written x.shape[0]."""
        arguments = ", ".join(f'{name}: "{shape}"' for name, shape in self.shapes)
        sizes = sizes_of(dict(self.shapes))
        text = self.text
        for node in sorted(_names(self.tree), key=lambda n: n.col_offset, reverse=True):
            if node.id in sizes:
                place = self.place(node)
                text = text[: place.column - 1] + sizes[node.id] + text[place.end_column - 1 :]
        return f"def {self.name}({arguments}):\n    return {text}"


class ExpressionScope(Scope):
    """Names of an expression: the libraries', every function by its bare name, dimensions."""

    def __init__(self, source: ExpressionSource, same: Mapping[str, str] | None = None) -> None:
        super().__init__(source)
        self.same = same or {}
        self.sizes = sizes_of(dict(source.shapes))

    def of(self, source: Source) -> Scope:
        """Return the scope of another text of the same arguments."""
        assert isinstance(source, ExpressionSource)
        return ExpressionScope(source, self.same)

    def find(self, name: str) -> object:
        """Return what a name stands for."""
        if name in self.sizes:
            return numbers.tidy(dim(self.same.get(name, name)))
        if name in MODULES:
            return Library(MODULES[name])
        spelled = library.spellings(name)
        if spelled and (name not in BUILTINS or name in _AS_ARRAYS):
            return Library(spelled[0])
        if name == "pi":
            return ast.parse("math.pi", mode="eval").body
        return super().find(name)

    def names(self) -> list[str]:
        """Return the names that an expression may use."""
        return library.words()

    def meant(self, name: str) -> str:
        """Return what to write for a name that other tools know."""
        instead = habits.FUNCTIONS.get(name) or habits.ARRAYS.get(name)
        return f"write {instead}" if instead else ""


def expression_source(
    text: str, shapes: Mapping[str, str] | str, name: str, fits: _Fits | None = None
) -> tuple[ExpressionSource, ast.FunctionDef]:
    """Return the source and the function for an expression."""
    text = " ".join(text.split())
    given = entries(shapes) if isinstance(shapes, str) else dict(shapes)
    check_name(name, None, "model")
    check_shapes(given)
    body = _parsed(text)
    _check_sizes(text, body, given)
    needed = free_names(body, {*MODULES, *BUILTINS, "pi"} - given.keys())
    missing = [n for n in needed if n not in given and n not in sizes_of(given)]
    if missing:
        _check_known(text, body, missing)
        raise missing_shapes(text, needed, given, missing, fits and _tries(text, body, name, fits))
    return _made(text, body, given, name)


def _tries(
    text: str, body: ast.expr, name: str, fits: _Fits
) -> Callable[[Mapping[str, str]], bool]:
    """Return whether the expression can be read with given shapes."""

    def fit(shapes: Mapping[str, str]) -> bool:
        known = {*MODULES, *BUILTINS, "pi", *shapes, *sizes_of(shapes)}
        return not free_names(body, known) and fits(*_made(text, body, shapes, name))

    return fit


def _made(
    text: str, body: ast.expr, given: Mapping[str, str], name: str
) -> tuple[ExpressionSource, ast.FunctionDef]:
    arguments = [ast.arg(arg=n, annotation=ast.Constant(value=s)) for n, s in given.items()]
    spec = ast.arguments(posonlyargs=[], args=arguments, kwonlyargs=[], kw_defaults=[], defaults=[])
    tree = ast.FunctionDef(name=name, args=spec, body=[ast.Return(value=body)], decorator_list=[])
    for node in (tree, tree.body[0], *arguments, *(a.annotation for a in arguments)):
        ast.copy_location(node, body)  # type: ignore[type-var]
    module = ast.Module(body=[tree], type_ignores=[])
    return ExpressionSource(FILE, text, module, (text,), 1, tuple(given.items()), name), tree


def _names(tree: ast.AST) -> list[ast.Name]:
    """Return the names that are read, without those that are called."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]


def _check_sizes(text: str, body: ast.expr, given: Mapping[str, str]) -> None:
    """Refuse a dimension that no argument has as an axis by itself: its size has no name."""
    sizes = sizes_of(given)
    for node in _names(body):
        if sizes.get(node.id) == "":
            raise DeriveError(
                f"{node.id} is a dimension, and no argument has it as an axis by itself",
                where=Place(FILE, 1, node.col_offset + 1, node.col_offset + 1 + len(node.id), text),
                hint="write its size in terms of an axis, such as x.shape[0] // 4",
            )


def _check_known(text: str, body: ast.expr, missing: list[str]) -> None:
    """Refuse a name that is no array: a module that is not read, or one that others know."""
    for node in _names(body):
        if node.id not in missing:
            continue
        where = Place(FILE, 1, node.col_offset + 1, node.col_offset + 1 + len(node.id), text)
        if node.id in habits.ARRAYS:
            hint = f"write {habits.ARRAYS[node.id]}; or give its shape"
            raise DeriveError(f"the name {node.id} is not known here", where=where, hint=hint)
        if node.id in _FOREIGN:
            ready = ", ".join(MODULES)
            raise DeriveError(
                f"no shape is given for {node.id}, and no module of that name is read",
                where=where,
                hint=f"these stand ready: {ready}",
            )


def _parsed(text: str) -> ast.expr:
    """Parse an expression; habits of other tools are answered in Python's terms."""
    if not text:
        raise DeriveError("the expression is empty", hint='write one: -e "(x**2).sum()"')
    try:
        body = parse(text, FILE).tree.body
    except DeriveError as error:
        raise _habit(text) or error from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise DeriveError(
            "one expression is read here, without assignments",
            where=Place(FILE, 1, 1, len(text) + 1, text),
            hint="write several statements into a file, as a function",
        )
    powers = (n for n in ast.walk(body[0]) if isinstance(n, ast.BinOp))
    if any(isinstance(node.op, ast.BitXor) for node in powers):
        raise _habit(text) or AssertionError
    return body[0].value


def _habit(text: str) -> DeriveError | None:
    """Return the error for a text that is Python once its habits are written as Python's."""
    better, found = habits.in_python(text), habits.first(text)
    if found is None or not habits.is_python(better):
        return None
    start, end, fault = found
    where = Place(FILE, 1, start + 1, end + 1, text)
    return DeriveError(fault, where=where, hint=f"write {better}")
