"""A plan as a PyTorch module: the dialect, and a file for each part of the module."""
