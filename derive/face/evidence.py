"""What the documents say was checked, found by checking it: proof lines, and a worked example.

Every line of every proof is evaluated on both sides, modulo a prime where it is rational and else
at 60 digits; the example is computed from small integers, so that its numbers are the same on
every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp, mpf, nstr

from derive.algebra.build import add, contract, labels_of
from derive.algebra.nodes import Node, Symbol
from derive.derivation.ranks import allow, rank_bounds
from derive.derivation.reason import StepProof, argue
from derive.derivation.reverse import unit_sums
from derive.documents.evidence import Evidence, Example, Matrix
from derive.plan.nouns import Plan
from derive.program.derivation import Derivation
from derive.program.extra import Extra
from derive.program.program import Program
from derive.verify.digits import DIGITS, Digits
from derive.verify.exact import Points
from derive.verify.extra_program import case_of, exactly
from derive.verify.integers import bound_of
from derive.verify.sizes import dimensions, size_sets
from derive.verify.unknown import Unknown
from derive.verify.walk import Evaluator

MOST_CHECKED = 60  # steps of a long program that are checked line by line
MOST_SHOWN = 8  # equations of a program that has a worked example
LARGEST_SHOWN = 5  # rows or columns of an array in it


def gather(derivation: Derivation, plan: Plan, extras: Sequence[Extra] = ()) -> Evidence:
    """Return the counts of lines that hold and a worked example, where one is short enough.

    extras: what is compared with the reverse sweep besides.
    """
    sizes = _small(derivation.program) or next(iter(size_sets(derivation.program, {}).values()))
    known = tuple(derivation.definitions.items())
    points = Points(known, sizes, unit_sums(derivation.program))
    held = total = 0
    exact = True
    for argument in list(argue(derivation))[:MOST_CHECKED]:
        for left, right in _lines(argument):
            verdict = points.equal(left, right, 1)
            total += 1
            held += bool(verdict)
            exact = exact and verdict.by == "prime"
    compared = tuple((e.name, _compared(derivation.program, e, sizes)) for e in extras)
    return Evidence(held, total, exact, _example(derivation, plan), compared)


def _compared(program: Program, extra: Extra, sizes: Mapping[str, int]) -> str:
    """Return how far an extra is what the reverse sweep gives."""
    verdict = exactly(case_of(program, extra), sizes)
    if verdict.equal is None:
        return ""
    if not verdict:
        return "different"
    return "exactly" if verdict.by == "prime" else "to 40 digits"


def _lines(argument: StepProof) -> Iterator[tuple[Node, Node]]:
    """Yield both sides of each line: the factors moved across, and the gradient read off."""
    moved, ybar = argument.moved, argument.ybar
    yield _inner(ybar, argument.differential), _inner(argument.pullback, moved)
    gradient = argument.derivation.gradients[argument.variable.name]
    given = [s for s in argument.derivation.given if s.role == "upstream"]
    parts = [step.pullback for step in gradient.steps]
    parts += [s for s in given if s.name == argument.variable.name]
    yield add(*parts), gradient.expr


def _inner(left: Node, right: Node) -> Node:
    """Return ⟨left, right⟩."""
    axes, sizes = labels_of(left)
    return contract((), [(left, axes), (right, axes)], sizes)


def _small(program: Program) -> dict[str, int] | None:
    """Return small distinct sizes, None where no such sizes make every dimension positive."""
    names = list(program.dimensions)
    if len(names) > LARGEST_SHOWN - 1:
        return None
    bounds = rank_bounds(program)
    for order in (names, names[::-1]):
        sizes = {name: 2 + k for k, name in enumerate(order)}
        try:
            values = [d.evaluate(sizes) for d in dimensions(program)]
        except (KeyError, ZeroDivisionError):
            return None
        if all(v > 0 for v in values) and allow(bounds, sizes):
            return sizes
    return None


def _example(derivation: Derivation, plan: Plan) -> Example | None:
    program = derivation.program
    sizes = _small(program)
    shown = [s for s in (*program.symbols.values(), *derivation.given) if s.rank]
    if sizes is None or len(program.equations) > MOST_SHOWN:
        return None
    if any(s.rank > 2 or max(d.evaluate(sizes) for d in s.shape) > LARGEST_SHOWN for s in shown):
        return None
    needed = [a.symbol for block in plan.backward for a in block.assigns]
    gradients = [g for g in derivation.gradients.values() if g.symbol in needed]
    for seed in range(8):
        with mp.workdps(DIGITS):
            try:
                known = _given(derivation, sizes, seed)
                given = list(known)
                evaluator = Evaluator(Digits(), known, sizes)
                found: list[Symbol] = []
                for symbol, expr in [(e.symbol, e.expr) for e in program.equations] + [
                    (g.symbol, g.expr) for g in derivation.gradients.values()
                ]:
                    evaluator.known[symbol] = evaluator.value(expr)
                found = [e.symbol for e in program.equations if not e.inline]
                found += [g.symbol for g in gradients]
                values = evaluator.known
                texts = {s: _matrix(values[s]) for s in (*given, *found)}
            except (ArithmeticError, ValueError, Unknown, KeyError):
                continue
        exact = all("." not in cell for m in texts.values() for row in m for cell in row)
        hidden = set(derivation.given) if program.is_scalar else set()
        return Example(
            sizes,
            tuple((s, texts[s]) for s in given if s not in hidden),
            tuple((s, texts[s]) for s in found),
            exact,
        )
    return None


def _given(derivation: Derivation, sizes: Mapping[str, int], seed: int) -> dict[Symbol, Any]:
    """Draw small integers for the arguments and the cotangents from outside."""
    program = derivation.program
    draw = random.Random(seed)
    known: dict[Symbol, Any] = {}
    for argument in program.arguments:
        symbol = argument.symbol
        if argument.default is not None:
            known[symbol] = np.array(Digits().number(argument.default), dtype=object)
        else:
            known[symbol] = _drawn(symbol, sizes, draw)
    for given in derivation.given:
        one = np.array(mpf(1), dtype=object)
        known[given] = one if program.is_scalar else _drawn(given, sizes, draw)
    return known


def _drawn(symbol: Symbol, sizes: Mapping[str, int], draw: random.Random) -> Any:
    shape = tuple(d.evaluate(sizes) for d in symbol.shape)
    array = np.empty(shape, dtype=object)
    low, high = (1, 3) if symbol.kind == "positive" else (-2, 3)
    if symbol.kind == "bool":
        low, high = 0, 1
    if symbol.kind.startswith("int"):
        low, high = 0, bound_of(symbol.kind, sizes) - 1
    for index in np.ndindex(shape):
        array[index] = mpf(draw.randint(low, high))
    if symbol.kind in ("symmetric", "posdef"):
        array = array + array.T
    if symbol.kind == "posdef":
        array = array + np.array(np.eye(shape[0], dtype=int) * 12, dtype=object)
    if symbol.kind == "simplex":
        for index in np.ndindex(shape[:-1]):
            hot = draw.randrange(shape[-1])
            array[index] = [mpf(k == hot) for k in range(shape[-1])]
    return array


def _matrix(value: Any) -> Matrix:
    array = np.asarray(value, dtype=object)
    rows = array.reshape(-1, 1) if array.ndim < 2 else array
    return tuple(tuple(_number(entry) for entry in row) for row in rows)


def _number(value: Any) -> str:
    """Write an integer as it is, another number with four decimals."""
    value = mpf(value)
    nearest = int(mp.nint(value))
    if abs(value - nearest) < mpf(10) ** -30:
        return str(nearest)
    return nstr(mpf(round(Fraction(str(value)) * 10000)) / 10000, 8, strip_zeros=True)
