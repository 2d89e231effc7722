"""What cannot be decided exactly."""

from __future__ import annotations


class Unknown(LookupError):
    """There is no exact definition of the operation over this arithmetic."""
