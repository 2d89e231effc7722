"""How elementwise functions are spelled in NumPy: as their records tell, and by signs.

What NumPy has none of (erf and its kin) are helpers of the module, or SciPy's special functions.
Idioms that are an order of magnitude slower than need be (a general power, `where` for relu) are
not used.
"""

from __future__ import annotations

from derive.code.comparisons import comparisons
from derive.code.dialect import Spelling
from derive.code.numpy.arrays import NumPyArrays
from derive.code.precedence import power
from derive.operations.functions import FUNCTIONS


def functions(xp: NumPyArrays) -> dict[str, Spelling]:
    """Return how each scalar function is spelled, by its name."""
    told = {name: xp.spelled(known.numpy) for name, known in FUNCTIONS.items() if known.numpy}
    return told | comparisons(lambda code: code.is_number) | {"pow": power}
