"""Where the sizes come from: which axis of which array shows a dimension, and the shape checks.

A dimension is read off the first axis that is exactly that name; failing that, off one that is a
multiple of it plus a number (`4*k`, `n-1`).  Everything else is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from derive.algebra.nodes import Symbol
from derive.code.layout import WIDTH
from derive.code.names import Names
from derive.code.precedence import SUM, Code
from derive.dims import Dim, code_shape
from derive.errors import DeriveError


@dataclass(frozen=True)
class Source:
    """How a dimension is read: the array, its axis, and name = (size - offset) / factor."""

    symbol: Symbol
    axis: int
    factor: int = 1
    offset: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether the axis has the size itself."""
        return (self.factor, self.offset) == (1, 0)

    def text(self, array: str) -> str:
        """Return the integer expression."""
        size = f"{array}.shape[{self.axis}]"
        if self.offset:
            size = f"{size} {'-' if self.offset > 0 else '+'} {abs(self.offset)}"
        if self.factor == 1:
            return size
        return f"({size}) // {self.factor}" if self.offset else f"{size} // {self.factor}"


_Shown = tuple[str, Source]
"""A dimension, and where it is read."""


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


def whole_shape(found: Sequence[Source]) -> str | None:
    """Return the array whose whole shape these are, in order; None where there is none."""
    symbol = found[0].symbol
    plain = all(
        source.symbol == symbol and source.axis == k and source.is_plain
        for k, source in enumerate(found)
    )
    return symbol.name if plain and len(found) == symbol.rank > 1 else None


def assigned(targets: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return the lines that give sizes their names: one line for all of them where that fits."""
    line = f"{', '.join(targets)} = {', '.join(values)}"
    if len(line) + 4 <= WIDTH:
        return [line]
    return [f"{t} = {v}" for t, v in zip(targets, values, strict=True)]


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


@dataclass(frozen=True)
class Check:
    """What `_check_shapes` does next: it refuses an argument, or gives sizes their names.

    tests: any of them refuses; error, message: with what, as an f-string.  sizes: the assignment.
    """

    tests: tuple[str, ...] = ()
    error: str = ""
    message: str = ""
    sizes: str = ""


class ShapeChecks:
    """The comparison of each argument's shape with the one it needs.

    scalar_shape, array_shape: how the shape of an argument is asked for.
    """

    def __init__(
        self, names: Names, scalar_shape: Callable[[str], str], array_shape: Callable[[str], str]
    ) -> None:
        self.names = names
        self.error = names.outer("ValueError")
        self.scalar_shape = scalar_shape
        self.array_shape = array_shape
        self.known: dict[str, str] = {}  # dimension -> the argument that showed it
        self.referred: set[str] = set()
        self.later: list[tuple[Symbol, int]] = []

    def made(
        self, arguments: Sequence[Symbol], tall: Iterable[tuple[Dim, Dim]] = ()
    ) -> list[Check]:
        """Return the body of the check.

        tall: columns and rows of the matrices that have no more columns than rows.
        """
        found: list[Check | _Shown] = []
        for symbol in arguments:
            found += self._argument(symbol)
        for symbol, axis in self.later:
            d = symbol.shape[axis]
            if all(name in self.known for name in d.names):
                test = f"{symbol.name}.shape[{axis}] != {self._size(d).text}"
                found.append(self._refusal(symbol, [test], list(d.names)))
        for columns, rows in tall:
            found.append(self._wide(columns, rows))
        return self._written(found)

    def _wide(self, columns: Dim, rows: Dim) -> Check:
        """Return the refusal of a matrix with more columns than rows."""
        few, many = self._size(rows), self._size(columns)
        names = dict.fromkeys((*rows.names, *columns.names))
        sizes = ", ".join(f"{name} = {{{self.names.dimension[name]}}}" for name in names)
        message = f"Q R needs {rows} >= {columns}, and has {sizes}"
        return Check((f"{few.at(SUM)} < {many.at(SUM)}",), self.error, message)

    def _written(self, found: list[Check | _Shown]) -> list[Check]:
        """Return the checks; of the sizes, those that are referred to."""
        made: list[Check] = []
        for is_size, group in groupby(found, key=lambda one: isinstance(one, tuple)):
            if is_size:
                shown = [one for one in group if isinstance(one, tuple)]
                made += self._opened([one for one in shown if one[0] in self.referred])
            else:
                made += [one for one in group if isinstance(one, Check)]
        return made

    def _opened(self, shown: list[_Shown]) -> list[Check]:
        """Return the lines that name sizes: several on one, `n, m = x.shape[0], x.shape[1]`."""
        lines: list[tuple[list[str], list[str]]] = []
        plain = False
        for dimension, source in shown:
            name, value = self.names.dimension[dimension], source.text(source.symbol.name)
            joins = plain and source.is_plain
            if joins and len(", ".join([*lines[-1][0], name, *lines[-1][1], value])) + 5 <= WIDTH:
                lines[-1][0].append(name)
                lines[-1][1].append(value)
            else:
                lines.append(([name], [value]))
            plain = source.is_plain
        return [Check(sizes=f"{', '.join(names)} = {', '.join(values)}") for names, values in lines]

    def _size(self, d: Dim) -> Code:
        self.referred.update(d.names)
        return self.names.size(d)

    def _argument(self, symbol: Symbol) -> list[Check | _Shown]:
        name = symbol.name
        if not symbol.shape:
            return [self._refusal(symbol, [f"{self.scalar_shape(name)} != ()"], [])]
        dimensions = list(dict.fromkeys(n for d in symbol.shape for n in names_in(d)))
        if all(n in self.known for n in dimensions):
            self.referred.update(dimensions)
            test = f"{name}.shape != {self.names.shape(symbol.shape)}"
            return [self._refusal(symbol, [test], dimensions)]
        tests = [f"{name}.ndim != {symbol.rank}"]
        opened: dict[str, Source] = {}
        shown: list[str] = []
        for axis, d in enumerate(symbol.shape):
            tests += self._axis(symbol, axis, d, opened, shown)
        refusal = self._refusal(symbol, tests, list(dict.fromkeys(shown)))
        self.known |= dict.fromkeys(opened, name)
        return [refusal, *opened.items()]

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

    def _refusal(self, symbol: Symbol, tests: Sequence[str], shown: list[str]) -> Check:
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
        return Check(tuple(tests), self.error, message)
