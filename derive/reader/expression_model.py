"""A bare expression as a model: `-e "((x @ w - y)**2).sum()" --shape "x: n d, w: d, y: n"`.

The libraries' usual names (np, torch, F, math) and their functions' bare names stand ready.  A
missing shape is answered with a line that is ready to be used: shapes that fit are searched for.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from derive.errors import DeriveError, Place
from derive.reader import library
from derive.reader.annotations import parse_annotation
from derive.reader.imports import BUILTINS, Scope
from derive.reader.names import check_name
from derive.reader.source import Source, parse
from derive.reader.values import Library

FILE = "expression"
Fits = Callable[[Source, ast.FunctionDef], bool]
_MODULES = {
    "np": "numpy",
    "numpy": "numpy",
    "torch": "torch",
    "F": "torch.nn.functional",
    "math": "math",
}
_AS_ARRAYS = frozenset(("sum", "abs", "pow", "round"))
_CANDIDATES = ("n d", "d", "n", "d m", "m", "n m", "", "d d", "n n")
_MOST_TRIES = 1500


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
        """The text of a function that computes the expression."""
        arguments = ", ".join(f'{name}: "{shape}"' for name, shape in self.shapes)
        return f"def {self.name}({arguments}):\n    return {self.text}"


class ExpressionScope(Scope):
    """Names of an expression: the libraries', and every function by its bare name."""

    def find(self, name: str) -> object:
        """Return what a name stands for."""
        if name in _MODULES:
            return Library(_MODULES[name])
        spelled = library.spellings(name)
        if spelled and (name not in BUILTINS or name in _AS_ARRAYS):
            return Library(spelled[0])
        if name == "pi":
            return ast.parse("math.pi", mode="eval").body
        return super().find(name)

    def names(self) -> list[str]:
        """Return the names that an expression may use."""
        return library.words()


def expression_source(
    text: str, shapes: Mapping[str, str] | str, name: str, fits: Fits | None = None
) -> tuple[ExpressionSource, ast.FunctionDef]:
    """Return the source and the function for an expression."""
    text = " ".join(text.split())
    given = dict(_entries(shapes)) if isinstance(shapes, str) else dict(shapes)
    check_name(name, None, "model")
    for argument, shape in given.items():
        check_name(argument, None, "argument")
        parse_annotation(shape, None, {})
    body = _parsed(text)
    missing = [n for n in _free_names(body) if n not in given]
    if missing:
        raise _missing(text, given, missing, name, fits)
    return _made(text, body, given, name)


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


def _entries(shapes: str) -> Iterable[tuple[str, str]]:
    """Read "x: n d, w: d" as pairs."""
    for entry in shapes.split(","):
        if entry.strip():
            name, colon, dims = entry.partition(":")
            if not colon:
                raise DeriveError(
                    f"{entry.strip()!r} is not NAME: DIMENSIONS", hint='write "x: n d, w: d"'
                )
            yield name.strip(), dims.strip()


def _parsed(text: str) -> ast.expr:
    """Parse an expression; habits of other tools are answered in Python's terms."""
    if not text:
        raise DeriveError("the expression is empty", hint='write one: -e "(x**2).sum()"')
    better = re.sub(r"(?<=[\w)\]])'", ".T", text).replace("^", "**")
    try:
        body = parse(text, FILE).tree.body
    except DeriveError as error:
        if better != text and _is_python(better):
            where = Place(FILE, 1, _first_habit(text), _first_habit(text) + 1, text)
            raise DeriveError(
                "a transpose is written .T in Python", where=where, hint=f"write {better}"
            ) from None
        raise error from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise DeriveError(
            "one expression is read here, without assignments",
            where=Place(FILE, 1, 1, len(text) + 1, text),
            hint="write several statements into a file, as a function",
        )
    for node in ast.walk(body[0]):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            at = text.index("^") + 1
            raise DeriveError(
                "^ is no power in Python",
                where=Place(FILE, 1, at, at + 1, text),
                hint=f"write {better}",
            )
    return body[0].value


def _is_python(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _first_habit(text: str) -> int:
    match = re.search(r"(?<=[\w)\]])'", text)
    return match.start() + 1 if match else text.index("^") + 1


def _free_names(body: ast.expr) -> list[str]:
    """Return the names that need a shape, in the order of the text."""
    inner = {
        node.id
        for node in ast.walk(body)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    called = {
        node.func.id
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    places = {
        node.id: (node.lineno, node.col_offset)
        for node in ast.walk(body)
        if isinstance(node, ast.Name)
    }
    known = {*_MODULES, *BUILTINS, *inner, *called, "pi"}
    return sorted((name for name in places if name not in known), key=lambda n: places[n])


def _missing(
    text: str, given: Mapping[str, str], missing: list[str], name: str, fits: Fits | None
) -> DeriveError:
    found = None if fits is None else _fitting(text, given, missing, name, fits)
    shapes = {**given, **(found or dict.fromkeys(missing, "n d"))}
    in_order = _free_names(_parsed(text))
    in_order += [n for n in given if n not in in_order]
    line = ", ".join(f"{n}: {shapes[n]}" for n in in_order)
    names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    advice = "which fits; change it to what you mean" if found else "with the shapes that you mean"
    return DeriveError(
        f"no shape is given for {names}",
        where=Place(FILE, 1, 1, len(text) + 1, text),
        hint=f'--shape "{line}", {advice}',
    )


def _fitting(
    text: str, given: Mapping[str, str], missing: list[str], name: str, fits: Fits
) -> dict[str, str] | None:
    """Return the first shapes for which the expression can be read."""
    body = _parsed(text)
    choices = itertools.product(_CANDIDATES, repeat=len(missing))
    for shapes in itertools.islice(choices, _MOST_TRIES):
        chosen = dict(zip(missing, shapes, strict=True))
        source, tree = _made(text, body, {**given, **chosen}, name)
        if fits(source, tree):
            return chosen
    return None
