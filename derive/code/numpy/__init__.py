"""A plan as a NumPy module: the dialect, and a file for each part of the module."""
