"""Long expressions cut into named steps: the largest part that fits a line gets a name.

Works on the printed text, which is read back with `ast`; this happens only where a line would be
too long.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

Named = tuple[str, str]
_SHORTEST, _LONGEST = 9, 68  # columns of a part: less gains nothing, more does not fit its own line
_WORDS = {
    ast.Add: "total",
    ast.Sub: "diff",
    ast.Mult: "product",
    ast.Div: "ratio",
    ast.MatMult: "product",
    ast.Pow: "powered",
}
_RESERVED = {
    "sum": "total",
    "abs": "size",
    "max": "largest",
    "min": "smallest",
    "slice": "steps",
    "asarray": "floats",
    "added_up": "total",
    "added_along": "total",
    "take_along_axis": "picked",
    "take_along_dim": "picked",
}


def shortened(text: str, room: int, fresh: Callable[[str], str]) -> tuple[list[Named], str]:
    """Return (name, part) for the parts that got a name, and the text in these names.

    fresh: gives a name that is not taken, from a word.
    """
    named: list[Named] = []
    while len(text) > room:
        found = _largest(text)
        if found is None:
            break
        word, part = found
        name = fresh(word)
        named.append((name, part))
        text = _hugged(replaced(text, part, name), name)
    return named, text


def _hugged(text: str, name: str) -> str:
    """Take the blanks from a power whose base has become a name."""
    return re.sub(rf"\b{name} \*\* (\w+)\b(?![.(\[])", rf"{name}**\1", text)


def _largest(text: str) -> tuple[str, str] | None:
    best: tuple[str, str] | None = None
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        if node is tree or not isinstance(node, ast.BinOp | ast.Call | ast.Subscript):
            continue
        part = ast.get_source_segment(text, node) or ""
        fits = _SHORTEST <= len(part) <= _LONGEST
        if fits and (best is None or len(part) > len(best[1])):
            best = _word(node), part
    return best


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        return _WORDS.get(type(node.op), "part")
    if isinstance(node, ast.Call):
        function = node.func
        word = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        word = word.strip("_")
        return _RESERVED.get(word, word) or "part"
    return "part"


def replaced(text: str, part: str, name: str) -> str:
    """Return the text with the part named, wherever it stands; brackets that held it go.

    It stands only where it is an operand as a whole: `b - c` is no part of `a - b - c`.
    """
    data, wanted = text.encode(), part.encode()
    tree = ast.parse(text, mode="eval").body
    spans = {
        (node.col_offset, node.end_col_offset or 0)
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and data[node.col_offset : node.end_col_offset] == wanted
    }
    for start, end in sorted(spans, reverse=True):
        before, after = data[:start].decode(), data[end:].decode()
        if _is_bracketed(before, after):
            before, after = before[:-1], after[1:]
        data = f"{before}{name}{after}".encode()
    return data.decode()


def _is_bracketed(before: str, after: str) -> bool:
    """Whether brackets around a part only group it; those of a call do not."""
    call = before[-2:-1].isalnum() or before[-2:-1] in ("_", ")", "]")
    return before[-1:] == "(" and after[:1] == ")" and not call
