"""The terminal: streams, messages and exit codes, the same for every command.

Artefacts go to stdout, messages to stderr, both in UTF-8 whatever the locale.  A fault of the
user ends in one message and exit code 1 (2 where the command line itself is wrong), never in a
traceback; an interrupt ends in 130.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from derive.errors import DeriveError

INTERRUPTED = 130


class Face(click.Group):
    """A group of commands whose faults are told in one message each."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line; exit with its code, or return it if not `standalone_mode`."""
        _speak_utf8()
        standalone = options.pop("standalone_mode", True)
        if args:
            options["args"] = args[0]
        code = self._run(options)
        if standalone:
            sys.exit(code)
        return code

    def _run(self, options: dict[str, Any]) -> int:
        try:
            code = super().main(standalone_mode=False, **options)
        except click.ClickException as fault:
            fault.show()
            return fault.exit_code
        except click.Abort:
            message("interrupted")
            return INTERRUPTED
        except (DeriveError, OSError) as fault:
            report(fault)
            return 1
        return code if isinstance(code, int) else 0


def artefact(text: str | bytes) -> None:
    """Write `text` to stdout, with the line end that it lacks."""
    if isinstance(text, bytes):
        click.echo(text, nl=False)
    else:
        click.echo(text if text.endswith("\n") else text + "\n", nl=False)


def message(text: str) -> None:
    """Write a line for the person at the terminal to stderr."""
    click.echo(text, err=True)


def report(fault: DeriveError | OSError) -> None:
    """Tell a fault of the user on stderr, `error:` in red on a terminal."""
    text = str(fault) if isinstance(fault, DeriveError) else f"error: {_system_words(fault)}"
    if sys.stderr.isatty() and "NO_COLOR" not in os.environ:
        text = text.replace("error:", click.style("error:", fg="red", bold=True), 1)
    message(text)


def _system_words(fault: OSError) -> str:
    words = fault.strerror or str(fault)
    return f"{fault.filename}: {words}" if fault.filename else words


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
