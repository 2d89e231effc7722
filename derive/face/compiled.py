"""A generated text as a module in memory."""

from __future__ import annotations

import linecache
import sys
from types import ModuleType


def module_of(text: str, name: str) -> ModuleType:
    """Return a generated text as a module; its lines are known to tracebacks and debuggers."""
    filename = f"<derive {name}>"
    module = ModuleType(f"derive_compiled_{name}")
    module.__file__ = filename
    sys.modules[module.__name__] = module  # where PyTorch's compiler looks a class up
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), module.__dict__)
    return module
