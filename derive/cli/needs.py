"""`derive list --cache`: what each operation's backward needs of forward, as Markdown."""

from __future__ import annotations

from derive import api
from derive.cli.console import artefact


def run(*, lang: str) -> int:
    """Print the page; return the exit code."""
    artefact(api.input_or_output(lang=lang))
    return 0
