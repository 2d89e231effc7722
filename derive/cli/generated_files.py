"""Generated files on disk: judged first, then written all together or not at all.

`compare` tells what a run would change below an output directory, `write` does it and `diff`
shows it.  A file that derive did not write, or that was edited by hand since, is refused unless
forced; one whose text would stay the same is left alone.  Every new text lies complete and
flushed beside its target before the first of them takes its place, so a run that is stopped
leaves old files or new ones, never parts.  A symbolic link is replaced, never written through.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.code.seal import has_header, is_ours
from derive.errors import DeriveError

_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST = 100  # characters of a name: the longest suffix still fits into 255 bytes


@dataclass(frozen=True)
class Change:
    """What happens to one file; `old` and `new` are its texts, None where there is no file.

    refused: why the file may not be replaced without force; "" where it may.
    """

    path: Path
    old: bytes | None
    new: bytes | None
    refused: str = ""

    @property
    def verb(self) -> str:
        if self.new is None:
            return "removed"
        return "wrote" if self.old is None else "rewrote"


def check_names(models: Iterable[tuple[str, str]]) -> None:
    """Raise DeriveError unless every (name, origin) can have a directory of its own.

    Names that differ in case only share a directory on some systems, so they count as equal.
    """
    seen: dict[str, tuple[str, str]] = {}
    for name, origin in models:
        if not name.isidentifier() or len(name) > _LONGEST or _WINDOWS.fullmatch(name):
            raise DeriveError(
                f"{name!r} cannot name a directory",
                needed=(f"from {origin}",),
                hint="rename the function, or give an expression another --name",
            )
        other, elsewhere = seen.setdefault(name.casefold(), (name, origin))
        if (other, elsewhere) != (name, origin):
            same = f"are both called {name}" if other == name else "differ in case only"
            raise DeriveError(
                f"two models {same}: their files would overwrite each other",
                needed=(f"{other}  from {elsewhere}", f"{name}  from {origin}"),
                hint="generate them in two runs with different --out, or rename one",
            )


def compare(
    out: Path, texts: Mapping[str, str | bytes], *, covers: str = "", folder: str = ""
) -> list[Change]:
    """Return the changes that bring `out` to hold `texts`, by path relative to `out`.

    covers: a regular expression of file names; a file in `out/folder` that matches it, that
    derive wrote and that is not among `texts` is stale.  Raises DeriveError where `out` or a
    target is not what it has to be.
    """
    _need_directory(out)
    found = []
    for name, text in sorted(texts.items()):
        path = _inside(out, name)
        _need_directory(path.parent)
        change = _judge(path, text if isinstance(text, bytes) else text.encode("utf-8"))
        if change is not None:
            found.append(change)
    if folder and covers:
        kept = {(out / name).name for name in texts}
        found += _stale(out / folder, re.compile(covers), kept)
    return found


def refuse(changes: Iterable[Change]) -> None:
    """Raise DeriveError for the first change that would destroy what derive did not write."""
    for change in changes:
        if change.refused:
            raise DeriveError(
                f"{change.path} {change.refused}; it was left as it is",
                hint="move it away, or overwrite it with --force",
            )


def write(changes: Iterable[Change]) -> None:
    """Carry out `changes`, all or none.  Raises DeriveError where the disk refuses."""
    staged: list[tuple[Path, Path]] = []
    changes = list(changes)
    try:
        for change in changes:
            if change.new is not None:
                change.path.parent.mkdir(parents=True, exist_ok=True)
                temporary = change.path.with_name(f".{secrets.token_hex(6)}.tmp")
                staged.append((temporary, change.path))
                _fill(temporary, change.new, _mode(change.path))
        for temporary, path in staged:
            os.replace(temporary, path)
        for change in changes:
            if change.new is None:
                change.path.unlink(missing_ok=True)
    except OSError as fault:
        raise DeriveError(
            f"cannot write {change.path}: {fault.strerror}",
            hint="choose another directory with --out",
        ) from fault
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def diff(changes: Iterable[Change]) -> str:
    """Return a unified diff from what is on disk to what derive would write."""
    parts: list[str] = []
    for change in changes:
        old, new = _lines(change.old), _lines(change.new)
        before = "/dev/null" if change.old is None else change.path.as_posix()
        after = "/dev/null" if change.new is None else change.path.as_posix()
        for line in difflib.unified_diff(old, new, before, after):
            parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)


def _need_directory(out: Path) -> None:
    nearest = out
    while not os.path.lexists(nearest) and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise DeriveError(f"{nearest} is not a directory", hint="choose another --out")


def _inside(out: Path, name: str) -> Path:
    path = out / name
    if not Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(out)):
        raise DeriveError(f"{path} leads out of {out}", hint="choose another --out")
    return path


def _judge(path: Path, new: bytes) -> Change | None:
    if not os.path.lexists(path):
        return Change(path, None, new)
    if path.is_dir():
        raise DeriveError(f"{path} is a directory, where a file has to stand")
    old = _content(path)
    if old is None:
        return Change(path, b"", new, refused="is not a file that derive wrote")
    if old.replace(b"\r\n", b"\n") == new and not path.is_symlink():
        return None
    if is_ours(old):
        return Change(path, old, new)
    edited = has_header(old)
    reason = "was edited by hand since derive wrote it" if edited else "was not written by derive"
    return Change(path, old, new, refused=reason)


def _content(path: Path) -> bytes | None:
    """Return what a regular file holds, None for a pipe, a device or a link that leads nowhere."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise DeriveError(f"cannot read {path}: {fault.strerror}") from fault


def _stale(folder: Path, covers: re.Pattern[str], kept: set[str]) -> list[Change]:
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if covers.fullmatch(path.name) and path.name not in kept:
            content = None if path.is_symlink() else _content(path)
            if content is not None and is_ours(content):
                found.append(Change(path, content, None))
    return found


def _mode(path: Path) -> int | None:
    if path.is_symlink() or not path.exists():
        return None
    return stat.S_IMODE(path.stat().st_mode)


def _fill(path: Path, content: bytes, mode: int | None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _lines(content: bytes | None) -> list[str]:
    text = (content or b"").decode("utf-8", "replace")
    return io.StringIO(text, newline="\n").readlines()
