"""The shapes of an expression's arguments: those given, the sizes they name, those that fit.

A dimension's name stands for its size: in `(x @ w).sum() / n` with `x: n d`, n is x.shape[0].
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Mapping

from derive.dims import dim
from derive.errors import DeriveError, Place
from derive.reader.annotations import parse_annotation
from derive.reader.names import check_name

CANDIDATES = ("n d", "d", "n", "d m", "m", "n m", "", "d d", "n n")
_SIZES = ("n", "d", "m")  # the names in the candidates
MOST_TRIES = 1500
_Fits = Callable[[Mapping[str, str]], bool]


def entries(shapes: str) -> dict[str, str]:
    """Read "x: n d, w: d" as {"x": "n d", "w": "d"}."""
    found: dict[str, str] = {}
    for entry in (part.strip() for part in shapes.split(",") if part.strip()):
        name, colon, dims = (part.strip() for part in entry.partition(":"))
        if not colon or name in found:
            fault = f"{name} is given twice" if colon else f"{entry!r} is not NAME: DIMENSIONS"
            raise DeriveError(fault, where=_place(entry, 0), hint='write "x: n d, w: d"')
        found[name] = dims
    return found


def check_shapes(shapes: Mapping[str, str]) -> None:
    """Refuse names and shapes that cannot be read, shown as --shape has them."""
    for name, text in shapes.items():
        entry = f"{name}: {text}"
        check_name(name, _place(entry, 0), "argument")
        parse_annotation(text, _place(entry, len(name) + 2), {})


def _place(entry: str, start: int) -> Place:
    return Place("--shape", 1, start + 1, len(entry) + 1, entry)


def sizes_of(shapes: Mapping[str, str]) -> dict[str, str]:
    """Return for each dimension how its size is written: {"n": "x.shape[0]"}.

    "" where it is no axis by itself, as k in "n 4*k".
    """
    found: dict[str, str] = {}
    for argument, text in shapes.items():
        shape, _ = parse_annotation(text, None, {})
        for axis, d in enumerate(shape):
            for name in d.names:
                if d == dim(name) and not found.get(name):
                    found[name] = f"{argument}.shape[{axis}]"
                found.setdefault(name, "")
    return {name: written for name, written in found.items() if name not in shapes}


def free_names(body: ast.expr, known: Iterable[str]) -> list[str]:
    """Return the names that need a shape, in the order of the text."""
    names = [node for node in ast.walk(body) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    called = {
        node.func.id
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    lambdas = {
        argument.arg
        for node in ast.walk(body)
        if isinstance(node, ast.Lambda)
        for argument in node.args.args
    }
    places = {node.id: (node.lineno, node.col_offset) for node in names}
    given = {*known, *bound, *called, *lambdas}
    return sorted((name for name in places if name not in given), key=lambda n: places[n])


def missing_shapes(
    text: str, in_order: list[str], given: Mapping[str, str], missing: list[str], fits: _Fits | None
) -> DeriveError:
    """Return the error for names without a shape: a line of shapes that is ready to be used."""
    found = None if fits is None else _fitting(given, missing, fits)
    shapes = {**given, **(dict.fromkeys(missing, "n d") if found is None else found)}
    order = [n for n in in_order if n in shapes]
    order += [n for n in given if n not in order]
    line = ", ".join(f"{n}: {shapes[n]}" for n in order)
    names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    advice = "which fits; change it to what you mean" if found else "with the shapes that you mean"
    return DeriveError(
        f"no shape is given for {names}",
        where=Place("expression", 1, 1, len(text) + 1, text),
        hint=f'--shape "{line}", {advice}',
    )


def _fitting(given: Mapping[str, str], missing: list[str], fits: _Fits) -> dict[str, str] | None:
    """Return the first shapes for which the expression can be read.

    A name such as n is tried as a dimension of the others first, then as an array.
    """
    arrays = [name for name in missing if name not in _SIZES]
    for names in dict.fromkeys((tuple(arrays), tuple(missing))):
        choices = itertools.product(CANDIDATES, repeat=len(names))
        for shapes in itertools.islice(choices, MOST_TRIES):
            chosen = dict(zip(names, shapes, strict=True))
            if fits({**given, **chosen}):
                return chosen
    return None
