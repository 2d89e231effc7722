"""`derive list`: the shipped models, each with the first sentence of its docstring."""

from __future__ import annotations

from derive.cli.console import artefact
from derive.face import shipped


def run() -> int:
    """Print one line for each shipped model."""
    found = shipped.names()
    width = max(map(len, found), default=0)
    artefact("\n".join(f"{name:{width}}  {shipped.title(name)}".rstrip() for name in found))
    return 0
