"""How operations on matrices are written: parts and blocks, and operations with a name.

What an operation was told stands with it: which rows and columns a part has, along what a norm
is taken, into what shape entries are put.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import BlockMatrix, Identity, ZeroMatrix
from sympy.matrices.expressions.slice import MatrixSlice

from derive.formulas.marks import Marks
from derive.formulas.matrices.kinds import Operation
from derive.formulas.scalars import ATOM, POWER

Writer = Callable[[Any, Operation], tuple[str, int]]
"""Takes the formula notation and the operation; returns the text and how strongly it binds."""


def part(write: Any, expr: MatrixSlice) -> tuple[str, int]:
    """Write a part of a matrix; that of a column by its rows alone."""
    ranges = list(zip((expr.rowslice, expr.colslice), expr.parent.shape, strict=True))
    if expr.parent.shape[1] == 1:
        del ranges[1]
    places = [_place(write, *given) for given in ranges]
    parent = expr.parent
    whole = (
        write.sized_identity(write.dimension(parent.shape[0]))
        if isinstance(parent, Identity)
        else write.inside(parent, ATOM)
    )
    return write.part(whole, places), ATOM


def _place(write: Any, bounds: Sequence[Any], size: Any) -> str:
    """Write a range of rows or columns."""
    start, stop, step = bounds
    if stop - start == 1:
        return str(write.dimension(start + write.first))
    low = write.dimension(start + write.first) if start != 0 else ""
    high = write.dimension(stop) if stop != size else ""
    every = str(step) if step != 1 else ""
    return str(write.range(low, high, every, write.dimension(size)))


def blocks(write: Any, expr: BlockMatrix) -> tuple[str, int]:
    """Write matrices beside and below each other; zeros with their shape where it is not clear."""
    rows, columns = expr.blocks.shape
    told = max(rows, columns) > 2

    def block(value: Any) -> str:
        if not isinstance(value, ZeroMatrix):
            return write(value)
        return write.zeros([write.dimension(d) for d in value.shape] if told else [])

    return write.blocks(
        [[block(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)]
    ), ATOM


def operation(write: Any, expr: Operation) -> tuple[str, int]:
    """Write an operation with a name."""
    if expr.name in SPECIAL:
        return SPECIAL[expr.name](write, expr)
    return _named(write, expr.name, expr.along, [write(arg) for arg in expr.operands]), ATOM


def _named(write: Marks, name: str, along: str, operands: Sequence[str]) -> str:
    """Write a function of matrices by its name, along rows or columns where that is told."""
    if along and (name, along) not in _USUAL:
        write.note("along")
        return write.call(name, operands, along)
    return write.call(name, operands)


def _norm(write: Any, expr: Operation) -> tuple[str, int]:
    x, *p = expr.operands
    return norm(write, write(x), [write(k) for k in p], expr.along), ATOM


def norm(write: Marks, inner: str, p: Sequence[str], along: str) -> str:
    """Write the norm of all entries, of each row or of each column."""
    if along:
        write.note("along")
    return write.subscript(write.norm(inner), [*p, *([along] if along else [])])


def _flip(write: Any, expr: Operation) -> tuple[str, int]:
    (x,) = expr.operands
    steps = ["" if expr.along == "rows" else "-1", "" if expr.along == "columns" else "-1"]
    if x.shape[1] == 1:
        del steps[1]
    places = [
        write.range("", "", step, write.dimension(d))
        for step, d in zip(steps, x.shape, strict=False)
    ]
    return write.part(write.inside(x, ATOM), places), ATOM


def _reshaped(write: Any, expr: Operation) -> tuple[str, int]:
    inner = write(expr.operands[0])
    shape = write.shape([write.dimension(d) for d in expr.shape])
    return write.call(expr.name, [inner], "" if expr.name == "vec" else shape), ATOM


def _count(write: Any, expr: Operation) -> tuple[str, int]:
    last = write.dimension(expr.shape[0] - 1)
    return write.transpose(write.parentheses(f"0, 1, {write.dots}, {last}")), POWER


def _entries(write: Any, expr: Operation) -> tuple[str, int]:
    return write.blocks([[write(arg)] for arg in expr.operands]), ATOM


def _commutation(write: Any, expr: Operation) -> tuple[str, int]:
    """Write the letter K, with a mark where a value of the model is called so."""
    if "K" not in write.glyphs.letters:
        write.note("commutation")
        return "K", ATOM
    write.note("commutation beside K")
    return write.subscript("K", ["vec"]), ATOM


def _pseudoinverse(write: Any, expr: Operation) -> tuple[str, int]:
    return write.pseudoinverse(write.inside(expr.operands[0], ATOM)), POWER


def _exponential(write: Any, expr: Operation) -> tuple[str, int]:
    write.note("expm")
    return write.exponential(write(expr.operands[0])), ATOM


SPECIAL: dict[str, Writer] = {
    "norm": _norm,
    "flip": _flip,
    "vec": _reshaped,
    "unvec": _reshaped,
    "reshape": _reshaped,
    "iota": _count,
    "entries": _entries,
    "commutation": _commutation,
    "pinv": _pseudoinverse,
    "expm": _exponential,
}
"""Operations that have a form of their own, by name."""
_USUAL = {("softmax", "rows"), ("log_softmax", "rows")}
"""What is usual goes without saying, once it has been said what the function is."""
