"""derive: backward passes derived in matrix notation, proved, documented and written as code.

    import derive
    d = derive.derive(model)

`derive.derive` and what it needs are imported when they are first used: the command line's help
does not wait for them.
"""

from typing import TYPE_CHECKING, Any

from derive.errors import DeriveError

if TYPE_CHECKING:
    from derive.face.api import Derived, derive

__version__ = "0.1.0"  # it stands in the header of every generated file
__all__ = ["DeriveError", "Derived", "__version__", "derive"]


def __getattr__(name: str) -> Any:
    if name in ("derive", "Derived"):
        from derive.face import api

        return getattr(api, name)
    raise AttributeError(f"module 'derive' has no attribute {name!r}")
