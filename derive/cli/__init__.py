"""The command line: `main` is the whole of it to the outside."""

from derive.cli.face import main

__all__ = ["main"]
