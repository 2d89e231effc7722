"""Names at the top of a model file: imports, helper functions, constants, builtins.

A file is parsed, not run: `import numpy as np` only says that `np.tanh` means numpy's tanh.  For
a live function the names that its text does not explain are looked up in its module, where a
module, a library's function, a number or another function may stand.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from types import FunctionType, ModuleType

from derive.reader.source import Source, of_function
from derive.reader.values import Helper, Library

_BUILTIN_WORDS = """
abs all any bool dict enumerate float int isinstance len list map max min pow print range reversed
round set sorted str sum tuple zip
"""
BUILTINS = frozenset(_BUILTIN_WORDS.split())
_ALIASES = {"jax.numpy": "numpy", "jnp": "numpy", "jax.scipy.special": "scipy.special"}
MISSING = object()


def canonical(name: str) -> str:
    """Return the dotted name in the table's spelling: jax.numpy is read as numpy."""
    for prefix, better in _ALIASES.items():
        if name == prefix or name.startswith(prefix + "."):
            return better + name[len(prefix) :]
    return name


class Scope:
    """The top of one file: `find(name)` says what a name stands for."""

    def __init__(self, source: Source, live: Mapping[str, object] | None = None) -> None:
        self.source = source
        self.live = live or {}
        self.found: dict[str, object] = {}
        self.stars: list[str] = []
        self.assigned: dict[str, ast.expr] = {}
        self._read(source.tree.body)

    def _read(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef):
                self.found[statement.name] = Helper(statement, self)
            elif isinstance(statement, ast.Import | ast.ImportFrom):
                self.add_import(statement)
            elif isinstance(statement, ast.Try | ast.If):
                self._read(statement.body)
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self.assigned[target.id] = statement.value
            elif isinstance(statement, ast.AnnAssign):
                name = statement.target.id if isinstance(statement.target, ast.Name) else ""
                if statement.value is not None:
                    self.assigned[name] = statement.value

    def add_import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Take the names that an import statement brings."""
        self.found.update(imported(statement))
        starred = any(alias.name == "*" for alias in statement.names)
        if starred and isinstance(statement, ast.ImportFrom) and statement.module:
            self.stars.append(canonical(statement.module))

    @property
    def library(self) -> str:
        """ "torch", "numpy", or "" where the imports do not tell."""
        names = {v.name.split(".")[0] for v in self.found.values() if isinstance(v, Library)}
        names |= {star.split(".")[0] for star in self.stars}
        names |= {
            value.__name__.split(".")[0]
            for value in self.live.values()
            if isinstance(value, ModuleType)
        }
        known = names & {"torch", "numpy"}
        return known.pop() if len(known) == 1 else ""

    def find(self, name: str) -> object:
        """Return what the file says of the name, or MISSING; a constant is still its tree."""
        if name in self.found:
            return self.found[name]
        if name in self.assigned:
            return self.assigned[name]
        if name in self.live:
            return _from_live(self.live[name], name)
        return MISSING

    def of(self, source: Source) -> Scope:
        """Return the scope of another text in the same place."""
        return type(self)(source, self.live)

    def names(self) -> list[str]:
        """Return the names that the file defines, for suggestions."""
        return sorted({*self.found, *self.assigned})

    def meant(self, name: str) -> str:
        """Return what to write for a name that other tools know, "" in a file."""
        return ""


def imported(statement: ast.Import | ast.ImportFrom) -> dict[str, Library]:
    """Return the names of an import statement with what they stand for."""
    found = {}
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            dotted = alias.name if alias.asname else alias.name.split(".")[0]
            found[alias.asname or dotted] = Library(canonical(dotted))
        elif alias.name != "*":
            module = "." * statement.level + (statement.module or "")
            found[alias.asname or alias.name] = Library(canonical(f"{module}.{alias.name}"))
    return found


def _from_live(value: object, name: str) -> object:
    """Return a value of a running module in the reader's terms; nothing of it is called."""
    if isinstance(value, ModuleType):
        return Library(canonical(value.__name__))
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return ast.parse(repr(value), mode="eval").body
    library = _library_of(value)
    if library:
        return Library(canonical(library))
    if isinstance(value, FunctionType):
        source, line = of_function(value)
        for tree in source.functions.values():
            if tree.name == value.__name__ and tree.lineno >= line:
                return Helper(tree, Scope(source, value.__globals__))
    return MISSING


def _library_of(value: object) -> str:
    own = getattr(value, "__name__", "")
    homes = ("torch", "torch.nn.functional", "torch.special", "torch.linalg", "numpy", "math")
    for home in (*homes, "numpy.linalg", "scipy.special", "jax.numpy", "jax.nn"):
        module = sys.modules.get(home)
        if module is not None and own and getattr(module, own, None) is value:
            return f"{home}.{own}"
    return ""
