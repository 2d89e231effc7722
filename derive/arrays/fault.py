"""The fault of an array operation, told without a place: the reader knows where it was written.

clash is one clause with `{0}`, `{1}` … for the operands, such as "{0} has d columns, {1} has m
rows"; rule is a sentence that says what the operation needs; hint is one thing to do.
"""

from __future__ import annotations

from derive.algebra.nodes import Node


def axes_told(rank: int) -> str:
    """Return "no axes", "1 axis", "2 axes" …"""
    return f"{rank or 'no'} {'axis' if rank == 1 else 'axes'}"


class ShapeFault(Exception):
    """Operands that do not fit; `operands` are the nodes that the clash speaks of."""

    def __init__(
        self, clash: str, *operands: Node, rule: str = "", hint: str = "", product: bool = False
    ) -> None:
        super().__init__(clash)
        self.clash = clash
        self.operands = operands
        self.rule = rule
        self.hint = hint
        self.product = product


class Refused(Exception):
    """An operation that is understood but not supported; the text says why, `hint` what to do."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


class Undecided(Refused):
    """A question that only the sizes, or the entries, answer."""
