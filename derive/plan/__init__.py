"""The plan: what is computed when, what backward keeps of forward and why."""
