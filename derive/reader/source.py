"""The text of a model: read as bytes, checked, parsed; and places in it."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import tokenize
import warnings
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

    @property
    def shown(self) -> str:
        """What messages call the file."""
        return self.path or "<text>"

    def place(self, node: ast.AST, width: int | None = None) -> Place:
        """Return the place of a node of the tree, or of its first characters.

        One that goes over several lines ends with its first.
        """
        line, end = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        text = self.lines[line - 1]
        start, stop = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        if not text.isascii():
            start, stop = _characters(text, start), _characters(text, stop)
        if width is not None:
            stop = start + width
        elif end != line:
            stop = len(text)
        return Place(self.path or "<text>", line + self.first - 1, start + 1, stop + 1, text)

    def segment(self, node: ast.AST) -> str:
        """Return the node's text on one line, comments dropped."""
        line, end = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        text = self.lines[line - 1]
        start, stop = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        if not text.isascii():
            start = _characters(text, start)
        last = self.lines[end - 1]
        if not last.isascii():
            stop = _characters(last, stop)
        if line == end:
            return text[start:stop]
        return _one_line([text[start:], *self.lines[line : end - 1], last[:stop]])

    @property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The functions at the top of the text, by name."""
        return {f.name: f for f in self.tree.body if isinstance(f, ast.FunctionDef)}

    @property
    def whole(self) -> str:
        """A text that stands for a model's function; "" where it is in the lines."""
        return ""

    def changed(self, text: str) -> Source:
        """Return the source of another text in the same place."""
        return parse(text, self.path, self.first)


def _characters(text: str, offset: int) -> int:
    """Return the column in characters for one in bytes."""
    return len(text.encode()[:offset].decode(errors="ignore"))


def _one_line(lines: list[str]) -> str:
    """Join the lines of one statement, comments dropped."""
    reader = io.StringIO("(" + "\n".join(lines) + "\n)").readline
    kept = [list(line) for line in ("(" + "\n".join(lines) + "\n)").split("\n")]
    for token in tokenize.generate_tokens(reader):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            del kept[row - 1][column:]
    joined = " ".join(" ".join("".join(line) for line in kept).split())
    return re.sub(r"(?<=[(\[{]) | (?=[)\]}])|\\ ", "", joined)[1:-1]


def load(path: str | Path) -> Source:
    """Read a model file."""
    shown = path if isinstance(path, str) else path.as_posix()
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
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    place = _placer(path, lines, first)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's about the text: it is not run
            tree = ast.parse(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, (error.offset or 1) - 1
        where = place(line, max(0, column), max(0, column) + 1)
        if error.msg == "too many nested parentheses":
            raise DeriveError(
                f"nested deeper than {DEEPEST}; at most {DEEPEST} is read", where=where
            ) from None
        raise DeriveError(f"not Python: {error.msg}", where=where) from None
    except (RecursionError, MemoryError, ValueError):
        raise DeriveError(
            f"{path or 'the text'} is nested too deeply; at most {DEEPEST} levels are read"
        ) from None
    if not text.isascii():
        check_tokens(text, place)
    return Source(path, text, tree, lines, first)


def _placer(path: str, lines: tuple[str, ...], first: int) -> Callable[[int, int, int], Place]:
    def place(line: int, start: int, end: int) -> Place:
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Place(path or "<text>", line + first - 1, start + 1, end + 1, text)

    return place


def of_function(fn: Callable) -> tuple[Source, int]:
    """Return the text that holds a live function, and the line of its definition."""
    fn = inspect.unwrap(fn)
    code = getattr(fn, "__code__", None)
    name = getattr(fn, "__name__", repr(fn))
    lines: list[str] = []
    if code is not None:
        with contextlib.suppress(OSError, TypeError):
            lines, _ = inspect.findsource(code)
    if code is None or not lines:
        raise DeriveError(
            f"the source text of {name} cannot be found", hint="write the model into a file"
        )
    return parse("".join(lines), _relative(code.co_filename)), code.co_firstlineno


def _relative(path: str) -> str:
    """Return a path below the working directory as such, any other by its last part."""
    file = Path(path)
    if path.startswith("<"):
        return ""
    return file.relative_to(Path.cwd()).as_posix() if file.is_relative_to(Path.cwd()) else file.name
