"""Where the sizes come from: which axis of which array shows a dimension, and the shape checks.

A dimension is read off the first axis that is exactly that name; failing that, off one that is a
multiple of it plus a number (`4*k`, `n-1`).  Everything else is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from derive.algebra.nodes import Symbol
from derive.code.layout import WIDTH
from derive.code.names import Names
from derive.code.precedence import SUM, Code
from derive.dims import Dim, code_shape
from derive.errors import DeriveError

_SIZES = re.compile(r"    (\w+(?:, \w+)*) = (\w+\.shape\[\d+\](?:, \w+\.shape\[\d+\])*)")


@dataclass(frozen=True)
class Source:
    """How a dimension is read: the array, its axis, and name = (size - offset) / factor."""

    symbol: Symbol
    axis: int
    factor: int = 1
    offset: int = 0

    def text(self, array: str) -> str:
        """Return the integer expression."""
        size = f"{array}.shape[{self.axis}]"
        if self.offset:
            size = f"{size} {'-' if self.offset > 0 else '+'} {abs(self.offset)}"
        if self.factor == 1:
            return size
        return f"({size}) // {self.factor}" if self.offset else f"{size} // {self.factor}"


def sources(symbols: Iterable[Symbol]) -> dict[str, Source]:
    """Return where each dimension can be read, plain axes before others."""
    found: dict[str, Source] = {}
    derived: dict[str, Source] = {}
    for symbol in symbols:
        for axis, d in enumerate(symbol.shape):
            known = _solved(d)
            if known is None:
                continue
            name, factor, offset = known
            exact = factor == 1 and not offset
            (found if exact else derived).setdefault(name, Source(symbol, axis, factor, offset))
    return {**derived, **found}


def read_off(wanted: Iterable[str], symbols: Iterable[Symbol]) -> list[Source]:
    """Return where each dimension is read; DeriveError where none of the arrays shows it."""
    known = sources(symbols)
    for name in wanted:
        if name not in known:
            raise DeriveError(
                f"the size {name} cannot be read off any argument",
                needed=(f"It stands in no shape as {name}, k*{name} or {name}+k.",),
                hint=f"give an argument an axis {name}",
            )
    return [known[name] for name in wanted]


def assigned(indent: int, targets: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return the lines that give sizes their names: one line for all of them where that fits."""
    before = " " * indent
    line = f"{before}{', '.join(targets)} = {', '.join(values)}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{before}{t} = {v}" for t, v in zip(targets, values, strict=True)]


@lru_cache(maxsize=4096)
def _solved(d: Dim) -> tuple[str, int, int] | None:
    """Return (name, factor, offset) of `factor * name + offset`, None for anything else."""
    name, factor, offset = "", 0, 0
    for monomial, coefficient in d.terms:
        if not monomial:
            offset = coefficient
        elif len(monomial) == 1 and isinstance(monomial[0], str) and not name:
            name, factor = monomial[0], coefficient
        else:
            return None
    return (name, factor, offset) if name and factor > 0 else None


@lru_cache(maxsize=4096)
def names_in(d: Dim) -> tuple[str, ...]:
    """Return the names that occur in a dimension."""
    return d.names


