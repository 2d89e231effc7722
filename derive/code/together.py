"""All results of one decomposition in one statement: `values, vectors = np.linalg.eigh(a)`.

The program has an equation for each result, since each has a rule of its own; where their
statements follow each other in code, the decomposition would be computed again for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from derive.code.layout import WIDTH

RESULTS = {
    "eigh(A)": ("eigvalsh(A)", "eigh(A)[1]|eigh(A).eigenvectors"),
    "slogdet(A)": ("slogdet(A)[0]|slogdet(A).sign", "slogdet(A)[1]|slogdet(A).logabsdet"),
    "svd(A, full_matrices=False)": (
        "svd(A, full_matrices=False)[0]|svd(A, full_matrices=False).U",
        "svd(A, compute_uv=False)|svdvals(A)",
        "svd(A, full_matrices=False)[2]|svd(A, full_matrices=False).Vh",
    ),
    "qr(A)": ("qr(A)[0]|qr(A).Q", "qr(A)[1]|qr(A).R"),
}
"""A decomposition, and how code asks for each of its results alone, in NumPy or in PyTorch."""
_PLACES = {
    single: (whole, place)
    for whole, results in RESULTS.items()
    for place, singles in enumerate(results)
    for single in singles.split("|")
}
_STATEMENT = re.compile(
    r"(?P<pad> +)(?P<target>\w+) = (?P<linalg>\w+\.linalg)\."
    r"(?P<name>\w+)\((?P<of>\w+)(?P<rest>[^()\n]*\)(?:\[\d\]|\.\w+)?)(?:  # (?P<comment>.*))?"
)


class _Result(NamedTuple):
    """A statement that takes one result of a decomposition: its place among all of them."""

    decomposition: str
    place: int
    target: str
    source: str
    pad: str
    number: str
    shape: str


def taken_together(text: str) -> str:
    """Return the module's text with such statements joined where they fit a line."""
    lines = [(line, _read(line)) for line in text.split("\n")]
    joined: list[str] = []
    for source, group in groupby(lines, key=lambda pair: pair[1] and (pair[1].pad, pair[1].source)):
        found = list(group)
        together = _joined([result for _, result in found if result]) if source else ""
        joined += [together] if together else [line for line, _ in found]
    return "\n".join(joined)


def _read(line: str) -> _Result | None:
    """Return what the line takes of a decomposition, None where it takes something else."""
    found = _STATEMENT.fullmatch(line)
    single = f"{found['name']}(A{found['rest']}" if found else ""
    if not found or single not in _PLACES:
        return None
    decomposition, place = _PLACES[single]
    source = f"{found['linalg']}.{decomposition.replace('A', found['of'])}"
    number, _, shapes = (found["comment"] or "").rpartition(": ")
    shape = shapes.rpartition(" -> ")[2]
    return _Result(decomposition, place, found["target"], source, found["pad"], number, shape)


def _joined(results: Sequence[_Result]) -> str:
    """Return the statement of several results, "" where there is none or it is too long.

    Its comment has the numbers of their equations, or their shapes.
    """
    targets = {result.place: result.target for result in results}
    if len(targets) < 2 or len(targets) < len(results):
        return ""
    first, *_ = results = sorted(results, key=lambda result: result.place)
    names = [targets.get(place, "_") for place in range(len(RESULTS[first.decomposition]))]
    line = f"{first.pad}{', '.join(names)} = {first.source}"
    told = [result.number or result.shape for result in results]
    with_comment = f"{line}  # {', '.join(told)}" if all(told) else line
    return next((text for text in (with_comment, line) if len(text) <= WIDTH), "")
