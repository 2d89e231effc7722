"""From a model's text to a Program: parsed by `ast`, never executed.

`read_file` and `read_text` return every annotated function of a file, or the one that is named;
`read_function` reads a live function's source, `read_expression` a single expression.
"""

from derive.reader.entry import read_expression, read_file, read_function, read_text

__all__ = ["read_expression", "read_file", "read_function", "read_text"]
