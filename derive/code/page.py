"""Templates to text: the only door to Jinja2, and the header that every generated file has.

Templates come from `derive/templates` in an installed package, also inside a zip, and from the
top-level `templates/` in a checkout.  They place what printers made and decide nothing; a name
that a template asks for and nobody gave is an error.  Within `templates_from(folder)` templates of
the folder stand in front of ours.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import TracebackType
from typing import Any, NamedTuple

from derive import __version__
from derive.code.seal import PLACEHOLDER
from derive.code.soft import FILTERS, resolved
from derive.errors import DeriveError, Place
from derive.program.program import Program


def template_root() -> Traversable:
    """Return the directory of the templates; RuntimeError where the installation lacks it."""
    installed = files("derive") / "templates"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2] / "templates"
    if checkout.is_dir():
        return checkout
    raise RuntimeError("derive is installed without its templates")


_OWN = re.compile(r"\{# own names: (.*?) #\}", re.DOTALL)
_APART = re.compile(
    r'("""(?:.*?)"""|\{[{%#].*?[}%#]\}|"[^"\n]*"|  # [^\n]*|^(?:class|import|from) [^\n]*)',
    re.DOTALL | re.MULTILINE,
)
"""What names are not looked for in: docstrings, tags, strings, comments, heads of classes."""


class _Folder(NamedTuple):
    """A folder of templates of one's own, the names of those that it has, and their environment."""

    path: Path
    names: tuple[str, ...]
    environment: Any


_FOLDER: ContextVar[_Folder | None] = ContextVar("templates of one's own", default=None)


@contextmanager
def templates_from(folder: str | os.PathLike[str] | None) -> Iterator[None]:
    """Put the templates of a folder in front of ours for a while; None for ours alone.

    Raises DeriveError where there is no such folder, or where it has a template that is none of
    ours.
    """
    if folder is None:
        yield
        return
    token = _FOLDER.set(_opened(Path(folder)))
    try:
        yield
    finally:
        _FOLDER.reset(token)


def template_names() -> list[str]:
    """Return the names of all templates, those of functions that are copied as well."""
    return sorted(_names_below(template_root(), ""))


def _names_below(folder: Traversable, before: str) -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _names_below(item, f"{before}{item.name}/")
        elif item.name.endswith((".jinja", ".py")):
            yield before + item.name


def _opened(folder: Path) -> _Folder:
    known = template_names()
    told = ("The templates are:", *(f"  {name}" for name in known))
    if not folder.is_dir():
        raise DeriveError(f"there is no folder of templates {folder}", needed=told)
    found = sorted(_names_below(folder, ""))
    strangers = [name for name in found if name not in known]
    if strangers:
        raise DeriveError(f"{folder} has {', '.join(strangers)}, which no file uses", needed=told)
    if not found:
        raise DeriveError(f"{folder} has no template", needed=told)
    return _Folder(folder, tuple(found), _environment(own=True))


def _place(name: str) -> Path | Traversable:
    own = _FOLDER.get()
    return own.path / name if own and name in own.names else template_root() / name


def _source(name: str) -> tuple[str, str, None]:
    path = _place(name)
    if not path.is_file():
        raise FileNotFoundError(f"there is no template {name}")
    return with_own_names(path.read_text("utf-8")), str(path), None


def with_own_names(source: str) -> str:
    """Return a template in whose code each name that it declares as its own is asked for.

    `{# own names: cache needs #}` lets it write `cache` as a reader of the file sees it; where a
    model has a name `cache`, ours gives way.  Docstrings and comments are left as they stand.
    """
    declared = _OWN.search(source)
    if not declared:
        return source
    words = re.compile(rf"(?<![\w.])(?<!def )(?<!class )(?:{'|'.join(declared[1].split())})(?!\w)")
    code = _APART.split(source)
    code[::2] = [words.sub(r'{{ own["\g<0>"] }}', part) for part in code[::2]]
    return "".join(code)


def _kept_compiled() -> str:
    """Return where compiled templates are kept, beside them as Python keeps its own; "" if nowhere.

    To compile them takes as long as all else that is done for a small model.
    """
    folder = Path(str(template_root())) / "__pycache__"
    if sys.dont_write_bytecode or not folder.parent.is_dir():
        return ""
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return str(folder) if os.access(folder, os.W_OK) else ""


