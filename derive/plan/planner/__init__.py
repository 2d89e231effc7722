"""Derivation to Plan: what is computed where, and what other plans would keep and cost."""
