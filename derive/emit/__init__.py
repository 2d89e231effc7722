"""Printers: one for each notation, made from plans and derivations, which they never change."""
