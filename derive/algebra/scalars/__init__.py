"""Scalar functions: trees over slots, the named functions with slopes, their shortest forms."""
