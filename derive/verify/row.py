"""One comparison of a gradient with an oracle, and how far the two may be apart."""

from __future__ import annotations

from dataclasses import dataclass

BOUNDS = {
    "reference": 1e-12,
    "complex step": 1e-12,
    "4-point": 1e-8,
    "torch": 1e-11,
    "torch, rough": 1e-7,  # its hardsigmoid has 1/6 in float32, whatever the array
    "second order": 1e-9,
}
"""The largest error of each oracle, relative to the largest entry."""


@dataclass(frozen=True)
class Row:
    """One comparison.

    error: relative to the largest entry, None where nothing was compared.
    bound: what the error may be; 0 where the oracle has no number.
    wrong: found wrong, whatever the error (a shape, an exception).
    undecided: there is no point at which it could be compared.
    """

    gradient: str
    oracle: str
    sizes: str
    error: float | None
    bound: float = 0.0
    note: str = ""
    wrong: bool = False
    undecided: bool = False

    @property
    def verdict(self) -> str:
        if self.undecided:
            return "not admissible"
        if self.wrong or (self.error is not None and not self.error <= self.bound):
            return "WRONG"
        return "skipped" if self.error is None and self.note else "ok"

    @property
    def shown(self) -> str:
        """The error as the table has it."""
        if self.error is None:
            return "-" if self.verdict != "ok" else "passed"
        return f"{self.error:.1e}"
