"""What the options mean: small parsers, and the record that all commands hand on.

Each parser raises click.UsageError for a text that it cannot read, which ends in exit code 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import click

_SHAPE = re.compile(r"\s*(\w+)\s*:\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """The models asked for, and what all commands understand about them.

    models: shipped names, `path.py` or `path.py:function`; expressions: texts after `-e`.
    shapes: of an expression's arguments, name -> annotation.
    wrt: names, or ("params",) for the arguments after `*`; None for every float array.
    same: pairs of dimension names declared equal.
    extras: what is wanted beside gradients, as texts such as "hessian:w1".
    """

    models: tuple[str, ...]
    expressions: tuple[str, ...] = ()
    shapes: dict[str, str] | None = None
    name: str | None = None
    wrt: tuple[str, ...] | None = None
    same: tuple[tuple[str, str], ...] = ()
    extras: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.models and not self.expressions:
            raise click.UsageError(
                "Missing MODEL: a name from `derive list`, path.py, path.py:function, or -e EXPR."
            )
        if not self.expressions and (self.shapes or self.name):
            raise click.UsageError("--shape and --name belong to an expression: -e.")
        if self.name and len(self.expressions) > 1:
            raise click.UsageError("--name names one expression; give one -e.")


def shapes(texts: Iterable[str]) -> dict[str, str]:
    """Read `x: n d, w: d` as {"x": "n d", "w": "d"}; a scalar is `s:`."""
    found: dict[str, str] = {}
    for entry in (part for text in texts for part in text.split(",") if part.strip()):
        read = _SHAPE.fullmatch(entry)
        if read is None:
            raise click.UsageError(
                f'--shape "{entry.strip()}" is not NAME: DIMENSIONS. Write --shape "x: n d, w: d".'
            )
        if read[1] in found:
            raise click.UsageError(f"--shape gives {read[1]} twice.")
        found[read[1]] = read[2]
    return found


def names(text: str | None) -> tuple[str, ...] | None:
    """Read `w1,b1` or `w1 b1` as two names."""
    if text is None:
        return None
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not found:
        raise click.UsageError("--wrt needs names, such as --wrt w1,b1.")
    return found


def pairs(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read each `d=h` as a pair, `d=h=m` as two."""
    found: list[tuple[str, str]] = []
    for text in texts:
        terms = [term.strip() for term in text.split("=")]
        if len(terms) < 2 or not all(term.isidentifier() for term in terms):
            raise click.UsageError(f'--same "{text}" is not of the form d=h.')
        found += pairwise(terms)
    return tuple(found)


def sizes(texts: Iterable[str]) -> dict[str, int]:
    """Read each `n=5`, or `n=5,d=3`, as the size of a dimension."""
    found: dict[str, int] = {}
    for entry in (part for text in texts for part in text.split(",")):
        name, _, number = (part.strip() for part in entry.partition("="))
        if not name.isidentifier() or not (number.isascii() and number.isdigit()):
            raise click.UsageError(f'--size "{entry.strip()}" is not of the form n=5.')
        if len(number) > 9:
            raise click.UsageError(f"--size {name} has {len(number)} digits; at most 9 are taken.")
        found[name] = int(number)
    return found
