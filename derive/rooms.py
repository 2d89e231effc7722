"""Rooms that are slow to import, reached when they are needed."""

from __future__ import annotations

import importlib
from types import ModuleType


def room(name: str) -> ModuleType:
    """Return a module of derive by its name in the house, such as "emit.numpy.module"."""
    return importlib.import_module(f"derive.{name}")
