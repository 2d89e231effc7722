"""Small sizes for the self-check of a generated module, as its first lines."""

from __future__ import annotations

from collections.abc import Iterator

from derive.code.names import Names
from derive.code.sizes import assigned
from derive.derivation.ranks import allow, rank_bounds
from derive.program.program import Program

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
SKIPPED = 20


def size_lines(program: Program, names: Names) -> list[str]:
    """Return sizes, all different, for which no shape has a size below 1 or loses rank."""
    if not program.dimensions:
        return []
    sizes = small_sizes(program)
    targets = [names.dimension[name] for name in program.dimensions]
    return assigned(targets, [str(sizes[name]) for name in program.dimensions])


def small_sizes(program: Program) -> dict[str, int]:
    """Return the sizes at which a module checks itself."""
    shapes = dict.fromkeys(symbol.shape for symbol in program.symbols.values())
    bounds = rank_bounds(program)
    best: tuple[bool, dict[str, int]] | None = None
    for sizes in _candidates(_by_multiple(program)):
        if all(d.evaluate(sizes) > 0 for shape in shapes for d in shape):
            regular = allow(bounds, sizes)
            if best is None or regular:
                best = regular, sizes
            if regular:
                break
    return best[1] if best else sizes


def _by_multiple(program: Program) -> tuple[str, ...]:
    """Return the dimensions, those first that shapes have the largest multiples of: 32*k."""
    most = dict.fromkeys(program.dimensions, 1)
    for symbol in program.symbols.values():
        for monomial, multiple in (term for d in symbol.shape for term in d.terms):
            most.update({n: max(most[n], multiple) for n in monomial if n in most})
    return tuple(sorted(program.dimensions, key=lambda name: -most[name]))


def _candidates(dimensions: tuple[str, ...]) -> Iterator[dict[str, int]]:
    """Yield ascending sizes, and descending ones."""
    many = (*_PRIMES, *range(31, 31 + SKIPPED + len(dimensions)))
    for skip in range(SKIPPED):
        chosen = many[skip : skip + len(dimensions)]
        yield dict(zip(dimensions, chosen, strict=True))
        yield dict(zip(dimensions, chosen[::-1], strict=True))
