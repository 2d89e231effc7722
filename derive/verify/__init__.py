"""Oracles that know nothing of how a derivation or a module was made, and their table."""
