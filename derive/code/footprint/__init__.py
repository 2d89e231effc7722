"""How much memory generated NumPy code takes: read off its text, never run.

The text is interpreted with shapes in place of arrays.  Every array that a statement makes is
counted from its birth, temporaries included, to the moment when the last name or view of it goes,
as CPython's reference counts and NumPy's rules have it.  What is not known raises `Unknown`: a
number is right or it is not given.
"""

from derive.code.footprint.measure import Footprint, Measure
from derive.code.footprint.values import Unknown

__all__ = ["Footprint", "Measure", "Unknown"]
