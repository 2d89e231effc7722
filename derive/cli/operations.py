"""`derive list --operations`: every operation that a model may use, with its gradient.

The gradients are derived here and now, each from a one-line model of the operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from derive.cli.console import artefact
from derive.cli.one_liners import OneLiner, one_liner
from derive.dims import show_shape
from derive.documents.terminal.show import show
from derive.errors import DeriveError
from derive.face.api import Derived
from derive.reader.library import Entry, entries

WIDTH = 100
_SHORT = {"numpy.": "np.", "torch.nn.functional.": "F.", "scipy.": "", "jax.": ""}


def run() -> int:
    """Print the list; return the exit code."""
    for entry in entries():
        artefact("\n".join(_lines(entry)))
    return 0


def _lines(entry: Entry) -> Iterator[str]:
    yield from wrap(", ".join(map(_short, entry.spellings)), WIDTH, break_on_hyphens=False)
    example = one_liner(entry)
    if example is None:
        yield "    (no example)"
        return
    shapes = ", ".join(
        f"{a.name}: {show_shape(a.symbol.shape) if a.symbol.rank else 'a number'}"
        for a in example.program.arguments
    )
    yield f"    f = {example.call}    {shapes}"
    yield from (f"  {line}" for line in _gradients(example))


def _short(spelled: str) -> str:
    for home, short in _SHORT.items():
        if spelled.startswith(home):
            return short + spelled.removeprefix(home)
    return spelled


def _gradients(example: OneLiner) -> list[str]:
    try:
        derived = Derived(example.program)
        return show(derived, ascii=False, lang="en", brief=True, latex=False).splitlines()
    except DeriveError:
        return ["  no gradient"]
