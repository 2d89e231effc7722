"""How a generated self-check draws an argument where usual values lie outside of the domain."""

from __future__ import annotations

from collections.abc import Mapping

Interval = tuple[float, float]
Drawing = Mapping[str, Interval]
"""For arguments by name the interval in which entries are uniform; others are drawn as usual.

Of truth values it is (0, share of those that are true).
"""
