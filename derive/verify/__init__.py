"""Oracles that know nothing of how a derivation or a module was made, and their table."""

from derive.verify.report import Report, check
from derive.verify.row import Row

__all__ = ["Report", "Row", "check"]
