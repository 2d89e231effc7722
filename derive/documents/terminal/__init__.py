"""What a terminal shows of a derivation and of its plan."""
