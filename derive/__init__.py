"""derive: backward passes derived in matrix notation, proved, documented and written as code."""

from derive.version import __version__

__all__ = ["__version__"]
