"""How wide a formula is, and how to break one that is too wide for its line.

Widths are in characters of running text, estimated from the LaTeX: good enough to decide where
to break, so that no line runs over the margin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

LINE = 58.0

_MATRIX = re.compile(r"\\begin\{([pb]matrix|cases)\}(.*?)\\end\{\1\}", re.DOTALL)
_OPENING = re.compile(r"\\(begin|left|langle|lfloor)\b")
_CLOSING = re.compile(r"\\(end|right|rangle|rfloor)\b")
_SPACES = {r"\,": " ", r"\;": " ", r"\quad": "  ", r"\qquad": "    "}


@lru_cache(maxsize=4096)
def width(latex: str) -> float:
    """Return the estimated width of a formula."""
    total = 0.0
    matrix = _MATRIX.search(latex)
    while matrix:
        rows = [row.split("&") for row in matrix[2].split(r"\\")]
        columns = max(len(row) for row in rows)
        total += sum(max(width(row[k]) for row in rows if k < len(row)) for k in range(columns))
        total += 1.8 * columns + 2
        latex = latex[: matrix.start()] + latex[matrix.end() :]
        matrix = _MATRIX.search(latex)
    return total + _flat(latex)


def _flat(latex: str) -> float:
    """Return the width of a formula without matrices, from its tokens."""
    position, total = 0, 0.0
    while position < len(latex):
        match = re.compile(r"\\(underset|overset|frac)\s*\{").match(latex, position)
        if match:
            first, position = _group(latex, match.end() - 1)
            second, position = _group(latex, position)
            small = 0.75 * width(first) if match[1] != "frac" else width(first)
            total += max(small, width(second))
            continue
        match = re.compile(r"[_^]\s*\{").match(latex, position)
        if match:
            inner, position = _group(latex, match.end() - 1)
            total += 0.75 * width(inner)
            continue
        match = re.compile(r"\\(text|mathrm|mathit|mathbf|boldsymbol|left|right)\b").match(
            latex, position
        )
        if match:
            position = match.end()
            continue
        match = re.compile(r"\\[A-Za-z]+|\\.").match(latex, position)
        if match:
            total += len(_SPACES.get(match[0], "x")) * (0.5 if match[0] in (r"\,", r"\;") else 1.4)
            position = match.end()
            continue
        character = latex[position]
        if character not in "{}$& ":
            total += 2.0 if ord(character) > 0x2E80 else 1.6 if character in "+-=<>" else 1.0
        position += 1
    return total


def _group(latex: str, start: int) -> tuple[str, int]:
    """Return the text of the braces that open at `start`, and the position behind them."""
    while start < len(latex) and latex[start] == " ":
        start += 1
    depth = 0
    for position in range(start, len(latex)):
        if latex[position] == "{" and latex[position - 1] != "\\":
            depth += 1
        elif latex[position] == "}" and latex[position - 1] != "\\":
            depth -= 1
            if not depth:
                return latex[start + 1 : position], position + 1
    return latex[start:], len(latex)


def _pieces(latex: str, separators: Sequence[str]) -> list[str]:
    """Split a formula before the separators that stand outside all brackets."""
    found, depth, start, position = [], 0, 0, 0
    while position < len(latex):
        if _OPENING.match(latex, position):
            depth += 1
        elif _CLOSING.match(latex, position):
            depth -= 1
        elif latex[position] in "{(" and latex[position - 1] != "\\":
            depth += 1
        elif latex[position] in "})" and latex[position - 1] != "\\":
            depth -= 1
        elif not depth and position > start and latex.startswith(tuple(separators), position):
            found.append(latex[start:position].strip())
            start = position
        position += 1
    return [*found, latex[start:].strip()]


def broken(formula: str, line: float = LINE) -> list[str]:
    """Return the formula as lines that fit, broken before =, then before + and -, then factors."""
    if width(formula) <= line:
        return [formula]
    lines: list[str] = []
    for part in _pieces(formula, (" = ", r" \leftarrow ")):
        if lines and width(lines[-1]) + width(part) <= line:
            lines[-1] += f" {part}"
        elif width(part) <= line:
            lines.append(part)
        else:
            lines += _filled(part, line)
    return lines


def _filled(part: str, line: float) -> list[str]:
    lines: list[str] = []
    for term in _pieces(part, (" + ", " - ")):
        chunks = [term] if width(term) <= line else _pieces(term, (r"\;", r"\,", r" \odot "))
        for chunk in chunks:
            if lines and width(lines[-1]) + width(chunk) <= line - 4:
                lines[-1] += f" {chunk}"
            else:
                lines.append(chunk)
    return lines


def rows(formulas: Sequence[str], line: float = LINE) -> list[list[str]]:
    """Return the formulas in rows: short ones side by side, each long one broken into lines."""
    result: list[list[str]] = []
    beside = 0.0
    for formula in formulas:
        size = width(formula)
        if size > line:
            result.append(broken(formula, line))
            beside = line
        elif result and beside + size + 4 <= line:
            result[-1][0] += rf" \qquad {formula}"
            beside += size + 4
        else:
            result.append([formula])
            beside = size
    return result


def aligned(lines: Sequence[str]) -> str:
    """Return the lines of one formula as an aligned block, later ones set in."""
    head = _pieces(lines[0], (" = ", r" \leftarrow "))
    first = f"{head[0]} & {' '.join(head[1:])}" if len(head) > 1 else f"& {lines[0]}"
    rest = [
        f"& {line}" if line.startswith(("= ", r"\leftarrow ")) else rf"& \quad {line}"
        for line in lines[1:]
    ]
    body = " \\\\\n".join([first, *rest])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def reason(text: str) -> str:
    """Return a reason with `$…$` inside as a formula: words in \\text, mathematics as it is."""
    parts = text.replace("`", "").split("$")
    made = []
    for k, part in enumerate(parts):
        if part:
            made.append(part if k % 2 else rf"\text{{{part}}}")
    return " ".join(made)
