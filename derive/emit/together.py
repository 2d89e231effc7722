"""Both results of one decomposition in one statement: `values, vectors = np.linalg.eigh(a)`.

The program has an equation for each result, since each has a rule of its own; where their
statements follow each other in code, the decomposition would be computed twice.
"""

from __future__ import annotations

import re
from functools import partial

from derive.emit.layout import WIDTH

_LINALG = r"(?P<linalg>\w+\.linalg)\."
_COMMENT = r"(?:  # (?P<{}>.*))?\n"
_PAIRS = (
    ("eigh", r"eigvalsh\((?P<of>\w+)\)", r"eigh\((?P=of)\)(?:\[1\]|\.eigenvectors)"),
    (
        "slogdet",
        r"slogdet\((?P<of>\w+)\)(?:\[0\]|\.sign)",
        r"slogdet\((?P=of)\)(?:\[1\]|\.logabsdet)",
    ),
)
_STATEMENTS = [
    (
        name,
        re.compile(
            rf"^(?P<pad> +)(?P<x>\w+) = {_LINALG}{first}{_COMMENT.format('a')}"
            rf"(?P=pad)(?P<y>\w+) = (?P=linalg)\.{second}{_COMMENT.format('b')}",
            re.M,
        ),
    )
    for name, first, second in _PAIRS
]


def taken_together(text: str) -> str:
    """Return the module's text with such statements joined where they fit a line."""
    for name, pair in _STATEMENTS:
        text = pair.sub(partial(_joined, name=name), text)
    return text


def _joined(found: re.Match[str], name: str) -> str:
    numbers = [(found[key] or "").partition(":")[0] for key in ("a", "b")]
    comment = f"  # {', '.join(numbers)}" if all(n.startswith("(") for n in numbers) else ""
    targets = f"{found['pad']}{found['x']}, {found['y']}"
    line = f"{targets} = {found['linalg']}.{name}({found['of']}){comment}"
    return f"{line}\n" if len(line) <= WIDTH else found[0]
