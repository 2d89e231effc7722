"""Compact forms: rewrites that make an expression shorter and leave its value."""