class ShapeChecks:
    """The lines that compare each argument's shape with the one it needs.

    error: the exception; scalar_shape, array_shape: how the shape of an argument is asked for.
    """

    def __init__(
        self,
        names: Names,
        error: str,
        scalar_shape: Callable[[str], str],
        array_shape: Callable[[str], str],
    ) -> None:
        self.names = names
        self.error = error
        self.scalar_shape = scalar_shape
        self.array_shape = array_shape
        self.known: dict[str, str] = {}  # dimension -> the argument that showed it
        self.referred: set[str] = set()
        self.later: list[tuple[Symbol, int]] = []

    def lines(self, arguments: Sequence[Symbol], tall: Iterable[tuple[Dim, Dim]] = ()) -> list[str]:
        """Return the body of the check.

        tall: columns and rows of the matrices that have no more columns than rows.
        """
        found: list[str | tuple[str, str]] = []
        for symbol in arguments:
            found += self._argument(symbol)
        for symbol, axis in self.later:
            d = symbol.shape[axis]
            if all(name in self.known for name in d.names):
                test = f"{symbol.name}.shape[{axis}] != {self._size(d).text}"
                found += self._refusal(symbol, [test], list(d.names))
        for columns, rows in tall:
            found += self._wide(columns, rows)
        return self._written(found)

    def _wide(self, columns: Dim, rows: Dim) -> list[str]:
        """Return the refusal of a matrix with more columns than rows."""
        few, many = self._size(rows), self._size(columns)
        names = dict.fromkeys((*rows.names, *columns.names))
        sizes = ", ".join(f"{name} = {{{self.names.dimension[name]}}}" for name in names)
        message = f"Q R needs {rows} >= {columns}, and has {sizes}"
        return [*_condition([f"{few.at(SUM)} < {many.at(SUM)}"]), *raised(self.error, message)]

    def _written(self, found: list[str | tuple[str, str]]) -> list[str]:
        """Return the lines; of the sizes, those that are referred to."""
        lines: list[str] = []
        for line in found:
            if isinstance(line, str):
                lines.append(line)
            elif line[0] in self.referred:
                lines.append(f"    {self.names.dimension[line[0]]} = {line[1]}")
        return joined_sizes(lines)

    def _size(self, d: Dim) -> Code:
        self.referred.update(d.names)
        return self.names.size(d)

    def _argument(self, symbol: Symbol) -> list[str | tuple[str, str]]:
        name = symbol.name
        if not symbol.shape:
            return self._refusal(symbol, [f"{self.scalar_shape(name)} != ()"], [])
        dimensions = list(dict.fromkeys(n for d in symbol.shape for n in names_in(d)))
        if all(n in self.known for n in dimensions):
            self.referred.update(dimensions)
            return self._refusal(
                symbol, [f"{name}.shape != {self.names.shape(symbol.shape)}"], dimensions
            )
        tests = [f"{name}.ndim != {symbol.rank}"]
        opened: dict[str, Source] = {}
        shown: list[str] = []
        for axis, d in enumerate(symbol.shape):
            tests += self._axis(symbol, axis, d, opened, shown)
        found = self._refusal(symbol, tests, list(dict.fromkeys(shown)))
        for dimension, source in opened.items():
            self.known[dimension] = name
            found.append((dimension, source.text(name)))
        return found

    def _axis(
        self, symbol: Symbol, axis: int, d: Dim, opened: dict[str, Source], shown: list[str]
    ) -> list[str]:
        """Return the tests of one axis, noting the dimension that it shows first."""
        size = f"{symbol.name}.shape[{axis}]"
        if all(n in self.known for n in names_in(d)):
            shown += d.names
            return [f"{size} != {self._size(d).text}"]
        known = _solved(d)
        if known is None or known[0] in self.known or known[0] in opened:
            twin = symbol.shape.index(d)
            if known is not None and twin < axis:
                return [f"{size} != {symbol.name}.shape[{twin}]"]
            self.later.append((symbol, axis))
            return []
        opened[known[0]] = Source(symbol, axis, *known[1:])
        if known[1] == 1:
            return [f"{size} < {known[2]}"] if known[2] > 0 else []
        offset = f"({size} {'-' if known[2] > 0 else '+'} {abs(known[2])})" if known[2] else size
        return [f"{offset} % {known[1]}"]

    def _refusal(
        self, symbol: Symbol, tests: list[str], shown: list[str]
    ) -> list[str | tuple[str, str]]:
        name = symbol.name
        shape = self.array_shape(name) if symbol.shape else self.scalar_shape(name)
        needs = code_shape(symbol.shape)
        self.referred.update(shown)
        where = []
        for origin in dict.fromkeys(self.known[n] for n in shown):
            of_one = [n for n in shown if self.known[n] == origin]
            sizes = ", ".join(f"{{{self.names.dimension[n]}}}" for n in of_one)
            where.append(f"{', '.join(of_one)} = {sizes} as in {origin}")
        reason = f" with {' and '.join(where)}" if where else ""
        message = f"{name} has shape {{{shape}}}, needs {needs}{reason}"
        return [*_condition(tests), *raised(self.error, message, shape)]


def joined_sizes(lines: list[str]) -> list[str]:
    """Write `n = x.shape[0]` and `m = x.shape[1]`, one after the other, on one line."""
    result: list[str] = []
    for line in lines:
        before = _SIZES.fullmatch(result[-1]) if result else None
        now = _SIZES.fullmatch(line)
        if before and now and len(result[-1]) + len(line) <= WIDTH:
            names, values = before.groups()
            result[-1] = f"    {names}, {now[1]} = {values}, {now[2]}"
        else:
            result.append(line)
    return result


def _condition(tests: Sequence[str]) -> list[str]:
    """Return `if a or b:`, each test on its line where they do not fit on one."""
    line = f"    if {' or '.join(tests)}:"
    if len(line) <= WIDTH or len(tests) == 1:
        return [line]
    first, *rest = tests
    return ["    if (", f"        {first}", *(f"        or {test}" for test in rest), "    ):"]


def raised(error: str, message: str, shape: str = "") -> list[str]:
    """Return `raise error(f"message")` inside an `if`, wrapped where it does not fit.

    shape: a part of the message that is computed before, where that helps.
    """
    line = f'        raise {error}(f"{message}")'
    if len(line) <= WIDTH:
        return [line]
    if len(message) + 15 <= WIDTH:
        return [f"        raise {error}(", f'            f"{message}"', "        )"]
    head, _, tail = message.partition(", ")
    pieces = [piece for part in (f"{head}, ", tail) for piece in _pieces(part, WIDTH - 15)]
    return [f"        raise {error}(", *(f"            {_quoted(p)}" for p in pieces), "        )"]


def _pieces(message: str, room: int) -> list[str]:
    """Cut a message at its blanks, none within braces, into pieces of at most that many letters."""
    found = [""]
    for word in re.findall(r"(?:\{[^}]*\}|[^ {])+ ?", message):
        if found[-1] and len(found[-1]) + len(word) > room:
            found.append("")
        found[-1] += word
    return found


def _quoted(piece: str) -> str:
    return f'{"f" * ("{" in piece)}"{piece}"'
