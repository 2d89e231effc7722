"""Whether two expressions are equal, decided modulo a prime, else at 60 digits.

Equality is that of functions of the symbols, at the given sizes: symbols are drawn at random,
those with a property so that they obey it, and those that are defined (the values of a program,
the cotangents of a derivation) are computed from the others.  Modulo the prime a false equality
passes a trial with probability below 1e-15; it cannot know the identities of functions, so what
differs there is compared again at 60 digits, and only that verdict says "different".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from mpmath import mp, mpf

from derive.algebra.build import add
from derive.algebra.forms.simplify import UnitSums
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.program.derivation import Derivation
from derive.verify.digits import DIGITS, Digits
from derive.verify.modular import PRIME, Residues, Undecided
from derive.verify.properties import drawn, obeying, summing_to_one
from derive.verify.unknown import Unknown
from derive.verify.walk import Evaluator

Array = Any
_Definitions = Iterable[tuple[Symbol, Node]]
_ATTEMPTS = 8
CLOSE = 40  # digits to which two values at 60 digits must agree


@dataclass(frozen=True)
class Verdict:
    """equal: the answer, None where there is none; by: "prime" or "digits"; reason: why not."""

    equal: bool | None
    by: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.equal is True


def equal_exactly(
    left: Node,
    right: Node,
    sizes: Mapping[str, int],
    trials: int = 3,
    *,
    definitions: _Definitions = (),
    unit_sums: UnitSums | None = None,
) -> Verdict:
    """Decide left = right at these sizes.

    definitions: symbols with the expressions that they stand for, in the order in which they can
    be computed.  unit_sums: axes along which a drawn symbol sums to one, besides simplex ones.
    """
    return Points(tuple(definitions), sizes, unit_sums).equal(left, right, trials)


def check_derivation(
    derivation: Derivation,
    sizes: Mapping[str, int],
    arguments: Mapping[str, Array] | None = None,
) -> dict[str, Verdict]:
    """Compare each gradient with the sum of what the equations gave to it.

    arguments: of the model, by name, where it has values: a point for what no random draw finds.
    """
    given = {symbol.name: symbol for symbol in derivation.given if symbol.role == "upstream"}
    points = Points(tuple(derivation.definitions.items()), sizes, arguments=arguments)
    found = {}
    for name, gradient in derivation.gradients.items():
        parts: list[Node] = [step.pullback for step in gradient.steps]
        parts += [given[name]] if name in given else []
        if parts:
            found[name] = points.equal(add(*parts), gradient.expr, 1)
    return found


class Points:
    """Random points at which expressions over the same definitions are compared.

    What is drawn or computed at a point is kept: many lines about one program rest on the same
    values.  arguments: values of symbols by name for the last attempts at 60 digits, in a domain
    that no draw may have found.  annotated: symbols with the property that their draws obey, where
    expressions that were derived for free entries have them without it.
    """

    def __init__(
        self,
        definitions: tuple[tuple[Symbol, Node], ...],
        sizes: Mapping[str, int],
        unit_sums: UnitSums | None = None,
        *,
        arguments: Mapping[str, Array] | None = None,
        annotated: Iterable[Symbol] = (),
    ) -> None:
        self.definitions = definitions
        self.sizes = sizes
        self.unit_sums = unit_sums
        self.arguments = arguments
        self.annotated = tuple(annotated)
        self._primes: dict[int, _Point] = {}
        self._digits: dict[int, _Point] = {}

    def equal(self, left: Node, right: Node, trials: int = 3) -> Verdict:
        """Decide left = right."""
        if all(self._by_prime(left, right, seed) for seed in range(trials)):
            return Verdict(True, "prime")
        numeric = [self._by_digits(left, right, seed) for seed in range(trials)]
        unknown = [reason for reason in numeric if isinstance(reason, str)]
        if unknown:
            return Verdict(None, reason=unknown[0])
        return Verdict(all(numeric), "digits")

    def _by_prime(self, left: Node, right: Node, seed: int) -> bool:
        for number in range(1000 * seed, 1000 * seed + _ATTEMPTS):
            if number not in self._primes:
                source = random.Random(number)
                entry = partial(source.randrange, 1, PRIME)
                self._primes[number] = _Point(self, Residues(number), entry)
            try:
                one, other = self._primes[number].values(left, right)
            except Undecided:
                continue
            except Unknown:
                return False
            return not np.any(np.asarray(one - other) % PRIME != 0)
        return False

    def _by_digits(self, left: Node, right: Node, seed: int) -> bool | str:
        """Return the verdict of one point at 60 digits, or why there is none."""
        reason = "no point found at which both sides are real and finite"
        with mp.workdps(DIGITS):
            for attempt in range(_ATTEMPTS):
                number = 1000 * seed + attempt
                if number not in self._digits:
                    spread = ((-2, 2), (0.1, 0.9), (1.1, 3), (0.1, 3))[attempt % 4]
                    entry = partial(_number, random.Random(number), *spread)
                    given = self.arguments if attempt == _ATTEMPTS - 1 else None
                    self._digits[number] = _Point(self, Digits(), entry, given)
                try:
                    return _close(*self._digits[number].values(left, right))
                except (ArithmeticError, ValueError):
                    continue
                except Unknown as unknown:
                    return str(unknown)
        return reason


class _Point:
    """Values of symbols: drawn, or computed from their definitions."""

    def __init__(
        self,
        points: Points,
        arithmetic: Any,
        entry: Callable[[], Any],
        arguments: Mapping[str, Array] | None = None,
    ) -> None:
        self.defined = dict(points.definitions)
        self.sizes = points.sizes
        self.unit_sums = points.unit_sums
        self.arithmetic = arithmetic
        self.entry = entry
        self.arguments = arguments or {}
        self.annotated = {symbol: symbol for symbol in points.annotated}
        self.evaluator = Evaluator(arithmetic, {}, points.sizes)

    def values(self, *nodes: Node) -> list[Array]:
        """Return the values of the expressions; draw and compute what they need first."""
        needed = list(dict.fromkeys(s for node in nodes for s in symbols_of(node)))
        known = self.evaluator.known
        needed = [s for s in needed if s not in known]
        for symbol in needed:  # grows while it is read
            inner = symbols_of(self.defined[symbol]) if symbol in self.defined else ()
            needed += [s for s in inner if s not in known and s not in needed]
        for symbol in needed:
            if symbol not in self.defined:
                known[symbol] = self._drawn(symbol)
        wanted = set(needed)
        for symbol, expr in self.defined.items():
            if symbol in wanted:
                known[symbol] = self.evaluator.value(expr)
        return [self.evaluator.value(node) for node in nodes]

    def _drawn(self, symbol: Symbol) -> Array:
        symbol = self.annotated.get(symbol, symbol)
        if symbol.name in self.arguments and symbol.role != "upstream":
            value = np.vectorize(mpf, otypes=[object])(self.arguments[symbol.name])
            return obeying(symbol.kind, value, self.arithmetic)
        array = drawn(symbol, self.sizes, self.arithmetic, self.entry)
        axes = self.unit_sums(symbol) if self.unit_sums else ()
        return self.arithmetic.tidy(summing_to_one(array, sorted(axes)))


def _number(source: random.Random, low: float, high: float) -> mpf:
    return mpf(source.uniform(low, high))


def _close(left: Array, right: Array) -> bool:
    bound = mpf(10) ** -CLOSE
    pairs = zip(np.ravel(left), np.ravel(right), strict=True)
    return all(abs(a - b) <= bound * (1 + abs(a) + abs(b)) for a, b in pairs)
