"""What verification found, as documents tell it: counts of lines that hold, a worked example."""

from __future__ import annotations

from dataclasses import dataclass

from derive.algebra.nodes import Symbol

Matrix = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Example:
    """Numbers for a model at small sizes, as text: integers, or four decimals.

    given: arguments and cotangents from outside; found: values, then gradients.
    exact: no number was rounded.
    """

    sizes: dict[str, int]
    given: tuple[tuple[Symbol, Matrix], ...]
    found: tuple[tuple[Symbol, Matrix], ...]
    exact: bool


@dataclass(frozen=True)
class Evidence:
    """held of total proof lines hold; `exact`: all of them modulo a prime.

    extras: for each Jacobian, Hessian or product by name, whether it is what the reverse sweep
    gives: "exactly", "to 40 digits", "different", or "" where that was not decided.
    """

    held: int
    total: int
    exact: bool
    example: Example | None
    extras: tuple[tuple[str, str], ...] = ()
