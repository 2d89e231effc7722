"""The text of a model: read as bytes, checked, parsed; and places in it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from derive.errors import DeriveError, Place
from derive.reader.names import check_tokens

LARGEST_FILE = 1_000_000
DEEPEST = 200


@dataclass(frozen=True)
class Source:
    """A parsed text; `path` as the user gave it, `first` the number of its first line."""

    path: str
    text: str
    tree: ast.Module
    lines: tuple[str, ...]
    first: int = 1

    def place(self, node: ast.AST) -> Place:
        """Return the place of a node of the tree."""
        return self.span(
            node.lineno,
            self._column(node.lineno, node.col_offset),
            self._column(node.lineno, node.end_col_offset)
            if node.end_lineno == node.lineno
            else len(self.lines[node.lineno - 1]),
        )

    def span(self, line: int, start: int, end: int) -> Place:
        """Return the place of characters start … end (from 0) of a line (from 1) of the text."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return Place(self.path or "<text>", line + self.first - 1, start + 1, end + 1, text)

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))

    def segment(self, node: ast.AST) -> str:
        """Return the node's text on one line, comments dropped."""
        if node.lineno == node.end_lineno:
            text = self.lines[node.lineno - 1]
            start = self._column(node.lineno, node.col_offset)
            return " ".join(text[start : self._column(node.lineno, node.end_col_offset)].split())
        return ast.unparse(node)

    @property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The functions at the top of the text, by name."""
        return {f.name: f for f in self.tree.body if isinstance(f, ast.FunctionDef)}


def load(path: str | Path) -> Source:
    """Read a model file."""
    shown = Path(path).as_posix()
    file = Path(path)
    if file.is_dir():
        raise DeriveError(f"{shown} is a folder", hint=f"name a file in it: {shown}/model.py")
    if not file.is_file():
        raise DeriveError(f"there is no file {shown}", hint="derive list shows the shipped models")
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        raise DeriveError(f"{shown} cannot be read: {error.strerror}") from None
    if size > LARGEST_FILE:
        raise DeriveError(f"{shown} has {size} bytes; at most {LARGEST_FILE} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeriveError(
            f"{shown} is no UTF-8 text: byte {error.start} is 0x{data[error.start]:02X}",
            hint="name a Python file",
        ) from None
    return parse(text, shown)


def parse(text: str, path: str = "", first: int = 1) -> Source:
    """Parse a text; a syntax error is told with its place."""
    if "\0" in text:
        raise DeriveError(f"{path or 'the text'} holds a NUL character", hint="name a Python file")
    if len(text) > LARGEST_FILE:
        raise DeriveError(f"a text of {len(text)} characters; at most {LARGEST_FILE} are read")
    lines = tuple(text.splitlines())
    place = _placer(path, lines, first)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, (error.offset or 1) - 1
        where = place(line, max(0, column), max(0, column) + 1)
        raise DeriveError(f"not Python: {error.msg}", where=where) from None
    except (RecursionError, MemoryError, ValueError):
        raise DeriveError(
            f"{path or 'the text'} is nested too deeply; at most {DEEPEST} levels are read"
        ) from None
    check_tokens(text, place)
    return Source(path, text, tree, lines, first)


def _placer(path: str, lines: tuple[str, ...], first: int) -> Callable[[int, int, int], Place]:
    def place(line: int, start: int, end: int) -> Place:
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Place(path or "<text>", line + first - 1, start + 1, end + 1, text)

    return place


def of_function(fn: Callable) -> Source:
    """Return the text of a live function's file or definition, without running anything."""
    fn = inspect.unwrap(fn)
    try:
        lines, start = inspect.getsourcelines(fn)
        path = inspect.getsourcefile(fn) or ""
    except (OSError, TypeError):
        name = getattr(fn, "__name__", fn)
        raise DeriveError(
            f"the source text of {name} cannot be found", hint="write the model into a file"
        ) from None
    return parse(textwrap.dedent("".join(lines)), Path(path).name if path else "", max(1, start))
