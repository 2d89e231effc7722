"""Expressions as Python, whatever the library: products, names, layout, precedence."""
