"""derive: backward passes derived in matrix notation, proved, documented and written as code.

    import derive
    d = derive.derive(model)

`derive.derive` and what it needs are imported when they are first used: the command line's help
does not wait for them.
"""

import importlib
from typing import Any

from derive.errors import DeriveError
from derive.version import __version__

__all__ = ["DeriveError", "Derived", "__version__", "derive"]


def __getattr__(name: str) -> Any:
    if name in ("derive", "Derived"):
        return getattr(importlib.import_module("derive.api"), name)
    raise AttributeError(f"module 'derive' has no attribute {name!r}")
