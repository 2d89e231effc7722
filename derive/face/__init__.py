"""The Python face: what `derive.derive` returns and can be asked for, and the shipped models."""
