"""`derive show`: the derivation in the terminal."""

from __future__ import annotations

import derive.documents.terminal.show as terminal
from derive.cli.models import Loaded, print_each
from derive.cli.options import Request


def run(request: Request, *, brief: bool, latex: bool, lang: str, ascii: bool) -> int:
    """Print each model's derivation; return the exit code."""

    def text(loaded: Loaded) -> str:
        return terminal.show(loaded.derived, ascii=ascii, lang=lang, brief=brief, latex=latex)

    return print_each(request, text)
