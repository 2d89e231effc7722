"""Names, functions and methods that are not known, and what comes nearest to each."""

from __future__ import annotations

import ast
import builtins

from derive.dims import dim
from derive.errors import DeriveError
from derive.reader import faults, library
from derive.reader.imports import Scope
from derive.reader.refusals import REFUSED
from derive.reader.session import Session
from derive.reader.values import Frame

LIBRARIES = ("torch", "numpy", "math", "scipy", "jax")
_IMPORTS = {
    "np": "import numpy as np",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "jnp": "import jax.numpy as jnp",
}


def unknown_name(session: Session, tree: ast.Name, frame: Frame) -> DeriveError:
    """Return the error for a name that stands for nothing."""
    name = tree.id
    known: list[str] = []
    inner: Frame | None = frame
    while inner is not None:
        known += inner.names
        inner = inner.outer
    scope = frame.scope
    assert isinstance(scope, Scope)
    where = session.source.place(tree)
    near = scope.meant(name)
    if not near and name in session.brought:
        found = f"{name} is a dimension, and no name of the model"
        return DeriveError(found, where=where, hint=f"write its size: {_size_of(session, name)}")
    near = near or faults.suggestion(name, [*known, *scope.names()]) or _import_of(name)
    if not near and name in dir(builtins):
        return DeriveError(f"Python's {name} is not read", where=where)
    if not near:
        names = ", ".join(name for name in known if not name.startswith("_"))
        near = f"known here: {names}" if names else ""
    return DeriveError(f"the name {name} is not known here", where=where, hint=near)


def _import_of(name: str) -> str:
    """Return the import that a name lacks."""
    spelled = library.spellings(name)
    if spelled:
        module, _, word = spelled[0].rpartition(".")
        return f"import it: from {module} import {word}"
    return f"import it: {_IMPORTS[name]}" if name in _IMPORTS else ""


def _size_of(session: Session, name: str) -> str:
    """Return how a model writes the size of a dimension."""
    axes = (
        f"{symbol.name}.shape[{k}]"
        for symbol in session.arguments
        for k, d in enumerate(symbol.shape)
        if d == dim(name)
    )
    return next(axes, "an axis of an array, such as x.shape[0]")


def unknown_function(session: Session, name: str, tree: ast.Call) -> DeriveError:
    """Return the error for a function that has no reading: why, where the reason is known."""
    refusal = REFUSED.get(name.rpartition(".")[2])
    written = session.source.segment(tree.func)
    root = name.split(".")[0]
    if refusal and root in LIBRARIES:
        found = f"{written} cannot be derived: {refusal.reason}"
        hint = library.spelled_for(refusal.instead, root)
        return DeriveError(found, where=session.source.place(tree), hint=hint)
    hint = "only numpy, torch and math are read, and helpers of the same file"
    hint = _nearest(name, written) if root in LIBRARIES else hint
    where = session.source.place(tree.func)
    return DeriveError(f"the function {written} is not known", where=where, hint=hint)


def _nearest(name: str, written: str) -> str:
    """Return what to write for a function that is not known, as its file would write it."""
    near = library.nearest(name)
    if near is None:
        return "derive list --operations prints what is read"
    home, _, word = near.rpartition(".")
    head = written.rpartition(".")[0]
    shown = head if home == name.rpartition(".")[0] else home
    return f"did you mean {f'{shown}.' if head else ''}{word}?"


def unknown_method(session: Session, name: str, tree: ast.Call) -> DeriveError:
    """Return the error for a method that arrays lack here."""
    where = session.source.place(tree)
    refusal = REFUSED.get(name)
    if refusal:
        instead = library.spelled_for(refusal.instead, session.library)
        found = f".{name} cannot be derived: {refusal.reason}"
        return DeriveError(found, where=where, hint=instead)
    near = faults.suggestion(name, library.methods())
    if name.endswith("_") and library.knows(f".{name[:-1]}"):
        near = f"write .{name[:-1]}(), which makes a new array, and give it a name"
    return DeriveError(f"an array has no method {name} that is read", where=where, hint=near)
