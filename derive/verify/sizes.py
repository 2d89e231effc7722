"""Sizes for the dimensions of a program: pairwise distinct primes, and all equal.

With distinct sizes a lost transpose raises; with equal ones it is silent, and so are the checks
of shapes: both are needed.  Derived dimensions (4*k, h//2, n-k+1) must come out positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice, permutations

from derive.algebra.nodes import Contract, walk
from derive.derivation.ranks import Bound, allow, rank_bounds
from derive.dims import Dim, has_minimum
from derive.errors import DeriveError
from derive.program.program import Program
from derive.verify.integers import names_of

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
EQUAL = (3, 4, 2, 6, 5, 8, 1)
TRIED = 3000


def size_sets(program: Program, given: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the sizes to check at, by a word for them; `given` sizes stay as they are."""
    return {word: next(choices) for word, choices in size_choices(program, given).items()}


def size_choices(program: Program, given: Mapping[str, int]) -> dict[str, Iterator[dict[str, int]]]:
    """Return sizes to check at, by a word for them, best first: a model may be singular at some."""
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
    ranks = rank_bounds(program)
    if not free:
        return {"given": iter([_distinct(free, dims, given, ranks)])}
    return {
        "distinct": _all_distinct(free, dims, given, ranks),
        "equal": _all_equal(free, dims, given),
    }


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
    primes = [p for p in _PRIMES if p not in given.values()][: len(free) + 3]
    named = [d for d in dims if d.value is None and not has_minimum(d)]
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


def _all_distinct(
    free: list[str], dims: tuple[Dim, ...], given: Mapping[str, int], ranks: tuple[Bound, ...]
) -> Iterator[dict[str, int]]:
    """Yield the first assignment, then the same sizes given to other names, the last one first."""
    first = _distinct(free, dims, given, ranks)
    yield first
    for values in permutations([first[name] for name in reversed(free)]):
        sizes = {**given, **dict(zip(free, values, strict=True))}
        if sizes != first and min(_values(dims, sizes), default=1) >= 1:
            yield sizes


def _all_equal(
    free: list[str], dims: tuple[Dim, ...], given: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    """Yield equal sizes, then equal ones but for a name or two that are larger."""
    equal = [{**given, **dict.fromkeys(free, size)} for size in EQUAL]
    possible = [sizes for sizes in equal if min(_values(dims, sizes), default=1) >= 1]
    if not possible:
        yield _distinct(free, dims, given)
    elif len(possible) > 1:
        possible = [sizes for sizes in possible if sizes[free[0]] > 1]  # of size 1 all are right
    for sizes in possible:
        yield sizes
        for count in range(1, min(3, len(free))):
            for larger in combinations(free, count):
                yield {**sizes, **{name: 2 * sizes[name] + 1 for name in larger}}


def _impossible(free: list[str]) -> DeriveError:
    names = ", ".join(free) or "the dimensions"
    return DeriveError(
        f"no sizes found for {names} at which every axis has an entry",
        hint="give sizes with --size",
    )
