"""The matrix view: expressions as SymPy matrix expressions, put together in written order."""
