"""`derive check`: every gradient against oracles that know nothing of how it was made."""

from __future__ import annotations

from derive.cli.models import Loaded, known_sizes, print_each
from derive.cli.options import Request


def run(request: Request, *, sizes: dict[str, int], run_model: bool) -> int:
    """Print a table of errors for each model; return 1 where one gradient is wrong."""
    verdicts = []

    def text(loaded: Loaded) -> str:
        known = known_sizes(loaded, sizes)
        trusted = run_model or loaded.trusted
        found = loaded.derived.check(sizes=known, run_model=trusted)
        verdicts.append(found.ok)
        return str(found)

    code = print_each(request, text)
    return code if all(verdicts) else 1
