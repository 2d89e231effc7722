"""Derivation to Plan: what is computed where, what backward keeps of forward, what it makes again."""

from derive.planner.layout import plan

__all__ = ["plan"]
