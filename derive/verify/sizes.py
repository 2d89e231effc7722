"""Sizes for the dimensions of a program: pairwise distinct primes, and all equal.

With distinct sizes a lost transpose raises; with equal ones it is silent, and so are the checks
of shapes: both are needed.  Derived dimensions (4*k, h//2, n-k+1) must come out positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice, permutations

from derive.algebra.nodes import Contract, walk
from derive.dims import Dim
from derive.errors import DeriveError
from derive.program import Program
from derive.ranks import Bound, allow, rank_bounds
from derive.verify.integers import names_of

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
EQUAL = (3, 4, 2, 6, 5, 8, 1)
TRIED = 3000


def size_sets(program: Program, given: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the sizes to check at, by a word for them; `given` sizes stay as they are."""
    dims = dimensions(program)
    others = sorted({name for d in dims for name in d.names} | _bounds(program))
    names = list(dict.fromkeys([*program.dimensions, *others]))
    unknown = sorted(given.keys() - set(names))
    if unknown:
        known = ", ".join(names) or "none"
        raise DeriveError(
            f"{program.name} has no dimension {unknown[0]}",
            needed=(f"its dimensions: {known}",),
        )
    free = [name for name in names if name not in given]
    distinct = _distinct(free, dims, given, rank_bounds(program))
    if not free:
        return {"given": distinct}
    return {"distinct": distinct, "equal": _equal(free, dims, given)}


def dimensions(program: Program) -> tuple[Dim, ...]:
    """Return every dimension that occurs in the program, once."""
    found = {d: None for argument in program.arguments for d in argument.symbol.shape}
    for equation in program.equations:
        for node in walk(equation.expr):
            found.update(dict.fromkeys(node.shape))
            if isinstance(node, Contract):
                found.update(dict.fromkeys(node.sizes))
                found.update((d, None) for d, _ in node.coefficient.powers)
    return tuple(found)


def _bounds(program: Program) -> set[str]:
    return {name for a in program.arguments for name in names_of(a.symbol.kind)}


def _values(dims: Iterable[Dim], sizes: Mapping[str, int]) -> list[int]:
    return [d.evaluate(sizes) for d in dims]


def _distinct(
    free: list[str], dims: tuple[Dim, ...], given: Mapping[str, int], ranks: tuple[Bound, ...] = ()
) -> dict[str, int]:
    """Return the first assignment of primes that makes all dimensions distinct and above one.

    ranks: which matrices must be able to have full rank.
    """
    primes = [p for p in PRIMES if p not in given.values()][: len(free) + 3]
    named = [d for d in dims if d.value is None]
    numbers = {d.value for d in dims if d.value is not None}
    best: tuple[int, dict[str, int]] | None = None
    for choice in islice(permutations(primes, len(free)), TRIED):
        sizes = {**given, **dict(zip(free, choice, strict=True))}
        values = _values(named, sizes)
        if min(values, default=1) < 1:
            continue
        faults = len(values) - len(set(values)) + sum(v in numbers or v == 1 for v in values)
        faults += 0 if allow(ranks, sizes) else len(values)
        if best is None or faults < best[0]:
            best = faults, sizes
        if not faults:
            break
    if best is None:
        raise _impossible(free)
    return best[1]


def _equal(free: list[str], dims: tuple[Dim, ...], given: Mapping[str, int]) -> dict[str, int]:
    for size in EQUAL:
        sizes = {**given, **dict.fromkeys(free, size)}
        if min(_values(dims, sizes), default=1) >= 1:
            return sizes
    return _distinct(free, dims, given)


def _impossible(free: list[str]) -> DeriveError:
    names = ", ".join(free) or "the dimensions"
    return DeriveError(
        f"no sizes found for {names} at which every axis has an entry",
        hint="give sizes with --size",
    )
