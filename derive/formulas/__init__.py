"""Mathematics as text: one walk over expressions, and the marks of each notation."""
