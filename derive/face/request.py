"""What a caller names: models by a word, dimensions declared equal, variables to derive for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from derive import reader
from derive.errors import DeriveError
from derive.face import shipped
from derive.face.collector import paused
from derive.program.program import Program

Names = Sequence[str] | str | None


def programs_of(spec: str, same: dict[str, str]) -> list[Program]:
    """Return the models of a shipped model's name, `path.py` or `path.py:function`, read.

    same: which name of a dimension stands for which.  Raises DeriveError where there is none.
    """
    with paused():
        return _read(spec, same)


def _read(spec: str, same: dict[str, str]) -> list[Program]:
    if spec in shipped.names():
        programs = reader.read_file(shipped.path(spec), function=spec, same=same)
        return [replace(program, path=shipped.label(spec)) for program in programs]
    path, _, function = spec.rpartition(":")
    if not path.endswith(".py"):
        path, function = spec, ""
    if path.endswith(".py") or "/" in path:
        return reader.read_file(path, function=function or None, same=same)
    close = get_close_matches(spec, shipped.names(), 1)
    raise DeriveError(
        f"there is no model {spec!r}",
        needed=(f"Shipped models: {', '.join(shipped.names())}.",),
        hint=f"did you mean {close[0]}?" if close else "name a file: path.py or path.py:function",
    )


def equal_dimensions(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return which name stands for each name that was declared equal to another."""
    stands: dict[str, str] = {}
    for first, second in pairs:
        first, second = stands.get(first, first), stands.get(second, second)
        if first != second:
            stands = {k: first if v == second else v for k, v in stands.items()}
            stands[second] = first
    return stands


def variables_of(program: Program, wrt: Names) -> tuple[str, ...]:
    """Return the names of the variables whose gradients are asked for."""
    floats = [a for a in program.arguments if a.symbol.is_float and a.default is None]
    if not floats and wrt is None:
        raise DeriveError(
            f"{program.name} has no float array: there is no gradient to derive",
            where=program.arguments[0].place if program.arguments else None,
            hint='an array of floats is annotated with its dimensions alone: x: "n d"',
        )
    if wrt is None:
        return tuple(a.name for a in floats)
    names = wrt.replace(",", " ").split() if isinstance(wrt, str) else list(wrt)
    if names == ["params"]:
        return tuple(a.name for a in floats if a.symbol.role == "parameter")
    return tuple(dict.fromkeys(variable_of(program, name) for name in names))


def variable_of(program: Program, name: str) -> str:
    """Return the name of a variable that has a gradient; raise DeriveError where it has none."""
    name = program.aliases.get(name, name)
    symbol = program.symbols.get(name)
    if symbol is None:
        close = get_close_matches(name, program.symbols, 1)
        raise DeriveError(
            f"{program.name} has no variable {name!r}",
            needed=(f"It has {', '.join(program.symbols)}.",),
            hint=f"did you mean {close[0]}?" if close else "",
        )
    if not symbol.is_float:
        raise DeriveError(f"{name} holds {symbol.kind} and has no gradient")
    return name
