"""The models that ship with derive: plain model files in `derive/models/`, found by name.

Files are looked up and parsed, never imported, so that `derive list` needs nothing but the
standard library.
"""

from __future__ import annotations

import ast
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "models"


def names() -> tuple[str, ...]:
    """Return the shipped models' names, sorted; each is a file with a function of that name."""
    return tuple(sorted(p.stem for p in _FOLDER.glob("*.py") if not p.stem.startswith("_")))


def path(name: str) -> Path:
    """Return the file of the shipped model `name`, one of `names()`."""
    return _FOLDER / f"{name}.py"


def label(name: str) -> str:
    """Return the path that documents name, the same wherever derive is installed."""
    return f"derive/models/{name}.py"


def operations() -> dict[str, Path]:
    """Return the files of one-line models of single operations, by the kind of operation."""
    kinds = ("entrywise", "products", "rows", "losses")
    return {kind: _FOLDER / "_operations" / f"{kind}.py" for kind in kinds}


def title(name: str) -> str:
    """Return the first sentence of the model's docstring, on one line."""
    for node in ast.parse(path(name).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            words = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            return words.split(". ")[0].removesuffix(".")
    return ""
