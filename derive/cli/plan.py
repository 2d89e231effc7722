"""`derive plan`: what forward keeps for backward, why, how large it is, and until when."""

from __future__ import annotations

import derive.documents.terminal.show as terminal
from derive.cli.models import Loaded, known_sizes, print_each
from derive.cli.options import Request


def run(request: Request, *, recompute: str, sizes: dict[str, int], dtype: str, ascii: bool) -> int:
    """Print each model's plan; return the exit code."""

    def text(loaded: Loaded) -> str:
        known = known_sizes(loaded, sizes)
        derived = loaded.derived.planned(recompute, sizes=known, dtype=dtype)
        return terminal.plan_text(derived, sizes=known, dtype=dtype, ascii=ascii)

    return print_each(request, text)
