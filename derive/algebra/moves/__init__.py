"""Moves of entries: slices, joins, reversals, one-hot picks, new shapes, and their products."""
