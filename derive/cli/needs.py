"""`derive list --cache`: what each operation's backward needs of forward, as Markdown."""

from __future__ import annotations

from derive.cli.console import artefact
from derive.face import api


def run(*, lang: str) -> int:
    """Print the page; return the exit code."""
    artefact(api.input_or_output(lang=lang))
    return 0
