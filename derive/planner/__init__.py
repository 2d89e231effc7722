"""Derivation to Plan: what is computed where, what backward keeps of forward or makes again."""

from derive.planner.layout import plan, plan_with

__all__ = ["plan", "plan_with"]
