"""Faults of array operations told with their place: both shapes, where each came from, a hint.

A hint that changes the text is tried: it is given only if the operation then fits, and it says
whether the rest of the model does.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Sequence

from derive.algebra.nodes import Node, Symbol
from derive.arrays import linear
from derive.arrays.elementwise import common_shape
from derive.arrays.fault import Refused, ShapeFault, Undecided
from derive.dims import ONE, Shape, show_shape
from derive.errors import DeriveError
from derive.reader.session import Session

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_Operand = tuple[ast.AST, Node]


def misfit(
    session: Session, fault: ShapeFault, tree: ast.AST, operands: Sequence[_Operand]
) -> DeriveError:
    """Return the error for operands that do not fit; `operands` are those that were written."""
    texts = {node: session.source.segment(written) for written, node in reversed(operands)}
    names = [texts.get(node, "the array") for node in fault.operands]
    clash = fault.clash.format(*names)
    whole = session.source.segment(tree)
    found = f"{whole} does not fit: {clash}" if fault.product or len(names) > 1 else clash
    shown = [(n, node) for n, node in zip(names, fault.operands, strict=True)]
    needed = _shapes(session, shown)
    needed += [line for line in (fault.rule, session.known_dimensions()) if line]
    hint = fault.hint or _hint(session, tree, operands)
    return DeriveError(found, where=session.source.place(tree), needed=tuple(needed), hint=hint)


class NotKnown(DeriveError):
    """A condition that only the sizes, or the entries, decide."""


def refused(session: Session, fault: Refused, tree: ast.AST) -> DeriveError:
    """Return the error for what is understood but not supported."""
    kind = NotKnown if isinstance(fault, Undecided) else DeriveError
    return kind(fault.text, where=session.source.place(tree), hint=fault.hint)


def _shapes(session: Session, operands: Iterable[tuple[str, Node]]) -> list[str]:
    told = {
        name: (show_shape(node.shape) if node.rank else "a number", _origin(session, node))
        for name, node in operands
    }
    left = max((len(name) for name in told), default=0)
    right = max((len(shape) for shape, _ in told.values()), default=0)
    return [
        f"{name:{left}} is {shape:{right}}   {origin}".rstrip()
        for name, (shape, origin) in told.items()
    ]


def _origin(session: Session, node: Node) -> str:
    return session.origins.get(node.name, "") if isinstance(node, Symbol) else "computed here"


def _hint(session: Session, tree: ast.AST, operands: Sequence[_Operand]) -> str:
    """Return a change that makes the operation fit, tried on the text of the model."""
    if session.retry is None or not isinstance(tree, ast.BinOp) or len(operands) != 2:
        return ""
    sign = _OPERATORS.get(type(tree.op))
    if sign is None:
        return ""
    first = ""
    for texts, shapes in _changes(session, operands, sign):
        shape = _result(shapes, sign)
        if shape is None:
            continue
        changed = f"{texts[0]} {sign} {texts[1]}"
        reason = f"which is {_shown(shapes, sign)} = {show_shape(shape)}"
        if session.retry(session.source.place(tree), changed):
            return f"write {changed}, {reason}; the rest of {session.name} then fits"
        first = first or f"write {changed}, {reason}"
    return first


def _shown(shapes: Sequence[Shape], sign: str) -> str:
    shown = "({})({})" if sign == "@" else f"({{}}) {sign} ({{}})"
    return shown.format(*(show_shape(shape) for shape in shapes))


def _changes(
    session: Session, operands: Sequence[_Operand], sign: str
) -> Iterable[tuple[tuple[str, str], tuple[Shape, Shape]]]:
    """Yield texts and shapes of the operands after a change, the likeliest first."""
    (left, a), (right, b) = operands
    plain = [session.source.segment(t) for t in (left, right)]
    wrapped = [_wrapped(text, t) for text, t in zip(plain, (left, right), strict=True)]
    shapes = (a.shape, b.shape)
    for side in (1, 0):
        for suffix, shape in _alternatives(shapes[side], sign):
            new_texts = list(plain)
            new_shapes = list(shapes)
            new_texts[side] = wrapped[side] + suffix
            new_shapes[side] = shape
            yield (new_texts[0], new_texts[1]), (new_shapes[0], new_shapes[1])
    if sign == "@" and len(shapes[0]) == len(shapes[1]) == 2:
        yield (wrapped[1], wrapped[0]), (shapes[1], shapes[0])


def _alternatives(shape: Shape, sign: str) -> Iterable[tuple[str, Shape]]:
    if len(shape) == 2:
        yield ".T", shape[::-1]
    if len(shape) > 2:
        yield ".mT", (*shape[:-2], shape[-1], shape[-2])
    if sign != "@":
        if any(d == 1 for d in shape):
            yield ".squeeze()", tuple(d for d in shape if d != 1)
        if len(shape) == 1:
            yield "[:, None]", (*shape, ONE)


def _result(shapes: Sequence[Shape], sign: str) -> Shape | None:
    operands = [Symbol(name, shape) for name, shape in zip("ab", shapes, strict=True)]
    try:
        if sign == "@":
            return linear.matmul(*operands).shape
        return common_shape(operands)
    except ShapeFault:
        return None


def _wrapped(text: str, tree: ast.AST) -> str:
    plain = isinstance(tree, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return text if plain else f"({text})"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return "did you mean …?", or "" where nothing is near."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    likely = [word for word in near if slips(name, word) <= max(1, len(name) // 4)]
    return f"did you mean {likely[0]}?" if likely and len(name) > 2 else ""


def slips(word: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many, or two of them exchanged.

    The distance of Damerau, 1964, between neighbours.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(word):
        row = [i + 1]
        for j, wanted in enumerate(other):
            best = min(last[j] + (letter != wanted), last[j + 1] + 1, row[j] + 1)
            if before and j and (letter, word[i - 1]) == (other[j - 1], wanted):
                best = min(best, before[j - 1] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
