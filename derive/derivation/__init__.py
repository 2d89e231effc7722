"""Program to Derivation: reverse, forward, second order, the dimension argument of each step."""