@lru_cache(maxsize=1)
def _ours() -> Any:
    return _environment()


def _environment(*, own: bool = False) -> Any:
    """Return an environment; of templates of one's own nothing is kept, since they change."""
    import jinja2

    kept = "" if own else _kept_compiled()
    made = jinja2.Environment(
        bytecode_cache=jinja2.FileSystemBytecodeCache(kept) if kept else None,
        loader=jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the texts are code and mathematics; each printer escapes for its own
    )
    made.filters |= FILTERS
    return made


def helpers(file: str, used: Iterable[str]) -> tuple[list[str], bool]:
    """Return those private functions of a file of templates, and whether they use `math`."""
    wanted = tuple(f"def {name}(" for name in used)
    text, _, _ = _source(file)
    found = [part.strip() for part in text.split("\n\n\n") if part.lstrip().startswith(wanted)]
    return found, any("math." in part for part in found)


def render(template: str, **values: Any) -> str:
    """Return the text that the template makes of the values, its long lines broken.

    Raises DeriveError for a template of one's own that is faulty, with its file and line.
    """
    own = _FOLDER.get()
    if own is None:
        return resolved(str(_ours().get_template(template).render(**values)))
    try:
        text = resolved(str(own.environment.get_template(template).render(**values)))
    except Exception as fault:
        place = _faulty_line(fault, own)
        if place is None:
            raise
        raise DeriveError(f"the template is faulty: {fault}", where=place) from fault
    if PLACEHOLDER not in text:
        raise DeriveError(
            f"{own.path / template} writes no checksum",
            needed=(f"The header ends with: checksum  {PLACEHOLDER}, sha256 of all that …",),
            hint="copy the line from the template of that name that ships with derive",
        )
    return text


def _faulty_line(fault: Exception, own: _Folder) -> Place | None:
    """Return the innermost line of a template of one's own that a fault went through."""
    files = {str(own.path / name) for name in own.names}
    steps = [(step.tb_frame.f_code.co_filename, step.tb_lineno) for step in _steps(fault)]
    if hasattr(fault, "lineno"):  # of a template that cannot be read
        steps.append((str(getattr(fault, "filename", "")), fault.lineno))
    for file, number in reversed(steps):
        if file in files:
            line = Path(file).read_text("utf-8").splitlines()[number - 1]
            return Place(file, number, 1, len(line) + 1, line)
    return None


def _steps(fault: Exception) -> Iterator[TracebackType]:
    step = fault.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


@dataclass(frozen=True)
class Origin:
    """Where a module of code comes from, as its header tells it."""

    version: str
    model: str
    template: str
    document: str


def origin(program: Program, template: str) -> Origin:
    """Return where a module of code comes from."""
    document = f"{program.name}.md, which numbers the equations as the comments here do"
    rows = (model_path(program), _label(template), document)
    return Origin(__version__, *map(_short, rows))


def header(program: Program, template: str) -> list[str]:
    """Return the lines that tell where a document comes from; `seal` fills in the checksum."""
    return [
        f"Generated by derive {__version__}.  Do not edit: change the model and generate again.",
        "",
        f"    model     {_short(model_path(program))}",
        f"    template  {_short(_label(template))}",
        f"    checksum  {PLACEHOLDER}, sha256 of all that follows this line",
    ]


def _label(template: str) -> str:
    """Return which template a file is written by, and which of one's own took part."""
    own = _FOLDER.get()
    if own is None:
        return f"templates/{template}"
    if template in own.names:
        return _inside(str(own.path / template))
    return f"templates/{template}, with {' and '.join(own.names)} of {_inside(str(own.path))}"


def _short(text: str) -> str:
    return text if len(text) <= 74 else text.partition(",")[0]


def model_path(program: Program) -> str:
    """Return where the model stands, never a path outside the project."""
    return _inside(program.path) if program.path else f"{program.name}, given as text"


def _inside(path: str) -> str:
    """Return a path, of one that leads out of the project the last name."""
    path = path.replace("\\", "/")
    pure = PurePosixPath(path)
    outside = pure.is_absolute() or PureWindowsPath(path).is_absolute() or ".." in pure.parts
    return printable(pure.name if outside else path)


def printable(text: str) -> str:
    """Return the text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
